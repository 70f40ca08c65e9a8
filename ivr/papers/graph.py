"""The call graph as one picture: the nodes, and what leads from each to each, asked of the step itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from ivr.checks.evidence import Evidence
from ivr.engine.cues import NO
from ivr.engine.events import Arrived, DialEnded, Effect, KeyPressed, NumberGiven, Outcome, Silence, Stored, Typed
from ivr.engine.ways import way_to_a_person
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import Greeting, Node, Question, Section, Transfer
from ivr.model.place import Place
from ivr.papers.leads import title_of

# Two boxes that are no nodes. A node's name has no capital letter, so none can be taken for them.
EVERYWHERE, A_PERSON = "Everywhere", "A-person"
_NO_KEY, _NO_NUMBER, _YES = "no key", "no number", "yes"
_TYPED = {Typed.WHOLE: "typed", Typed.FAILED: "not kept"}
_STAYS = {
    Command.AGAIN: "again",
    Command.PACE: "slower, or normal",
    Command.LANGUAGE: "the other language",
    Command.NEXT: "the next part",
}


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """What leads from a box to another; `is_keyless` when it happens without a key."""

    source: str
    target: str
    label: str
    is_keyless: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A node with its title and kind, or one of the two boxes that are no nodes; lines of the title are apart."""

    title: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: boxes by name, the nodes in the order of menu.toml, and edges."""

    title: str
    boxes: Mapping[str, Box]
    edges: tuple[Edge, ...]

    @property
    def description(self) -> str:
        """The picture in sentences, for whoever does not see it."""
        return " ".join(
            f"{self.boxes[edge.source].title[0]}: {edge.label} leads to {self.boxes[edge.target].title[0]}."
            for edge in self.edges
        )


def picture(evidence: Evidence) -> Picture:
    """The call graph of a line, in as few edges as tell all of it."""
    flow = evidence.flow
    boxes = {
        EVERYWHERE: Box(("From everywhere", *_stays(flow), "dashed: without a key"), EVERYWHERE),
        **{id_: Box(_title(flow, node), type(node).__name__) for id_, node in flow.nodes.items()},
        A_PERSON: Box(("The way to a person",), A_PERSON),
    }
    edges = (*_everywhere(flow), *_to_a_person(flow), *_greeted(flow), *_led(evidence))
    return Picture(f"Call graph: {flow.line.name}", boxes, tuple(_joined(edges)))


def _title(flow: Flow, node: Node) -> tuple[str, ...]:
    parts = (f"{flow.parts(node.id)} parts",) if isinstance(node, Section) else ()
    return title_of(flow, node.id), *parts


def _stays(flow: Flow) -> Iterator[str]:
    yield from (f"{key.value} {_STAYS[meaning]}" for key, meaning in flow.keys.items() if meaning in _STAYS)


def _everywhere(flow: Flow) -> Iterator[Edge]:
    """The keys that lead to one place wherever they are pressed."""
    for key, meaning in sorted(flow.keys.items(), key=lambda pair: pair[0].value):
        match meaning:
            case ReadSection(node=node):
                yield Edge(EVERYWHERE, node, key.value)
            case Command.CHOICES:
                yield Edge(EVERYWHERE, flow.menu.id, key.value)
            case Command.PERSON:
                yield Edge(EVERYWHERE, A_PERSON, key.value)
            case Command.CALLBACK | Command.TEXT:
                request = flow.callback if meaning is Command.CALLBACK else flow.text
                if request is not None:
                    yield Edge(EVERYWHERE, request.ask, key.value)
            case Command.AGAIN | Command.PACE | Command.LANGUAGE | Command.NEXT:
                continue
            case _:
                assert_never(meaning)


def _to_a_person(flow: Flow) -> Iterator[Edge]:
    ways = {"team here": flow.person.open, "team away": flow.person.closed, "after-hours line": flow.person.after_hours}
    for target in dict.fromkeys(ways.values()):
        yield Edge(A_PERSON, target, ", ".join(when for when, node in ways.items() if node == target), is_keyless=True)


def _greeted(flow: Flow) -> Iterator[Edge]:
    """The greeting leads on within its own document, so that nothing is asked of the step."""
    for node in flow.nodes.values():
        if isinstance(node, Greeting):
            yield Edge(node.id, node.then, _NO_KEY, is_keyless=True)


def _led(evidence: Evidence) -> Iterator[Edge]:
    """The answers of the step that lead to another node and are not drawn from everywhere."""
    led = ((asked, *one) for asked, answers in evidence.graph.answers.items() for one in answers.items())
    for asked, situation, state in led:
        source, target = asked.at.node, state.cue.place.node
        if target == source or _turned(evidence, asked.at, situation):
            continue
        match asked.event:
            case KeyPressed(key=key):
                if label := _of_key(evidence.flow, source, key):
                    yield Edge(source, target, label)
            case Silence():
                yield Edge(source, _person_or(evidence, situation, target), _NO_KEY, is_keyless=True)
            case DialEnded():
                yield Edge(source, target, _ending(evidence.flow, source, target), is_keyless=True)
            case NumberGiven(typed=typed):
                label = _TYPED.get(typed, _NO_NUMBER)
                to = _person_or(evidence, situation, target) if label == _NO_NUMBER else target
                yield Edge(source, to, label, is_keyless=typed is not Typed.WHOLE)
            case Stored() as stored:
                yield Edge(source, target, _done(stored), is_keyless=_done(stored) != _YES)
            case Arrived():
                continue
            case _:
                assert_never(asked.event)


def _of_key(flow: Flow, node: str, key: Key) -> str:
    """What is drawn of a key; the others lead to one place wherever they are pressed."""
    if isinstance(flow.nodes[node], Question) and key is NO:
        return "no"
    return key.value if flow.keys.get(key) is Command.NEXT else ""


def _done(stored: Stored) -> str:
    """How it went that something was to be done."""
    match stored.effect, stored.outcome:
        case Effect.ASK_STORE, Outcome.DONE:
            return "number not known"
        case _, Outcome.DONE:
            return _YES
        case Effect.KEEP_OWN | Effect.KEEP_TYPED, Outcome.REFUSED:
            return "asked twice"
        case Effect.SEND_TEXT, _:
            return "not sent"
        case _:
            return "not kept"


def _person_or(evidence: Evidence, situation: str, target: str) -> str:
    return A_PERSON if target == _way(evidence, situation) else target


def _turned(evidence: Evidence, at: Place, situation: str) -> bool:
    """Whether the team came or went in the meantime: the answer is then not the one that the node names."""
    node = evidence.flow.nodes[at.node]
    if node.id == evidence.flow.person.closed:
        return evidence.graph.situations[situation].is_open
    return isinstance(node, Transfer) and _way(evidence, situation) != node.id


def _way(evidence: Evidence, situation: str) -> str:
    return way_to_a_person(evidence.flow, evidence.graph.situations[situation])


def _ending(flow: Flow, id_: str, target: str) -> str:
    node = flow.nodes[id_]
    if not isinstance(node, Transfer):
        return _NO_KEY
    ends = {"they talked": node.talked, "cut off": node.cut_off, "nobody answered": node.nobody}
    return ", ".join(words for words, to in ends.items() if to == target)


def _joined(edges: Iterable[Edge]) -> Iterator[Edge]:
    """Edges between the same two boxes as one, with each of their labels once."""
    labels: dict[tuple[str, str, bool], dict[str, None]] = {}
    for edge in edges:
        labels.setdefault((edge.source, edge.target, edge.is_keyless), {})[edge.label] = None
    for (source, target, is_keyless), words in labels.items():
        yield Edge(source, target, ", ".join(sorted(words, key=_keypad)), is_keyless)


def _keypad(label: str) -> int:
    order = [key.value for key in Key]
    return order.index(label) if label in order else len(order)
