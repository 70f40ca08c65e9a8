"""A key means the same in every state; mistakes and silences are counted together, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from ivr.engine.events import Circumstances, Effect, KeyPressed, Silence
from ivr.engine.moves import move
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Command, Key
from ivr.model.nodes import Entry, Question, Section
from ivr.model.place import BEING_ASKED, ONE_MORE, Back, Pace, Place

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
OPEN = Circumstances(is_open=True, team=(True, True, True))
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=(True, True, True))
NIGHT = Circumstances(is_open=False, opens=MONDAY, team=(True, True, True), after_hours=(True,))
DESK = replace(OPEN, takes_callbacks=True, can_call_back=True, can_text=True)

SIX = KeyPressed(Key.SIX)
PAIRS = [(Silence(), SIX), (SIX, Silence()), (KeyPressed(Key.FIVE), SIX)]


def places(flow: Flow) -> Iterator[Place]:
    """Every node with every part it can have, in both languages and paces, and every count."""
    for node, language, pace, tries in product(flow.nodes, flow.line.languages, Pace, range(4)):
        last = {Section: flow.parts(node) + 1, Entry: ONE_MORE}.get(type(flow.nodes[node]), 1)
        for part in range(last + 1):
            yield Place(language, node, part, pace, tries)


def but_while_a_number_is_read_back(flow: Flow) -> Iterator[Place]:
    """Every place but one: there a key that leads away is taken for one digit too many (see test_asking.py)."""
    return (place for place in places(flow) if (place.node, place.part) != ("confirm", BEING_ASKED))


def pressed(flow: Flow, place: Place, key: Key, now: Circumstances = OPEN) -> Place:
    return move(flow, place, KeyPressed(key), now).place


@pytest.mark.parametrize(("now", "way"), [(OPEN, "transfer"), (CLOSED, "closed"), (NIGHT, "night")])
def test_0_leads_to_a_person_from_everywhere(shipped_flow: Flow, now: Circumstances, way: str) -> None:
    for place in places(shipped_flow):
        assert pressed(shipped_flow, place, Key.ZERO, now).node == way


def test_1_to_4_read_their_section_from_its_heading_from_everywhere_but_where_1_and_2_are_answers(
    shipped_flow: Flow,
) -> None:
    keys = {Key.ONE: "what", Key.TWO: "spread", Key.THREE: "treat", Key.FOUR: "appoint"}
    for place, (key, section) in product(but_while_a_number_is_read_back(shipped_flow), keys.items()):
        is_answer = isinstance(shipped_flow.nodes[place.node], Question) and key in (Key.ONE, Key.TWO)
        read = Place(place.language, section, pace=place.pace)
        assert (pressed(shipped_flow, place, key) == read) is not is_answer


def test_5_and_6_ask_for_a_call_and_a_text_from_everywhere(shipped_flow: Flow) -> None:
    for place in but_while_a_number_is_read_back(shipped_flow):
        called = move(shipped_flow, place, KeyPressed(Key.FIVE), DESK)
        is_typing = isinstance(shipped_flow.nodes[place.node], Entry)
        assert (called.place.node, called.effect) == (
            (place.node, None) if is_typing else ("call-back", Effect.ASK_STORE)
        )
        assert (called.place.part, called.place.tries) == (0, 0)
        assert pressed(shipped_flow, place, Key.SIX, DESK)._replace(back=None) == Place(
            place.language, "text-link", pace=place.pace
        )


def test_star_leads_to_all_the_choices_from_everywhere(shipped_flow: Flow) -> None:
    for place in places(shipped_flow):
        assert pressed(shipped_flow, place, Key.STAR) == Place(place.language, "menu", pace=place.pace)


def test_8_changes_the_pace_and_back_and_stays(shipped_flow: Flow) -> None:
    for place in places(shipped_flow):
        other = pressed(shipped_flow, place, Key.EIGHT)
        assert other.pace is not place.pace
        assert pressed(shipped_flow, other, Key.EIGHT) == other._replace(pace=place.pace)


def test_9_changes_the_language_and_back_and_stays(shipped_flow: Flow) -> None:
    for place in places(shipped_flow):
        other = pressed(shipped_flow, place, Key.NINE)
        assert other.language != place.language
        assert pressed(shipped_flow, other, Key.NINE) == other._replace(language=place.language)
        assert other.has_changed_language


@pytest.mark.parametrize("key", [Key.SEVEN, Key.POUND, Key.EIGHT, Key.NINE])
def test_a_key_that_has_nothing_to_do_is_no_mistake(shipped_flow: Flow, key: Key) -> None:
    for place in places(shipped_flow):
        cue = move(shipped_flow, place, KeyPressed(key), OPEN)
        assert (cue.wrong_key, cue.place.tries) == (None, 0)


@pytest.mark.parametrize("node", ["menu", "nobody", "talked", "cut-off", "closed", "call-back", "number", "kept"])
@pytest.mark.parametrize("both", PAIRS)
def test_silences_and_wrong_keys_share_one_count(
    shipped_flow: Flow, node: str, both: tuple[Silence | KeyPressed, Silence | KeyPressed]
) -> None:
    place = Place("en", node)
    for tries, event in enumerate(both, start=1):
        place = move(shipped_flow, place, event, CLOSED).place
        assert (place.node, place.tries) == (node, tries)


@pytest.mark.parametrize(
    ("node", "part", "now", "leads_to"),
    [
        ("menu", 0, OPEN, "transfer"),
        ("menu", 0, CLOSED, "closed"),
        ("menu", 0, NIGHT, "closed"),
        ("what", 1, OPEN, "transfer"),
        ("what", 3, OPEN, "transfer"),
        ("what", 3, CLOSED, "closed"),
        ("closed", 0, CLOSED, "goodbye"),
        ("closed", 1, CLOSED, "goodbye"),
        ("closed", 0, NIGHT, "goodbye"),
        ("nobody", 0, OPEN, "goodbye"),
        ("talked", 0, OPEN, "goodbye"),
        ("cut-off", 0, OPEN, "goodbye"),
        ("call-back", 0, OPEN, "transfer"),
        ("call-back", 0, CLOSED, "closed"),
        ("number", 1, OPEN, "transfer"),
        ("number", 1, NIGHT, "closed"),
        ("confirm", 0, OPEN, "transfer"),
        ("promised", 0, OPEN, "kept"),
        ("kept", 0, OPEN, "goodbye"),
        ("unkept", 0, CLOSED, "goodbye"),
        ("text-link", 0, CLOSED, "menu"),
        ("texted", 0, OPEN, "goodbye"),
        ("untexted", 0, OPEN, "goodbye"),
    ],
)
def test_the_third_mistake_leads_where_the_third_silence_does(
    shipped_flow: Flow, node: str, part: int, now: Circumstances, leads_to: str
) -> None:
    assert pressed(shipped_flow, Place("en", node, part, tries=2), Key.SIX, now).node == leads_to
    end = shipped_flow.parts("what") + 1 if node == "what" else part
    assert move(shipped_flow, Place("en", node, end, tries=3), Silence(), now).place.node == leads_to


@pytest.mark.parametrize("key", [key for key in Key if key not in {Key.FIVE, Key.SIX}])
def test_a_key_that_does_something_begins_the_count_anew(shipped_flow: Flow, key: Key) -> None:
    for place in places(shipped_flow):
        assert pressed(shipped_flow, place, key).tries == 0


def test_reading_on_begins_the_count_anew(shipped_flow: Flow) -> None:
    place = Place("en", "spread", 1, tries=2)
    assert move(shipped_flow, place, Silence(), OPEN).place == Place("en", "spread", 2)


def test_pound_walks_through_a_section_and_into_the_next(shipped_flow: Flow) -> None:
    place, walked = Place("en", "what"), []
    for _ in range(9):
        place = pressed(shipped_flow, place, Key.POUND)
        walked.append((place.node, place.part))
    assert walked == [
        ("what", 1), ("what", 2), ("what", 3),
        ("spread", 0), ("spread", 1), ("spread", 2), ("spread", 3), ("spread", 4), ("spread", 5),
    ]  # fmt: skip


def test_7_goes_back_to_the_part_that_was_read_when_0_was_pressed(shipped_flow: Flow) -> None:
    for part in range(6):
        left = Place("en", "spread", part)
        away = pressed(shipped_flow, left, Key.ZERO, CLOSED)
        assert away == Place("en", "closed", back=Back("spread", part))
        assert pressed(shipped_flow, away, Key.SEVEN, CLOSED) == left


def test_the_shipped_keys_are_those_of_the_caller_standard(shipped_flow: Flow) -> None:
    commands = {key: meaning for key, meaning in shipped_flow.keys.items() if isinstance(meaning, Command)}
    assert commands == {
        Key.ZERO: Command.PERSON,
        Key.FIVE: Command.CALLBACK,
        Key.SIX: Command.TEXT,
        Key.SEVEN: Command.AGAIN,
        Key.EIGHT: Command.PACE,
        Key.NINE: Command.LANGUAGE,
        Key.STAR: Command.CHOICES,
        Key.POUND: Command.NEXT,
    }
    assert shipped_flow.sections == ("what", "spread", "treat", "appoint")
