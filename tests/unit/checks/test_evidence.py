"""The evidence of a folder: its flow, its approvals, and the day as of which it is judged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ivr.checks.evidence import Evidence, error, warning
from ivr.checks.finding import Finding, Severity
from ivr.content import read_folder
from tests.approvals import approve_all
from tests.folders import SPANISH, made

TODAY = date(2026, 11, 24)


def test_a_folder_is_judged_as_of_a_day_and_with_its_approvals(tmp_path: Path) -> None:
    folder = read_folder(approve_all(made(SPANISH, tmp_path / "prompts"), but=("es/who.md",)))
    evidence = Evidence.of(folder, TODAY)
    assert (evidence.flow, evidence.sources, evidence.today) == (folder.flow, folder.sources, TODAY)
    assert [draft.file for draft in evidence.drafts] == ["es/who.md"]
    assert Evidence.of(folder).today is None


def test_an_error_stops_a_start_and_a_warning_does_not() -> None:
    assert error("M1", "menu.toml", 7, "A.", "B.") == Finding("menu.toml", 7, "M1", Severity.ERROR, "A.", "B.")
    assert warning("M1", "menu.toml", 7, "A.", "B.") == Finding("menu.toml", 7, "M1", Severity.WARNING, "A.", "B.")
