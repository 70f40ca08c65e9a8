"""LANG/NODE.md: a TOML header between two +++ lines, then plain words; a blank line begins the next passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ivr.content.found import Found, counted, one_of
from ivr.content.phrases import OPTION, sentence
from ivr.content.table import Table, parse_toml
from ivr.content.text import NO_SLOTS, SLOTS, Slots, Wording, may_have
from ivr.model.nodes import PERSON, Asks, Entry, Goodbye, Greeting, Menu, Node, Notice, Question, Section, Transfer
from ivr.model.speech import Text
from ivr.model.words import NodeWords

FENCE = "+++"
OWN_OPTIONS = (PERSON,)  # the offers that a node may word for itself

_SLOTS_OF_QUESTIONS = {
    Asks.OWN_NUMBER: ("last_two",),
    Asks.TYPED_NUMBER: ("typed",),
    Asks.MESSAGE: ("promise",),
    Asks.TEXT: ("last_two",),
}

_Passage = tuple[int, Sequence[str]]  # the line of the file on which it begins, and its own lines


@dataclass(frozen=True, slots=True)
class NodeFile:
    """A node's words, and its header for who asks on which line a key stands."""

    words: NodeWords
    header: Table


def read_node_file(source: str, name: str, node: Node | None, wording: Wording, found: Found) -> NodeFile | None:
    """What a node says; None after a fault of the header itself. `node` is None when its kind could not be read."""
    lines = source.split("\n")
    end = next((index for index, line in enumerate(lines) if index and line.rstrip() == FENCE), None)
    if lines[0].rstrip() != FENCE or end is None:
        lacks = "begin with" if lines[0].rstrip() != FENCE else "end its header with"
        at = found.at(name, 1)
        at.fault(f"The file does not {lacks} a line {FENCE}.", f"Write the header between two {FENCE} lines.")
        return None
    header = parse_toml("\n".join(lines[1:end]) + "\n", name, found, first_line=2)
    passages = tuple(_passages(lines, end + 1))
    texts = tuple(_passage(passage, name, _slots(node), wording, found) for passage in passages)
    if header is None:
        return None
    _note_known_keys(header, node)
    _note_count(node, texts, header)
    return NodeFile(_words(header, node, texts, tuple(line for line, _ in passages), wording), header)


def _passages(lines: Sequence[str], start: int) -> list[_Passage]:
    passages: list[tuple[int, list[str]]] = []
    is_between = True
    for number, line in enumerate(lines[start:], start + 1):
        if not line.strip(" "):
            is_between = True
        elif is_between:
            passages.append((number, [line]))
            is_between = False
        else:
            passages[-1][1].append(line)
    return list(passages)


def _passage(passage: _Passage, name: str, slots: Slots, wording: Wording, found: Found) -> Text:
    first, lines = passage
    return wording.text([(found.at(name, first + index), line) for index, line in enumerate(lines)], slots)


def _slots(node: Node | None) -> Slots:
    """{opens} is for notices only: a passage is left out when nobody knows it, and a section counts its passages."""
    match node:
        case None:
            return may_have(*SLOTS)
        case Notice():
            return may_have("opens", "number")
        case Section() | Goodbye():
            return may_have("number")
        case Question(asks=asks):
            return may_have(*_SLOTS_OF_QUESTIONS[asks])
        case Menu() | Greeting() | Transfer() | Entry():
            return NO_SLOTS


def _note_known_keys(header: Table, node: Node | None) -> None:
    known = ["title", "source"]
    if node is None or isinstance(node, Section):
        known += ["option", "facts", "person_after"]
    if node is None or isinstance(node, Menu | Section | Notice | Entry):
        known += ["options"]
    header.only(*known)


def _note_count(node: Node | None, texts: Sequence[Text], header: Table) -> None:
    at = header.found.at(header.file)
    if isinstance(node, Transfer) and len(texts) != 1:
        at.fault(f"A transfer says one passage, and here are {len(texts)}.", "Write one sentence.")
    elif node is not None and not isinstance(node, Menu) and not texts:
        at.fault("There is nothing to say.", f"Write at least one passage under the second {FENCE} line.")


def _words(
    header: Table, node: Node | None, texts: tuple[Text, ...], lines: tuple[int, ...], wording: Wording
) -> NodeWords:
    is_section = isinstance(node, Section)
    return NodeWords(
        title=sentence(header, "title", wording),
        passages=texts,
        source=header.text("source"),
        option=sentence(header, "option", wording, OPTION) if is_section else None,
        facts=_facts(header, len(texts)) if is_section else (),
        person_after=_person_after(header, len(texts)),
        options=_options(header.table("options", is_required=False), wording),
        lines=lines,
    )


def _facts(header: Table, passages: int) -> tuple[tuple[str, ...], ...]:
    facts = header.values.get("facts")
    if not header.is_there("facts"):
        return ()
    if not _is_lists_of_words(facts):
        header.at("facts").fault('"facts" is not one list a passage.', 'Write: [["what.1"], ["what.2", "what.3"]].')
        return ()
    lists = cast("Sequence[Sequence[str]]", facts)
    if len(lists) != passages:
        header.at("facts").fault(
            f'"facts" has {counted(len(lists), "list")} for {counted(passages, "passage")}.',
            "Write one list for each passage, in order.",
        )
    return tuple(map(tuple, lists))


def _is_lists_of_words(facts: object) -> bool:
    return isinstance(facts, list) and all(
        isinstance(passage, list) and all(isinstance(fact, str) for fact in passage) for passage in facts
    )


def _person_after(header: Table, passages: int) -> int | None:
    if "person_after" not in header.values:
        return None
    return header.whole("person_after", 1, max(passages, 1))


def _options(table: Table, wording: Wording) -> Mapping[str, Text]:
    for key in (key for key in table.values if key not in OWN_OPTIONS):
        table.at(key).fault(f'A node cannot word "{key}" for itself.', one_of(key, OWN_OPTIONS))
    return {key: sentence(table, key, wording, OPTION) for key in OWN_OPTIONS if key in table.values}
