"""What the rules look at: the flow, where its words stand in the files, and the call graph that the engine walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ivr.checks.finding import Finding, Severity
from ivr.checks.graph import CallGraph, walk
from ivr.content import Sources
from ivr.model.flow import Flow


@dataclass
class Evidence:
    """Everything that a rule may look at; what is costly is made once, when the first rule asks for it."""

    flow: Flow
    sources: Sources

    @cached_property
    def graph(self) -> CallGraph:
        """Every document and edge of the call, walked through the pure step."""
        return walk(self.flow)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the caller standard as a function. It yields what it finds; nothing found is a rule that holds."""

    number: str
    says: str
    find: Callable[[Evidence], Iterator[Finding]]


def error(rule: str, file: str, line: int, wrong: str, mend: str) -> Finding:
    """A finding that stops a start."""
    return Finding(file, line, rule, Severity.ERROR, wrong, mend)
