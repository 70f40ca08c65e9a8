"""The ways that all moves share: to a person, on after three tries, to another node with what a caller takes along."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.engine.cues import LAST_WORD, SHORT_FORM, Cue, Remark
from ivr.engine.events import Circumstances
from ivr.model.flow import Flow
from ivr.model.nodes import PERSON, Entry, Goodbye, Greeting, Notice, Offer, Question, Section, Transfer
from ivr.model.place import Back, Place


def way_to_a_person(flow: Flow, now: Circumstances) -> str:
    """The node to which the way to a person leads as things are."""
    if now.is_open:
        return flow.person.open
    return flow.person.after_hours if now.after_hours else flow.person.closed


def to_a_person(flow: Flow, place: Place, now: Circumstances) -> Place:
    """The way to a person from here; at the closed message a second 0 hears its short form."""
    person = way_to_a_person(flow, now)
    is_second = person == place.node == flow.person.closed
    return keeping_the_way_back(flow, place, person)._replace(part=SHORT_FORM if is_second else 0)


def on_after_three_tries(flow: Flow, place: Place, now: Circumstances) -> Place:
    """Where three silences or mistakes lead: open, to a person; closed, to the closed message, which rings nobody."""
    match flow.nodes[place.node]:
        case Goodbye():
            return place._replace(part=LAST_WORD)
        case Transfer(nobody=nobody):
            return keeping_the_way_back(flow, place, nobody)
        case Greeting():
            after = PERSON
        case Notice(id=flow.person.closed) if now.is_open:
            after = PERSON
        case node:
            after = node.silence
    if after != PERSON:
        return keeping_the_way_back(flow, place, after)
    return keeping_the_way_back(flow, place, flow.person.open if now.is_open else flow.person.closed)


def keeping_the_way_back(flow: Flow, place: Place, node: str) -> Place:
    """A node, and from where it is offered, or may come to be, the part of a section that a caller may return to."""
    match flow.nodes[node]:
        case Transfer() | Question() | Entry():
            keeps = True
        case Notice(offers=offers):
            keeps = Offer.BACK in offers
        case _:
            keeps = False
    is_reading = isinstance(flow.nodes[place.node], Section)
    back = Back(place.node, place.part) if is_reading else place.back
    return beginning(place, node)._replace(back=back if keeps else None)


def beginning(place: Place, node: str) -> Place:
    """The beginning of a node, with what a caller takes along everywhere: language, pace, what was done before."""
    return place._replace(node=node, part=0, tries=0, back=None, promise=None)


def same(flow: Flow, place: Place, remarks: Iterable[Remark] = ()) -> Cue:
    """The same place again, said anew."""
    return Cue(place._replace(tries=0), remarks=(*remarks, *where(flow, place)))


def where(flow: Flow, place: Place) -> tuple[Remark, ...]:
    """Inside a section a caller is told where that is."""
    return (Remark.WHERE,) if flow.is_inside_section(place) else ()


def section_after(flow: Flow, section: str) -> str | None:
    """The section that comes next, if there is one."""
    after = flow.sections.index(section) + 1 if section in flow.sections else len(flow.sections)
    return flow.sections[after] if after < len(flow.sections) else None
