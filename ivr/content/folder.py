"""A whole prompts folder: every file of it is read, whatever is wrong with the others, and then they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.content.agreement import note_disagreements
from ivr.content.approvals import read_approvals
from ivr.content.facts import read_facts
from ivr.content.files import read_text
from ivr.content.found import Found
from ivr.content.lexicon import read_lexicon
from ivr.content.line import LANGUAGE, read_line
from ivr.content.menu import CallGraph, read_menu
from ivr.content.node_file import NodeFile, read_node_file
from ivr.content.phrases import Phrases, Tongue, read_phrases
from ivr.content.table import Table, read_toml
from ivr.content.text import Wording, number_text
from ivr.content.toml_lines import KeyPath
from ivr.errors import ContentFaults, Fault
from ivr.model.approval import Approvals
from ivr.model.flow import Flow, Line
from ivr.model.nodes import Menu
from ivr.model.words import Script

LINE, MENU, LEXICON, FACTS, PHRASES = "line.toml", "menu.toml", "lexicon.toml", "facts.toml", "phrases.toml"
APPROVALS = "approvals.toml"  # not there until somebody has approved something
_NOT_READ = "README.md"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where in the folder each thing was written, for whoever finds fault with a flow that could be read."""

    lines: Mapping[str, Mapping[KeyPath, int]]

    def line(self, file: str, key: str = "") -> int:
        """Where a dotted key of a file stands, such as nodes.what; else what it would be in; 0 for neither."""
        lines = {".".join(map(str, path)): line for path, line in self.lines.get(file, {}).items()}
        while key and key not in lines:
            key = key.rpartition(".")[0]
        return lines.get(key, 0)


@dataclass(frozen=True, slots=True)
class Folder:
    """A prompts folder that could be read: the flow, where its words stand, and who approved which."""

    flow: Flow
    sources: Sources
    approvals: Approvals


@dataclass(frozen=True, slots=True)
class _Words:
    """The files of one language that could be read."""

    phrases: Phrases | None
    nodes: Mapping[str, NodeFile]


def read(folder: Path) -> Flow:
    """Read a prompts folder. Raises ContentFaults with every fault of every file at once."""
    return read_folder(folder).flow


def read_with_sources(folder: Path) -> tuple[Flow, Sources]:
    """Read a prompts folder, and keep the lines on which its keys stand. Raises ContentFaults like `read`."""
    whole = read_folder(folder)
    return whole.flow, whole.sources


def read_folder(folder: Path) -> Folder:
    """Read a prompts folder with its approvals. Raises ContentFaults like `read`."""
    try:
        if folder.is_dir():
            return _Reading(folder, Found(), {}).whole()
        wrong, mend = "There is no such folder.", "Name the folder that holds menu.toml and line.toml."
    except OSError as refused:
        wrong, mend = f"It cannot be read: {refused}.", "Ask whoever runs the line to make it readable."
    raise ContentFaults([Fault(folder.as_posix(), 0, wrong, mend)])


@dataclass(frozen=True, slots=True)
class _Reading:
    folder: Path
    found: Found
    tables: dict[str, Table]

    def whole(self) -> Folder:
        line_table, menu_table, lexicon, facts_table = map(self._toml, (LINE, MENU, LEXICON, FACTS))
        line = read_line(line_table) if line_table else None
        graph = read_menu(menu_table) if menu_table else None
        facts = read_facts(facts_table, graph) if facts_table else None
        languages = line.languages if line and line.languages else self._folders()
        respellings = read_lexicon(lexicon, languages) if lexicon else {}
        known = line.languages if line else ()
        tongues = [_tongue(each, known, line, respellings.get(each, {}), graph) for each in languages]
        words = {tongue.language: self._language(tongue, graph) for tongue in tongues}
        self._note_surplus(".", (LINE, MENU, LEXICON, FACTS, APPROVALS, _NOT_READ, *languages))
        nodes = {language: each.nodes for language, each in words.items()}
        note_disagreements(self.found, line, graph, facts, nodes)
        approvals = self._approvals(known, graph)
        scripts = {language: script for language, each in words.items() if (script := _script(each))}
        menu = graph.nodes.get(graph.choices) if graph else None
        if self.found.faults or line is None or graph is None or not isinstance(menu, Menu):
            raise ContentFaults(self.found.faults)
        flow = Flow(
            line=line,
            start=graph.start,
            menu=menu,
            person=graph.person,
            keys=graph.keys,
            nodes=graph.nodes,
            scripts=scripts,
            facts=facts or (),
            callback=graph.callback,
            text=graph.text,
        )
        return Folder(flow, Sources({file: table.lines for file, table in self.tables.items()}), approvals)

    def _approvals(self, languages: Iterable[str], graph: CallGraph | None) -> Approvals:
        path = self.folder / APPROVALS
        table = self._toml(APPROVALS) if path.exists() or path.is_symlink() else None
        names = (PHRASES, *(f"{name}.md" for name in graph.names)) if graph else ()
        files = (f"{language}/{name}" for language in languages for name in names)
        return read_approvals(table, files) if table else {}

    def _toml(self, name: str) -> Table | None:
        table = read_toml(self.folder, name, self.found)
        return self._kept(table) if table else None

    def _kept(self, table: Table) -> Table:
        self.tables[table.file] = table
        return table

    def _folders(self) -> tuple[str, ...]:
        """The languages that there seem to be, for a folder whose line.toml cannot tell."""
        names = (path.name for path in self.folder.iterdir() if path.is_dir())
        return tuple(sorted(name for name in names if LANGUAGE.fullmatch(name)))

    def _language(self, tongue: Tongue, graph: CallGraph | None) -> _Words:
        language = tongue.language
        path = self.folder / language
        if not path.is_dir() or path.is_symlink():
            self.found.at(language).fault(
                f'There is no folder for the language "{language}".', "Add it, or change languages in line.toml."
            )
            return _Words(None, {})
        names = graph.names if graph and graph.names else sorted(file.stem for file in path.glob("*.md"))
        self._note_surplus(language, (PHRASES, *(f"{name}.md" for name in names)))
        table = self._toml(f"{language}/{PHRASES}")
        phrases = read_phrases(table, tongue) if table else None
        files = {name: self._node_file(tongue, name, graph) for name in names}
        return _Words(phrases, {name: file for name, file in files.items() if file is not None})

    def _node_file(self, tongue: Tongue, name: str, graph: CallGraph | None) -> NodeFile | None:
        file = f"{tongue.language}/{name}.md"
        source = read_text(self.folder, file, self.found)
        if source is None:
            return None
        node = graph.nodes.get(name) if graph else None
        read_file = read_node_file(source, file, node, tongue.wording, self.found)
        if read_file is not None:
            self._kept(read_file.header)
        return read_file

    def _note_surplus(self, within: str, known: Iterable[str]) -> None:
        expected = set(known)
        for path in sorted((self.folder / within).iterdir()):
            if path.name in expected or path.name.startswith("."):  # editors and file managers leave hidden files
                continue
            at = self.found.at(path.relative_to(self.folder).as_posix())
            if path.is_dir():
                at.fault(
                    "This folder is of no language of the line.", "Take it away, or change languages in line.toml."
                )
            elif path.suffix == ".md" and within != ".":
                at.fault("menu.toml has no node of this name.", "Add the node there, rename the file, or take it away.")
            else:
                at.fault("This file belongs to nothing here.", "Take it away.")


def _tongue(
    language: str, known: tuple[str, ...], line: Line | None, respellings: Mapping[str, str], graph: CallGraph | None
) -> Tongue:
    calls_back = graph.callback is not None if graph else None
    texts = graph.text is not None if graph else None
    return Tongue(language, known, _wording(line, respellings), calls_back, texts)


def _wording(line: Line | None, respellings: Mapping[str, str]) -> Wording:
    wording = Wording(respellings)
    return Wording(respellings, number_text(line.number, line.vanity, wording)) if line else wording


def _script(words: _Words) -> Script | None:
    phrases = words.phrases
    if phrases is None:
        return None
    return Script(
        nodes={name: file.words for name, file in words.nodes.items()},
        said=phrases.said,
        options=phrases.options,
        key_names=phrases.key_names,
        about=phrases.about,
        opens=phrases.opens,
        whisper=phrases.whisper,
        promise=phrases.promise,
        text=phrases.text,
        reasons=phrases.reasons,
    )
