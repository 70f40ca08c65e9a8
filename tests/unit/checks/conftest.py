from __future__ import annotations

import pytest

from ivr.checks.evidence import Evidence
from tests import evidence


@pytest.fixture(scope="session")
def shipped() -> Evidence:
    """What the rules look at for the line as it is shipped."""
    return evidence.shipped()
