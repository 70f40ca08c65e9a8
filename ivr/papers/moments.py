"""What is heard at a node, moment by moment, in every way that things can be, in all languages side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product, zip_longest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, MONDAY_AT_8, NIGHT, OPEN
from ivr.engine.actions import Enter, Listen, Said, Speak
from ivr.engine.cues import SHORT_FORM, Cue
from ivr.engine.documents import document
from ivr.model.flow import Flow
from ivr.model.nodes import Entry, Goodbye, Greeting, Menu, Node, Notice, Offer, Section, Transfer
from ivr.model.place import HELPED, ONE_MORE, TYPING, Back, Pace, Place
from ivr.model.seconds import seconds
from ivr.model.speech import Utterance
from ivr.papers.tracing import Tracer

SITUATIONS = {OPEN: "Team here", CLOSED: "Team away", NIGHT: "After-hours line"}
AFTER_A_SECTION = "After a section"

Cells = tuple[Utterance | None, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way that things can be: the situation, and whether the caller came from a section."""

    situation: str
    has_back: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is said, in each language; `when` is empty for what is always said."""

    when: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Moment:
    """Something said while one place listens, or that leads on. `lasts` is from and to, in seconds, each language."""

    name: str
    at: Place
    rows: tuple[Row, ...]
    wait_s: int | None
    lasts: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One action of a document that says something; `wait_s` is None when nobody listens."""

    at: Place
    said: Said
    wait_s: int | None


@dataclass(slots=True)
class _Kept:
    """What is said in some ways."""

    cells: Cells
    ways: set[Way] = field(default_factory=set)


def met(evidence: Evidence, node: str) -> tuple[str, ...]:
    """The situations in which some caller meets a node; of the line with everything that callers can ask for."""
    found = {state.situation for state in evidence.graph.documents if state.cue.place.node == node}
    return tuple(name for name in SITUATIONS if name in found)


def moments(evidence: Evidence, node: Node) -> tuple[Moment, ...]:
    """Everything that is heard at a node, in the order in which it is heard when no key is pressed."""
    ways = tuple(_ways(evidence, node))
    return tuple(each for part in _beginnings(evidence.flow, node) for each in _from(evidence, node, part, ways))


def stretches(evidence: Evidence, place: Place, situation: str) -> tuple[Stretch, ...]:
    """What a document says of its own node, from a place to the end of it."""
    actions = document(evidence.flow, Cue(place), evidence.graph.situations[situation], Tracer)
    heard: list[Stretch] = []
    for action in actions:
        match action:
            case Listen() | Enter() if action.at.node == place.node:
                heard.append(Stretch(action.at, action.said, action.wait_s))
            case Speak(said=said):
                heard.append(Stretch(place, said, None))
            case _:
                continue
    return tuple(heard)


def in_situations(some: Iterable[str], every: Iterable[str]) -> str:
    """Some of the situations in words; nothing when they are all that there are."""
    names = set(some)
    return "" if names == set(every) else " or ".join(words for name, words in SITUATIONS.items() if name in names)


def name_of(flow: Flow, stretch: Stretch, *, is_last_wait: bool) -> str:
    """What a moment is called."""
    at, node = stretch.at, flow.nodes[stretch.at.node]
    match node:
        case Greeting():
            return "The emergency line" if at.part else "First"
        case Section() if at.part == 0:
            return "The heading"
        case Section() if flow.is_inside_section(at):
            return f"Part {at.part} of {flow.parts(node.id)}"
        case Transfer():
            return f"Before turn {at.part + 1} rings" if at.part else "Before it rings"
        case Goodbye():
            return "The last word" if stretch.wait_s is None else "The number"
        case Notice() if at.part == SHORT_FORM and not at.tries:
            return "When 0 is pressed again"
        case Entry() if at.part == ONE_MORE:
            return "After ten digits that begin with 1"
        case Entry() if at.part == HELPED and not at.tries:
            return "When no number was typed"
        case _ if is_last_wait:
            return "While it waits"
        case _:
            first = "The choices at the end" if isinstance(node, Section) else "First"
            return (first, "After the first silence", "After the second silence")[at.tries]


def _ways(evidence: Evidence, node: Node) -> Iterator[Way]:
    can_go_back = isinstance(node, Menu | Notice) and Offer.BACK in node.offers
    for situation, has_back in product(met(evidence, node.id), (True, False) if can_go_back else (False,)):
        yield Way(situation, has_back)


def _beginnings(flow: Flow, node: Node) -> Iterable[int]:
    match node:
        case Transfer():
            return range(flow.line.ringing.turns)
        case Entry():
            return TYPING, ONE_MORE
        case _:
            return range(SHORT_FORM + 1) if node.id == flow.person.closed else range(1)


def _from(evidence: Evidence, node: Node, part: int, ways: Sequence[Way]) -> Iterator[Moment]:
    """The moments from one part on; all languages and ways have the same ones."""
    flow = evidence.flow
    heard = {
        way: tuple(
            stretches(evidence, _place(flow, language, node, part, has_back=way.has_back), way.situation)
            for language in flow.line.languages
        )
        for way in ways
    }
    first = next((said[0] for said in heard.values()), ())
    for index, stretch in enumerate(first[:1] if part else first):
        is_last_wait = index > 0 and stretch.at == first[index - 1].at and stretch.wait_s is not None
        name = name_of(flow, stretch, is_last_wait=is_last_wait)
        at_index = {way: tuple(each[index] for each in said) for way, said in heard.items()}
        yield Moment(name, stretch.at, _rows(at_index), stretch.wait_s, _lasts(at_index.values()))


def _lasts(heard: Iterable[tuple[Stretch, ...]]) -> tuple[tuple[float, float], ...]:
    by_language = zip(*([seconds(each.said) for each in said] for said in heard), strict=True)
    return tuple((min(of_ways), max(of_ways)) for of_ways in by_language)


def _rows(heard: Mapping[Way, tuple[Stretch, ...]]) -> tuple[Row, ...]:
    kept: list[_Kept] = []
    for way, said in heard.items():
        kept = _merged(kept, way, list(zip_longest(*(each.said for each in said))))
    return tuple(Row(_when(each.ways, tuple(heard)), each.cells) for each in kept)


def _merged(kept: list[_Kept], way: Way, said: list[Cells]) -> list[_Kept]:
    """What is said in the ways so far, and in one more, in an order that is true to each of them."""
    merged: list[_Kept] = []
    new: list[_Kept] = []
    rest = kept
    for cells in said:
        at = next((index for index, each in enumerate(rest) if each.cells == cells), None)
        if at is None:
            new.append(_Kept(cells, {way}))
            continue
        rest[at].ways.add(way)
        merged += [*_side_by_side(rest[:at], new), rest[at]]
        rest, new = rest[at + 1 :], []
    return [*merged, *_side_by_side(rest, new)]


def _side_by_side(kept: list[_Kept], new: list[_Kept]) -> list[_Kept]:
    """Two runs that stand in each other's place: where they are as long, each sentence beside the one it stands for."""
    if len(kept) != len(new):
        return [*kept, *new]
    return [each for pair in zip(kept, new, strict=True) for each in pair]


def _when(ways: set[Way], every: tuple[Way, ...]) -> str:
    """In which of the ways something is said, in words; nothing when in all of them."""
    named = in_situations((way.situation for way in ways), (way.situation for way in every))
    needs_back = all(way.has_back for way in ways) and any(not way.has_back for way in every)
    return ", ".join(words for words in (named, AFTER_A_SECTION if needs_back else "") if words)


def _place(flow: Flow, language: str, node: Node, part: int, *, has_back: bool) -> Place:
    back = Back(flow.sections[0], 1) if has_back else None
    return Place(language, node.id, part, Pace.NORMAL, back=back, promise=MONDAY_AT_8)
