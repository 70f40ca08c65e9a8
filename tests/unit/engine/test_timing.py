"""How long a caller waits for what matters, by the telephone's own estimate on the documents as they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from ivr import phone
from ivr.engine.actions import Actions, Continue, Dial, Enter, Listen, Speak
from ivr.engine.documents import document
from ivr.engine.events import (
    Arrived,
    Circumstances,
    DialEnded,
    DialOutcome,
    Effect,
    Event,
    KeyPressed,
    NumberGiven,
    Outcome,
    Silence,
    Stored,
    Typed,
)
from ivr.engine.moves import move
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.nodes import Entry, Section
from ivr.model.numbers import Roster, Target, TargetKind
from ivr.model.place import ONE_MORE, Back, Pace, Place
from ivr.model.seconds import seconds
from ivr.model.speech import Whose
from ivr.twiml.render import CONTENT_TYPE, render

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
TURNS = (False, False, False)
OPEN = Circumstances(is_open=True, team=TURNS)
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=TURNS)
NIGHT = Circumstances(is_open=False, opens=MONDAY, team=TURNS, after_hours=(False,))
FAR = Circumstances(is_open=False, opens=Opening(Day.DATE, month=9, date=27, hour=13, minute=30), team=TURNS)
DESK = replace(OPEN, takes_callbacks=True, can_call_back=True, can_text=True)
CLOSED_DESK = replace(CLOSED, takes_callbacks=True, can_call_back=True, can_text=True, reason="weather")
SITUATIONS = (OPEN, CLOSED, NIGHT, FAR, DESK, CLOSED_DESK)
SPOKEN = {Whose.LAST_TWO: ("47",), Whose.TYPED: ("813", "555", "0147")}

TURN = (Target(TargetKind.NUMBER, "+18135550101"),)
ROSTER = Roster((TURN, TURN, TURN), (TURN,), (TURN,), "+18886633488")
MISSED = DialEnded(None, DialOutcome.NO_ANSWER, was_short=True)


def sent(flow: Flow, actions: Actions) -> phone.Document:
    return phone.parse(render(flow, actions, ROSTER, SPOKEN), CONTENT_TYPE)


def takes_s(heard: phone.Say | phone.Pause) -> float:
    return heard.s if isinstance(heard, phone.Pause) else phone.seconds(heard)


def timed(document: phone.Document) -> Iterator[tuple[float, float, phone.Say]]:
    """Each thing said to a caller who presses nothing: when it begins, when it ends, and what it is."""
    now_s = 0.0
    for verb in document.verbs:
        match verb:
            case phone.Gather(heard=heard, timeout_s=timeout_s):
                for each in heard:
                    ends_s = now_s + takes_s(each)
                    if isinstance(each, phone.Say):
                        yield now_s, ends_s, each
                    now_s = ends_s
                now_s += timeout_s
            case phone.Say():
                yield now_s, now_s + takes_s(verb), verb
                now_s += takes_s(verb)
            case _:
                return


@pytest.mark.parametrize("now", SITUATIONS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_from_pickup_the_other_language_is_offered_within_5_s_and_the_first_choice_begins_within_13_s(
    shipped_flow: Flow, language: str, now: Circumstances
) -> None:
    _, actions = step(shipped_flow, Place(language, ""), Arrived(), now)
    _, offer, emergency, first_choice, *_ = timed(sent(shipped_flow, actions))
    first_key = "5." if now is CLOSED_DESK else "0."
    assert offer[2].language != emergency[2].language
    assert offer[0] <= 5
    assert offer[1] - 0.6 <= 7  # its last word, without the rest after it
    assert first_choice[0] <= 13
    assert first_choice[2].written.endswith(first_key)


HAPPENS: tuple[tuple[int, Event], ...] = (
    (0, MISSED),
    *((tries, KeyPressed(Key.SIX)) for tries in (0, 1, 2)),
    *((0, KeyPressed(key)) for key in (Key.ZERO, Key.SEVEN, Key.EIGHT, Key.NINE, Key.POUND)),
    *((tries, NumberGiven(typed, 7)) for tries in (0, 2) for typed in Typed),
    *((0, Stored(effect, outcome, MONDAY)) for effect in Effect for outcome in Outcome),
)


def every_document(flow: Flow) -> Iterator[Actions]:
    """Every node with every part, after every kind of event, at both paces, in both languages and all situations."""
    places = [(node, part) for node in flow.nodes for part in range(last_part(flow, node) + 1)]
    for now in SITUATIONS:
        cues = {
            move(flow, Place(language, node, part, pace, tries, Back("what", 1)), event, now)
            for (node, part), language, pace in product(places, flow.line.languages, Pace)
            for tries, event in HAPPENS
        }
        yield from (document(flow, cue, now) for cue in cues)


def last_part(flow: Flow, node: str) -> int:
    return {Section: flow.parts(node) + 1, Entry: ONE_MORE}.get(type(flow.nodes[node]), 1)


@pytest.fixture(scope="module")
def different(shipped_flow: Flow) -> list[Actions]:
    """Every different document, the first in which each different thing is said."""
    found: dict[object, Actions] = {}
    for actions in every_document(shipped_flow):
        for action in actions:
            if isinstance(action, Listen | Speak | Enter):
                found.setdefault((action.said, pace_of(action)), (action,))
    return list(found.values())


def pace_of(action: Listen | Speak | Enter) -> Pace:
    return action.pace if isinstance(action, Speak) else action.at.pace


def test_our_estimate_agrees_with_the_telephones_for_everything_that_is_said(
    shipped_flow: Flow, different: list[Actions]
) -> None:
    assert len(different) > 500
    for actions in different:
        (action,) = actions
        assert isinstance(action, Listen | Speak | Enter)
        ours_s = seconds(action.said, pace_of(action))
        theirs_s = sum(ends_s - begins_s for begins_s, ends_s, _ in timed(whole(shipped_flow, actions)))
        assert ours_s == pytest.approx(theirs_s, rel=0.15), action.said


def whole(flow: Flow, actions: Actions) -> phone.Document:
    """A document of one thing said; the telephone asks that it leads on."""
    _, ends = step(flow, Place("en", "goodbye"), MISSED, OPEN)
    listens = tuple(Listen(action.at, (), 1) for action in actions if isinstance(action, Enter))
    return sent(flow, (*actions, *listens, ends[-1]))


def test_what_leads_on_by_itself_lasts_at_most_8_s_said_at_the_normal_pace(different: list[Actions]) -> None:
    for (action,) in different:
        if isinstance(action, Speak):
            assert seconds(action.said) <= 8, action


def test_a_passage_lasts_at_most_30_s_at_either_pace(shipped_flow: Flow) -> None:
    for language, pace, section in product(shipped_flow.line.languages, Pace, shipped_flow.sections):
        _, actions = step(shipped_flow, Place(language, section, pace=pace), KeyPressed(Key.SEVEN), CLOSED)
        for listen in actions[1 : shipped_flow.parts(section) + 1]:
            assert isinstance(listen, Listen)
            assert seconds(listen.said, pace) <= 30


def silent_s(flow: Flow, place: Place, now: Circumstances) -> float:
    """The seconds from a key until the line hangs up on a caller who presses no other; each turn rings 5 s longer."""
    actions = step(flow, place, KeyPressed(Key.SEVEN), now)[1]
    total_s = 0.0
    while True:
        document = sent(flow, actions)
        total_s += sum(takes_s(heard) for verb in document.verbs for heard in words_of(verb))
        total_s += sum(verb.timeout_s for verb in document.verbs if isinstance(verb, phone.Gather))
        match actions[-1]:
            case Dial(ends=Place() as ends, ring_s=ring_s):
                total_s += ring_s + 5
                actions = step(flow, ends, MISSED, now)[1]
            case Continue(at=at):
                actions = step(flow, at, Silence(), now)[1]
            case _:
                return total_s


def words_of(verb: object) -> tuple[phone.Say | phone.Pause, ...]:
    match verb:
        case phone.Gather(heard=heard):
            return heard
        case phone.Say():
            return (verb,)
        case _:
            return ()


@pytest.mark.parametrize("now", SITUATIONS)
@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_caller_who_stops_pressing_keys_hears_the_goodbye_in_less_than_ten_minutes(
    shipped_flow: Flow, language: str, pace: Pace, now: Circumstances
) -> None:
    for node in shipped_flow.nodes:
        assert silent_s(shipped_flow, Place(language, node, pace=pace), now) < 600, node
