"""The proof that every start makes. Only `verify` makes a VerifiedFlow, and only a VerifiedFlow is served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ivr.checks import rules_approval, rules_graph, rules_words
from ivr.checks.evidence import Evidence, Rule
from ivr.checks.finding import Finding, Severity
from ivr.checks.served import Notes, served
from ivr.content import read_folder
from ivr.errors import VerificationFaults
from ivr.model.approval import AllowedDrafts
from ivr.model.flow import Flow

RULES = (
    Rule("R1", "0 starts the way to a person everywhere", rules_graph.a_person_from_everywhere),
    Rule("R5", "only the goodbye hangs up", rules_graph.only_the_goodbye_hangs_up),
    Rule("R5", "the goodbye comes after an offer", rules_graph.goodbye_comes_after_an_offer),
    Rule("W7", "silence never goes in circles", rules_graph.silence_never_goes_in_circles),
    Rule("W7", "every node can be reached", rules_graph.every_node_can_be_reached),
    Rule("E1", "the emergency line is whole", rules_words.the_emergency_line_is_whole),
    Rule("T4", "every fact is heard in its section", rules_words.every_fact_is_heard_in_its_section),
    Rule("T4", "every passage says a fact", rules_words.every_passage_says_a_fact),
    Rule("T4", "nothing is advised or foretold", rules_words.nothing_is_advised_or_foretold),
    Rule("T5", "words are approved", rules_approval.words_are_approved),
    Rule("L4", "a translation is signed", rules_approval.a_translation_is_signed),
    Rule("T7", "approvals are recent", rules_approval.approvals_are_recent),
    Rule("T7", "holidays are known", rules_approval.holidays_are_known),
)
_OF_WRITTEN_WORDS = ("T4", "T5", "L4", "T7")  # judged of the folder as it is written, not of what stands in for a draft


@dataclass(frozen=True, slots=True)
class VerifiedFlow:
    """A flow that keeps the rules of a start, and what there is to say about it at one. Made by `verify` only."""

    flow: Flow
    notes: Notes = ()


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """What every rule finds, sorted by file and line."""
    return tuple(sorted(found for rule in RULES for found in rule.find(evidence)))


def verify(evidence: Evidence, allowed: AllowedDrafts) -> VerifiedFlow:
    """Prove what a start needs of a flow, and of what is served of it; VerificationFaults holds every error."""
    found = findings(evidence)
    _refuse_errors(found)
    flow, notes = served(evidence.flow, evidence.drafts, allowed)
    if flow is not evidence.flow:
        as_served = replace(evidence, flow=flow)
        _refuse_errors(each for rule in RULES if rule.number not in _OF_WRITTEN_WORDS for each in rule.find(as_served))
    return VerifiedFlow(flow, (*notes, *(f"{each.wrong} {each.mend}" for each in found if each.rule == "T7")))


def load_verified(folder: Path, allowed: AllowedDrafts, today: date | None = None) -> VerifiedFlow:
    """Read a prompts folder and verify it: the way of every start. Without a day nothing of dates is told."""
    return verify(Evidence.of(read_folder(folder), today), allowed)


def _refuse_errors(found: Iterable[Finding]) -> None:
    errors = [each.as_fault() for each in found if each.severity is Severity.ERROR]
    if errors:
        raise VerificationFaults(errors)
