"""Every document of the call graph as a caller hears it: rendered, and read back by the strict telephone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from ivr.checks.graph import CallGraph, State
from ivr.engine.actions import Action, Actions, Enter, HangUp, Listen, Perform, Speak
from ivr.engine.documents import document
from ivr.errors import TwimlFault
from ivr.model.flow import Flow
from ivr.model.numbers import Roster, Target, TargetKind
from ivr.model.place import Place
from ivr.model.speech import Whose
from ivr.phone import Dial, Document, Gather, Say, parse, seconds
from ivr.phone.vocabulary import MOST_DOCUMENT_BYTES
from ivr.twiml.render import CONTENT_TYPE, render

RING_SLACK_S = 5  # the platform rings about five seconds longer than it is told to

SOME_CALLER = {Whose.LAST_TWO: ("47",), Whose.TYPED: ("813", "555", "0147")}  # a made-up number, to be said
_TELEPHONE = (Target(TargetKind.NUMBER, "+18135550101"),)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something said while one place listens; `is_first` of its document comes right after what led there."""

    state: State
    at: Place
    says: tuple[Say, ...]
    wait_s: int
    is_first: bool
    takes_digits: bool = False  # a number is typed, and no key of it is a choice

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
        listens = [action for action in self.graph.documents[state] if isinstance(action, Listen | Enter)]
        gathers = [verb for verb in self.documents[state].verbs if isinstance(verb, Gather)]
        for index, (listen, gather) in enumerate(zip(listens, gathers, strict=True)):
            says = tuple(heard for heard in gather.heard if isinstance(heard, Say))
            takes_digits = isinstance(listen, Enter)
            yield Prompt(state, listen.at, says, gather.timeout_s, is_first=index == 0, takes_digits=takes_digits)

    def seconds(self, state: State) -> float:
        """How long a silent caller is in a document: everything said, every wait, and the ringing, but no talk."""
        return sum(map(_verb_s, self.documents[state].verbs)) if state in self.documents else 0.0


def perform(flow: Flow, graph: CallGraph) -> Performance:
    """Render and read back every document of the graph."""
    stage = _Stage(flow)
    documents: dict[State, Document] = {}
    refused: dict[State, str] = {}
    for state, actions in graph.documents.items():
        if isinstance(actions[0], Perform):  # nothing of it is heard
            continue
        now = graph.situations[state.situation]
        roster = Roster((_TELEPHONE,) * len(now.team), (_TELEPHONE,) * len(now.after_hours))
        try:
            documents[state] = stage.document(document(flow, state.cue, now), roster)
        except TwimlFault as fault:
            refused[state] = str(fault)
    return Performance(documents, refused, graph)


class _Stage:
    """Renders and reads each action once: a section's documents end in the same ones, a hundred times over."""

    def __init__(self, flow: Flow) -> None:
        self._least_bytes = len(render(flow, (HangUp(),), Roster((), ())))  # what parts add to, or take the place of
        self._read = cache(self._read_alone)
        self._write = cache(lambda actions, roster: render(flow, actions, roster, SOME_CALLER))

    def document(self, actions: Actions, roster: Roster) -> Document:
        """The document of these actions; TwimlFault when the telephone refuses it, in a part or as a whole."""
        parts = [self._read(action, roster) for action in actions]
        size_bytes = self._least_bytes + sum(part.size_bytes for part in parts)
        whole = Document(tuple(verb for part in parts for verb in part.verbs), size_bytes)
        if [part.leads_on for part in parts] != [False] * (len(parts) - 1) + [True]:
            raise TwimlFault("Something in the document is never reached, or silence would end the call.")
        if whole.size_bytes > MOST_DOCUMENT_BYTES:
            raise TwimlFault(f"The document has {whole.size_bytes} bytes; the most is {MOST_DOCUMENT_BYTES}.")
        return whole

    def _read_alone(self, action: Action, roster: Roster) -> Document:
        """One action as the verbs of a document, read with what has to come after it in any document."""
        after = _after(action)
        verbs = parse(self._write((action, *after), roster), CONTENT_TYPE).verbs
        alone = self._write((action, *after[-1:]), roster)  # a hang-up after it is least, and mostly all there is
        return Document(verbs[: len(verbs) - len(after)], len(alone) - self._least_bytes)


def _after(action: Action) -> Actions:
    """What an action cannot do without: something after it, and after keys that are typed something that listens."""
    match action:
        case Enter(at=at):
            return Listen(at, (), 1), HangUp()
        case Listen() | Speak():
            return (HangUp(),)
        case _:
            return ()


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
