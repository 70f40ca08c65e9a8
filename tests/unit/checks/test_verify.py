"""Only `verify` makes a VerifiedFlow, and it tells every error of a flow at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.checks import verify as verifying
from ivr.checks.evidence import Evidence, Rule
from ivr.checks.finding import Finding, Severity
from ivr.checks.verify import findings, load_verified, verify
from ivr.errors import ContentFaults, Fault, VerificationFaults
from ivr.model.approval import ALL_DRAFTS, NO_DRAFTS
from ivr.model.keys import Key, Meaning
from tests.approvals import approval
from tests.evidence import retold, spanish
from tests.evidence import shipped as shipped_line

ROOT = Path(__file__).parents[3]


def found(severity: Severity, wrong: str, file: str = "menu.toml", line: int = 7) -> Finding:
    return Finding(file, line, "X1", severity, wrong, "Mend it.")


def finding(monkeypatch: pytest.MonkeyPatch, *found: Finding) -> None:
    """Let the rules find just this, two rules the same."""
    rule = Rule("X1", "a rule of this test", lambda _: iter(found))
    monkeypatch.setattr(verifying, "RULES", (rule, rule))


def test_the_shipped_line_is_verified_as_it_is(shipped: Evidence) -> None:
    assert [each for each in findings(shipped) if each.severity is Severity.ERROR] == []
    assert verify(shipped, ALL_DRAFTS).flow is shipped.flow


def test_all_errors_are_raised_at_once_and_sorted(shipped: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    error = Severity.ERROR
    later, sooner, other = found(error, "B.", line=9), found(error, "A."), found(error, "C.", "en/closed.md", 0)
    finding(monkeypatch, later, sooner, other)
    with pytest.raises(VerificationFaults) as raised:
        verify(shipped, ALL_DRAFTS)
    assert raised.value.faults == (
        Fault("en/closed.md", 0, "X1: C.", "Mend it."),
        Fault("menu.toml", 7, "X1: A.", "Mend it."),
        Fault("menu.toml", 9, "X1: B.", "Mend it."),
    )
    assert str(raised.value).splitlines() == [
        "en/closed.md: X1: C. Mend it.",
        "menu.toml:7: X1: A. Mend it.",
        "menu.toml:9: X1: B. Mend it.",
    ]


def test_errors_of_different_rules_come_together(shipped: Evidence) -> None:
    script = shipped.flow.scripts["en"]
    said = replace(script.said, emergency=())
    scripts = {**shipped.flow.scripts, "en": replace(script, said=said)}
    keys: dict[Key, Meaning] = {key: meaning for key, meaning in shipped.flow.keys.items() if key is not Key.ZERO}
    broken = replace(shipped.flow, keys=keys, scripts=scripts)
    with pytest.raises(VerificationFaults) as raised:
        verify(Evidence(broken, shipped.sources), ALL_DRAFTS)
    assert {fault.wrong.partition(":")[0] for fault in raised.value.faults} == {"R1", "E1"}


def test_a_warning_is_told_and_stops_nothing(shipped: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = found(Severity.WARNING, "The holidays end soon.")
    finding(monkeypatch, warning)
    assert set(findings(shipped)) == {warning}
    assert str(warning) == "menu.toml:7: warning X1: The holidays end soon. Mend it."
    assert verify(shipped, ALL_DRAFTS).flow is shipped.flow


def test_what_is_due_is_said_at_a_start_and_other_warnings_are_for_the_check(
    shipped: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = Finding("line.toml", 3, "T7", Severity.WARNING, "The holidays end soon.", "Look further ahead.")
    finding(monkeypatch, due, replace(due, rule="T5"))
    assert verify(shipped, ALL_DRAFTS).notes[-1:] == ("The holidays end soon. Look further ahead.",)
    assert sum("holidays" in note for note in verify(shipped, ALL_DRAFTS).notes) == 2  # two rules the same


def test_the_day_of_a_start_is_that_of_its_notes() -> None:
    checked_until = shipped_line().flow.line.hours.checked_until
    assert checked_until is not None
    told = "The public holidays have been looked at until"
    sooner, later = checked_until - timedelta(days=90), checked_until - timedelta(days=10)
    assert not any(told in note for note in load_verified(ROOT / "prompts", ALL_DRAFTS, sooner).notes)
    assert any(told in note for note in load_verified(ROOT / "prompts", ALL_DRAFTS, later).notes)


@pytest.mark.parametrize(("rule", "is_asked_again"), [("R5", True), ("W7", True), ("E1", True), ("T4", False)])
def test_what_stands_in_for_a_draft_is_proved_as_well(
    monkeypatch: pytest.MonkeyPatch,
    rule: str,
    is_asked_again: bool,  # noqa: FBT001
) -> None:
    line = spanish()
    heard = {file: approval(words) for file, words in line.heard.items() if file != "en/when.md"}
    asked: list[bool] = []

    def find(evidence: Evidence) -> Iterator[Finding]:
        asked.append(evidence.flow.words("en", "when").is_stand_in)
        if asked[-1]:
            yield found(Severity.ERROR, "It cannot stand in.")

    monkeypatch.setattr(verifying, "RULES", (Rule(rule, "a rule of this test", find),))
    signed = retold(line, approvals=heard)
    if is_asked_again:
        with pytest.raises(VerificationFaults, match=r"It cannot stand in\."):
            verify(signed, NO_DRAFTS)
    else:
        verify(signed, NO_DRAFTS)
    assert asked == [False, True][: 1 + is_asked_again]
    asked.clear()
    verify(retold(line, approvals={**heard, "en/when.md": approval(line.heard["en/when.md"])}), NO_DRAFTS)
    assert asked == [False]


def test_a_warning_is_not_among_the_errors(shipped: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, found(Severity.WARNING, "A."), found(Severity.ERROR, "B."))
    with pytest.raises(VerificationFaults) as raised:
        verify(shipped, ALL_DRAFTS)
    assert [fault.wrong for fault in raised.value.faults] == ["X1: B."]


def test_a_folder_is_read_and_verified_in_one_go(tmp_path: Path) -> None:
    assert load_verified(ROOT / "prompts", ALL_DRAFTS).flow.start == "welcome"
    with pytest.raises(ContentFaults):
        load_verified(tmp_path, ALL_DRAFTS)


def test_nothing_but_verify_makes_a_verified_flow() -> None:
    makers = [
        f"{path.relative_to(ROOT)}:{function.name}"
        for path in [ROOT / "app.py", *sorted((ROOT / "ivr").rglob("*.py"))]
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "VerifiedFlow"
    ]
    assert makers == ["ivr/checks/verify.py:verify"]


def test_what_makes_the_documents_of_calls_takes_its_flow_from_a_verified_one() -> None:
    """Whoever serves a flow reads the folder by `load_verified`: the loader alone is for the checks and tools."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in [ROOT / "app.py", *sorted((ROOT / "ivr").rglob("*.py"))]
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"read_folder", "read_with_sources", "content.read"}
    }
    assert not {reader for reader in readers if reader == "app.py" or reader.startswith("ivr/web/")}
    assert "load_verified(" in (ROOT / "app.py").read_text("utf-8")
