"""The call graph of a line: every document that a caller can meet, and what every event in one leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from ivr.engine.actions import Actions, Continue, Dial, Enter, HangUp, Listen, Perform, Speak
from ivr.engine.cues import Cue
from ivr.engine.events import (
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
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.place import ONE_MORE, Place

OPEN, CLOSED, NIGHT = "open", "closed", "closed, with an after-hours line"
OPEN_BARE, CLOSED_BARE = "open, and no callbacks or texts", "closed, and no callbacks or texts"
OPEN_UNKNOWN = "open, and the caller's number is not known"
MONDAY_AT_8 = Opening(Day.WEEKDAY, weekday=0, hour=8)


_KEYS = tuple(KeyPressed(key) for key in Key)
_GIVEN = tuple(NumberGiven(typed, 7) for typed in Typed)


def _stored(effect: Effect, *outcomes: Outcome) -> tuple[Stored, ...]:
    return tuple(Stored(effect, outcome) for outcome in outcomes)


def _kept(effect: Effect) -> tuple[Stored, ...]:
    """Which time is promised changes only its name in what is said, so that one stands for all."""
    return Stored(effect, Outcome.DONE, MONDAY_AT_8), *_stored(effect, *Outcome)


class Happening(Enum):
    """What can happen at a place of a document, as all of its events."""

    KEY = _KEYS
    TYPING = (*_KEYS, *_GIVEN)  # one key alone means what it means everywhere
    ONE_MORE_KEY = _GIVEN
    ASKED_STORE = _stored(Effect.ASK_STORE, Outcome.DONE, Outcome.FAILED)
    KEPT_OWN = _kept(Effect.KEEP_OWN)
    KEPT_TYPED = _kept(Effect.KEEP_TYPED)
    PERMITTED = _stored(Effect.PERMIT_MESSAGE, *Outcome)
    SENT_TEXT = _stored(Effect.SEND_TEXT, *Outcome)
    SILENCE = (Silence(),)
    ENDING = (
        DialEnded(bridged=True, outcome=DialOutcome.COMPLETED, was_short=False),
        DialEnded(bridged=True, outcome=DialOutcome.COMPLETED, was_short=True),
        DialEnded(bridged=False, outcome=DialOutcome.COMPLETED, was_short=True),
        DialEnded(bridged=None, outcome=DialOutcome.ANSWERED, was_short=False),
        DialEnded(bridged=None, outcome=DialOutcome.NO_ANSWER, was_short=True),
    )

    def __init__(self, *events: Event) -> None:
        self.events = events
        self.keyless = tuple(event for event in events if not isinstance(event, KeyPressed | NumberGiven))


_COMES_OF = {
    Effect.ASK_STORE: Happening.ASKED_STORE,
    Effect.KEEP_OWN: Happening.KEPT_OWN,
    Effect.KEEP_TYPED: Happening.KEPT_TYPED,
    Effect.PERMIT_MESSAGE: Happening.PERMITTED,
    Effect.SEND_TEXT: Happening.SENT_TEXT,
}


class State(NamedTuple):
    """A document that a caller can meet: where it begins, and in which situation."""

    cue: Cue
    situation: str


class Asked(NamedTuple):
    """An event at a place: what the step is asked, once each."""

    at: Place
    event: Event


Listening = tuple[Place, Happening]
Answers = Mapping[str, State]  # by the situation in which it happens


@dataclass
class CallGraph:
    """Every document that a caller can meet, and the answers to everything that can happen in one."""

    situations: Mapping[str, Circumstances]
    documents: dict[State, Actions] = field(default_factory=dict)
    answers: dict[Asked, Answers] = field(default_factory=dict)

    @cached_property
    def keyless(self) -> dict[State, set[State]]:
        """Where each document leads when no key is pressed, in the situation it began in."""
        return {
            state: {
                self.answers[Asked(at, event)][state.situation]
                for at, happening in listening(actions)
                for event in happening.keyless
            }
            for state, actions in self.documents.items()
        }


def situations(flow: Flow) -> Mapping[str, Circumstances]:
    """The ways things can be: open, closed, and closed with somebody to ring all the same, where the line has that.

    And, where callers can ask for something, the same with nobody at the desk, and for a caller whose number is hidden.
    """
    turns = (False, True, False)[: flow.line.ringing.turns]
    here, away = Circumstances(is_open=True, team=turns), Circumstances(is_open=False, opens=MONDAY_AT_8, team=turns)
    kinds = {OPEN: _asked(flow, here), CLOSED: _asked(flow, away)}
    if flow.person.after_hours != flow.person.closed:
        kinds[NIGHT] = _asked(flow, replace(away, after_hours=turns))
    if flow.callback is not None or flow.text is not None:
        unknown = replace(_asked(flow, here), can_call_back=False, can_text=False)
        kinds |= {OPEN_BARE: here, CLOSED_BARE: away, OPEN_UNKNOWN: unknown}
    return kinds


def _asked(flow: Flow, now: Circumstances) -> Circumstances:
    """The same, with everything that a caller can ask for where the line has it."""
    has_callbacks = flow.callback is not None
    return replace(now, takes_callbacks=has_callbacks, can_call_back=has_callbacks, can_text=flow.text is not None)


def listening(actions: Actions) -> Iterator[Listening]:
    """The places of a document at which something can happen, and what."""
    for action in actions:
        match action:
            case Listen(at=at):
                yield at, Happening.KEY
            case Enter(at=at):
                yield at, (Happening.ONE_MORE_KEY if at.part == ONE_MORE else Happening.TYPING)
            case Perform(effect=effect, at=at):
                yield at, _COMES_OF[effect]
            case Continue(at=at):
                yield at, Happening.SILENCE
            case Dial(ends=Place() as ends):
                yield ends, Happening.ENDING
            case Dial() | Speak() | HangUp():
                continue
