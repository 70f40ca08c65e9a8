"""Only `verify` makes a VerifiedFlow, and it tells every error of a flow at once."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.checks import verify as verifying
from ivr.checks.evidence import Evidence, Rule
from ivr.checks.finding import Finding, Severity
from ivr.checks.verify import findings, load_verified, verify
from ivr.errors import ContentFaults, Fault, VerificationFaults
from ivr.model.approval import ALL_DRAFTS
from ivr.model.keys import Key, Meaning

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
