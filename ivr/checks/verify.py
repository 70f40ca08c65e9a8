"""The proof that every start makes. Only `verify` makes a VerifiedFlow, and only a VerifiedFlow is served."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.checks import rules_graph, rules_words
from ivr.checks.evidence import Evidence, Rule
from ivr.checks.finding import Finding, Severity
from ivr.content import read_with_sources
from ivr.errors import VerificationFaults
from ivr.model.flow import Flow

RULES = (
    Rule("R1", "0 starts the way to a person everywhere", rules_graph.a_person_from_everywhere),
    Rule("R5", "only the goodbye hangs up", rules_graph.only_the_goodbye_hangs_up),
    Rule("R5", "the goodbye comes after an offer", rules_graph.goodbye_comes_after_an_offer),
    Rule("W7", "silence never goes in circles", rules_graph.silence_never_goes_in_circles),
    Rule("W7", "every node can be reached", rules_graph.every_node_can_be_reached),
    Rule("E1", "the emergency line is whole", rules_words.the_emergency_line_is_whole),
    Rule("T4", "every fact is heard in its section", rules_words.every_fact_is_heard_in_its_section),
)


@dataclass(frozen=True, slots=True)
class VerifiedFlow:
    """A flow that keeps the rules of a start. Made by `verify` only."""

    flow: Flow


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """What every rule finds, sorted by file and line."""
    return tuple(sorted(found for rule in RULES for found in rule.find(evidence)))


def verify(evidence: Evidence) -> VerifiedFlow:
    """Prove what a start needs; VerificationFaults holds every error, and a flow with one is not served."""
    errors = [found for found in findings(evidence) if found.severity is Severity.ERROR]
    if errors:
        raise VerificationFaults(found.as_fault() for found in errors)
    return VerifiedFlow(evidence.flow)


def load_verified(folder: Path) -> VerifiedFlow:
    """Read a prompts folder and verify it: the way of every start."""
    return verify(Evidence(*read_with_sources(folder)))
