"""The WSGI object: settings, then a verified flow, then the application. What is wrong stops the start, all at once."""

from __future__ import annotations

import os
import sys

from ivr.checks.verify import load_verified
from ivr.config import load
from ivr.errors import Faults
from ivr.logs import configure
from ivr.web.application import create_app

try:
    settings = load(os.environ)
    app = create_app(load_verified(settings.prompts), settings)
except Faults as faults:
    sys.exit(f"The line does not start.\n{faults}")
configure()
