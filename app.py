"""The WSGI object: settings, then a verified flow, then the application. What is wrong stops the start, all at once."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from ivr.checks.verify import load_verified
from ivr.config import load
from ivr.errors import Faults
from ivr.logs import configure
from ivr.web.application import create_app

try:
    settings = load(os.environ)
    verified = load_verified(settings.prompts, settings.allow_drafts, datetime.now(UTC).date())
    app = create_app(verified, settings)
except Faults as faults:
    sys.exit(f"The line does not start.\n{faults}")
for note in (*settings.gaps, *verified.notes):
    print(note, file=sys.stderr)
configure()
