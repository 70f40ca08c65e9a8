from __future__ import annotations

from pathlib import Path

import pytest

from ivr.content import read
from ivr.model.flow import Flow

PROMPTS = Path(__file__).parents[3] / "prompts"


@pytest.fixture(scope="session")
def shipped_flow() -> Flow:
    """The line as it is shipped."""
    return read(PROMPTS)
