"""Where an event leads: (flow, place, event, circumstances) -> cue. The whole behaviour of the keypad is here."""

from __future__ import annotations

from typing import assert_never

from ivr.engine.asking import after_effect, after_number, answered, to_a_callback, to_a_text
from ivr.engine.cues import ANSWERS, LAST_WORD, SHORT_FORM, YES, Cue, Remark
from ivr.engine.events import (
    Arrived,
    Circumstances,
    DialEnded,
    DialOutcome,
    Event,
    KeyPressed,
    NumberGiven,
    Silence,
    Stored,
)
from ivr.engine.ways import (
    beginning,
    keeping_the_way_back,
    on_after_three_tries,
    same,
    section_after,
    to_a_person,
    way_to_a_person,
    where,
)
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import Asks, Entry, Goodbye, Greeting, Menu, Question, Section, Transfer
from ivr.model.place import ASKED, BEING_ASKED, MOST_TRIES, Pace, Place


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
            cue = after_number(flow, place._replace(has_pressed=True), event, now)._replace(is_after_key=True)
        case Stored():
            cue = after_effect(flow, place, event, now)._replace(is_after_key=True)
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
        return cue._replace(place=beginning(place, flow.menu.id))
    if isinstance(node, Transfer) and node.id != (person := way_to_a_person(flow, now)):
        has_rung = place.part > 0 and person == flow.person.closed
        remarks = (Remark.NOBODY,) if has_rung else cue.remarks
        return cue._replace(place=beginning(place, person)._replace(back=place.back), remarks=remarks)
    if isinstance(node, Transfer) and place.part >= len(now.turns(node.role)):
        return cue._replace(place=beginning(place, node.nobody)._replace(back=place.back))
    return cue


def _after_key(flow: Flow, place: Place, key: Key, now: Circumstances) -> Cue:
    here = flow.nodes[place.node]
    if not isinstance(here, Question):
        return _as_everywhere(flow, place, key, now)
    asked = place._replace(part=ASKED)
    if place.part == BEING_ASKED and _is_too_early(flow, here, key):
        return same(flow, asked)
    if key in ANSWERS:
        return answered(flow, here, asked, is_yes=key is YES)
    return _as_everywhere(flow, asked, key, now)


def _is_too_early(flow: Flow, node: Question, key: Key) -> bool:
    """Whether a key that comes before the question itself is an accident, which must agree to nothing and lose nothing.

    A yes is: a finger that bounces. While a typed number is read back so is a key that leads elsewhere: one digit too
    many. A no, a person, all the choices, and how it is said are meant at any time.
    """
    meaning = flow.keys.get(key)
    leads_away = isinstance(meaning, ReadSection) or meaning in (Command.CALLBACK, Command.TEXT)
    return key is YES or (node.asks is Asks.TYPED_NUMBER and key not in ANSWERS and leads_away)


def _as_everywhere(flow: Flow, place: Place, key: Key, now: Circumstances) -> Cue:
    match flow.keys.get(key):
        case None:
            return _after_mistake(flow, place, key, now)
        case ReadSection(node=node):
            return Cue(beginning(place, node))
        case Command.PERSON:
            return Cue(to_a_person(flow, place, now))
        case Command.CHOICES:
            return Cue(beginning(place, flow.menu.id))
        case Command.AGAIN:
            return _again(flow, place)
        case Command.PACE:
            return _at_the_other_pace(flow, place)
        case Command.LANGUAGE:
            return _in_the_other_language(flow, place, now)
        case Command.NEXT:
            return _next(flow, place)
        case Command.CALLBACK:
            return to_a_callback(flow, place, now) or _after_mistake(flow, place, key, now)
        case Command.TEXT:
            return to_a_text(flow, place, now) or _after_mistake(flow, place, key, now)


def _again(flow: Flow, place: Place) -> Cue:
    """What was just heard; where a section was left, and nothing is asked, the way back to it."""
    match flow.nodes[place.node]:
        case Question() | Entry():
            return same(flow, place)
        case Section():
            is_end = place.part > flow.parts(place.node, place.language)
            return same(flow, place._replace(part=0) if is_end else place)
        case _ if place.back is not None:
            return same(flow, beginning(place, place.back.node)._replace(part=place.back.part))
        case _:
            return same(flow, place)


def _at_the_other_pace(flow: Flow, place: Place) -> Cue:
    if place.pace is Pace.SLOW:
        return same(flow, place._replace(pace=Pace.NORMAL), (Remark.NORMAL,))
    return same(flow, place._replace(pace=Pace.SLOW), (Remark.SLOWER,))


def _in_the_other_language(flow: Flow, place: Place, now: Circumstances) -> Cue:
    other = flow.other_language(place.language) or place.language
    part = place.part if _has_the_same_parts(flow, place, other) else 0
    changed = place._replace(language=other, part=part, has_changed_language=True)
    if isinstance(flow.nodes[place.node], Greeting):
        return Cue(changed._replace(part=0, tries=0, is_unwarned=True))
    says_it_itself = place.node == flow.person.closed and place.part != SHORT_FORM and not now.is_open
    is_first_change = not place.has_changed_language and not says_it_itself
    if not is_first_change:
        return same(flow, changed)
    return same(flow, changed._replace(is_unwarned=False), (Remark.EMERGENCY,))


def _has_the_same_parts(flow: Flow, place: Place, other: str) -> bool:
    """Whether a part of this node is the same in the other language: not where a sentence stands in for a section."""
    is_section = isinstance(flow.nodes[place.node], Section)
    return not is_section or flow.parts(place.node, place.language) == flow.parts(place.node, other)


def _next(flow: Flow, place: Place) -> Cue:
    match flow.nodes[place.node]:
        case Greeting(then=then):
            return Cue(beginning(place, then))
        case Section() if place.part <= flow.parts(place.node, place.language):
            return same(flow, place._replace(part=place.part + 1))
        case Section() if (after := section_after(flow, place.node)) is not None:
            return Cue(beginning(place, after))
        case _:
            return same(flow, place, (Remark.NOTHING_TO_SKIP,))


def _after_mistake(flow: Flow, place: Place, key: Key, now: Circumstances) -> Cue:
    node = flow.nodes[place.node]
    tries = place.tries + 1
    if tries >= MOST_TRIES:
        return Cue(on_after_three_tries(flow, place, now), wrong_key=key)
    if isinstance(node, Greeting):
        return Cue(beginning(place, node.then)._replace(tries=tries), wrong_key=key)
    return Cue(place._replace(tries=tries), wrong_key=key, remarks=where(flow, place))


def _after_silence(flow: Flow, place: Place, now: Circumstances) -> Cue:
    match flow.nodes[place.node]:
        case Transfer():
            return _after_dial(flow, place, DialEnded(None, DialOutcome.OTHER, was_short=True), now)
        case _ if place.tries >= MOST_TRIES:
            return Cue(on_after_three_tries(flow, place, now))
        case Greeting(then=then):
            return Cue(beginning(place, then))
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
        return Cue(keeping_the_way_back(flow, place, node.cut_off if ended.was_short else node.talked))
    turns_left = len(now.turns(node.role)) - max(place.part, 1)
    if turns_left > 0 and place.has_pressed:
        return Cue(place._replace(part=max(place.part, 1)))
    remarks = (Remark.NOBODY,) if node.nobody == flow.person.closed else ()
    return Cue(keeping_the_way_back(flow, place, node.nobody), remarks=remarks)
