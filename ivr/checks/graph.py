"""The call graph that the engine really walks: every document, every key at every place, open and closed.

Pure and without rendering: it asks the step itself, so that what is proved is what a caller meets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ivr.engine.actions import Actions, Continue, Dial, HangUp, Listen, Speak
from ivr.engine.documents import document
from ivr.engine.events import Arrived, Circumstances, DialEnded, DialOutcome, Event, KeyPressed, Silence
from ivr.engine.moves import Cue, move
from ivr.engine.narrator import Narrator, Said
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.nodes import Offer
from ivr.model.place import Back, Place
from ivr.model.speech import Text, Values

OPEN, CLOSED, NIGHT = "open", "closed", "closed, with an after-hours line"
MONDAY_AT_8 = Opening(Day.WEEKDAY, weekday=0, hour=8)

Listening = tuple[Place, tuple[Event, ...]]

SILENCE: tuple[Event, ...] = (Silence(),)
KEYS: tuple[Event, ...] = tuple(KeyPressed(key) for key in Key)
ENDINGS: tuple[Event, ...] = tuple(
    DialEnded(bridged, outcome, was_short)
    for bridged, outcome, was_short in (
        (True, DialOutcome.COMPLETED, False),
        (True, DialOutcome.COMPLETED, True),
        (False, DialOutcome.COMPLETED, True),
        (None, DialOutcome.ANSWERED, False),
        (None, DialOutcome.NO_ANSWER, True),
    )
)


class State(NamedTuple):
    """A document that a caller can meet: where it begins, and in which situation."""

    cue: Cue
    situation: str


class Asked(NamedTuple):
    """An event at a place, in the situation of that moment: what the step is asked, once each."""

    at: Place
    event: Event
    situation: str


@dataclass
class CallGraph:
    """Every document that a caller can meet, and the answer to everything that can happen in one."""

    situations: Mapping[str, Circumstances]
    documents: dict[State, Actions] = field(default_factory=dict)
    answers: dict[Asked, State] = field(default_factory=dict)

    @cached_property
    def keyless(self) -> dict[State, set[State]]:
        """Where each document leads when no key is pressed, in the situation it began in."""
        return {
            state: {
                self.answers[Asked(at, event, state.situation)]
                for at, events in _listening(actions)
                if events is not KEYS
                for event in events
            }
            for state, actions in self.documents.items()
        }


class Mute(Narrator):
    """Says nothing: where a document leads never depends on its words, and a start need not make them."""

    def sentence(self, text: Text | None, values: Values | None = None) -> Said:
        """Nothing."""
        del text, values
        return ()

    def option(self, text: Text | None, key: Key | None) -> Said:
        """Nothing."""
        del text, key
        return ()

    def offers(self, *offers: Offer) -> Said:
        """Nothing."""
        del offers
        return ()

    def heading(self) -> Said:
        """Nothing."""
        return ()


def walk(flow: Flow) -> CallGraph:
    """Walk every document from the first second of a call; the situation may change at any event.

    The part of a section that a caller may return to changes only where `again` leads, and every part is walked for
    itself; which key was no choice changes only its name in what is said. So one way back and one key stand for all of
    them here, and nothing is said aloud. `prove` walks each of them, rendered.
    """
    graph = CallGraph(situations(flow))
    waiting = deque(_arrivals(flow, graph.situations))
    known: set[Listening] = set()
    while waiting:
        state = waiting.popleft()
        if state in graph.documents:
            continue
        graph.documents[state] = document(flow, state.cue, graph.situations[state.situation], Mute)
        for listening in _listening(graph.documents[state]):
            if listening not in known:
                known.add(listening)
                answers = _answers(flow, graph.situations, listening)
                graph.answers.update(answers)
                waiting.extend(answers.values())
    return graph


def situations(flow: Flow) -> Mapping[str, Circumstances]:
    """The ways things can be: open, closed, and closed with somebody to ring all the same, where the line has that."""
    turns = (False, True, False)[: flow.line.ringing.turns]
    kinds = {
        OPEN: Circumstances(is_open=True, team=turns),
        CLOSED: Circumstances(is_open=False, opens=MONDAY_AT_8, team=turns),
        NIGHT: Circumstances(is_open=False, opens=MONDAY_AT_8, team=turns, after_hours=turns),
    }
    return kinds if flow.person.after_hours != flow.person.closed else {name: kinds[name] for name in (OPEN, CLOSED)}


def _answers(flow: Flow, ways: Mapping[str, Circumstances], listening: Listening) -> dict[Asked, State]:
    at, events = listening
    asked = (Asked(at, event, name) for event in events for name in ways)
    return {question: _answer(flow, question, ways[question.situation]) for question in asked}


def _answer(flow: Flow, asked: Asked, now: Circumstances) -> State:
    cue = move(flow, asked.at, asked.event, now)
    if cue.place.back is not None:
        cue = cue._replace(place=cue.place._replace(back=Back(flow.sections[0], 1)))
    if cue.wrong_key is not None:
        cue = cue._replace(wrong_key=Key.ZERO)
    return State(cue, asked.situation)


def _arrivals(flow: Flow, ways: Mapping[str, Circumstances]) -> Iterator[State]:
    for language in flow.line.languages:
        for name, now in ways.items():
            yield State(move(flow, Place(language, ""), Arrived(), now), name)


def _listening(actions: Actions) -> Iterator[Listening]:
    """The places of a document at which something can happen, and what."""
    for action in actions:
        match action:
            case Listen(at=at):
                yield at, KEYS
            case Continue(at=at):
                yield at, SILENCE
            case Dial(ends=Place() as ends):
                yield ends, ENDINGS
            case Dial() | Speak() | HangUp():
                continue
