"""What must agree between the files of a folder: the languages and their key, the facts, the passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr.content.found import Found, one_of
from ivr.content.menu import CallGraph
from ivr.content.node_file import NodeFile
from ivr.model.flow import Fact, Line
from ivr.model.keys import Command

Nodes = Mapping[str, NodeFile]


def note_disagreements(
    found: Found,
    line: Line | None,
    graph: CallGraph | None,
    facts: tuple[Fact, ...] | None,
    nodes: Mapping[str, Nodes],
) -> None:
    """Note every disagreement between files that could be read. `nodes` begins with the first language."""
    if line is not None and graph is not None:
        _note_language_key(found, line, graph)
        _note_promises(found, line, graph)
    if facts is not None:
        ids = [fact.id for fact in facts]
        for files in nodes.values():
            for file in files.values():
                _note_unknown_facts(file, ids)
    first, *others = nodes.values() or [{}]
    for other in others:
        for name in (name for name in other if name in first):
            _note_differences(first[name], other[name])


def _note_language_key(found: Found, line: Line, graph: CallGraph) -> None:
    has_key = Command.LANGUAGE in graph.keys.values()
    at = found.at("menu.toml", graph.keys_line)
    if has_key and len(line.languages) == 1:
        at.fault("A key changes the language, and the line has one language.", 'Take "language" off its key.')
    if not has_key and len(line.languages) > 1:
        at.fault("No key changes the language, and the line has two.", 'Give "language" a key.')


def _note_promises(found: Found, line: Line, graph: CallGraph) -> None:
    at = found.at("line.toml")
    if graph.callback is not None and line.promises is None:
        at.fault("The line calls back, and nothing says what it promises.", "Add [promises].")
    if graph.callback is None and line.promises is not None:
        at.fault("The line calls nobody back, and [promises] says when.", "Take [promises] out.")


def _note_unknown_facts(file: NodeFile, ids: Iterable[str]) -> None:
    known = tuple(ids)
    for passage, facts in enumerate(file.words.facts):
        for index, fact in enumerate(facts):
            if fact not in known:
                at = file.header.at("facts", passage, index)
                at.fault(f'There is no fact "{fact}" in facts.toml.', one_of(fact, known))


def _note_differences(first: NodeFile, other: NodeFile) -> None:
    ours, theirs = other.words, first.words
    if len(ours.passages) != len(theirs.passages):
        extra = ours.lines[len(theirs.passages)] if len(ours.passages) > len(theirs.passages) else 0
        other.header.at().on(extra).fault(
            f"There are {len(theirs.passages)} passages in {first.header.file}, and {len(ours.passages)} here.",
            "Say the same in both languages, passage by passage.",
        )
    if ours.facts and theirs.facts and ours.facts != theirs.facts:
        other.header.at("facts").fault(f'"facts" is not as in {first.header.file}.', "Write the same lists in both.")
    if ours.person_after != theirs.person_after:
        other.header.at("person_after").fault(
            f'"person_after" is not as in {first.header.file}.', "Offer a person after the same passage in both."
        )
    if set(ours.options) != set(theirs.options):
        other.header.at("options").fault(
            f"[options] words other choices than in {first.header.file}.", "Word the same choices in both."
        )
