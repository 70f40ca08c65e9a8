"""The switch: the team is away, or here, until a time, whatever its hours say; and what each process knows of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from ivr.desk.ports import DeskState, Override
from ivr.storage.audit import THE_LINE, Action, record
from ivr.storage.clocks import is_ahead
from ivr.storage.database import Database
from ivr.storage.in_time import in_time
from ivr.storage.people import CALL_BACK
from ivr.storage.tables import overrides, people

_EVERY_S = 5.0
_STOP_S = 3.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Held:
    """An override that holds, since when, and whose it is by name."""

    override: Override
    begins_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Closes and opens the line. There is one override at a time: a new one takes the place of the one before."""

    database: Database

    @in_time
    def holding(self, at: datetime) -> Held | None:
        """What holds at a time; None when the usual hours do."""
        with self.database.read() as connection:
            row = connection.execute(_holding(at)).first()
        return None if row is None else _held(row)

    @in_time
    def turn(self, override: Override, at: datetime, by: str) -> None:
        """Close or open the line from now on; ValueError for an end that is not ahead."""
        if override.ends_at <= at:
            raise ValueError("ends before it begins")
        row = {"is_open": override.is_open, "reason": override.reason, "ends_at": override.ends_at, "made_by": by}
        action = Action.LINE_OPENED if override.is_open else Action.LINE_CLOSED
        until = f"until {override.ends_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        with self.database.begin(alone="switch") as connection:
            _end(connection, at)
            connection.execute(overrides.insert().values(**row, begins_at=at))
            record(connection, at, by, action, override.reason, until)

    @in_time
    def back(self, at: datetime, by: str) -> bool:
        """Go back to the usual hours; whether anything else held."""
        with self.database.begin(alone="switch") as connection:
            has_ended = _end(connection, at)
            if has_ended:
                record(connection, at, by, Action.USUAL_HOURS)
        return has_ended


@dataclass(frozen=True, slots=True)
class _Known:
    newest_first: tuple[Held, ...] = ()
    takes_callbacks: bool = False


class StoredDesk:
    """What a process knows of the desk: read in the background every few seconds, and never waited for.

    The thread is made in the process that asks, so that it never crosses a fork. When the store fails, what was known
    last goes on: an override to its end.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock
        self._known = _Known()
        self._threads: dict[int, threading.Thread] = {}
        self._has_read = threading.Event()
        self._is_stopped = threading.Event()

    def state(self, at: datetime) -> DeskState:
        """What holds at a time, as far as this process knows."""
        if os.getpid() not in self._threads:
            self._watch()
        known = self._known
        holding = (held.override for held in known.newest_first if held.begins_at <= at < held.override.ends_at)
        return DeskState(next(holding, None), known.takes_callbacks)

    def refresh(self) -> None:
        """Read the store now. StoreUnavailable leaves what was known."""
        calling_back = sa.exists().where(people.c.is_enabled, people.c.role.in_([role.value for role in CALL_BACK]))
        with self._database.read() as connection:
            newest_first = tuple(_held(row) for row in connection.execute(_holding(self._clock())))
            takes_callbacks = bool(connection.execute(sa.select(calling_back)).scalar_one())
        self._known = _Known(newest_first, takes_callbacks)
        self._has_read.set()

    def stop(self) -> None:
        """Read no more, and let go of the store."""
        self._is_stopped.set()
        thread = self._threads.get(os.getpid())
        if thread is not None:
            thread.join(_STOP_S)  # a store that hangs is left behind

    def _watch(self) -> None:
        thread = threading.Thread(target=self._refresh_until_stopped, name="desk", daemon=True)
        if self._threads.setdefault(os.getpid(), thread) is not thread:
            return
        try:
            thread.start()
        except RuntimeError:  # a machine that has no thread left is asked again at the next question
            self._threads.pop(os.getpid(), None)

    def _refresh_until_stopped(self) -> None:
        while True:
            try:
                self.refresh()
            except Exception as error:  # noqa: BLE001 because a thread that ends would leave the line with what it knew
                _log.warning("fault", route="desk.refresh", fault=type(error).__name__)
            if self._is_stopped.wait(_EVERY_S):
                return


def _holding(at: datetime) -> sa.Select[Any]:
    is_held = overrides.c.ended_at.is_(None) & (overrides.c.begins_at <= at) & (overrides.c.ends_at > at)
    made_by = sa.func.coalesce(people.c.name, overrides.c.made_by).label("who")  # the command line is nobody's login
    by_name = sa.select(overrides, made_by).join_from(
        overrides, people, overrides.c.made_by == people.c.login, isouter=True
    )
    return by_name.where(is_held).order_by(overrides.c.id.desc())


def _held(row: sa.Row[Any]) -> Held:
    return Held(Override(row.is_open, row.reason, row.ends_at), row.begins_at, row.who)


def end_ahead(connection: Connection, at: datetime) -> int:
    """End what a clock that ran ahead has begun, or it would begin then: nobody means anything to begin later."""
    is_left = overrides.c.ended_at.is_(None) & (overrides.c.ends_at > at) & is_ahead(overrides.c.begins_at, at)
    ended = connection.execute(overrides.update().where(is_left).values(ended_at=at)).rowcount
    if ended:
        record(connection, at, THE_LINE, Action.USUAL_HOURS)
    return ended


def _end(connection: Connection, at: datetime) -> bool:
    is_held = overrides.c.ended_at.is_(None) & (overrides.c.ends_at > at)
    return connection.execute(overrides.update().where(is_held).values(ended_at=at)).rowcount > 0
