"""Counts between local midnights, and the promises that are open, on both kinds of database."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

from ivr.papers.reports.periods import By, View, month_of
from ivr.storage.reports import Cell, Open, Reports
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks, counts

EASTERN = ZoneInfo("America/New_York")
AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def count(storage: Storage, *rows: tuple[datetime, str, int], is_probe: bool = False) -> None:
    told = {"node": "menu", "language": "", "detail": "0", "is_probe": is_probe}
    with storage.database.begin() as connection:
        connection.execute(counts.insert(), [{"hour": at, "kind": kind, "count": n, **told} for at, kind, n in rows])


def counted(storage: Storage, borders: list[datetime]) -> tuple[Cell, ...]:
    return Reports(storage.database).cells(borders)


def test_hours_are_added_up_by_the_days_of_the_zone(storage: Storage) -> None:
    midnight = datetime(2026, 11, 2, 5, tzinfo=UTC)  # in winter; the day before has 25 hours
    count(storage, (midnight - 26 * HOUR, "key", 1), (midnight - 25 * HOUR, "key", 2))
    count(storage, (midnight - HOUR, "key", 3), (midnight, "key", 4), (midnight + 24 * HOUR, "key", 5))
    days = month_of(midnight.date()).days
    borders = [day.begins_at(EASTERN) for day in days[:3]]
    assert [(cell.period, cell.count) for cell in counted(storage, borders)] == [(0, 5), (1, 4)]


def test_what_differs_is_counted_apart(storage: Storage) -> None:
    count(storage, (AT, "key", 2), (AT, "silence", 3))
    count(storage, (AT, "key", 7), is_probe=True)
    assert set(counted(storage, [AT - HOUR, AT + HOUR])) == {
        Cell(0, "key", "menu", "", "0", is_probe=False, count=2),
        Cell(0, "key", "menu", "", "0", is_probe=True, count=7),
        Cell(0, "silence", "menu", "", "0", is_probe=False, count=3),
    }


def test_nothing_is_counted_outside_the_borders(storage: Storage) -> None:
    count(storage, (AT - HOUR, "key", 2), (AT + HOUR, "key", 3))
    assert counted(storage, [AT, AT + HOUR]) == ()
    assert counted(storage, []) == ()


def test_open_callbacks_are_told_by_how_their_promise_stands(storage: Storage) -> None:
    def asked(promised_by: datetime | None, **told: object) -> dict[str, object]:
        row = {"public_id": secrets.token_hex(8), "origin": "own", "language": "en", "may_leave_message": False}
        row |= {
            "asked_at": AT - 9 * HOUR,
            "promised_by": promised_by,
            "attempts": 0,
            "attempt_days": 0,
            "is_probe": False,
        }
        return {**row, "done_at": None, "first_attempt_at": None, **told}

    rows = [asked(AT), asked(AT + HOUR), asked(AT - HOUR), asked(None), asked(None), asked(None)]
    rows += [asked(None, asked_at=AT - 25 * HOUR), asked(None, asked_at=AT - 25 * HOUR, first_attempt_at=AT)]
    rows += [asked(AT - HOUR, done_at=AT), asked(AT - HOUR, is_probe=True)]
    rows[0] |= {"first_attempt_at": AT - HOUR}
    with storage.database.begin() as connection:
        for row in rows:
            connection.execute(callbacks.insert().values(row))
    assert Reports(storage.database).open_callbacks(AT) == Open(all=8, late=2, soon=5)


def test_a_month_of_a_busy_line_is_read_in_well_under_a_second(storage: Storage) -> None:
    """Every node, key and language in every hour of a month, day and night: far more than a line ever counts."""
    month = View(By.DAY, month_of(AT.date())).periods
    borders = [*(day.begins_at(EASTERN) for day in month), month[-1].ends_at(EASTERN)]
    hours = int((borders[-1] - borders[0]) / HOUR)
    every = [{"kind": "key", "node": f"node-{n}", "detail": key} for n in range(15) for key in "0123456789*#"]
    rows = [{"language": "", "is_probe": False, "count": 3, **row} for row in every]
    with storage.database.begin() as connection:
        for hour in range(hours):
            connection.execute(counts.insert(), [{"hour": borders[0] + hour * HOUR, **row} for row in rows])
    began_s = perf_counter()
    found = counted(storage, borders)
    took_s = perf_counter() - began_s
    assert len(found) == len(month) * len(rows)
    assert sum(cell.count for cell in found) == 3 * hours * len(rows)
    assert took_s < 1
