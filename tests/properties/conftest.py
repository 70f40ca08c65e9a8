"""What long walks share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(scope="module")
def quiet_log() -> Iterator[None]:
    """Only faults are logged: writing a line a request costs a fifth of a walk."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.reset_defaults()
