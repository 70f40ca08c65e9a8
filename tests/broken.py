"""What is told of the broken folders of the corpus: the faults of one that cannot be read, or what `prove` finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr.checks.evidence import Evidence
from ivr.checks.prove import RULES
from ivr.content import APPROVALS, read_folder
from ivr.errors import ContentFaults
from tests import folders

BROKEN = tuple(sorted((folders.CORPUS / "bad").iterdir()))
OF_APPROVALS = ("T5", "L4")  # the made-up clinic signed nothing, which only a folder about approvals need tell


@dataclass(frozen=True, slots=True)
class Judged:
    """What is told of a folder, one thing a line, and the rules that found something in it."""

    told: str
    rules: frozenset[str]


@cache
def judged(broken: Path) -> Judged:
    """Make a broken folder, read it, and prove it if it can be read; each folder once."""
    with TemporaryDirectory() as kept:
        folder = folders.made(broken / "patch.toml", Path(kept) / "prompts")
        try:
            evidence = Evidence.of(read_folder(folder))
        except ContentFaults as faults:
            return Judged(f"{faults}\n", frozenset())
        has_approvals = (folder / APPROVALS).exists()
        rules = [rule for rule in RULES if has_approvals or rule.number not in OF_APPROVALS]
        found = {(finding, rule.says) for rule in rules for finding in rule.find(evidence)}
    lines = [f"{finding}\n" for finding in sorted({finding for finding, _ in found})]
    return Judged("".join(lines), frozenset(says for _, says in found))
