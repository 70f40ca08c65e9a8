"""menu.toml: the keys and the call graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ivr.content.found import one_of
from ivr.content.table import Table
from ivr.model.flow import PersonRoute, Request
from ivr.model.keys import Command, Key, Meaning, ReadSection
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
from ivr.model.numbers import Role

NODE_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")  # it is a file name and a part of a URL

_ROLES = {role.value: role for role in (Role.TEAM, Role.AFTER_HOURS)}
_COMMANDS = {command.value: command for command in Command}
_KEYS = {key.value: key for key in Key}
_ASKS = {asks.value: asks for asks in Asks}
_OFFERS = {offer.value: offer for offer in Offer}
_KEY_OF_OFFER = {
    Offer.PERSON: Command.PERSON,
    Offer.CALLBACK: Command.CALLBACK,
    Offer.TEXT: Command.TEXT,
    Offer.AGAIN: Command.AGAIN,
    Offer.BACK: Command.AGAIN,
    Offer.PACE: Command.PACE,
    Offer.LANGUAGE: Command.LANGUAGE,
    Offer.NEXT: Command.NEXT,
    Offer.CHOICES: Command.CHOICES,
}


_IN_WORDS: Mapping[type[Node], str] = {
    Greeting: 'a notice with "then"',
    Menu: "a menu",
    Notice: 'a notice with "offers"',
    Transfer: "a transfer",
    Question: "a question",
    Entry: "an entry",
}


@dataclass(frozen=True, slots=True)
class CallGraph:
    """What menu.toml says. A node whose kind could not be read is named in `names` and missing in `nodes`."""

    start: str
    choices: str
    person: PersonRoute
    keys: Mapping[Key, Meaning]
    nodes: Mapping[str, Node]
    names: tuple[str, ...]
    keys_line: int
    callback: Request | None = None
    text: Request | None = None


@dataclass(frozen=True, slots=True)
class _Edge:
    key: str
    to: str
    kind: type[Node] | None = None


def read_menu(table: Table) -> CallGraph:
    """The whole call graph, every edge and key of it checked; stand-ins where faults were noted."""
    table.only("start", "choices", "keys", "person", "callback", "text", "nodes")
    tables = _node_tables(table.table("nodes"))
    nodes = {name: node for name, each in tables.items() if (node := _node(name, each)) is not None}
    graph = CallGraph(
        start=table.text("start"),
        choices=table.text("choices"),
        person=_person(table.table("person")),
        keys=_keys(table.table("keys"), nodes, tuple(tables)),
        nodes=nodes,
        names=tuple(tables),
        keys_line=table.at("keys").line,
        callback=_request(table, "callback", ("ask", "failed", "enter", "enough")),
        text=_request(table, "text", ("ask", "failed")),
    )
    _note_requests(table, graph)
    _note_edges(table, tables, graph)
    _note_offers(tables, graph)
    return graph


def _node_tables(nodes: Table) -> Mapping[str, Table]:
    tables = {}
    for name in nodes.values:
        if not NODE_NAME.fullmatch(name):
            nodes.at(name).fault(
                f'"{name}" cannot be the name of a node.', "Use up to 32 small letters, digits and hyphens."
            )
        elif name in _COMMANDS:
            nodes.at(name).fault(
                f'"{name}" is what a key does, so it cannot be the name of a node.', "Choose another name."
            )
        else:
            tables[name] = nodes.table(name)
    return tables


def _node(name: str, table: Table) -> Node | None:
    kind = table.text("kind")
    if kind in _KINDS:
        return _KINDS[kind](name, table)
    if kind:
        table.at("kind").fault(f'"{kind}" is no kind of node.', one_of(kind, _KINDS))
    return None


def _menu(name: str, table: Table) -> Menu:
    return Menu(name, *_listening(table))


def _section(name: str, table: Table) -> Section:
    return Section(name, *_listening(table))


def _notice(name: str, table: Table) -> Greeting | Notice:
    """A notice that leads on by itself is the greeting; any other listens."""
    if "then" not in table.values:
        return Notice(name, *_listening(table))
    table.only("kind", "then")
    return Greeting(name, table.text("then"))


def _transfer(name: str, table: Table) -> Transfer:
    table.only("kind", "role", "talked", "cut_off", "nobody")
    return Transfer(name, _role(table), table.text("talked"), table.text("cut_off"), table.text("nobody"))


def _question(name: str, table: Table) -> Question | None:
    """What it asks says which places to fill its words have: where that is unknown nothing is said of them."""
    table.only("kind", "asks", "yes", "no", "failed", "silence")
    asks, *edges = map(table.text, ("asks", "yes", "no", "failed", "silence"))
    if asks in _ASKS:
        return Question(name, _ASKS[asks], *edges)
    if asks:
        table.at("asks").fault(f'"{asks}" is nothing that can be asked.', one_of(asks, _ASKS))
    return None


def _entry(name: str, table: Table) -> Entry:
    table.only("kind", "then", "failed", "offers", "silence")
    offers, silence = _offers_and_silence(table)
    return Entry(name, table.text("then"), table.text("failed"), offers, silence)


def _goodbye(name: str, table: Table) -> Goodbye:
    table.only("kind")
    return Goodbye(name)


_KINDS: Mapping[str, Callable[[str, Table], Node | None]] = {
    "menu": _menu,
    "section": _section,
    "notice": _notice,
    "transfer": _transfer,
    "question": _question,
    "entry": _entry,
    "goodbye": _goodbye,
}


def _listening(table: Table) -> tuple[tuple[Offer, ...], str]:
    table.only("kind", "offers", "silence")
    return _offers_and_silence(table)


def _offers_and_silence(table: Table) -> tuple[tuple[Offer, ...], str]:
    words = table.texts("offers")
    for index, word in enumerate(words):
        if word not in _OFFERS:
            table.at("offers", index).fault(f'"{word}" is nothing that can be offered.', one_of(word, _OFFERS))
        elif word in words[:index]:
            table.at("offers", index).fault(f'"{word}" is offered twice.', "Take one of them out.")
    return tuple(offer for name, offer in _OFFERS.items() if name in words), table.text("silence")


def _role(table: Table) -> Role:
    role = table.text("role")
    if role and role not in _ROLES:
        table.at("role").fault(f'"{role}" is nobody that can be rung.', one_of(role, _ROLES))
    return _ROLES.get(role, Role.TEAM)


def _person(table: Table) -> PersonRoute:
    """A line with no after-hours line need not name one: then the closed message is the way."""
    table.only("open", "closed", "after_hours")
    closed = table.text("closed")
    after_hours = table.text("after_hours") if "after_hours" in table.values else closed
    return PersonRoute(table.text("open"), closed, after_hours)


def _request(table: Table, name: str, edges: tuple[str, ...]) -> Request | None:
    """Something that a caller can ask for; a line that does not have it leaves the table out."""
    if name not in table.values:
        return None
    asked = table.table(name)
    asked.only(*edges)
    return Request(**{edge: asked.text(edge) for edge in edges})


def _note_requests(table: Table, graph: CallGraph) -> None:
    for request, command in ((graph.callback, Command.CALLBACK), (graph.text, Command.TEXT)):
        name = command.value
        key = next((key for key, meaning in graph.keys.items() if meaning is command), None)
        if key is not None and request is None:
            table.at("keys", key.value).fault(
                f'Key {key.value} does "{name}", and there is no [{name}].', f"Say under [{name}] what leads where."
            )
        if key is None and request is not None:
            table.at(name).fault(f'No key does "{name}".', "Give it a key in [keys], or take this table out.")


def _keys(table: Table, nodes: Mapping[str, Node], names: Iterable[str]) -> Mapping[Key, Meaning]:
    table.only(*_KEYS)
    meanings: dict[Key, Meaning] = {}
    for name in (name for name in table.values if name in _KEYS):
        word = table.text(name)
        meaning = _COMMANDS.get(word) or ReadSection(word)
        if not word or (word in names and word not in nodes):  # a fault of the node itself was noted
            continue
        if isinstance(meaning, ReadSection) and not isinstance(nodes.get(word), Section):
            sections = [section for section, node in nodes.items() if isinstance(node, Section)]
            table.at(name).fault(
                f'The key {name} does "{word}", which is no section and nothing a key can do.',
                one_of(word, (*_COMMANDS, *sections)),
            )
        elif meaning in meanings.values():
            table.at(name).fault(f'"{word}" is on two keys.', "Take it off one of them.")
        else:
            meanings[_KEYS[name]] = meaning
    return meanings


def _note_edges(table: Table, tables: Mapping[str, Table], graph: CallGraph) -> None:
    if not graph.names:  # a fault was noted
        return
    person = table.table("person", is_required=False)
    _note_edge(table, _Edge("start", graph.start, Greeting), graph)
    _note_edge(table, _Edge("choices", graph.choices, Menu), graph)
    _note_edge(person, _Edge("open", graph.person.open, Transfer), graph)
    _note_edge(person, _Edge("closed", graph.person.closed, Notice), graph)
    if "after_hours" in person.values:
        _note_edge(person, _Edge("after_hours", graph.person.after_hours, Transfer), graph)
    for name, request in (("callback", graph.callback), ("text", graph.text)):
        if request is not None:
            for edge in _edges_of_request(request):
                _note_edge(table.table(name), edge, graph)
    for name, node in graph.nodes.items():
        for edge in _edges(node):
            _note_edge(tables[name], edge, graph)


def _edges_of_request(request: Request) -> tuple[_Edge, ...]:
    return (
        _Edge("ask", request.ask, Question),
        _Edge("failed", request.failed, Notice),
        _Edge("enter", request.enter, Entry),
        _Edge("enough", request.enough, Notice),
    )


def _edges(node: Node) -> tuple[_Edge, ...]:
    match node:
        case Greeting():
            return (_Edge("then", node.then, Menu),)
        case Menu() | Section() | Notice():
            return () if node.silence == PERSON else (_Edge("silence", node.silence),)
        case Transfer():
            ends = {"talked": node.talked, "cut_off": node.cut_off, "nobody": node.nobody}
            return tuple(_Edge(key, to, Notice) for key, to in ends.items())
        case Question():
            silence = () if node.silence == PERSON else (_Edge("silence", node.silence),)
            return (_Edge("yes", node.yes), _Edge("no", node.no), _Edge("failed", node.failed), *silence)
        case Entry():
            silence = () if node.silence == PERSON else (_Edge("silence", node.silence),)
            return (_Edge("then", node.then, Question), _Edge("failed", node.failed, Notice), *silence)
        case Goodbye():
            return ()


def _note_edge(table: Table, edge: _Edge, graph: CallGraph) -> None:
    if not edge.to:  # a fault was noted
        return
    leads = f'"{edge.key}" leads to "{edge.to}"'
    node = graph.nodes.get(edge.to)
    if edge.to not in graph.names:
        table.at(edge.key).fault(f"{leads}, and there is no such node.", one_of(edge.to, graph.names))
    elif node is not None and edge.kind is not None and not isinstance(node, edge.kind):
        fitting = (name for name, each in graph.nodes.items() if isinstance(each, edge.kind))
        table.at(edge.key).fault(f"{leads}, which is not {_IN_WORDS[edge.kind]}.", one_of("", fitting))


def _note_offers(tables: Mapping[str, Table], graph: CallGraph) -> None:
    for name, node in graph.nodes.items():
        if isinstance(node, Section) and ReadSection(name) not in graph.keys.values():
            tables[name].at().fault(f'No key reads the section "{name}".', "Give it a key in [keys].")
        if not isinstance(node, Menu | Section | Notice | Entry):
            continue
        for offer in node.offers:
            command = _KEY_OF_OFFER.get(offer)
            if command is not None and command not in graph.keys.values():
                tables[name].at("offers").fault(
                    f'"{offer.value}" is offered, and no key does "{command.value}".', "Give it a key in [keys]."
                )
