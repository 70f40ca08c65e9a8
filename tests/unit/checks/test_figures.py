"""What `check` measures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.figures import figures
from ivr.content import read_folder
from ivr.model.approval import Approval

CLINIC = Path(__file__).parents[2] / "corpus" / "good" / "clinic"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence.of(read_folder(CLINIC), TODAY)


def measured(evidence: Evidence) -> dict[str, float]:
    return {figure.name: figure.value for figure in figures(evidence)}


def test_one_key_leads_to_a_person_from_the_worst_place(evidence: Evidence) -> None:
    assert measured(evidence)["keys to a person, at worst"] == 1


def test_the_first_option_is_heard_before_the_end_of_the_menu(evidence: Evidence) -> None:
    told = measured(evidence)
    assert 0 < told["en: from pickup to the first option"] < told["en: from pickup to the end of the menu"]


def test_a_line_of_one_language_has_no_offer_to_measure(evidence: Evidence) -> None:
    assert "en: from pickup to the other language's offer" not in measured(evidence)


def test_words_that_nobody_has_approved_are_counted(evidence: Evidence) -> None:
    assert measured(evidence)["files whose words are drafts"] == len(evidence.heard)


def test_the_oldest_approval_sets_the_days_that_are_left(evidence: Evidence) -> None:
    file, words = next(iter(evidence.heard.items()))
    approval = Approval("Somebody", "clinician", date(2026, 11, 14), "a paper", words)
    approved = replace(evidence, approvals={file: approval})
    told = measured(approved)
    assert told["days until the oldest approval is a year old"] == 355
    assert told["files whose words are drafts"] == len(evidence.heard) - 1


def test_the_days_until_the_holidays_must_be_looked_at_again(evidence: Evidence) -> None:
    checked = evidence.flow.line.hours.checked_until
    assert checked is not None
    assert measured(evidence)["days until the holidays must be checked again"] == (checked - TODAY).days
