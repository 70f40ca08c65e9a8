"""The line, but for where the platform's REST API is, which no setting says: see faults/test_platform_api.py."""

from __future__ import annotations

import os

from ivr.twiml import rest

rest.PLATFORM = os.environ["REST_API_OF_THE_TESTS"]

from app import app  # noqa: E402 because it is made by this import

__all__ = ["app"]
