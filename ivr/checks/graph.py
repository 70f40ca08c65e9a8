"""The call graph of a line: every document that a caller can meet, and what every event in one leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from ivr.engine.actions import Actions, Continue, Dial, HangUp, Listen, Speak
from ivr.engine.events import Circumstances, DialEnded, DialOutcome, Event, KeyPressed, Silence
from ivr.engine.moves import Cue
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.place import Place

OPEN, CLOSED, NIGHT = "open", "closed", "closed, with an after-hours line"
MONDAY_AT_8 = Opening(Day.WEEKDAY, weekday=0, hour=8)


class Happening(Enum):
    """What can happen at a place of a document, as all of its events."""

    KEY = tuple(KeyPressed(key) for key in Key)
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
                if happening is not Happening.KEY
                for event in happening.events
            }
            for state, actions in self.documents.items()
        }


def situations(flow: Flow) -> Mapping[str, Circumstances]:
    """The ways things can be: open, closed, and closed with somebody to ring all the same, where the line has that."""
    turns = (False, True, False)[: flow.line.ringing.turns]
    kinds = {
        OPEN: Circumstances(is_open=True, team=turns),
        CLOSED: Circumstances(is_open=False, opens=MONDAY_AT_8, team=turns),
        NIGHT: Circumstances(is_open=False, opens=MONDAY_AT_8, team=turns, after_hours=turns),
    }
    return kinds if flow.person.after_hours != flow.person.closed else {name: kinds[name] for name in (OPEN, CLOSED)}


def listening(actions: Actions) -> Iterator[Listening]:
    """The places of a document at which something can happen, and what."""
    for action in actions:
        match action:
            case Listen(at=at):
                yield at, Happening.KEY
            case Continue(at=at):
                yield at, Happening.SILENCE
            case Dial(ends=Place() as ends):
                yield ends, Happening.ENDING
            case Dial() | Speak() | HangUp():
                continue
