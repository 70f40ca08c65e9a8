"""Where an event leads: (flow, place, event, circumstances) -> cue. The whole behaviour of the keypad is here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple, assert_never

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
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import PERSON, Asks, Entry, Goodbye, Greeting, Menu, Notice, Offer, Question, Section, Transfer
from ivr.model.place import MOST_TRIES, ONE_MORE, TYPING, Back, Pace, Place

SHORT_FORM = 1  # the part of the closed message that a second 0 hears
EMERGENCY_LINE = 1  # the part of the greeting that is the emergency line
YES, NO = ANSWERS = (Key.ONE, Key.TWO)
LAST_WORD = 1  # the part of the goodbye after which there is nothing to press


class Remark(Enum):
    """Something said before a place itself, because of how the caller got there."""

    SLOWER = "slower"
    NORMAL = "normal"
    NOTHING_TO_SKIP = "nothing_to_skip"
    EMERGENCY = "emergency"
    NOBODY = "nobody"
    WHERE = "where"
    ENOUGH = "enough"
    NOT_NOTED = "not_noted"

    __hash__ = object.__hash__  # as in a place


class Cue(NamedTuple):
    """A place to speak from, and what to say first. A named tuple for the same reason as a place."""

    place: Place
    is_after_key: bool = False
    wrong_key: Key | None = None
    remarks: tuple[Remark, ...] = ()
    given: NumberGiven | None = None  # keys that were no number, to be told so
    effect: Effect | None = None  # to be done before anything is said


def move(flow: Flow, place: Place, event: Event, now: Circumstances) -> Cue:
    """Where the event leads from the place. Total: every event has an answer at every place."""
    place = flow.settle(place)
    match event:
        case Arrived():
            cue = Cue(Place(place.language, flow.start, has_pressed=False, is_unwarned=True))
        case KeyPressed(key=key):
            pressed = place._replace(has_pressed=True)
            cue = _after_key(flow, pressed, key, now)._replace(is_after_key=True)
        case Silence():
            cue = _after_silence(flow, place, now)
        case DialEnded():
            cue = _after_dial(flow, place, event, now)
        case NumberGiven():
            cue = _after_number(flow, place._replace(has_pressed=True), event, now)._replace(is_after_key=True)
        case Stored():
            cue = _after_effect(flow, place, event, now)._replace(is_after_key=True)
        case _:
            assert_never(event)
    return _warned(flow, _as_things_are(flow, cue, now))


def _warned(flow: Flow, cue: Cue) -> Cue:
    """Who comes to the menu or a section before the emergency line was said hears it first."""
    place = cue.place
    if not place.is_unwarned or isinstance(flow.nodes[place.node], Greeting):
        return cue
    if place.node == flow.person.closed and place.part != SHORT_FORM:
        return cue._replace(place=place._replace(is_unwarned=False))
    if not isinstance(flow.nodes[place.node], Menu | Section):
        return cue
    remarks = cue.remarks if Remark.EMERGENCY in cue.remarks else (Remark.EMERGENCY, *cue.remarks)
    return cue._replace(place=place._replace(is_unwarned=False), remarks=remarks)


def _as_things_are(flow: Flow, cue: Cue, now: Circumstances) -> Cue:
    """The team may have opened or closed since the caller was last spoken to: never say or ring what is not so now."""
    place = cue.place
    node = flow.nodes[place.node]
    if place.node == flow.person.closed and now.is_open:
        return cue._replace(place=_at(place, flow.menu.id))
    if isinstance(node, Transfer) and node.id != (person := way_to_a_person(flow, now)):
        has_rung = place.part > 0 and person == flow.person.closed
        remarks = (Remark.NOBODY,) if has_rung else cue.remarks
        return cue._replace(place=_at(place, person)._replace(back=place.back), remarks=remarks)
    if isinstance(node, Transfer) and place.part >= len(now.turns(node.role)):
        return cue._replace(place=_at(place, node.nobody)._replace(back=place.back))
    return cue


def _after_key(flow: Flow, place: Place, key: Key, now: Circumstances) -> Cue:
    here = flow.nodes[place.node]
    if isinstance(here, Question) and key in ANSWERS:
        return _answered(flow, here, place, is_yes=key is YES)
    match flow.keys.get(key):
        case None:
            return _after_mistake(flow, place, key, now)
        case ReadSection(node=node):
            return Cue(_at(place, node))
        case Command.PERSON:
            return Cue(_to_a_person(flow, place, now))
        case Command.CHOICES:
            return Cue(_at(place, flow.menu.id))
        case Command.AGAIN:
            return _again(flow, place)
        case Command.PACE:
            return _at_the_other_pace(flow, place)
        case Command.LANGUAGE:
            return _in_the_other_language(flow, place, now)
        case Command.NEXT:
            return _next(flow, place)
        case Command.CALLBACK:
            return _to_a_callback(flow, place, key, now)
        case Command.TEXT:
            return _to_a_text(flow, place, key, now)


def _to_a_callback(flow: Flow, place: Place, key: Key, now: Circumstances) -> Cue:
    """The store is asked before a caller answers or types anything. Where a number is typed, the key begins anew."""
    if flow.callback is None or not now.takes_callbacks:
        return _after_mistake(flow, place, key, now)
    if isinstance(flow.nodes[place.node], Entry):
        return Cue(place._replace(part=TYPING, tries=0))
    return Cue(_keeping_the_way_back(flow, place, flow.callback.ask), effect=Effect.ASK_STORE)


def _to_a_text(flow: Flow, place: Place, key: Key, now: Circumstances) -> Cue:
    if flow.text is None or not now.can_text:
        return _after_mistake(flow, place, key, now)
    return Cue(_keeping_the_way_back(flow, place, flow.text.ask))


def _answered(flow: Flow, node: Question, place: Place, *, is_yes: bool) -> Cue:
    if not is_yes:
        return Cue(_keeping_the_way_back(flow, place, node.no))
    effects = {
        Asks.OWN_NUMBER: Effect.KEEP_OWN,
        Asks.TYPED_NUMBER: Effect.KEEP_TYPED,
        Asks.MESSAGE: Effect.PERMIT_MESSAGE,
        Asks.TEXT: Effect.SEND_TEXT,
    }
    return Cue(place._replace(tries=0), effect=effects[node.asks])


def _after_effect(flow: Flow, place: Place, stored: Stored, now: Circumstances) -> Cue:
    node = flow.nodes[place.node]
    if not isinstance(node, Question):
        return _same(flow, place)
    callback = flow.callback
    match stored.effect, stored.outcome:
        case Effect.ASK_STORE, Outcome.DONE if now.can_call_back or callback is None:
            return Cue(place)
        case Effect.ASK_STORE, Outcome.DONE if callback is not None:
            return Cue(_keeping_the_way_back(flow, place, callback.enter))
        case _, Outcome.DONE:
            return Cue(_keeping_the_way_back(flow, place, node.yes)._replace(promise=stored.promise))
        case Effect.KEEP_OWN | Effect.KEEP_TYPED, Outcome.REFUSED if callback is not None:
            return Cue(_keeping_the_way_back(flow, place, callback.enough), remarks=(Remark.ENOUGH,))
        case Effect.PERMIT_MESSAGE, _:
            return Cue(_keeping_the_way_back(flow, place, node.failed), remarks=(Remark.NOT_NOTED,))
        case _:
            return Cue(_keeping_the_way_back(flow, place, node.failed))


def _after_number(flow: Flow, place: Place, given: NumberGiven, now: Circumstances) -> Cue:
    node = flow.nodes[place.node]
    if not isinstance(node, Entry):
        return _same(flow, place)
    match given.typed:
        case Typed.WHOLE:
            return Cue(_keeping_the_way_back(flow, place, node.then))
        case Typed.ONE_MORE:
            return Cue(place._replace(part=ONE_MORE))
        case Typed.FAILED:
            return Cue(_keeping_the_way_back(flow, place, node.failed))
        case Typed.TOO_FEW | Typed.NOT_CALLABLE:
            tries = place.tries + 1
            if tries >= MOST_TRIES:
                return Cue(_exit(flow, place, now), given=given)
            return Cue(place._replace(part=TYPING, tries=tries), given=given)


def _again(flow: Flow, place: Place) -> Cue:
    if isinstance(flow.nodes[place.node], Question | Entry):
        return _same(flow, place)
    if isinstance(flow.nodes[place.node], Section):
        is_end = place.part > flow.parts(place.node, place.language)
        return _same(flow, place._replace(part=0) if is_end else place)
    if place.back is not None:
        return _same(flow, _at(place, place.back.node)._replace(part=place.back.part))
    return _same(flow, place)


def _at_the_other_pace(flow: Flow, place: Place) -> Cue:
    if place.pace is Pace.SLOW:
        return _same(flow, place._replace(pace=Pace.NORMAL), (Remark.NORMAL,))
    return _same(flow, place._replace(pace=Pace.SLOW), (Remark.SLOWER,))


def _in_the_other_language(flow: Flow, place: Place, now: Circumstances) -> Cue:
    other = flow.other_language(place.language) or place.language
    part = place.part if _has_the_same_parts(flow, place, other) else 0
    changed = place._replace(language=other, part=part, has_changed_language=True)
    if isinstance(flow.nodes[place.node], Greeting):
        return Cue(changed._replace(part=0, tries=0, is_unwarned=True))
    says_it_itself = place.node == flow.person.closed and place.part != SHORT_FORM and not now.is_open
    is_first_change = not place.has_changed_language and not says_it_itself
    if not is_first_change:
        return _same(flow, changed)
    return _same(flow, changed._replace(is_unwarned=False), (Remark.EMERGENCY,))


def _has_the_same_parts(flow: Flow, place: Place, other: str) -> bool:
    """Whether a part of this node is the same in the other language: not where a sentence stands in for a section."""
    is_section = isinstance(flow.nodes[place.node], Section)
    return not is_section or flow.parts(place.node, place.language) == flow.parts(place.node, other)


def _next(flow: Flow, place: Place) -> Cue:
    match flow.nodes[place.node]:
        case Greeting(then=then):
            return Cue(_at(place, then))
        case Section() if place.part <= flow.parts(place.node, place.language):
            return _same(flow, place._replace(part=place.part + 1))
        case Section() if (after := _section_after(flow, place.node)) is not None:
            return Cue(_at(place, after))
        case _:
            return _same(flow, place, (Remark.NOTHING_TO_SKIP,))


def _after_mistake(flow: Flow, place: Place, key: Key, now: Circumstances) -> Cue:
    node = flow.nodes[place.node]
    tries = place.tries + 1
    if tries >= MOST_TRIES:
        return Cue(_exit(flow, place, now), wrong_key=key)
    if isinstance(node, Greeting):
        return Cue(_at(place, node.then)._replace(tries=tries), wrong_key=key)
    return Cue(place._replace(tries=tries), wrong_key=key, remarks=_where(flow, place))


def _after_silence(flow: Flow, place: Place, now: Circumstances) -> Cue:
    match flow.nodes[place.node]:
        case Transfer():
            return _after_dial(flow, place, DialEnded(None, DialOutcome.OTHER, was_short=True), now)
        case _ if place.tries >= MOST_TRIES:
            return Cue(_exit(flow, place, now))
        case Greeting(then=then):
            return Cue(_at(place, then))
        case Section() if place.part <= flow.parts(place.node, place.language):
            return Cue(place._replace(part=place.part + 1, tries=0))
        case Goodbye():
            return Cue(place._replace(part=LAST_WORD))
        case _:
            return Cue(place._replace(tries=place.tries + 1))


def _after_dial(flow: Flow, place: Place, ended: DialEnded, now: Circumstances) -> Cue:
    node = flow.nodes[place.node]
    if not isinstance(node, Transfer):
        return _after_silence(flow, place, now)
    if ended.bridged or (ended.bridged is None and ended.outcome in (DialOutcome.COMPLETED, DialOutcome.ANSWERED)):
        return Cue(_keeping_the_way_back(flow, place, node.cut_off if ended.was_short else node.talked))
    turns_left = len(now.turns(node.role)) - max(place.part, 1)
    if turns_left > 0 and place.has_pressed:
        return Cue(place._replace(part=max(place.part, 1)))
    remarks = (Remark.NOBODY,) if node.nobody == flow.person.closed else ()
    return Cue(_keeping_the_way_back(flow, place, node.nobody), remarks=remarks)


def _exit(flow: Flow, place: Place, now: Circumstances) -> Place:
    """Where three silences or mistakes lead: open, to a person; closed, to the closed message, which rings nobody."""
    match flow.nodes[place.node]:
        case Goodbye():
            return place._replace(part=LAST_WORD)
        case Transfer(nobody=nobody):
            return _keeping_the_way_back(flow, place, nobody)
        case Greeting():
            after = PERSON
        case Notice(id=flow.person.closed) if now.is_open:
            after = PERSON
        case node:
            after = node.silence
    if after != PERSON:
        return _keeping_the_way_back(flow, place, after)
    return _keeping_the_way_back(flow, place, flow.person.open if now.is_open else flow.person.closed)


def _to_a_person(flow: Flow, place: Place, now: Circumstances) -> Place:
    """The way to a person from here; at the closed message a second 0 hears its short form."""
    person = way_to_a_person(flow, now)
    is_second = person == place.node == flow.person.closed
    return _keeping_the_way_back(flow, place, person)._replace(part=SHORT_FORM if is_second else 0)


def way_to_a_person(flow: Flow, now: Circumstances) -> str:
    """The node to which the way to a person leads as things are."""
    if now.is_open:
        return flow.person.open
    return flow.person.after_hours if now.after_hours else flow.person.closed


def _keeping_the_way_back(flow: Flow, place: Place, node: str) -> Place:
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
    return _at(place, node)._replace(back=back if keeps else None)


def _at(place: Place, node: str) -> Place:
    """The beginning of a node, with what a caller takes along everywhere: language, pace, what was done before."""
    return place._replace(node=node, part=0, tries=0, back=None, promise=None)


def _same(flow: Flow, place: Place, remarks: Iterable[Remark] = ()) -> Cue:
    """The same place again, said anew."""
    return Cue(place._replace(tries=0), remarks=(*remarks, *_where(flow, place)))


def _where(flow: Flow, place: Place) -> tuple[Remark, ...]:
    """Inside a section a caller is told where that is."""
    return (Remark.WHERE,) if flow.is_inside_section(place) else ()


def _section_after(flow: Flow, section: str) -> str | None:
    after = flow.sections.index(section) + 1 if section in flow.sections else len(flow.sections)
    return flow.sections[after] if after < len(flow.sections) else None
