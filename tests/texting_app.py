"""The line, but for where the REST API is and how soon a text is sent: see faults/test_platform_api.py."""

from __future__ import annotations

import os

from ivr.twiml import rest
from ivr.web import background

rest.PLATFORM = os.environ["REST_API_OF_THE_TESTS"]
background._SEND_EVERY_S = 0.3  # instead of 3

from app import app  # noqa: E402 because it is made by this import

__all__ = ["app"]
