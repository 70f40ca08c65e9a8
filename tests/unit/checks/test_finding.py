"""A finding says where, how bad, what is wrong and how to mend it."""

from __future__ import annotations

from ivr.checks.evidence import error, warning
from ivr.checks.finding import Finding, Severity
from ivr.errors import Fault

FOUND = Finding("menu.toml", 7, "M1", Severity.ERROR, "It is long.", "Shorten it.")


def test_a_finding_reads_as_one_line() -> None:
    assert str(FOUND) == "menu.toml:7: error M1: It is long. Shorten it."
    assert str(warning("T5", "en", 0, "It is a draft.", "Approve it.")) == "en: warning T5: It is a draft. Approve it."


def test_a_finding_becomes_a_fault_that_stops_a_start() -> None:
    assert FOUND.as_fault() == Fault("menu.toml", 7, "M1: It is long.", "Shorten it.")


def test_findings_are_sorted_by_file_and_line() -> None:
    others = [error("A1", "line.toml", 9, "A.", "B."), error("A1", "menu.toml", 2, "A.", "B."), FOUND]
    assert sorted([FOUND, others[1], others[0]]) == others
