"""Which sentences are said where, and in which order. Names are those of the prompts: sentences, not their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from ivr.engine.actions import Actions, Dial, Enter, Listen, Said, Speak
from ivr.engine.events import (
    Arrived,
    Circumstances,
    DialEnded,
    DialOutcome,
    Event,
    KeyPressed,
)
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.nodes import Offer, Section
from ivr.model.place import Back, Pace, Place

Named = Callable[[Said], list[str]]

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
TURNS = (True, True, True)
OPEN = Circumstances(is_open=True, team=TURNS)
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=TURNS)
NIGHT = Circumstances(is_open=False, opens=MONDAY, team=TURNS, after_hours=(True,))
UNKNOWN = Circumstances(is_open=False, team=TURNS)
SITUATIONS = (OPEN, CLOSED, NIGHT, UNKNOWN)
DESK, AWAY_DESK, NIGHT_DESK = (
    replace(now, takes_callbacks=True, can_call_back=True, can_text=True) for now in (OPEN, CLOSED, NIGHT)
)

SECTIONS = ["what option", "spread option", "treat option", "appoint option"]
NO_ANSWER = DialEnded(None, DialOutcome.NO_ANSWER, was_short=True)
TALK = DialEnded(bridged=True, outcome=DialOutcome.COMPLETED, was_short=False)
SHORT_TALK = DialEnded(bridged=True, outcome=DialOutcome.COMPLETED, was_short=True)


def at(flow: Flow, place: Place, event: Event, now: Circumstances = OPEN) -> Actions:
    return step(flow, place, event, now)[1]


def pressed(flow: Flow, place: Place, key: str, now: Circumstances = OPEN) -> Actions:
    return at(flow, place, KeyPressed(Key(key)), now)


def each_said(actions: Actions) -> list[Said]:
    return [action.said for action in actions if isinstance(action, Listen | Speak | Enter)]


@pytest.mark.parametrize(
    ("now", "first"), [(OPEN, "person"), (CLOSED, "hours"), (NIGHT, "cannot_wait"), (UNKNOWN, "hours")]
)
def test_the_menu_begins_with_the_way_to_a_person_or_the_next_best_that_is_true(
    shipped_flow: Flow, named: Named, now: Circumstances, first: str
) -> None:
    choices, helped, warned, still_here = each_said(pressed(shipped_flow, Place("en", "what"), "*", now))
    warning = "warn_person" if now is OPEN else "warn_closed"
    assert named(choices) == [first, *SECTIONS, "language", "choices"]
    assert named(helped) == ["no_key", first, *SECTIONS, "pace", "language", "choices"]
    assert named(warned) == [warning, first, "more_time"]
    assert named(still_here) == ["still_here"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_greeting_says_the_name_the_other_language_and_the_emergency_line(
    shipped_flow: Flow, named: Named, language: str
) -> None:
    name, emergency, menu, *_ = each_said(at(shipped_flow, Place(language, ""), Arrived()))
    other = shipped_flow.other_language(language)
    assert named(name) == ["welcome 1", "language"]
    assert [each.language for each in name] == [language, other]
    assert named(emergency) == ["emergency"]
    assert [each.language for each in menu if named((each,)) == ["language"]] == [other]


def test_the_emergency_line_comes_once_before_the_first_menu_however_it_is_reached(
    shipped_flow: Flow, named: Named
) -> None:
    for language in ("en", "es"):
        assert heard_of_emergency(at(shipped_flow, Place(language, ""), Arrived()), named) == [language]
        for key in "*#56712348":
            assert heard_of_emergency(
                pressed(shipped_flow, Place(language, "welcome", is_unwarned=True), key), named
            ) == [language]
    for key in "*#561234":
        assert heard_of_emergency(pressed(shipped_flow, Place("en", "welcome", 1), key), named) == []


def heard_of_emergency(actions: Actions, named: Named) -> list[str]:
    """The language of each emergency line in a document."""
    return [each.language for said in each_said(actions) for each in said if named((each,)) == ["emergency"]]


@pytest.mark.parametrize("now", SITUATIONS)
def test_the_emergency_line_comes_again_at_the_first_change_of_language_and_never_twice(
    shipped_flow: Flow, named: Named, now: Circumstances
) -> None:
    places = [Place("en", node) for node in ("menu", "what", "closed", "nobody", "talked", "cut-off", "goodbye")]
    for place in (*places, Place("en", "what", 1), Place("en", "what", 3), Place("en", "closed", 1)):
        assert heard_of_emergency(pressed(shipped_flow, place, "9", now), named) == ["es"]
    changed = Place("es", "what", 1, has_changed_language=True)
    assert heard_of_emergency(pressed(shipped_flow, changed, "9", now), named) == []
    assert heard_of_emergency(pressed(shipped_flow, Place("en", "what", 1), "*", now), named) == []


def test_the_closed_message_says_when_the_team_is_back_and_the_emergency_line(shipped_flow: Flow, named: Named) -> None:
    first, helped, warned, _ = each_said(pressed(shipped_flow, Place("en", "menu"), "0", CLOSED))
    assert named(first) == ["closed 1", "closed 2", "emergency", "choices"]
    assert named(helped) == ["no_key", "pace", "language", "choices"]
    assert named(warned) == ["warn_goodbye", "more_time"]


def test_an_opening_that_nobody_knows_is_left_out(shipped_flow: Flow, named: Named) -> None:
    closed = pressed(shipped_flow, Place("en", "menu"), "0", UNKNOWN)
    assert named(each_said(closed)[0]) == ["closed 1", "emergency", "choices"]
    again = pressed(shipped_flow, Place("en", "closed"), "0", UNKNOWN)
    assert named(each_said(again)[0]) == ["still_closed_unknown", "choices"]


def test_a_second_0_hears_one_short_sentence_and_the_offers(shipped_flow: Flow, named: Named) -> None:
    again = pressed(shipped_flow, Place("en", "closed", back=Back("what", 1)), "0", CLOSED)
    assert named(each_said(again)[0]) == ["still_closed", "back", "choices"]


def test_with_an_after_hours_line_the_closed_message_tells_patients_who_cannot_wait(
    shipped_flow: Flow, named: Named
) -> None:
    missed = at(shipped_flow, Place("en", "night", 1), NO_ANSWER, NIGHT)
    assert named(each_said(missed)[0]) == ["nobody", "closed 1", "closed 2", "emergency", "cannot_wait", "choices"]


@pytest.mark.parametrize("node", ["nobody", "closed"])
def test_the_way_back_is_announced_only_where_there_is_one(shipped_flow: Flow, named: Named, node: str) -> None:
    for back in (None, Back("what", 1)):
        for said in each_said(pressed(shipped_flow, Place("en", node, back=back), "8", CLOSED))[:2]:
            assert ("back" in named(said)) is (back is not None)


def test_after_a_transfer_the_offers_begin_with_trying_again(shipped_flow: Flow, named: Named) -> None:
    missed = at(shipped_flow, Place("en", "transfer", 3, back=Back("what", 1)), NO_ANSWER)
    assert named(each_said(missed)[0]) == ["nobody 1", "own person", "back", "choices"]
    talked = at(shipped_flow, Place("en", "transfer", 1), TALK)
    assert named(each_said(talked)[0]) == ["talked 1", "own person", "choices"]
    cut_off = at(shipped_flow, Place("en", "transfer", 1), SHORT_TALK)
    assert named(each_said(cut_off)[0]) == ["cut-off 1", "own person", "choices"]


@pytest.mark.parametrize("node", ["nobody", "talked", "cut-off"])
def test_when_the_team_has_gone_meanwhile_no_document_offers_it(shipped_flow: Flow, named: Named, node: str) -> None:
    said = [name for said in each_said(pressed(shipped_flow, Place("en", node), "8", CLOSED)) for name in named(said)]
    assert "hours" in said
    assert not {"person", "own person", "warn_person"} & set(said)


def test_a_section_tells_its_length_and_keys_and_ends_with_its_choices(shipped_flow: Flow, named: Named) -> None:
    heading, *parts, end, helped, warned, _ = each_said(pressed(shipped_flow, Place("en", "menu"), "1"))
    assert named(heading) == ["what title", "opening", "again_part", "skip"]
    assert [named(part) for part in parts] == [["what 1"], ["what 2"]]
    assert named(end) == ["end", "person", "again", "next", "choices"]
    assert named(helped) == ["no_key", "person", "again", "pace", "language", "next", "choices"]
    assert named(warned) == ["warn_person", "person", "more_time"]


@pytest.mark.parametrize(("key", "has_next"), [("3", True), ("4", False)])
def test_the_last_section_has_no_next_one_even_where_that_is_offered(
    shipped_flow: Flow,
    named: Named,
    key: str,
    has_next: bool,  # noqa: FBT001
) -> None:
    last = shipped_flow.nodes[shipped_flow.sections[-1]]
    assert isinstance(last, Section)
    offering = replace(last, offers=(*last.offers, Offer.NEXT))
    flow = replace(shipped_flow, nodes={**shipped_flow.nodes, last.id: offering})
    *_, end, helped, _, _ = each_said(pressed(flow, Place("en", "menu"), key))
    assert ["next" in named(said) for said in (end, helped)] == [has_next, has_next]


@pytest.mark.parametrize(("now", "offer"), [(OPEN, "person"), (CLOSED, "hours"), (NIGHT, "cannot_wait")])
def test_how_to_ask_for_an_appointment_comes_with_the_key_that_connects(
    shipped_flow: Flow, named: Named, now: Circumstances, offer: str
) -> None:
    *_, number, _, _, _, _, _ = each_said(pressed(shipped_flow, Place("en", "menu"), "4", now))
    assert named(number) == ["appoint 3", offer]


@pytest.mark.parametrize(
    ("place", "key", "begins"),
    [
        (Place("en", "what"), "#", ["where", "what 1"]),
        (Place("en", "what", 1), "7", ["where", "what 1"]),
        (Place("en", "what", 2), "#", ["end"]),
        (Place("en", "what", 1), "8", ["slower", "where", "what 1"]),
        (Place("en", "what", 1, Pace.SLOW), "8", ["normal", "where", "what 1"]),
        (Place("en", "what", 1), "6", ["not_a_choice", "pace", "language", "where", "what 1"]),
        (Place("en", "what", 1, tries=1), "6", ["not_a_choice", "person", "choices", "where", "what 1"]),
        (Place("en", "what", 2), "6", ["not_a_choice", "pace", "language", "where", "what 2"]),
        (Place("en", "what"), "6", ["not_a_choice", "pace", "language", "what title"]),
        (Place("en", "what", tries=1), "6", ["not_a_choice", "person", "choices", "what title"]),
        (Place("en", "what", 3), "6", ["not_a_choice", "person", "again", "pace", "language", "next", "choices"]),
        (Place("en", "what", 3, tries=1), "6", ["not_a_choice", "warn_person", "person", "more_time"]),
        (Place("en", "appoint", 5), "#", ["nothing_to_skip", "end"]),
        (Place("en", "menu"), "#", ["nothing_to_skip", "person"]),
        (Place("en", "menu"), "6", ["not_a_choice", "person", *SECTIONS, "pace", "language", "choices"]),
        (Place("en", "menu", tries=1), "6", ["not_a_choice", "warn_person", "person", "more_time"]),
        (Place("en", "welcome", is_unwarned=True), "6", ["not_a_choice", "emergency", "person"]),
        (Place("en", "welcome", is_unwarned=True), "1", ["emergency", "what title"]),
        (Place("en", "goodbye"), "6", ["not_a_choice", "goodbye 1"]),
        (Place("en", "nobody", tries=2), "6", ["not_a_choice", "goodbye 1"]),
    ],
)
def test_what_is_said_first_after_a_key(
    shipped_flow: Flow, named: Named, place: Place, key: str, begins: list[str]
) -> None:
    assert named(each_said(pressed(shipped_flow, place, key))[0])[: len(begins)] == begins


@pytest.mark.parametrize(
    ("tries", "heard"),
    [
        (0, ["not_a_choice", "pace", "language", "where", "appoint 3", "person"]),
        (1, ["not_a_choice", "person", "choices", "where", "appoint 3"]),
    ],
)
def test_a_passage_offers_the_person_unless_the_help_before_it_just_did(
    shipped_flow: Flow, named: Named, tries: int, heard: list[str]
) -> None:
    assert named(each_said(pressed(shipped_flow, Place("en", "appoint", 3, tries=tries), "6"))[0]) == heard


def test_slow_pace_offers_the_normal_one(shipped_flow: Flow, named: Named) -> None:
    _, helped, *_ = each_said(pressed(shipped_flow, Place("en", "menu", pace=Pace.SLOW), "*"))
    assert "pace_normal" in named(helped)
    assert "pace" not in named(helped)


SPEAKS = [(True, False, False), (False, False, False), (False, True, False), (True, True, True)]
ASKS = [[False, True, False], [True, False, False], [True, False, True], [False, False, False]]


@pytest.mark.parametrize(("speaks", "asks"), list(zip(SPEAKS, ASKS, strict=True)))
def test_a_spanish_caller_hears_what_to_say_once_where_english_may_answer(
    shipped_flow: Flow, named: Named, speaks: tuple[bool, ...], asks: list[bool]
) -> None:
    now = Circumstances(is_open=True, team=speaks)
    turns = [at(shipped_flow, Place("es", "transfer", turn), NO_ANSWER if turn else Arrived(), now) for turn in (1, 2)]
    first = pressed(shipped_flow, Place("es", "menu"), "0", now)
    assert all(isinstance(actions[-1], Dial) for actions in (first, *turns))
    heard = [["transfer 1"], ["still_trying"], ["still_trying"]]
    for actions, begins, is_asked in zip((first, *turns), heard, asks, strict=True):
        assert named(each_said(actions)[0]) == begins + ["ask_language"] * is_asked


def test_a_caller_in_the_first_language_never_hears_it(shipped_flow: Flow, named: Named) -> None:
    now = Circumstances(is_open=True, team=(False, False, False))
    assert named(each_said(pressed(shipped_flow, Place("en", "menu"), "0", now))[0]) == ["transfer 1"]


def test_nothing_is_said_twice_in_one_breath(shipped_flow: Flow, named: Named) -> None:
    nodes = (
        *("welcome", "menu", "what", "spread", "closed", "nobody", "talked", "cut-off", "goodbye"),
        *("call-back", "number", "confirm", "promised", "kept", "unkept", "text-link", "texted", "untexted"),
    )
    breaths: dict[Said, tuple[Place, Key]] = {}
    situations = (*SITUATIONS, DESK, AWAY_DESK, NIGHT_DESK)
    for node, part, tries, key, now in product(nodes, (0, 1, 5), (0, 1, 2), "0678#9", situations):
        place = Place("es", node, part, tries=tries, back=Back("what", 1))
        breaths |= dict.fromkeys(each_said(pressed(shipped_flow, place, key, now)), (place, Key(key)))
    for said, how in breaths.items():
        assert len(set(named(said))) == len(said), how
