from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ivr.checks.evidence import Evidence
from ivr.content import read_folder

ROOT = Path(__file__).parents[3]
FOLDERS = {"shipped": ROOT / "prompts", "clinic": ROOT / "tests" / "corpus" / "good" / "clinic"}
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def shipped() -> Evidence:
    """The line as it is shipped, in two languages; its call graph is walked once."""
    return Evidence.of(read_folder(FOLDERS["shipped"]), today=TODAY)


@pytest.fixture(scope="session")
def clinic() -> Evidence:
    """A line of one language."""
    return Evidence.of(read_folder(FOLDERS["clinic"]))


@pytest.fixture(params=["shipped", "clinic"])
def each(request: pytest.FixtureRequest) -> Evidence:
    """Each of the two lines."""
    evidence: Evidence = request.getfixturevalue(request.param)
    return evidence
