"""What callers ask for: where each outcome of an effect leads, and what the keys of a number come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from ivr.engine.cues import Cue, Remark
from ivr.engine.events import Circumstances, Effect, KeyPressed, NumberGiven, Outcome, Stored, Typed
from ivr.engine.moves import move
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.nodes import Question
from ivr.model.place import BEING_ASKED, HELPED, ONE_MORE, Back, Pace, Place

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=10)
BARE = Circumstances(is_open=True, team=(True, True, True))
OPEN = replace(BARE, takes_callbacks=True, can_call_back=True, can_text=True)
HIDDEN = replace(BARE, takes_callbacks=True)
CLOSED = replace(OPEN, is_open=False, opens=MONDAY)
BACK = Back("what", 1)

ASKED, NUMBER = Place("es", "call-back", pace=Pace.SLOW, back=BACK), Place("es", "number", pace=Pace.SLOW, back=BACK)
CONFIRM, PROMISED = ASKED._replace(node="confirm"), ASKED._replace(node="promised", promise=MONDAY)
TEXT_LINK = ASKED._replace(node="text-link")


@pytest.mark.parametrize(
    ("place", "effect", "outcome", "now", "leads_to", "remarks"),
    [
        (ASKED, Effect.ASK_STORE, Outcome.DONE, OPEN, "call-back", ()),
        (ASKED, Effect.ASK_STORE, Outcome.DONE, HIDDEN, "number", ()),
        (ASKED, Effect.ASK_STORE, Outcome.FAILED, OPEN, "unkept", ()),
        (ASKED, Effect.ASK_STORE, Outcome.FAILED, HIDDEN, "unkept", ()),
        (ASKED, Effect.KEEP_OWN, Outcome.DONE, OPEN, "promised", ()),
        (ASKED, Effect.KEEP_OWN, Outcome.FAILED, OPEN, "unkept", ()),
        (ASKED, Effect.KEEP_OWN, Outcome.REFUSED, OPEN, "kept", (Remark.ENOUGH,)),
        (CONFIRM, Effect.KEEP_TYPED, Outcome.DONE, HIDDEN, "promised", ()),
        (CONFIRM, Effect.KEEP_TYPED, Outcome.FAILED, HIDDEN, "unkept", ()),
        (CONFIRM, Effect.KEEP_TYPED, Outcome.REFUSED, HIDDEN, "kept", (Remark.ENOUGH,)),
        (CONFIRM, Effect.ASK_STORE, Outcome.FAILED, HIDDEN, "unkept", ()),
        (PROMISED, Effect.PERMIT_MESSAGE, Outcome.DONE, OPEN, "kept", ()),
        (PROMISED, Effect.PERMIT_MESSAGE, Outcome.FAILED, OPEN, "kept", (Remark.NOT_NOTED,)),
        (PROMISED, Effect.PERMIT_MESSAGE, Outcome.REFUSED, OPEN, "kept", (Remark.NOT_NOTED,)),
        (TEXT_LINK, Effect.SEND_TEXT, Outcome.DONE, OPEN, "texted", ()),
        (TEXT_LINK, Effect.SEND_TEXT, Outcome.FAILED, OPEN, "untexted", ()),
        (TEXT_LINK, Effect.SEND_TEXT, Outcome.REFUSED, OPEN, "untexted", ()),
    ],
)
def test_what_was_done_or_could_not_be_leads_on_with_the_way_back(
    shipped_flow: Flow,
    place: Place,
    effect: Effect,
    outcome: Outcome,
    now: Circumstances,
    leads_to: str,
    remarks: tuple[Remark, ...],
) -> None:
    cue = move(shipped_flow, place, Stored(effect, outcome), now)
    expected = place._replace(node=leads_to, promise=None)
    assert (cue.place, cue.remarks, cue.effect, cue.is_after_key) == (expected, remarks, None, True)


@pytest.mark.parametrize("promise", [MONDAY, None])
@pytest.mark.parametrize(("place", "effect"), [(ASKED, Effect.KEEP_OWN), (CONFIRM, Effect.KEEP_TYPED)])
def test_the_promise_of_a_request_that_is_kept_travels_to_where_it_is_said(
    shipped_flow: Flow, place: Place, effect: Effect, promise: Opening | None
) -> None:
    cue = move(shipped_flow, place, Stored(effect, Outcome.DONE, promise), OPEN)
    assert cue.place == place._replace(node="promised", promise=promise)


@pytest.mark.parametrize(
    ("place", "effect"),
    [
        (ASKED, Effect.KEEP_OWN),
        (CONFIRM, Effect.KEEP_TYPED),
        (PROMISED, Effect.PERMIT_MESSAGE),
        (TEXT_LINK, Effect.SEND_TEXT),
    ],
)
def test_yes_is_acted_on_before_anything_is_said_and_no_is_not(
    shipped_flow: Flow, place: Place, effect: Effect
) -> None:
    yes = move(shipped_flow, place._replace(tries=2), KeyPressed(Key.ONE), OPEN)
    assert (yes.place, yes.effect, yes.is_after_key) == (place, effect, True)
    no = move(shipped_flow, place._replace(tries=2), KeyPressed(Key.TWO), OPEN)
    expected = {"call-back": "number", "confirm": "number", "promised": "kept", "text-link": "menu"}[place.node]
    assert (no.place.node, no.effect, no.place.promise) == (expected, None, None)


ONE_DIGIT_TOO_MANY = "3456"  # keys that lead to a section, a callback or a text


def being_asked(flow: Flow) -> Iterator[Place]:
    """Every question of the line while its words are being said, with what a caller takes along."""
    for node, language, pace in product(flow.nodes, flow.line.languages, Pace):
        if isinstance(flow.nodes[node], Question):
            promise = MONDAY if node == "promised" else None
            yield Place(language, node, BEING_ASKED, pace=pace, back=BACK, promise=promise)


@pytest.mark.parametrize("now", [OPEN, HIDDEN, CLOSED, BARE])
def test_a_yes_to_what_is_still_being_asked_asks_it_anew_and_does_nothing(
    shipped_flow: Flow, now: Circumstances
) -> None:
    places = list(being_asked(shipped_flow))
    assert {place.node for place in places} == {"call-back", "confirm", "promised", "text-link"}
    for place in places:
        cue = move(shipped_flow, place._replace(has_pressed=False), KeyPressed(Key.ONE), now)
        assert cue == Cue(place._replace(part=0), is_after_key=True)
        again = move(shipped_flow, place, KeyPressed(Key.SEVEN), now)
        assert cue == again


@pytest.mark.parametrize("now", [OPEN, HIDDEN, CLOSED, BARE])
@pytest.mark.parametrize("key", [key for key in Key if key is not Key.ONE])
def test_every_other_key_works_while_the_question_is_asked_as_it_does_afterwards(
    shipped_flow: Flow, key: Key, now: Circumstances
) -> None:
    for place in being_asked(shipped_flow):
        if place.node == "confirm" and key.value in ONE_DIGIT_TOO_MANY:
            continue
        early = move(shipped_flow, place, KeyPressed(key), now)
        assert early == move(shipped_flow, place._replace(part=0), KeyPressed(key), now)
        assert early.place.part == 0


@pytest.mark.parametrize("now", [OPEN, HIDDEN, CLOSED, BARE])
@pytest.mark.parametrize("key", ONE_DIGIT_TOO_MANY)
def test_one_digit_too_many_loses_no_number_while_it_is_read_back(
    shipped_flow: Flow, key: str, now: Circumstances
) -> None:
    for language, pace in product(shipped_flow.line.languages, Pace):
        read_back = Place(language, "confirm", BEING_ASKED, pace=pace, back=BACK)
        cue = move(shipped_flow, read_back, KeyPressed(Key(key)), now)
        assert cue == Cue(read_back._replace(part=0, has_pressed=True), is_after_key=True)
        asked = move(shipped_flow, read_back._replace(part=0), KeyPressed(Key(key)), now)
        assert asked.place.node != "confirm" or asked.wrong_key is Key(key)


@pytest.mark.parametrize("tries", range(4))
def test_a_yes_counts_as_soon_as_the_question_was_said(shipped_flow: Flow, tries: int) -> None:
    for place in being_asked(shipped_flow):
        cue = move(shipped_flow, place._replace(part=0, tries=tries), KeyPressed(Key.ONE), OPEN)
        assert (cue.place, cue.effect is None) == (place._replace(part=0), False)


@pytest.mark.parametrize("now", [OPEN, HIDDEN])
@pytest.mark.parametrize("node", ["menu", "closed", "kept", "promised", "goodbye"])
def test_the_store_is_asked_before_a_caller_answers_or_types(shipped_flow: Flow, node: str, now: Circumstances) -> None:
    cue = move(shipped_flow, Place("en", node, tries=2), KeyPressed(Key.FIVE), now)
    assert (cue.place, cue.effect) == (Place("en", "call-back"), Effect.ASK_STORE)


def test_where_nobody_would_see_the_request_or_no_text_can_be_sent_the_key_is_no_choice(shipped_flow: Flow) -> None:
    for key in (Key.FIVE, Key.SIX):
        cue = move(shipped_flow, Place("en", "menu"), KeyPressed(key), BARE)
        assert (cue.wrong_key, cue.place, cue.effect) == (key, Place("en", "menu", tries=1), None)
    assert move(shipped_flow, Place("en", "menu"), KeyPressed(Key.SIX), HIDDEN).wrong_key is Key.SIX


def test_a_line_that_has_neither_never_offers_them_whatever_the_circumstances_say(shipped_flow: Flow) -> None:
    bare = replace(shipped_flow, callback=None, text=None)
    for key in (Key.FIVE, Key.SIX):
        assert move(bare, Place("en", "menu"), KeyPressed(key), OPEN).wrong_key is key
    assert move(bare, ASKED, Stored(Effect.ASK_STORE, Outcome.DONE), HIDDEN).place == ASKED
    assert move(bare, ASKED, Stored(Effect.KEEP_OWN, Outcome.REFUSED), HIDDEN).place.node == "unkept"


@pytest.mark.parametrize("now", [OPEN, HIDDEN, CLOSED])
@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        (Typed.WHOLE, NUMBER._replace(node="confirm")),
        (Typed.ONE_MORE, NUMBER._replace(part=ONE_MORE, tries=1)),
        (Typed.STARTED_OVER, NUMBER),
        (Typed.FAILED, NUMBER._replace(node="unkept")),
        (Typed.TOO_FEW, NUMBER._replace(tries=2)),
        (Typed.NOT_CALLABLE, NUMBER._replace(tries=2)),
    ],
)
def test_where_the_keys_of_a_number_lead(shipped_flow: Flow, typed: Typed, leads_to: Place, now: Circumstances) -> None:
    given = NumberGiven(typed, 7)
    is_told = typed in (Typed.TOO_FEW, Typed.NOT_CALLABLE)
    for part in (0, HELPED, ONE_MORE):
        cue = move(shipped_flow, NUMBER._replace(part=part, tries=1), given, now)
        assert (cue.place, cue.given) == (leads_to, given if is_told else None)
        assert (cue.is_after_key, cue.wrong_key) == (True, None)


@pytest.mark.parametrize("typed", [Typed.TOO_FEW, Typed.NOT_CALLABLE])
def test_the_third_number_that_is_none_leads_to_whom_there_is_and_tells_why(shipped_flow: Flow, typed: Typed) -> None:
    given, third = NumberGiven(typed, 7), NUMBER._replace(tries=2)
    for now, node in ((OPEN, "transfer"), (HIDDEN, "transfer"), (CLOSED, "closed")):
        cue = move(shipped_flow, third, given, now)
        assert (cue.place, cue.given) == (NUMBER._replace(node=node), given)


def test_typing_counts_as_pressing_a_key(shipped_flow: Flow) -> None:
    unpressed = NUMBER._replace(has_pressed=False)
    for typed in Typed:
        assert move(shipped_flow, unpressed, NumberGiven(typed), OPEN).place.has_pressed


@pytest.mark.parametrize("node", ["menu", "what", "kept", "number"])
def test_what_was_done_for_a_place_that_asks_nothing_says_that_place_again(shipped_flow: Flow, node: str) -> None:
    place = Place("en", node, tries=1)
    for effect in Effect:
        cue = move(shipped_flow, place, Stored(effect, Outcome.DONE, MONDAY), OPEN)
        assert (cue.place, cue.effect) == (Place("en", node), None)


@pytest.mark.parametrize("node", ["menu", "kept", "call-back"])
def test_a_number_for_a_place_that_takes_none_says_that_place_again(shipped_flow: Flow, node: str) -> None:
    for typed in Typed:
        cue = move(shipped_flow, Place("en", node, tries=1), NumberGiven(typed), OPEN)
        assert (cue.place, cue.given) == (Place("en", node), None)


def test_the_question_keeps_its_promise_in_the_other_language_and_at_the_other_pace(shipped_flow: Flow) -> None:
    for key in (Key.SEVEN, Key.EIGHT, Key.NINE, Key.POUND):
        assert move(shipped_flow, PROMISED, KeyPressed(key), OPEN).place.promise == MONDAY
    for key in (Key.ZERO, Key.TWO, Key.THREE, Key.FIVE, Key.STAR):
        assert move(shipped_flow, PROMISED, KeyPressed(key), OPEN).place.promise is None


def test_the_way_back_travels_through_a_callback_to_its_end(shipped_flow: Flow) -> None:
    place = Place("en", "what", 1)
    for event in (
        KeyPressed(Key.FIVE),
        Stored(Effect.ASK_STORE, Outcome.DONE),
        NumberGiven(Typed.ONE_MORE),
        NumberGiven(Typed.WHOLE),
        KeyPressed(Key.ONE),
        Stored(Effect.KEEP_TYPED, Outcome.DONE, MONDAY),
        KeyPressed(Key.TWO),
    ):
        place = move(shipped_flow, place, event, HIDDEN).place
    assert place == Place("en", "kept", back=BACK)
    assert move(shipped_flow, place, KeyPressed(Key.SEVEN), HIDDEN).place == Place("en", "what", 1)
