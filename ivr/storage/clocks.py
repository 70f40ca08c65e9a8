"""Clocks that are wrong: what lies further ahead than clocks differ was written by one that ran ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import ColumnElement

CLOCKS_DIFFER = timedelta(minutes=1)  # those of two machines, by far less


def was_ahead(time: datetime, at: datetime) -> bool:
    """Whether no clock which is right has written a time yet."""
    return time > at + CLOCKS_DIFFER


def is_ahead(time: sa.Column[datetime], at: datetime) -> ColumnElement[bool]:
    """The same of a column."""
    return time > at + CLOCKS_DIFFER
