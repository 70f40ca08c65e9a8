"""Where every key leads from a node, asked of the step itself, and told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from ivr.checks.evidence import Evidence
from ivr.engine.cues import ANSWERS, NO, SHORT_FORM, YES, Cue, Remark
from ivr.engine.events import KeyPressed, Silence
from ivr.engine.moves import move
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import Asks, Entry, Goodbye, Greeting, Menu, Node, Notice, Offer, Question, Section, Transfer
from ivr.model.place import HELPED, MOST_TRIES, TYPING, Back, Place
from ivr.model.speech import written
from ivr.papers.moments import in_situations, met


@dataclass(frozen=True, slots=True)
class Lead:
    """Where something leads; `when` is empty when it leads there in every situation, `node` when to no other node."""

    when: str
    words: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class LeadRow:
    """What happens, such as a key, and where it leads from each place of the node that differs."""

    what: str
    cells: tuple[tuple[Lead, ...], ...]


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a node leads: the places that differ as columns, what can happen as rows."""

    columns: tuple[str, ...]
    rows: tuple[LeadRow, ...]


WHILE_TYPED, AFTERWARDS = "While a number is typed", "When none was typed"

_SECTIONS = (Lead("", "The section on that key, from its heading"),)
_NO_CHOICE = (Lead("", "It is named back, and help is given; the third time it leads where no key leads"),)
_STARTED_OVER = (Lead("", "The number is started over; before its first digit, what is said when none was typed"),)
_NOT_CALLABLE = (Lead("", "Why it is none is said, and here again; the third time it leads where no key leads"),)
_ONE_MORE = (Lead("", "One digit more is asked for"),)
_NOTHING_TYPED = (Lead("", "What is said when none was typed"),)
_ONE_BY_ONE = (Lead("", "Each key by itself"),)


def leads(evidence: Evidence, node: Node) -> Leads:
    """Everything that can happen at a node, and where it leads."""
    if isinstance(node, Transfer):
        return Leads(("It leads to",), tuple(_endings(evidence.flow, node)))
    places = _places(evidence.flow, node)
    return Leads(tuple(places), (*_answers(evidence, node), *_typed(evidence, node), *_rows(evidence, node, places)))


def title_of(flow: Flow, node: str, language: str = "") -> str:
    """The title of a node, in the first language unless another is named."""
    return written(flow.words(language or flow.line.languages[0], node).title)


def _rows(evidence: Evidence, node: Node, places: Mapping[str, Place]) -> Iterator[LeadRow]:
    keys = [key for key in _in_keypad_order(evidence.flow) if not (isinstance(node, Question) and key in ANSWERS)]
    read = [key.value for key in keys if isinstance(evidence.flow.keys[key], ReadSection)]
    if read:
        yield LeadRow("/".join(read), (_SECTIONS,) * len(places))
    for key in keys:
        if key.value not in read:
            yield LeadRow(key.value, tuple(_pressed(evidence, at, key) for at in places.values()))
    yield LeadRow("another key", (_NO_CHOICE,) * len(places))
    yield LeadRow("no key", tuple(_silent(evidence, at) for at in places.values()))


def _answers(evidence: Evidence, node: Node) -> Iterator[LeadRow]:
    """The two answers of a question, and what comes of a yes that could not be acted on."""
    if not isinstance(node, Question):
        return
    flow = evidence.flow
    led = [_to(flow, node.yes), _to(flow, node.failed, "It cannot be done")]
    if node.asks in (Asks.OWN_NUMBER, Asks.TYPED_NUMBER) and flow.callback is not None:
        led.append(_to(flow, flow.callback.enough, "A third number"))
    yield LeadRow(f"{YES.value} yes", (tuple(led),))
    yield LeadRow(f"{NO.value} no", ((_to(flow, node.no),),))


def _typed(evidence: Evidence, node: Node) -> Iterator[LeadRow]:
    """What the keys of a number lead to; afterwards one key is taken."""
    if not isinstance(node, Entry):
        return
    flow = evidence.flow
    whole = _to(flow, node.then), _to(flow, node.failed, "It cannot be kept")
    for what, led in (
        ("ten digits", whole),
        ("ten that begin with 1", _ONE_MORE),
        ("no number to call", _NOT_CALLABLE),
    ):
        yield LeadRow(what, (led, _ONE_BY_ONE))


def _endings(flow: Flow, node: Transfer) -> Iterator[LeadRow]:
    for what, to in (
        ("They talked", node.talked),
        ("The talk was cut off", node.cut_off),
        ("Nobody could be reached", node.nobody),
    ):
        yield LeadRow(what, ((Lead("", title_of(flow, to), to),),))


def _places(flow: Flow, node: Node) -> dict[str, Place]:
    place = Place(flow.line.languages[0], node.id)
    if isinstance(node, Section):
        return {
            "While it is read": place._replace(part=1),
            "At its end": place._replace(part=flow.parts(node.id) + 1),
        }
    if isinstance(node, Entry):
        return {WHILE_TYPED: place, AFTERWARDS: place._replace(part=HELPED)}
    has_back = isinstance(node, Menu | Notice) and Offer.BACK in node.offers
    return {"It leads to": place._replace(back=Back(flow.sections[0], 1) if has_back else None)}


def _in_keypad_order(flow: Flow) -> list[Key]:
    order = list(Key)
    return sorted(flow.keys, key=order.index)


def _pressed(evidence: Evidence, at: Place, key: Key) -> tuple[Lead, ...]:
    """Where a key leads; star ends what is typed, and the platform tells nobody of a star alone."""
    flow = evidence.flow
    is_typed = isinstance(flow.nodes[at.node], Entry) and at.part == TYPING
    if is_typed and key is Key.STAR:
        return _STARTED_OVER
    if flow.keys[key] is Command.CALLBACK and flow.callback is not None and not isinstance(flow.nodes[at.node], Entry):
        return (
            _to(flow, flow.callback.ask),
            _to(flow, flow.callback.enter, "The number is not known"),
            _to(flow, flow.callback.failed, "Nothing can be kept"),
        )
    return _by_situation(evidence, at, KeyPressed(key))


def _to(flow: Flow, node: str, when: str = "") -> Lead:
    return Lead(when, title_of(flow, node), node)


def _silent(evidence: Evidence, at: Place) -> tuple[Lead, ...]:
    """Where a silent caller gets: at once while something is read, elsewhere after the third silence."""
    flow, node = evidence.flow, evidence.flow.nodes[at.node]
    if flow.is_inside_section(at):
        return (Lead("", "It reads on"),)
    if isinstance(node, Greeting):
        return (Lead("", title_of(flow, node.then), node.then),)
    if isinstance(node, Goodbye):
        return (Lead("", "The call ends"),)
    if isinstance(node, Entry) and at.part == TYPING:
        return _NOTHING_TYPED
    return _by_situation(evidence, at._replace(tries=MOST_TRIES), Silence())


def _by_situation(evidence: Evidence, at: Place, event: KeyPressed | Silence) -> tuple[Lead, ...]:
    situations = met(evidence, at.node)
    found: dict[tuple[str, str], list[str]] = {}
    for name in situations:
        cue = move(evidence.flow, at, event, evidence.graph.situations[name])
        found.setdefault(_told(evidence.flow, at, cue), []).append(name)
    return tuple(Lead(in_situations(names, situations), words, node) for (words, node), names in found.items())


def _told(flow: Flow, at: Place, cue: Cue) -> tuple[str, str]:
    """Where a cue leads in words, and the node, if it is another one."""
    place = cue.place
    match cue.remarks:
        case (Remark.SLOWER, *_):
            return "Here again, more slowly; pressed again, at the normal speed", ""
        case (Remark.NOTHING_TO_SKIP, *_):
            return "Here again: there is nothing to skip", ""
        case _ if place.language != at.language:
            return "Here again, in the other language", ""
        case _ if at.back is not None and (place.node, place.part) == (at.back.node, at.back.part):
            return "The part of a section that was left, or here again", ""
        case _ if place.node != at.node:
            return title_of(flow, place.node), place.node
        case _:
            return _within(flow, at, place), ""


def _within(flow: Flow, at: Place, place: Place) -> str:
    node = flow.nodes[place.node]
    match node:
        case Section() if place.part == at.part:
            return "This part again"
        case Section() if place.part == 0:
            return "This section from its heading"
        case Section():
            return "The next part" if flow.is_inside_section(place) else "The choices at the end"
        case Goodbye() | Greeting() | Menu() | Notice() | Transfer() | Question() | Entry():
            return "Here again, in short" if place.part == SHORT_FORM != at.part else "Here again"
        case _:
            assert_never(node)
