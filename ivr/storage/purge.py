"""Forgetting: numbers within minutes of being done, everything else when its time is over. Safe in many processes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from ivr.desk.ports import StoreUnavailable
from ivr.desk.promises import kept_from
from ivr.model.hours import Hours
from ivr.storage.audit import THE_LINE, Action, record
from ivr.storage.callback_list import CLAIM_LASTS, is_promised_before
from ivr.storage.callbacks import ALONE, HELD
from ivr.storage.clocks import is_ahead
from ivr.storage.counts import count
from ivr.storage.database import Database
from ivr.storage.leases import give_back_lease, lease_ends, take_lease
from ivr.storage.outbox import give_up
from ivr.storage.switch import end_ahead
from ivr.storage.tables import (
    audit,
    call_requests,
    callbacks,
    counts,
    failures,
    leases,
    outbox,
    overrides,
    sessions,
    typed_numbers,
)
from ivr.storage.waiting import count_promise, is_open

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_LEASE = "purge"
_RECORDS_KEPT = 730 * _DAY
_PROMISED_WITHIN = 60 * _DAY  # of a team that is away for long: no clock that is right promises what is further away
_ADDRESSES_KEPT = 2 * _DAY  # one text a number in 24 hours; nobody wants it later

# What goes by its age alone: what it is, by which time, and how long after it.
_KEPT = (
    ("requests of calls", call_requests.c.asked_at, 3 * _DAY),  # long after the platform's last retry
    ("callbacks long done", callbacks.c.done_at, 90 * _DAY),  # what is left of them says nothing of a caller
    ("texts and mails", outbox.c.made_at, 30 * _DAY),
    ("sessions", sessions.c.seen_at, 12 * _HOUR),
    ("failed sign-ins", failures.c.last_at, _DAY),
    ("lines of the audit trail", audit.c.at, _RECORDS_KEPT),
    ("counts", counts.c.hour, _RECORDS_KEPT),
    ("switches", overrides.c.ends_at, _RECORDS_KEPT),
    ("leases", leases.c.until, _DAY),
)
# What a clock that ran ahead has written would be kept for so much longer. It goes when it is more than a day ahead.
# What would hold somebody up until then is passed over by whoever reads it, or mended: see ivr.storage.clocks.
_NEVER_AHEAD = (
    call_requests.c.asked_at,
    outbox.c.settled_at,
    sessions.c.seen_at,
    failures.c.last_at,
    leases.c.until,
    typed_numbers.c.typed_at,
)


@dataclass(frozen=True, slots=True)
class Purge:
    """Deletes what is over. `hours` say which days are working days."""

    database: Database
    hours: Hours

    def forget(self, at: datetime) -> Mapping[str, int]:
        """Delete what must not wait: numbers of what is done, and typed ones. How many of each were deleted.

        What the desk has deleted since the last time is gone from SQLite's log afterwards as well.
        """
        with self.database.begin(alone=ALONE) as connection:
            done = {
                "numbers of callbacks that are done": _forget_numbers(connection, at),
                "typed numbers": _delete(connection, typed_numbers, typed_numbers.c.typed_at <= at - HELD),
                "what probes asked": _delete(
                    connection, callbacks, callbacks.c.is_probe, callbacks.c.asked_at <= at - HELD
                ),
            }
        self.database.empty_log()
        return done

    def run(self, at: datetime) -> Mapping[str, int]:
        """Delete all that is over. How many of each were deleted, by what they are."""
        done = dict(self.forget(at))
        with self.database.begin(alone="switch") as connection:
            done["switches of a clock that ran ahead"] = end_ahead(connection, at)
        with self.database.begin(alone=ALONE) as connection:
            done["callbacks of a clock that ran ahead"] = _mend(connection, at)
            done["callbacks that nobody made"] = _expire(connection, kept_from(self.hours, at), at)
        with self.database.begin() as connection:
            done["texts and mails that waited too long"] = give_up(connection, at)
            done["addresses of texts and mails"] = _forget_addresses(connection, at)
        for what, time, kept in _KEPT:
            with self.database.begin(alone=ALONE) as connection:
                done[what] = _delete(connection, time.table, time <= at - kept)
        with self.database.begin(alone=ALONE) as connection:
            ahead = sum(_delete(connection, time.table, time > at + _DAY) for time in _NEVER_AHEAD)
            done["what a clock that ran ahead has written"] = ahead
        return done

    def forget_done(self, at: datetime) -> bool:
        """What a process does every few seconds: forget the numbers whose minute is over; False, for that is all."""
        with self.database.read() as connection:  # most of the time there is none, which takes no lock
            has_some = connection.scalar(sa.select(sa.exists().where(_is_over(at))))
        if has_some:
            self.forget(at)
        return False

    def do(self, at: datetime) -> bool:
        """What a process does every minute: forget, and once an hour, in one process of all, the rest.

        When the last time seems to be more than a day away, the clock may be wrong, and what is deleted for nothing
        cannot be made good: such a clock is believed an hour later.
        """
        self.forget(at)
        holder = secrets.token_hex(8)
        with self.database.begin() as connection:
            last = lease_ends(connection, _LEASE)
            is_mine = take_lease(connection, _LEASE, holder, at, _HOUR)
        if is_mine and (last is None or abs(at - last) <= _DAY):
            try:
                self.run(at)
            except BaseException:  # another process may try again before the hour is over
                with suppress(StoreUnavailable), self.database.begin() as connection:
                    give_back_lease(connection, _LEASE, holder)
                raise
        return False


def _mend(connection: Connection, at: datetime) -> int:
    """Who asked while a clock ran far ahead is called as soon as may be: neither kept nor made to wait until then.

    Whoever took a callback while it ran ahead has it no longer than anybody else.
    """
    is_taken = sa.and_(callbacks.c.done_at.is_(None), is_ahead(callbacks.c.claimed_until, at + CLAIM_LASTS))
    connection.execute(callbacks.update().where(is_taken).values(claimed_by=None, claimed_until=None))
    is_far = callbacks.c.asked_at > at + _DAY
    is_meant = sa.and_(callbacks.c.done_at.is_(None), sa.or_(is_far, callbacks.c.promised_by > at + _PROMISED_WITHIN))
    mended = {"asked_at": sa.case((is_far, at), else_=callbacks.c.asked_at), "promised_by": None}
    return connection.execute(callbacks.update().where(is_meant).values(mended)).rowcount


def _expire(connection: Connection, kept_from: datetime, at: datetime) -> int:
    """Let go what nobody has done: a promise is broken with each, which is counted and recorded."""
    is_over = sa.and_(is_open(), is_promised_before(kept_from))
    rows = connection.execute(sa.select(callbacks).where(is_over).with_for_update()).all()
    for row in rows:
        is_it = callbacks.c.id == row.id
        gone = {"number": None, "number_hash": None, "claimed_by": None, "claimed_until": None}
        connection.execute(callbacks.update().where(is_it).values(**gone, outcome="expired", done_at=at))
        count(connection, "callback", at=at, language=row.language, detail="expired")
        count_promise(connection, row, None, at=at)
        record(connection, at, THE_LINE, Action.EXPIRED, row.public_id)
    return len(rows)


def _is_over(at: datetime) -> ColumnElement[bool]:
    """Whether the minute of a number that is done is over; it has not begun when a clock ran ahead."""
    return sa.or_(callbacks.c.forget_at <= at, callbacks.c.forget_at > at + _DAY)


def _forget_numbers(connection: Connection, at: datetime) -> int:
    gone = {"number": None, "number_hash": None, "forget_at": None}
    return connection.execute(callbacks.update().where(_is_over(at)).values(gone)).rowcount


def _forget_addresses(connection: Connection, at: datetime) -> int:
    """Whoever sends them forgets them when they are sent; this is for when nobody sends any more."""
    is_over = sa.and_(
        outbox.c.made_at <= at - _ADDRESSES_KEPT, sa.or_(outbox.c.to.is_not(None), outbox.c.to_hash.is_not(None))
    )
    return connection.execute(outbox.update().where(is_over).values(to=None, to_hash=None)).rowcount


def _delete(connection: Connection, table: sa.Table, *is_over: ColumnElement[bool]) -> int:
    return connection.execute(table.delete().where(*is_over)).rowcount
