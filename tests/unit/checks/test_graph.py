"""The nouns of the call graph: what can happen at a place, in which situations, and where it leads without a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.graph import (
    CLOSED,
    CLOSED_BARE,
    MONDAY_AT_8,
    NIGHT,
    OPEN,
    OPEN_BARE,
    OPEN_UNKNOWN,
    Asked,
    CallGraph,
    Happening,
    State,
    listening,
    situations,
)
from ivr.engine.actions import Actions, Continue, Dial, Enter, HangUp, Listen, Perform, Speak
from ivr.engine.cues import Cue
from ivr.engine.events import (
    Circumstances,
    DialEnded,
    DialOutcome,
    Effect,
    KeyPressed,
    NumberGiven,
    Outcome,
    Silence,
    Stored,
    Typed,
)
from ivr.model.flow import Flow
from ivr.model.keys import Key
from ivr.model.numbers import Role
from ivr.model.place import ONE_MORE, TYPING, Place
from tests.evidence import clinic, shipped

HERE, THERE = Place("en", "main"), Place("en", "who")


def test_a_document_listens_where_a_key_counts_and_where_it_leads_on() -> None:
    ringing = Dial(Role.TEAM, 0, 15, 3600, THERE)
    last_turn = Dial(Role.TEAM, 1, 15, 3600, None)
    typing, one_more = Place("en", "number", TYPING), Place("en", "number", ONE_MORE)
    typed = (Enter(typing, (), 7, 10), Enter(one_more, (), 7, 10))
    assert [what for _, what in listening(typed)] == [Happening.TYPING, Happening.ONE_MORE_KEY]
    actions = (Speak(()), Listen(HERE, (), 7), Listen(THERE, (), 7), last_turn, ringing, Continue(HERE), HangUp())
    assert list(listening(actions)) == [
        (HERE, Happening.KEY),
        (THERE, Happening.KEY),
        (THERE, Happening.ENDING),
        (HERE, Happening.SILENCE),
    ]


def test_every_key_can_be_pressed_and_a_turn_can_end_in_every_way_that_leads_elsewhere() -> None:
    assert Happening.KEY.events == tuple(map(KeyPressed, Key))
    assert Happening.SILENCE.events == (Silence(),)
    ends = {(event.bridged, event.was_short) for event in Happening.ENDING.events if isinstance(event, DialEnded)}
    assert ends == {(True, False), (True, True), (False, True), (None, False), (None, True)}
    outcomes = {event.outcome for event in Happening.ENDING.events if isinstance(event, DialEnded)}
    assert outcomes == {DialOutcome.COMPLETED, DialOutcome.ANSWERED, DialOutcome.NO_ANSWER}


@pytest.mark.parametrize("effect", Effect)
def test_what_is_performed_leads_on_with_all_that_can_come_of_it(effect: Effect) -> None:
    ((at, what),) = listening((Perform(effect, HERE),))
    assert at == HERE
    assert what.events == what.keyless
    told = [event for event in what.events if isinstance(event, Stored)]
    assert {event.effect for event in told} == {effect}
    outcomes = (Outcome.DONE, Outcome.FAILED) if effect is Effect.ASK_STORE else tuple(Outcome)
    promised = effect in (Effect.KEEP_OWN, Effect.KEEP_TYPED)
    assert [event.outcome for event in told if event.promise is None] == list(outcomes)
    by_when = [event.promise for event in told if event.outcome is Outcome.DONE and event.promise]
    assert by_when == [MONDAY_AT_8] * promised


def test_a_number_is_typed_with_keys_that_mean_what_they_mean_everywhere() -> None:
    typed = tuple(NumberGiven(each, 7) for each in Typed)
    assert Happening.TYPING.events == (*Happening.KEY.events, *typed)
    assert Happening.ONE_MORE_KEY.events == typed
    assert Happening.TYPING.keyless == Happening.ONE_MORE_KEY.keyless == Happening.KEY.keyless == ()


def asking(now: Circumstances) -> Circumstances:
    """The same for a caller who can ask for anything."""
    return replace(now, takes_callbacks=True, can_call_back=True, can_text=True)


def of_turns(flow: Flow, turns: int) -> Flow:
    return replace(flow, line=replace(flow.line, ringing=replace(flow.line.ringing, turns=turns)))


@pytest.mark.parametrize("turns", [(False,), (False, True), (False, True, False)])
def test_the_situations_are_those_that_the_line_can_be_in(turns: tuple[bool, ...]) -> None:
    here = Circumstances(is_open=True, team=turns)
    away = Circumstances(is_open=False, opens=MONDAY_AT_8, team=turns)
    assert situations(of_turns(shipped().flow, len(turns))) == {
        OPEN: asking(here),
        CLOSED: asking(away),
        NIGHT: asking(replace(away, after_hours=turns)),
        OPEN_BARE: here,
        CLOSED_BARE: away,
        OPEN_UNKNOWN: replace(here, takes_callbacks=True),
    }


def test_a_line_that_nobody_can_ask_for_anything_is_open_or_closed() -> None:
    here = Circumstances(is_open=True, team=(False, True))
    away = Circumstances(is_open=False, opens=MONDAY_AT_8, team=(False, True))
    assert situations(clinic().flow) == {OPEN: here, CLOSED: away}


@pytest.mark.parametrize(("callback", "text"), [(True, False), (False, True)])
def test_a_line_takes_callbacks_or_sends_texts_where_it_has_them(callback: bool, text: bool) -> None:  # noqa: FBT001
    flow = shipped().flow
    some = replace(flow, callback=flow.callback if callback else None, text=flow.text if text else None)
    ways = situations(some)
    assert list(ways) == [OPEN, CLOSED, NIGHT, OPEN_BARE, CLOSED_BARE, OPEN_UNKNOWN]
    assert (ways[OPEN].takes_callbacks, ways[OPEN].can_call_back, ways[OPEN].can_text) == (callback, callback, text)


def test_without_a_key_a_document_leads_on_in_the_situation_in_which_it_began() -> None:
    here, there, closed = State(Cue(HERE), OPEN), State(Cue(THERE), OPEN), State(Cue(THERE), CLOSED)
    listens: Actions = (Listen(HERE, (), 7), Continue(HERE))
    documents: dict[State, Actions] = {here: listens, there: (HangUp(),), closed: (HangUp(),)}
    graph = CallGraph({}, documents, {Asked(HERE, Silence()): {OPEN: there, CLOSED: closed}})
    assert graph.keyless == {here: {there}, there: set(), closed: set()}
