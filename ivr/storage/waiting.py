"""What is so of a callback that waits, told in SQL: shared by who keeps it, who shows it and who lets it go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row

from ivr.desk.callbacks import SOON
from ivr.storage.counts import count
from ivr.storage.tables import callbacks

AnyRow = Row[*tuple[Any, ...]]


def is_open() -> ColumnElement[bool]:
    """A callback that somebody is to make. What a probe asks is nobody's work, and takes nobody's place."""
    return sa.and_(callbacks.c.done_at.is_(None), callbacks.c.is_probe.is_(False))


def is_unkept(at: datetime) -> ColumnElement[bool]:
    """An open callback whose promise has passed, and nobody has called."""
    return sa.and_(is_open(), callbacks.c.promised_by < at, callbacks.c.first_attempt_at.is_(None))


def is_late(at: datetime) -> ColumnElement[bool]:
    """The same, and where no time was promised, one that nobody has called within a day."""
    was_soon = sa.and_(callbacks.c.promised_by.is_(None), callbacks.c.asked_at < at - SOON)
    return sa.or_(is_unkept(at), sa.and_(is_open(), was_soon, callbacks.c.first_attempt_at.is_(None)))


def count_promise(
    connection: Connection, row: AnyRow, called_at: datetime | None, *, at: datetime, times: int = 1
) -> None:
    """Count how a promise ended: by when somebody called, or broken if it was let go; "as soon as we can" is apart."""
    if called_at is None:
        detail = "broken"
    elif row.promised_by is None:
        detail = "soon"
    else:
        detail = "kept" if called_at <= row.promised_by else "late"
    count(connection, "promise", at=at, language=row.language, detail=detail, times=times)
