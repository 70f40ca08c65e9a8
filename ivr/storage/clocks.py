"""Clocks that are wrong: what lies further ahead than clocks differ was written by one that ran ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import ColumnElement

CLOCKS_DIFFER = timedelta(minutes=1)  # those of two machines, by far less


def is_ahead(time: sa.Column[datetime], at: datetime) -> ColumnElement[bool]:
    """A time that no clock which is right has written yet."""
    return time > at + CLOCKS_DIFFER
