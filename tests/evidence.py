"""The lines that many tests look at. Each is read, walked and heard once in a process: nobody changes what is here."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ivr.checks.evidence import Evidence
from ivr.content import read_folder
from tests import folders


@cache
def shipped() -> Evidence:
    """The line of prompts/."""
    return Evidence.of(read_folder(folders.PROMPTS))


@cache
def clinic() -> Evidence:
    """The clinic, in one language."""
    return Evidence.of(read_folder(folders.CLINIC))


def spanish() -> Evidence:
    """The clinic in two languages, as good as it is."""
    return made(folders.SPANISH)


@cache
def made(patch: Path) -> Evidence:
    """The clinic after a patch of the corpus, on its day; ContentFaults if it cannot be read any more."""
    with TemporaryDirectory() as kept:
        return Evidence.of(read_folder(folders.made(patch, Path(kept) / "prompts")), folders.today(patch))


def retold(evidence: Evidence, **changes: Any) -> Evidence:
    """The same line on another day or with other approvals: what is heard of it stays the same."""
    other = replace(evidence, **changes)
    other.graph, other.performance = evidence.graph, evidence.performance
    return other
