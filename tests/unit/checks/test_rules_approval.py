"""T5, L4 and T7 are told and stop nothing; what an approver has accepted of T1 to T3 is no error any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Severity
from ivr.checks.rules_approval import (
    a_translation_is_signed,
    approvals_are_recent,
    as_accepted,
    holidays_are_known,
    words_are_approved,
)
from ivr.content import read_folder
from ivr.model.approval import Acceptance, Approval, HeardWords
from tests.approvals import ON, approval, approve_all
from tests.folders import SPANISH, made
from tests.rules_told import Find, told


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """A line of two languages, all of whose words are approved."""
    folder = approve_all(made(SPANISH, tmp_path_factory.mktemp("signed") / "prompts"))
    return Evidence.of(read_folder(folder), ON)


def of(evidence: Evidence, approvals: Mapping[str, Approval], today: date | None = ON) -> Evidence:
    return Evidence(evidence.flow, evidence.sources, today, approvals)


def without(evidence: Evidence, *files: str) -> dict[str, Approval]:
    return {file: approval for file, approval in evidence.approvals.items() if file not in files}


def places(find: Find, evidence: Evidence) -> list[tuple[str, str]]:
    found = list(find(evidence))
    assert all(each.severity is Severity.WARNING for each in found)
    return [(each.file, each.rule) for each in found]


def test_approved_words_are_not_told_of(signed: Evidence) -> None:
    for find in (words_are_approved, a_translation_is_signed, approvals_are_recent):
        assert places(find, signed) == []


def test_each_draft_is_told_by_its_file(signed: Evidence) -> None:
    old = approval(HeardWords({"passage 1": "It was otherwise."}, {}))
    found = list(words_are_approved(of(signed, {**without(signed, "en/when.md"), "es/who.md": old})))
    never, changed = map(str, found)
    how = "Have it read and heard, and then approve it: python -m ivr approve"
    assert never == f"en/when.md: warning T5: This is a draft: it was never approved. {how} en/when.md"
    since = f"2 sentences or sounds have changed since A. Clinician approved it on {ON}."
    assert changed == f"es/who.md: warning T5: This is a draft: {since} {how} es/who.md"


@pytest.mark.parametrize(("count", "words"), [(1, "1 sentence or sound has"), (2, "2 sentences or sounds have")])
def test_the_changes_of_a_draft_are_counted(signed: Evidence, count: int, words: str) -> None:
    heard = signed.heard["en/who.md"]
    others = dict.fromkeys(list(heard.sentences)[:count], "It was otherwise.")
    before = approval(HeardWords({**heard.sentences, **others}, heard.sounds))
    (found,) = words_are_approved(of(signed, {**signed.approvals, "en/who.md": before}))
    assert found.wrong.startswith(f"This is a draft: {words} changed since ")


def test_a_language_that_nobody_has_approved_is_told_once(signed: Evidence) -> None:
    how = "Have them read and heard, and then approve them: python -m ivr approve"
    assert told(words_are_approved, of(signed, {})) == [
        f"{language}: warning T5: All 12 files of words are drafts: none was ever approved. {how}"
        for language in ("en", "es")
    ]
    assert places(words_are_approved, of(signed, without(signed, *(f for f in signed.heard if f < "es")))) == [
        ("en", "T5")
    ]


def test_a_translation_with_one_draft_is_not_signed(signed: Evidence) -> None:
    assert places(a_translation_is_signed, of(signed, without(signed, "es/bye.md"))) == [("es", "L4")]
    assert places(a_translation_is_signed, of(signed, without(signed, "en/bye.md"))) == []
    (found,) = a_translation_is_signed(of(signed, without(signed, "es/bye.md")))
    assert str(found) == (
        "es: warning L4: The translation is a draft: no named, qualified human has signed all of it as it is. "
        "Have a qualified translator review it, and keep the approval."
    )


@pytest.mark.parametrize(("days", "is_told"), [(0, False), (365, False), (366, True), (-1, True)])
def test_an_old_approval_is_told_and_so_is_one_of_tomorrow(signed: Evidence, days: int, is_told: bool) -> None:  # noqa: FBT001
    found = places(approvals_are_recent, of(signed, signed.approvals, ON + timedelta(days)))
    assert found == [("approvals.toml", "T7")] * (len(signed.heard) if is_told else 0)


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (366, f"was approved more than a year ago, on {ON}. Have it read again, and approve it again."),
        (-1, f"is approved on a day to come, {ON}. Approve it on the day it is read."),
    ],
)
def test_what_is_due_is_told_at_the_day_of_its_approval(signed: Evidence, days: int, wrong: str) -> None:
    draft = approval(HeardWords({"passage 1": "It was otherwise."}, {}))
    approvals = {"es/who.md": draft, "en/who.md": signed.approvals["en/who.md"]}
    line = signed.sources.line("approvals.toml", "en/who.md.on")
    assert line
    found = told(approvals_are_recent, of(signed, approvals, ON + timedelta(days)))
    assert found == [f"approvals.toml:{line}: warning T7: en/who.md {wrong}"]


def test_an_old_approval_of_other_words_is_only_told_as_a_draft(signed: Evidence) -> None:
    old = approval(HeardWords({"passage 1": "It was otherwise."}, {}), ON - timedelta(days=900))
    evidence = of(signed, {**signed.approvals, "en/when.md": old})
    assert places(approvals_are_recent, evidence) == []
    assert places(words_are_approved, evidence) == [("en/when.md", "T5")]


@pytest.mark.parametrize(("days", "is_told"), [(61, False), (60, False), (59, True), (-1, True)])
def test_holidays_that_nobody_has_looked_at_are_told(signed: Evidence, days: int, is_told: bool) -> None:  # noqa: FBT001
    hours = replace(signed.flow.line.hours, expression="Mo-Fr 08:00-17:00; PH off", checked_until=ON)
    flow = replace(signed.flow, line=replace(signed.flow.line, hours=hours))
    found = places(holidays_are_known, Evidence(flow, signed.sources, ON - timedelta(days)))
    assert found == [("line.toml", "T7")] * is_told


def test_the_day_until_which_somebody_has_looked_is_told(signed: Evidence) -> None:
    hours = replace(signed.flow.line.hours, expression="Mo-Fr 08:00-17:00; PH off", checked_until=ON)
    flow = replace(signed.flow, line=replace(signed.flow.line, hours=hours))
    (found,) = told(holidays_are_known, Evidence(flow, signed.sources, ON))
    assert found == (
        f"line.toml:10: warning T7: The public holidays have been looked at until {ON} only. "
        "Look further ahead, add the days that are missing to closures, and write the new date."
    )


def test_holidays_do_not_matter_to_a_team_that_is_never_away(signed: Evidence) -> None:
    hours = replace(signed.flow.line.hours, expression="24/7")
    flow = replace(signed.flow, line=replace(signed.flow.line, hours=hours))
    assert places(holidays_are_known, Evidence(flow, signed.sources, date(2099, 1, 1))) == []


def test_without_a_day_nothing_of_dates_is_judged(signed: Evidence) -> None:
    for find in (approvals_are_recent, holidays_are_known):
        assert places(find, of(signed, signed.approvals, today=None)) == []


def accepting(evidence: Evidence, file: str, rule: str) -> Evidence:
    acceptance = Acceptance(rule, "The name of the illness.", evidence.heard[file].hash)
    approved = replace(evidence.approvals[file], accepted=(acceptance,))
    return of(evidence, {**evidence.approvals, file: approved})


@pytest.mark.parametrize("rule", ["T1", "T2", "T3"])
def test_an_accepted_finding_is_a_warning_that_says_by_whom_and_why(signed: Evidence, rule: str) -> None:
    found = error(rule, "en/who.md", 8, "It is hard.", "Make it easier.")
    accepted = as_accepted(accepting(signed, "en/who.md", rule), found)
    assert accepted.severity is Severity.WARNING
    assert accepted.wrong == found.wrong
    assert accepted.mend == "Accepted by A. Clinician: The name of the illness."
    assert as_accepted(signed, found) == found


@pytest.mark.parametrize("rule", ["T4", "E1", "R1"])
def test_facts_the_emergency_line_and_the_keys_are_never_accepted_away(signed: Evidence, rule: str) -> None:
    found = error(rule, "en/who.md", 8, "It is so.", "Mend it.")
    assert as_accepted(accepting(signed, "en/who.md", rule), found) == found


def test_an_acceptance_is_for_one_rule_in_one_file(signed: Evidence) -> None:
    evidence = accepting(signed, "en/who.md", "T1")
    for found in (error("T2", "en/who.md", 8, "A.", "B."), error("T1", "en/when.md", 8, "A.", "B.")):
        assert as_accepted(evidence, found) == found


def test_what_is_found_in_a_choice_of_the_menu_is_accepted_with_the_menu(signed: Evidence) -> None:
    found = error("T1", "en/who.md", signed.sources.line("en/who.md", "option"), "It is long.", "Shorten it.")
    assert as_accepted(accepting(signed, "en/who.md", "T1"), found) == found
    assert as_accepted(accepting(signed, "en/main.md", "T1"), found).severity is Severity.WARNING


def test_an_acceptance_of_other_words_is_none(signed: Evidence, tmp_path: Path) -> None:
    evidence = accepting(signed, "en/who.md", "T1")
    changed = Evidence.of(read_folder(made(SPANISH, tmp_path / "prompts")))
    changed.heard = {**changed.heard, "en/who.md": HeardWords({"passage 1": "Other words."}, {})}
    changed.approvals = evidence.approvals
    found = error("T1", "en/who.md", 8, "It is hard.", "Make it easier.")
    assert as_accepted(changed, found) == found
