"""No way of breaking a prompts folder goes unseen: each mutant is found by the rule that is there for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.finding import Finding, Severity
from ivr.checks.prove import RULES
from ivr.content import read_folder
from ivr.errors import ContentFaults
from tests.properties.mutants import of_the_line, of_the_menu, of_the_words
from tests.properties.mutants.mutant import MUTANTS, UNREADABLE, Base, Mutant, contents, copy_of

FEWEST = 45


def errors_of(folder: Path, number: str) -> list[Finding]:
    """What the rules of a number find in a folder; nothing is rendered for those that need it not."""
    evidence = Evidence.of(read_folder(folder))
    found = (finding for rule in RULES if rule.number == number for finding in rule.find(evidence))
    return [finding for finding in found if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_found(tmp_path: Path, mutant: Mutant) -> None:
    prompts = copy_of(mutant.base, tmp_path / "prompts")
    before = contents(prompts.path)
    mutant.change(prompts)
    assert contents(prompts.path) != before, "the mutation changes nothing"
    if mutant.rule == UNREADABLE:
        with pytest.raises(ContentFaults):
            read_folder(prompts.path)
    else:
        assert errors_of(prompts.path, mutant.rule)


@pytest.mark.parametrize("base", [Base.CLINIC, Base.SPANISH])
def test_what_is_broken_was_good(tmp_path: Path, base: Base) -> None:
    folder = copy_of(base, tmp_path / "prompts").path
    numbers = {mutant.rule for mutant in MUTANTS} - {UNREADABLE}
    evidence = Evidence.of(read_folder(folder))
    found = [finding for rule in RULES if rule.number in numbers for finding in rule.find(evidence)]
    assert [str(finding) for finding in found if finding.severity is Severity.ERROR] == []


def test_there_are_many_mutants_and_no_two_of_a_name() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names) >= FEWEST
    written_out = [name for module in (of_the_line, of_the_menu, of_the_words) for name in vars(module)]
    assert len([name for name in names if name in written_out]) >= FEWEST
