"""Every edge that menu.toml draws, and every edge that a call walked, both in the same few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import PERSON, Goodbye, Greeting, Menu, Node, Notice, Offer, Section, Transfer
from tests.calls.recording import THE_END, Move, Spot

A_PERSON = "a person"  # wherever the way to a person leads at the time
THE_WAY_BACK = "the way back"
HEADING, PART, END = " heading", " part", " end"  # where in a section


class Edge(NamedTuple):
    """`before` and `after` are nodes; a section is named with where in it the caller is."""

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
                yield from self._keys(node, before)
                yield from self._silences(node, before)
            if isinstance(node, Transfer):
                ends = (node.talked, node.cut_off, node.nobody, node.id)
                yield from (Edge(node.id, "the ringing ends", after) for after in ends)

    def _keys(self, node: Node, before: str) -> Iterator[Edge]:
        for key in Key:
            match self.flow.keys.get(key):
                case None:
                    after = node.then if isinstance(node, Greeting) else before
                    yield Edge(before, f"{key.value} is no choice", after)
                case ReadSection(node=section):
                    yield Edge(before, key.value, section + HEADING)
                case Command() as command:
                    yield from self._command(node, before, key.value, command)
        if not isinstance(node, Greeting):  # a key that is no choice leads from the greeting to the menu
            yield Edge(before, "the third mistake", _exit(node))

    def _command(self, node: Node, before: str, key: str, command: Command) -> Iterator[Edge]:
        match command:
            case Command.PERSON:
                yield Edge(before, key, A_PERSON)
            case Command.CHOICES:
                yield Edge(before, key, self.flow.menu.id)
            case Command.AGAIN:
                yield Edge(before, key, before.replace(END, HEADING))
                if isinstance(node, Notice) and Offer.BACK in node.offers:
                    yield Edge(before, key, THE_WAY_BACK)
            case Command.PACE:
                yield from (Edge(before, f"{key} to {pace}", before) for pace in ("slow", "normal"))
            case Command.LANGUAGE:
                yield from (Edge(before, f"{key} to {language}", before) for language in self.flow.line.languages)
            case Command.NEXT:
                yield from (Edge(before, key, after) for after in self._next(node, before))

    def _next(self, node: Node, before: str) -> tuple[str, ...]:
        if isinstance(node, Greeting):
            return (node.then,)
        if not isinstance(node, Section):
            return (before,)
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
            case _:
                yield from (Edge(before, "silence", after) for after in (before, _exit(node)))


def _routes(flow: Flow) -> Iterator[Edge]:
    """Where the way to a person leads at each time, from each node and for each way to ask."""
    for node in flow.nodes.values():
        for route in (flow.person.open, flow.person.closed, flow.person.after_hours):
            if not isinstance(node, Transfer):
                yield Edge(node.id, "a person by key", route)
            if isinstance(node, Menu | Section) and route != flow.person.after_hours:
                yield Edge(node.id, "a person by silence", route)


def _stances(node: Node) -> tuple[str, ...]:
    if isinstance(node, Section):
        return tuple(node.id + where for where in (HEADING, PART, END))
    return () if isinstance(node, Transfer) else (node.id,)


def _where(stance: str) -> str:
    return next((where for where in (HEADING, PART, END) if stance.endswith(where)), "")


def _exit(node: Node) -> str:
    """Where the third silence or mistake leads."""
    match node:
        case Menu(silence=silence) | Section(silence=silence) | Notice(silence=silence):
            return A_PERSON if silence == PERSON else silence
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
            if event != "the third mistake":
                yield Edge(before.node, f"a person by {'key' if event == '0' else event}", target)
            target = A_PERSON
        elif event == "7" and isinstance(self.flow.nodes[before.node], Notice) and _where(target):
            target = THE_WAY_BACK
        yield Edge("the call" if event == "arrives" else stance, event, target)

    def _leaves_by_silence(self) -> bool:
        node = self.flow.nodes.get(self.move.before.node)
        leaves = self._event() in ("silence", "the third mistake") and self.move.after.node != self.move.before.node
        return leaves and isinstance(node, Menu | Section)

    def _event(self) -> str:
        event, before, after = self.move.event, self.move.before, self.move.after
        key = next((key for key in Key if key.value == event), None)
        if key is None:
            return {"dial": "the ringing ends"}.get(event, event)
        match self.flow.keys.get(key):
            case None:
                is_third = before.says("tries") == "2"
                return "the third mistake" if is_third else f"{key.value} is no choice"
            case Command.PACE:
                return f"{event} to {after.says('pace') or 'normal'}"
            case Command.LANGUAGE:
                return f"{event} to {after.language}"
            case _:
                return event

    def _stance(self, spot: Spot) -> str:
        if spot.url == THE_END:
            return THE_END
        if not isinstance(self.flow.nodes.get(spot.node), Section):
            return spot.node
        last = self.flow.parts(spot.node)
        return spot.node + (HEADING if spot.part == 0 else PART if spot.part <= last else END)
