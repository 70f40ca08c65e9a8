"""Counts without people, written in batches off the path of an answer, each batch exactly once.

A store that is down costs nothing but patience: what was counted waits in memory, each row once whatever its number. A
commit whose answer is lost may have been kept or not. So each batch leaves a receipt in its own transaction, and is
written again only if there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from ivr.desk.background import STOP_S, Batches
from ivr.storage.database import Database, insert
from ivr.storage.tables import counts, leases

EXACT = frozenset({"callback", "transfer", "fault"})  # the reports say of these that none is missing
MOST_WAITING = 10_000
MOST_ROWS = 5_000  # of one process while the store is down: days of it

_RECEIPT_HOLDS = timedelta(days=1)
_ROWS_AT_ONCE = 500

_log = structlog.get_logger()


class Row(NamedTuple):
    """What a row of counts is found by."""

    hour: datetime
    kind: str
    node: str
    language: str
    detail: str
    is_probe: bool


class StoredTally:
    """ports.Tally: never waits, and writes once a second."""

    def __init__(self, database: Database, *, most: int = MOST_WAITING, every_s: float = 1.0) -> None:
        self._batches = Batches("counts", lambda: CountWriter(database).write, most=most, every_s=every_s)

    def count(
        self, kind: str, *, at: datetime, node: str = "", language: str = "", detail: str = "", is_probe: bool = False
    ) -> None:
        """Count that something happened."""
        hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        row = Row(hour, kind[:16], node[:32], language[:2], detail[:16], is_probe)  # as the columns are wide
        self._batches.put(row, is_dear=kind in EXACT)

    @property
    def lost(self) -> int:
        """How many counts found no room in this process."""
        return self._batches.lost

    def flush(self, wait_s: float = STOP_S) -> None:
        """Have everything written that was counted in this process."""
        self._batches.flush(wait_s)


@dataclass(slots=True)
class CountWriter:
    """Adds up what one process counts, and writes it."""

    database: Database
    most_rows: int = MOST_ROWS
    _new: Counter[Row] = field(default_factory=Counter)
    _batch: Counter[Row] = field(default_factory=Counter)  # what is being written: it changes no more
    _receipt: str = ""
    _old_receipt: str = ""

    def write(self, rows: Sequence[Row]) -> None:
        """Add to what is known, and write as much of it as the store takes; StoreUnavailable keeps it for later."""
        self._add(rows)
        while self._batch or self._new:
            if not self._batch:
                self._batch, self._new, self._receipt = self._new, Counter(), uuid4().hex
            self._write_batch()
            self._batch, self._old_receipt = Counter(), self._receipt

    def _add(self, rows: Sequence[Row]) -> None:
        lost = 0
        for row in rows:
            is_new = row not in self._new
            if is_new and len(self._new) >= (2 * self.most_rows if row.kind in EXACT else self.most_rows):
                lost += 1
            else:
                self._new[row] += 1
        if lost:
            _log.warning("lost", route="background.counts", outcome=f"{lost} counts")

    def _write_batch(self) -> None:
        with self.database.begin() as connection:
            if not self._is_written(connection):
                for rows in _in_pieces(self._batch):
                    connection.execute(_upsert(connection, rows))

    def _is_written(self, connection: Connection) -> bool:
        """Take the receipt of this batch, which only one transaction can ever keep; the one before has served."""
        connection.execute(sa.delete(leases).where(leases.c.name == self._old_receipt))
        until = datetime.now(UTC) + _RECEIPT_HOLDS
        receipt = {"name": self._receipt, "holder": "counts", "until": until}
        take = insert(connection, leases).values(receipt).on_conflict_do_nothing().returning(leases.c.name)
        return connection.scalar(take) is None


def _in_pieces(batch: Counter[Row]) -> list[list[dict[str, object]]]:
    """Rows in one order for all processes, so that two of them never wait for each other in a ring."""
    rows = [{**row._asdict(), "count": number} for row, number in sorted(batch.items())]
    return [rows[first : first + _ROWS_AT_ONCE] for first in range(0, len(rows), _ROWS_AT_ONCE)]


def _upsert(connection: Connection, rows: list[dict[str, object]]) -> sa.Executable:
    new = insert(connection, counts).values(rows)
    return new.on_conflict_do_update(
        index_elements=list(counts.primary_key.columns), set_={"count": counts.c.count + new.excluded["count"]}
    )
