"""What the reports ask of the store: how often something happened, and how the open promises stand. Never who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa

from ivr.storage.database import Database
from ivr.storage.in_time import in_time
from ivr.storage.tables import callbacks, counts
from ivr.storage.waiting import is_late, is_open


@dataclass(frozen=True, slots=True)
class Cell:
    """How often one thing happened in one of the periods that were asked for, which is named by its place."""

    period: int
    kind: str
    node: str
    language: str
    detail: str
    is_probe: bool
    count: int


@dataclass(frozen=True, slots=True)
class Open:
    """How many callbacks are open: all of them, those that are late, and those without a promised time."""

    all: int
    late: int
    soon: int


_THING = (counts.c.kind, counts.c.node, counts.c.language, counts.c.detail, counts.c.is_probe)
# A period at a time reads one stretch of the primary key, which is twice as fast as telling periods apart in SQL.
_IN_PERIOD = (
    sa.select(*_THING, sa.func.sum(counts.c.count))
    .where(counts.c.hour >= sa.bindparam("begins"), counts.c.hour < sa.bindparam("ends"))
    .group_by(*_THING)
)


@dataclass(frozen=True, slots=True)
class Reports:
    """Reads of the store; StoreUnavailable when it fails or is slower than its deadline."""

    database: Database

    @in_time
    def cells(self, borders: Sequence[datetime]) -> tuple[Cell, ...]:
        """What was counted between each two borders, which are aware times in order; an hour is where it begins."""
        with self.database.read() as connection:
            return tuple(
                Cell(period, kind, node, language, detail, is_probe, int(count))
                for period, (begins, ends) in enumerate(pairwise(borders))
                for kind, node, language, detail, is_probe, count in connection.execute(
                    _IN_PERIOD, {"begins": begins, "ends": ends}
                )
            )

    @in_time
    def open_callbacks(self, at: datetime) -> Open:
        """How the promises stand of those who wait."""
        is_without_time = sa.and_(is_open(), callbacks.c.promised_by.is_(None))
        chosen = sa.select(*(sa.func.count().filter(which) for which in (is_open(), is_late(at), is_without_time)))
        with self.database.read() as connection:
            told = connection.execute(chosen).one()
        return Open(*map(int, told))
