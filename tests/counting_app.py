"""An application that only counts, served by gunicorn with the line's own settings: see test_background_server."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from flask import Flask

from ivr.desk.background import Job, Jobs
from ivr.storage.outbox import Outbox
from ivr.storage.store import open_storage
from ivr.storage.tally import StoredTally
from ivr.storage.vault import data_key
from ivr.web.background import EXTENSION, Background

HOUR = datetime(2026, 11, 24, 15, tzinfo=UTC)

storage = open_storage(os.environ["DATABASE_URL"], (data_key(),), deadline_s=10)
tally = StoredTally(storage.database, every_s=3600)  # so that only the end of a process writes


def begin(_: datetime) -> bool:
    """Count that a process does its jobs."""
    tally.count("fault", at=HOUR, detail="job")
    return False


app = Flask("counting")
app.extensions[EXTENSION] = Background(tally, None, Outbox(storage), Jobs([Job("begin", 3600, begin)]))


@app.get("/")
def count() -> str:
    """Count a request."""
    tally.count("fault", at=HOUR, detail="request")
    return str(os.getpid())
