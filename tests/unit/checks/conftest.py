from __future__ import annotations

from pathlib import Path

import pytest

from ivr.checks.evidence import Evidence
from ivr.content import read_with_sources

PROMPTS = Path(__file__).parents[3] / "prompts"


@pytest.fixture(scope="session")
def shipped() -> Evidence:
    """What the rules look at for the line as it is shipped; its call graph is walked once."""
    return Evidence(*read_with_sources(PROMPTS))
