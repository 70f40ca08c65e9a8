"""Rules over approvals: T5, L4 and T7. What they find is told and stops nothing: `served` keeps drafts from callers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from ivr.checks.evidence import Evidence, warning
from ivr.checks.finding import Finding, Severity
from ivr.content import APPROVALS, approved_in
from ivr.model.approval import Draft

OLDEST_APPROVAL_DAYS = 365
LEAST_CHECKED_DAYS = 60

_ALWAYS = "24/7"

_APPROVE = "Have it read and heard, and then approve it: python -m ivr approve {file}"


def words_are_approved(evidence: Evidence) -> Iterator[Finding]:
    """T5: words never approved, or changed since, are drafts. A language that has nothing else is told once."""
    by_language: dict[str, list[Draft]] = defaultdict(list)
    for draft in evidence.drafts:
        by_language[draft.language].append(draft)
    for language, found in by_language.items():
        files = [file for file in evidence.heard if file.startswith(f"{language}/")]
        if len(found) == len(files) and all(draft.approval is None for draft in found):
            wrong = f"All {len(files)} files of words are drafts: none was ever approved."
            yield warning(
                "T5", language, 0, wrong, "Have them read and heard, and then approve them: python -m ivr approve"
            )
        else:
            yield from map(_draft, found)


def a_translation_is_signed(evidence: Evidence) -> Iterator[Finding]:
    """L4: a language other than the first is a draft until a named, qualified human has signed all of it."""
    for language in evidence.flow.line.languages[1:]:
        if any(draft.language == language for draft in evidence.drafts):
            wrong = "The translation is a draft: no named, qualified human has signed all of it as it is."
            yield warning("L4", language, 0, wrong, "Have a qualified translator review it, and keep the approval.")


def approvals_are_recent(evidence: Evidence) -> Iterator[Finding]:
    """T7: words that were approved more than a year ago are due to be looked at again."""
    drafts = {draft.file for draft in evidence.drafts}
    for file, approval in evidence.approvals.items():
        if evidence.today is None or file in drafts:
            continue
        line = evidence.sources.line(APPROVALS, f"{file}.on")
        if (evidence.today - approval.on).days > OLDEST_APPROVAL_DAYS:
            wrong = f"{file} was approved more than a year ago, on {approval.on}."
            yield warning("T7", APPROVALS, line, wrong, "Have it read again, and approve it again.")
        elif approval.on > evidence.today:
            wrong = f"{file} is approved on a day to come, {approval.on}."
            yield warning("T7", APPROVALS, line, wrong, "Approve it on the day it is read.")


def holidays_are_known(evidence: Evidence) -> Iterator[Finding]:
    """T7: somebody has looked at the public holidays of the next sixty days, where the team is ever away."""
    hours = evidence.flow.line.hours
    if evidence.today is None or hours.checked_until is None or hours.expression == _ALWAYS:
        return
    if (hours.checked_until - evidence.today).days < LEAST_CHECKED_DAYS:
        line = evidence.sources.line("line.toml", "hours.holidays_checked_until")
        wrong = f"The public holidays have been looked at until {hours.checked_until} only."
        mend = "Look further ahead, add the days that are missing to closures, and write the new date."
        yield warning("T7", "line.toml", line, wrong, mend)


def approved_file(evidence: Evidence, finding: Finding) -> str:
    """The file with which the words that a finding is about are approved."""
    at = (finding.file, finding.line)
    found = (approved_in(evidence.flow, each) for each in evidence.sentences if (each.file, each.line) == at)
    return next(found, finding.file)


def as_accepted(evidence: Evidence, finding: Finding) -> Finding:
    """A finding that the approver of its file has accepted in these very words is a warning that says so."""
    file = approved_file(evidence, finding)
    words, approval = evidence.heard.get(file), evidence.approvals.get(file)
    acceptance = approval.acceptance(finding.rule, words) if approval and words else None
    if approval is None or acceptance is None or finding.severity is not Severity.ERROR:
        return finding
    return replace(finding, severity=Severity.WARNING, mend=f"Accepted by {approval.by}: {acceptance.reason}")


def _draft(draft: Draft) -> Finding:
    if draft.approval is None:
        wrong = "This is a draft: it was never approved."
    else:
        count = len(draft.changes)
        changed = "1 sentence or sound has" if count == 1 else f"{count} sentences or sounds have"
        wrong = f"This is a draft: {changed} changed since {draft.approval.by} approved it on {draft.approval.on}."
    return warning("T5", draft.file, 0, wrong, _APPROVE.format(file=draft.file))
