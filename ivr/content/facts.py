"""facts.toml: the facts of the page, by section."""

from __future__ import annotations

import re

from ivr.content.found import one_of
from ivr.content.menu import CallGraph
from ivr.content.table import Table
from ivr.model.flow import Fact
from ivr.model.nodes import Section

_NUMBER = re.compile(r"[A-Za-z0-9-]+")


def read_facts(table: Table, graph: CallGraph | None) -> tuple[Fact, ...]:
    """Every fact in the order of the file; which tables name sections is judged where the call graph could be read."""
    if graph is not None and graph.names:
        _note_sections(table, graph)
    return tuple(fact for section in table.values for fact in _facts(section, table.table(section)))


def _note_sections(table: Table, graph: CallGraph) -> None:
    sections = [name for name, node in graph.nodes.items() if isinstance(node, Section)]
    unread = [name for name in graph.names if name not in graph.nodes]
    for extra in (name for name in table.values if name not in (*sections, *unread)):
        table.at(extra).fault(f'"{extra}" is no section of the line.', one_of(extra, sections))


def _facts(section: str, table: Table) -> list[Fact]:
    for wrong in (key for key in table.values if not _NUMBER.fullmatch(key)):
        table.at(wrong).fault(f'"{wrong}" cannot number a fact.', "Use digits, letters and hyphens.")
    return [Fact(f"{section}.{key}", table.text(key), table.at(key).line) for key in table.values]
