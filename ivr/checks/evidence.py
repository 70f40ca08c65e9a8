"""What the rules look at: the flow, where its words stand in the files, and the call graph that the engine walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ivr.checks.finding import Finding, Severity
from ivr.checks.graph import CallGraph
from ivr.checks.walk import walk
from ivr.checks.written import Written
from ivr.content import Folder, Sentence, Sources, heard_words, sentences
from ivr.model.approval import Approvals, Draft, HeardWords, drafts
from ivr.model.flow import Flow

if TYPE_CHECKING:
    from ivr.checks.hearing import Ear
    from ivr.checks.performance import Performance


@dataclass
class Evidence:
    """Everything that a rule may look at; what is costly is made once, when the first rule asks for it."""

    flow: Flow
    sources: Sources
    today: date | None = None  # without it nothing that depends on the date is judged
    approvals: Approvals = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Folder, today: date | None = None) -> Evidence:
        """The evidence of a prompts folder, as of a day."""
        return cls(folder.flow, folder.sources, today, folder.approvals)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence of the folder with its file and line."""
        return sentences(self.flow, self.sources)

    @cached_property
    def heard(self) -> Mapping[str, HeardWords]:
        """What is heard of each file: what an approval is of."""
        return heard_words(self.flow)

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """The files whose words nobody has approved as they are."""
        return drafts(self.heard, self.approvals)

    @cached_property
    def graph(self) -> CallGraph:
        """Every document and edge of the call, walked through the pure step."""
        return walk(self.flow)

    @cached_property
    def ear(self) -> Ear:
        """What a caller makes of a prompt."""
        from ivr.checks.hearing import Ear  # noqa: PLC0415 because a start hears nothing, and loads no telephone for it

        return Ear(self.flow)

    @cached_property
    def written(self) -> Written:
        """Where what is heard stands in the files."""
        return Written(self.sentences)

    @cached_property
    def performance(self) -> Performance:
        """Every document as a caller hears it, read back by the strict telephone."""
        from ivr.checks.performance import perform  # noqa: PLC0415 for the same reason

        return perform(self.flow, self.graph)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the caller standard as a function. It yields what it finds; nothing found is a rule that holds."""

    number: str
    says: str
    find: Callable[[Evidence], Iterator[Finding]]


def warning(rule: str, file: str, line: int, wrong: str, mend: str) -> Finding:
    """A finding that is told and stops nothing."""
    return Finding(file, line, rule, Severity.WARNING, wrong, mend)


def error(rule: str, file: str, line: int, wrong: str, mend: str) -> Finding:
    """A finding that fails the check; one of a rule that a start proves stops the start."""
    return Finding(file, line, rule, Severity.ERROR, wrong, mend)
