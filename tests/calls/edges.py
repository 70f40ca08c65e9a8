"""Every edge that menu.toml draws, and every edge that a call walked, both in the same few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ivr.engine.cues import ANSWERS, YES
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import (
    PERSON,
    Asks,
    Entry,
    Goodbye,
    Greeting,
    Menu,
    Node,
    Notice,
    Offer,
    Question,
    Section,
    Transfer,
)
from ivr.model.reach import reached
from tests.calls.recording import THE_END, Move, Spot

A_PERSON = "a person"  # wherever the way to a person leads at the time
A_CALLBACK = "a callback"  # wherever the way to one leads: the question, the entry of a number, or that none is kept
THE_WAY_BACK = "the way back"
HEADING, PART, END = " heading", " part", " end"  # where in a section
TYPING, HELP, ONE_MORE = " typing", " help", " one more"  # where in an entry
BEING_ASKED = " being asked"  # where in a question; a question that has been asked is named by its node alone
ONE_TOO_MANY = "one digit too many"  # while a typed number is read back
TOO_EARLY = "yes too early"  # to a question that is still being asked: it does not count


class Edge(NamedTuple):
    """`before` and `after` are nodes; a section, an entry and a question are named with where in them the caller is."""

    before: str
    event: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} -- {self.event} --> {self.after}"


def drawn(flow: Flow) -> frozenset[Edge]:
    """Every edge of menu.toml that a caller can walk."""
    return frozenset((*_Drawn(flow).edges(), *_routes(flow)))


def walked(flow: Flow, moves: Iterable[Move]) -> frozenset[Edge]:
    """Every edge that these moves walked."""
    return frozenset(edge for move in moves for edge in _Walked(flow, move).edges())


@dataclass(frozen=True)
class _Drawn:
    flow: Flow

    def edges(self) -> Iterator[Edge]:
        yield Edge("the call", "arrives", self.flow.start)
        for node in self.flow.nodes.values():
            for before in _stances(node):
                if _where(before) != ONE_MORE:  # where every key is a digit
                    yield from self._keys(node, before)
                yield from self._silences(node, before)
            yield from self._numbers(node)
            if isinstance(node, Transfer):
                ends = (node.talked, node.cut_off, node.nobody, node.id)
                yield from (Edge(node.id, "the ringing ends", after) for after in ends)

    def _keys(self, node: Node, before: str) -> Iterator[Edge]:
        for key in Key:
            if isinstance(node, Question) and key in ANSWERS:
                yield from self._answers(node, before, is_yes=key is YES)
                continue
            if _where(before) == TYPING and key is Key.STAR:  # which ends what is typed, and is no key of its own
                continue
            meaning = self.flow.keys.get(key)
            if _is_read_back(node) and _where(before) == BEING_ASKED and _leads_away(meaning):
                yield Edge(before, ONE_TOO_MANY, before)
                continue
            match meaning:
                case None:
                    raise AssertionError(f"{key} means nothing")
                case ReadSection(node=section):
                    yield Edge(before, key.value, section + HEADING)
                case Command() as command:
                    yield from self._command(node, before, key.value, command)
        # A key that is no choice leads from the greeting to the menu, and what is being asked anew counts no mistakes.
        if not isinstance(node, Greeting) and _where(before) != BEING_ASKED:
            yield Edge(before, "the third mistake", _exit(node))

    def _command(self, node: Node, before: str, key: str, command: Command) -> Iterator[Edge]:
        again = _said_again(node, before)
        match command:
            case Command.PERSON:
                yield Edge(before, key, A_PERSON)
            case Command.CHOICES:
                yield Edge(before, key, self.flow.menu.id)
            case Command.AGAIN:
                yield Edge(before, key, again.replace(END, HEADING))
                if isinstance(node, Notice) and Offer.BACK in node.offers:
                    yield Edge(before, key, THE_WAY_BACK)
            case Command.PACE:
                yield from (Edge(before, f"{key} to {pace}", again) for pace in ("slow", "normal"))
            case Command.LANGUAGE:
                yield from (Edge(before, f"{key} to {language}", again) for language in self.flow.line.languages)
            case Command.NEXT:
                yield from (Edge(before, key, after) for after in self._next(node, before))
            case Command.CALLBACK | Command.TEXT:
                yield from self._request(node, before, key, command)

    def _request(self, node: Node, before: str, key: str, command: Command) -> Iterator[Edge]:
        """What can be asked for on some lines; on others, from where such a line can be at all, it is no choice."""
        text = _beginning(self.flow, self.flow.text.ask) if self.flow.text else ""
        asked = A_CALLBACK if command is Command.CALLBACK else text
        yield Edge(before, key, node.id + TYPING if isinstance(node, Entry) and asked == A_CALLBACK else asked)
        met = reached(self.flow, calls_back=command is Command.TEXT, texts=command is Command.CALLBACK)
        if node.id in met:
            after = node.then if isinstance(node, Greeting) else before.removesuffix(BEING_ASKED)
            yield Edge(before, f"{key} is no choice", after)

    def _answers(self, node: Question, before: str, *, is_yes: bool) -> Iterator[Edge]:
        if not is_yes:
            yield Edge(before, "no", _beginning(self.flow, node.no))
            return
        if _where(before) == BEING_ASKED:
            yield Edge(before, TOO_EARLY, before)
            return
        is_number = node.asks in (Asks.OWN_NUMBER, Asks.TYPED_NUMBER)
        enough = (self.flow.callback.enough,) if is_number and self.flow.callback else ()
        yield from (Edge(before, "yes", _beginning(self.flow, after)) for after in (node.yes, node.failed, *enough))

    def _numbers(self, node: Node) -> Iterator[Edge]:
        """What typed keys come to. A star alone is as silence: it leads to the help without a request."""
        if isinstance(node, Entry):
            for part in (TYPING, ONE_MORE):
                ends = (_beginning(self.flow, node.then), node.failed, node.id + TYPING, node.id + ONE_MORE)
                yield from (Edge(node.id + part, "a number", after) for after in ends)
            yield Edge(node.id + TYPING, "a number", A_PERSON)

    def _next(self, node: Node, before: str) -> tuple[str, ...]:
        if isinstance(node, Greeting):
            return (node.then,)
        if not isinstance(node, Section):
            return (_said_again(node, before),)
        later = dict(pairwise(self.flow.sections))
        after_the_end = later[node.id] + HEADING if node.id in later else before
        return {HEADING: (node.id + PART,), PART: (before, node.id + END)}.get(_where(before), (after_the_end,))

    def _silences(self, node: Node, before: str) -> Iterator[Edge]:
        match node:
            case Greeting(then=then):
                yield from (Edge(before, "silence", after) for after in (before, then))  # the name, the emergency line
            case Goodbye():
                yield Edge(before, "silence", THE_END)
            case Section() if _where(before) != END:
                yield Edge(before, "silence", node.id + PART)
                if _where(before) == PART:
                    yield Edge(before, "silence", node.id + END)
            case Entry() if _where(before) != HELP:
                yield Edge(before, "silence", node.id + (HELP if _where(before) == TYPING else TYPING))
            case Question() if _where(before) == BEING_ASKED:
                yield Edge(before, "silence", node.id)
            case _:
                yield from (Edge(before, "silence", after) for after in (before, _exit(node)))


def _is_read_back(node: Node | None) -> bool:
    return isinstance(node, Question) and node.asks is Asks.TYPED_NUMBER


def _leads_away(meaning: object) -> bool:
    return isinstance(meaning, ReadSection) or meaning in (Command.CALLBACK, Command.TEXT)


def _routes(flow: Flow) -> Iterator[Edge]:
    """Where the way to a person leads at each time, from each node and for each way to ask; and that to a callback."""
    for node in flow.nodes.values():
        for route in (flow.person.open, flow.person.closed, flow.person.after_hours):
            if not isinstance(node, Transfer):
                yield Edge(node.id, "a person by key", route)
            if _leads_to_a_person(node) and route != flow.person.after_hours:
                yield Edge(node.id, "a person by silence", route)
    if flow.callback is not None:
        for route in (flow.callback.ask, flow.callback.enter, flow.callback.failed):
            yield Edge(A_CALLBACK, "is asked for", _beginning(flow, route))


def _stances(node: Node) -> tuple[str, ...]:
    match node:
        case Section():
            return tuple(node.id + where for where in (HEADING, PART, END))
        case Entry():
            return tuple(node.id + where for where in (TYPING, HELP, ONE_MORE))
        case Question():
            return (node.id + BEING_ASKED, node.id)
        case Transfer():
            return ()
        case _:
            return (node.id,)


def _beginning(flow: Flow, node: str) -> str:
    """Where in a node a caller comes to who is led there."""
    match flow.nodes[node]:
        case Entry():
            return node + TYPING
        case Question():
            return node + BEING_ASKED
        case _:
            return node


def _said_again(node: Node, before: str) -> str:
    """Where a caller is when what was just heard is said anew: a question is asked anew."""
    return node.id + BEING_ASKED if isinstance(node, Question) else before


def _where(stance: str) -> str:
    wheres = (HEADING, PART, END, TYPING, HELP, ONE_MORE, BEING_ASKED)
    return next((each for each in wheres if stance.endswith(each)), "")


def _leads_to_a_person(node: Node) -> bool:
    """Whether silence at a node is a way to a person."""
    return isinstance(node, Menu | Section | Question | Entry) and node.silence == PERSON


def _exit(node: Node) -> str:
    """Where the third silence or mistake leads."""
    match node:
        case Menu() | Section() | Notice() | Question() | Entry():
            return A_PERSON if node.silence == PERSON else node.silence
        case _:
            return THE_END


@dataclass(frozen=True)
class _Walked:
    flow: Flow
    move: Move

    def edges(self) -> Iterator[Edge]:
        before, after = self.move.before, self.move.after
        event, stance, target = self._event(), self._stance(before), self._stance(after)
        routes = (self.flow.person.open, self.flow.person.closed, self.flow.person.after_hours)
        asks = event == "0" or (self._leaves_by_silence() and target in routes)
        if asks and event != "the ringing ends":
            if event not in ("the third mistake", "a number"):
                yield Edge(before.node, f"a person by {'key' if event == '0' else event}", target)
            target = A_PERSON
        elif self._asks_for_a_call(event):
            yield Edge(A_CALLBACK, "is asked for", target)
            target = A_CALLBACK
        elif event == "7" and isinstance(self.flow.nodes[before.node], Notice) and _where(target):
            target = THE_WAY_BACK
        yield Edge("the call" if event == "arrives" else stance, event, target)

    def _leaves_by_silence(self) -> bool:
        node = self.flow.nodes.get(self.move.before.node)
        by = ("silence", "the third mistake", "a number")
        leaves = self._event() in by and self.move.after.node != self.move.before.node
        return leaves and node is not None and _leads_to_a_person(node)

    def _asks_for_a_call(self, event: str) -> bool:
        meaning = self.flow.keys.get(next((key for key in Key if key.value == event), Key.ZERO))
        return meaning is Command.CALLBACK and not isinstance(self.flow.nodes.get(self.move.before.node), Entry)

    def _event(self) -> str:
        event, before, after = self.move.event, self.move.before, self.move.after
        key = next((key for key in Key if key.value == event), None)
        node = self.flow.nodes.get(before.node)
        if isinstance(node, Entry) and (len(event) > 1 or before.part == 2) and event.strip("0123456789#") == "":
            return "a number"
        if key is None:
            return {"dial": "the ringing ends"}.get(event, event)
        if isinstance(node, Question) and key in ANSWERS:
            return "no" if key is not YES else TOO_EARLY if before.part == 1 else "yes"
        meaning = self.flow.keys.get(key)
        if _is_read_back(node) and before.part == 1 and _leads_away(meaning):
            return ONE_TOO_MANY
        match meaning:
            case Command.CALLBACK | Command.TEXT if self._is_no_choice():
                is_third = before.says("tries") == "2"
                return "the third mistake" if is_third else f"{key.value} is no choice"
            case Command.PACE:
                return f"{event} to {after.says('pace') or 'normal'}"
            case Command.LANGUAGE:
                return f"{event} to {after.language}"
            case _:
                return event

    def _is_no_choice(self) -> bool:
        """Whether a key was counted as a mistake: it is said again with one more, or left after three."""
        before, after, event = self.move.before, self.move.after, self.move.event
        ways = (self.flow.callback, self.flow.text)
        asked = {node for way in ways if way is not None for node in (way.ask, way.enter, way.failed)}
        is_counted = after.says("tries") == str(int(before.says("tries") or 0) + 1)
        return is_counted or after.node not in asked or (before.node == after.node and not self._is_its_own(event))

    def _is_its_own(self, event: str) -> bool:
        """Whether a key that asks for something was pressed where just that is asked, or could not be had."""
        callback, text = self.flow.callback, self.flow.text
        own = {
            "5": (callback.ask, callback.enter, callback.failed) if callback else (),
            "6": (text.ask,) if text else (),
        }
        return self.move.before.node in own.get(event, ())

    def _stance(self, spot: Spot) -> str:
        if spot.url == THE_END:
            return THE_END
        if isinstance(self.flow.nodes.get(spot.node), Entry):
            return spot.node + (TYPING, HELP, ONE_MORE)[spot.part]
        if isinstance(self.flow.nodes.get(spot.node), Question):
            return spot.node + ("", BEING_ASKED)[spot.part]
        if not isinstance(self.flow.nodes.get(spot.node), Section):
            return spot.node
        last = self.flow.parts(spot.node)
        return spot.node + (HEADING if spot.part == 0 else PART if spot.part <= last else END)
