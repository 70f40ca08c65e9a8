"""What is told of the broken folders of the corpus: the faults of one that cannot be read, or what `prove` finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ivr.checks.evidence import Rule
from ivr.checks.prove import RULES
from ivr.errors import ContentFaults
from tests import evidence, folders

BROKEN = tuple(sorted((folders.CORPUS / "bad").iterdir()))
OF_APPROVALS = ("T5", "L4")  # the made-up clinic signed nothing, which only a folder about approvals need tell


def told_of(broken: Path) -> str:
    """Everything that is told of a folder, one thing a line."""
    try:
        line = evidence.made(broken / "patch.toml")
    except ContentFaults as faults:
        return f"{faults}\n"
    rules = [rule for rule in RULES if line.approvals or rule.number not in OF_APPROVALS]
    found = sorted({finding for rule in rules for finding in rule.find(line)})
    return "".join(f"{finding}\n" for finding in found)


def rules_that_catch(some: Iterable[Rule] = RULES) -> Iterator[Rule]:
    """The rules that find something in a broken folder; each is tried where expected.txt has its number."""
    waiting = list(some)
    for broken in BROKEN:
        expected = (broken / "expected.txt").read_text("utf-8")
        numbers = set(re.findall(r": (?:error|warning) ([A-Z]\d): ", expected))
        tried = [rule for rule in waiting if rule.number in numbers]
        caught = [rule for rule in tried if next(rule.find(evidence.made(broken / "patch.toml")), None)]
        waiting = [rule for rule in waiting if rule not in caught]
        yield from caught
