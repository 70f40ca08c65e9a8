"""Every document of the call graph as a caller hears it: rendered, and read back by the strict telephone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ivr.checks.graph import CallGraph, State
from ivr.engine.actions import Listen, Speak
from ivr.engine.documents import document
from ivr.errors import TwimlFault
from ivr.model.flow import Flow
from ivr.model.numbers import Roster, Target, TargetKind
from ivr.model.place import Place
from ivr.phone import Dial, Document, Gather, Say, parse, seconds
from ivr.twiml.render import CONTENT_TYPE, render

RING_SLACK_S = 5  # the platform rings about five seconds longer than it is told to

_TELEPHONE = (Target(TargetKind.NUMBER, "+18135550101"),)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something said while one place listens; `is_first` of its document comes right after what led there."""

    state: State
    at: Place
    says: tuple[Say, ...]
    wait_s: int
    is_first: bool

    @property
    def seconds(self) -> float:
        """How long it is spoken, without the wait."""
        return sum(seconds(say) for say in self.says)


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something said that cannot be interrupted."""

    state: State
    says: tuple[Say, ...]

    @property
    def seconds(self) -> float:
        """How long it is spoken."""
        return sum(seconds(say) for say in self.says)


@dataclass(frozen=True)
class Performance:
    """The documents that the telephone accepts, and its words about those that it refuses."""

    documents: Mapping[State, Document]
    refused: Mapping[State, str]
    graph: CallGraph

    @cached_property
    def prompts(self) -> tuple[Prompt, ...]:
        """Everything that listens; what is said word for word at the same place by several documents stands once."""
        heard: dict[object, Prompt] = {}
        for state in self.documents:
            for prompt in self.of(state):
                same = (prompt.at, prompt.state.situation, prompt.says, prompt.is_first, state.cue.is_after_key)
                heard.setdefault(same, prompt)
        return tuple(heard.values())

    @cached_property
    def announcements(self) -> tuple[Announcement, ...]:
        """Everything that leads on by itself."""
        return tuple(
            Announcement(state, tuple(verb for verb in read.verbs if isinstance(verb, Say)))
            for state, read in self.documents.items()
            if any(isinstance(action, Speak) for action in self.graph.documents[state])
        )

    def of(self, state: State) -> Iterator[Prompt]:
        """The prompts of one document."""
        listens = [action for action in self.graph.documents[state] if isinstance(action, Listen)]
        gathers = [verb for verb in self.documents[state].verbs if isinstance(verb, Gather)]
        for index, (listen, gather) in enumerate(zip(listens, gathers, strict=True)):
            says = tuple(heard for heard in gather.heard if isinstance(heard, Say))
            yield Prompt(state, listen.at, says, gather.timeout_s, is_first=index == 0)

    def seconds(self, state: State) -> float:
        """How long a silent caller is in a document: everything said, every wait, and the ringing, but no talk."""
        return sum(map(_verb_s, self.documents[state].verbs))


def perform(flow: Flow, graph: CallGraph) -> Performance:
    """Render and read back every document of the graph."""
    documents: dict[State, Document] = {}
    refused: dict[State, str] = {}
    for state in graph.documents:
        now = graph.situations[state.situation]
        roster = Roster((_TELEPHONE,) * len(now.team), (_TELEPHONE,) * len(now.after_hours))
        try:
            documents[state] = parse(render(flow, document(flow, state.cue, now), roster), CONTENT_TYPE)
        except TwimlFault as fault:
            refused[state] = str(fault)
    return Performance(documents, refused, graph)


def _verb_s(verb: object) -> float:
    match verb:
        case Say():
            return seconds(verb)
        case Gather(heard=heard, timeout_s=timeout_s):
            return sum(map(_verb_s, heard)) + timeout_s
        case Dial(timeout_s=timeout_s):
            return timeout_s + RING_SLACK_S
        case _:
            return 0.0
