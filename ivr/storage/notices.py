"""New work is noticed: mails to supervisors when a callback comes in, is due within half an hour, or is late.

Without a promise it is late a day after it was asked for, and a mail tells of that once an hour at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from ivr.desk.callbacks import SOON
from ivr.storage.clocks import was_ahead
from ivr.storage.database import Database
from ivr.storage.outbox import MAIL, add_mail
from ivr.storage.tables import callbacks, outbox, people

NEW, DUE, LATE = "new", "due", "late"
BETWEEN_TWO = timedelta(minutes=5)
BEFORE_A_PROMISE = timedelta(minutes=30)

_SUPERVISOR = "supervisor"
_OPEN = sa.and_(callbacks.c.done_at.is_(None), callbacks.c.is_probe.is_(False))


@dataclass(frozen=True, slots=True)
class Notices:
    """Puts mails into the outbox. What many callbacks have in common is one mail: a mail names none of them."""

    database: Database

    def notice(self, at: datetime) -> bool:
        """Look at what is open, and tell the supervisors; False, because there is never more to do at once."""
        with self.database.read() as connection:  # most of the time there is nothing to tell, which takes no lock
            if not _untold(connection, at):
                return False
        with self.database.begin(alone="notices") as connection:
            for mail in _untold(connection, at):
                add_mail(connection, mail.about, mail.once, mail.address, at)
        return False


class _Mail(NamedTuple):
    about: str
    once: str
    address: bytes


def _untold(connection: Connection, at: datetime) -> list[_Mail]:
    """The mails that there must be and are not."""
    mails = [
        _Mail(about, f"{about}:{occasion}:{person}", address)
        for about, occasion in _occasions(connection, at)
        for person, address in _supervisors(connection)
    ]
    names = sa.select(outbox.c.once).where(outbox.c.once.in_([mail.once for mail in mails]))
    told = set(connection.scalars(names)) if mails else set()
    return [mail for mail in mails if mail.once not in told]


def _occasions(connection: Connection, at: datetime) -> list[tuple[str, str]]:
    """What there is to be told, each with the name by which it is told once."""
    is_untaken = sa.or_(callbacks.c.claimed_until.is_(None), callbacks.c.claimed_until <= at)
    is_owed = sa.and_(_OPEN, callbacks.c.first_attempt_at.is_(None), is_untaken)  # a call that nobody answered keeps it
    promised_by, asked_at = callbacks.c.promised_by, callbacks.c.asked_at
    due = _last(connection, promised_by, is_owed, promised_by > at, promised_by <= at + BEFORE_A_PROMISE)
    late = _last(connection, promised_by, is_owed, promised_by <= at)
    asked = _last(connection, asked_at, is_owed, promised_by.is_(None), asked_at <= at - SOON)
    soon = None if asked is None else (asked + SOON).replace(minute=0, second=0, microsecond=0)
    occasions = [(DUE, _named(due)), (LATE, _named(late, soon)), (NEW, _newest(connection, at))]
    return [(about, occasion) for about, occasion in occasions if occasion]


def _newest(connection: Connection, at: datetime) -> str:
    """The newest request, if the last such mail does not know of it; that mail must be five minutes old.

    A mail names it by its number, not by when it was asked: what takes long is kept after a later mail is made.
    """
    is_notice = sa.and_(outbox.c.kind == MAIL, outbox.c.about == NEW)
    columns = (outbox.c.made_at, outbox.c.once)
    last = connection.execute(sa.select(*columns).where(is_notice).order_by(outbox.c.id.desc()).limit(1)).one_or_none()
    if last is not None and last.made_at > at - BETWEEN_TWO and not was_ahead(last.made_at, at):
        return ""
    newest = connection.scalar(sa.select(sa.func.max(callbacks.c.id)).where(_OPEN)) or 0
    told = 0 if last is None else _number(last.once)
    return str(newest) if newest > told else ""


def _number(once: str) -> int:
    """The number in the name of a mail; none in one that an older version made, which named it by the time."""
    number = once.removeprefix(f"{NEW}:").partition(":")[0]
    return int(number) if number.isdecimal() else 0


def _last(connection: Connection, time: sa.Column[datetime], *is_meant: ColumnElement[bool]) -> datetime | None:
    return connection.scalar(sa.select(sa.func.max(time)).where(*is_meant))


def _named(*times: datetime | None) -> str:
    """The latest of some times as the name of an occasion; what is due in the same hour is one."""
    last = max(filter(None, times), default=None)
    return "" if last is None else f"{last:%Y%m%dT%H%M}"


def _supervisors(connection: Connection) -> Sequence[tuple[int, bytes]]:
    is_told = sa.and_(people.c.role == _SUPERVISOR, people.c.is_enabled.is_(True), people.c.email.is_not(None))
    return [(row.id, row.email) for row in connection.execute(sa.select(people.c.id, people.c.email).where(is_told))]
