"""What `make check` tells: every rule's findings once each, sorted, and what was accepted as a warning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ivr.checks import prove as proving
from ivr.checks.evidence import Evidence, Rule, error, warning
from ivr.checks.finding import Finding
from ivr.checks.prove import prove
from ivr.model.approval import Acceptance
from tests.approvals import approval
from tests.evidence import clinic, retold


def finding(monkeypatch: pytest.MonkeyPatch, *found: Finding) -> None:
    """Let the rules find just this, two rules the same."""
    rule = Rule("T1", "a rule of this test", lambda _: iter(found))
    monkeypatch.setattr(proving, "RULES", (rule, rule))


def signed() -> Evidence:
    """The clinic, whose word on who is who was approved although it is hard."""
    heard = clinic().heard["en/who.md"]
    acceptance = Acceptance("T1", "The name of the illness.", heard.hash)
    return retold(clinic(), approvals={"en/who.md": replace(approval(heard), accepted=(acceptance,))})


def test_what_two_rules_find_is_told_once_and_in_the_order_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    later, sooner = error("T1", "menu.toml", 9, "B.", "Mend it."), error("T1", "en/who.md", 7, "A.", "Mend it.")
    finding(monkeypatch, later, sooner)
    assert prove(clinic()) == (sooner, later)


def test_what_was_accepted_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, error("T1", "en/who.md", 7, "A.", "Mend it."))
    accepted = warning("T1", "en/who.md", 7, "A.", "Accepted by A. Clinician: The name of the illness.")
    assert prove(signed()) == (accepted,)


def test_the_rules_are_asked_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Evidence] = []

    def find(evidence: Evidence) -> Iterator[Finding]:
        asked.append(evidence)
        return iter(())

    monkeypatch.setattr(proving, "RULES", (Rule("T1", "a rule of this test", find),))
    assert prove(clinic()) == ()
    assert asked == [clinic()]
