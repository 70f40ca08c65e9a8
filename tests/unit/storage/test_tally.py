"""Counts are written once each, by however many processes, whatever the store does in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ivr.desk.ports import StoreUnavailable
from ivr.storage.database import Database
from ivr.storage.store import Storage
from ivr.storage.tables import counts, leases
from ivr.storage.tally import CountWriter, Row, StoredTally
from tests.conftest import Log

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
HOUR = datetime(2026, 11, 24, 15, tzinfo=UTC)
SELDOM_S = 3600.0


def kept(database: Database) -> dict[Row, int]:
    with database.read() as connection:
        return {Row(*row[:6]): row[6] for row in connection.execute(sa.select(counts))}


def row(kind: str = "node", node: str = "") -> Row:
    return Row(HOUR, kind, node, "", "", is_probe=False)


@dataclass
class Failing:
    """A database that fails, before or after it has kept what it was given."""

    real: Database
    fails: list[str] = field(default_factory=list)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        how = self.fails.pop(0) if self.fails else ""
        if how == "before":
            raise StoreUnavailable("The store failed.")
        with self.real.begin() as connection:
            yield connection
        if how == "after":
            raise StoreUnavailable("The answer was lost.")


def writer(storage: Storage, *fails: str, most_rows: int = 100) -> CountWriter:
    return CountWriter(Failing(storage.database, list(fails)), most_rows)  # type: ignore[arg-type]  # acts as one


def test_what_happened_is_counted_by_its_hour(storage: Storage) -> None:
    tally = StoredTally(storage.database, every_s=SELDOM_S)
    for _ in range(3):
        tally.count("key", at=AT, node="menu", language="es", detail="0")
    tally.count("key", at=AT + timedelta(seconds=1), node="menu", language="es", detail="0")
    tally.count("key", at=AT, node="menu", language="es", detail="0", is_probe=True)
    tally.flush()
    key = Row(HOUR, "key", "menu", "es", "0", is_probe=False)
    expected = {key: 3, key._replace(hour=HOUR + timedelta(hours=1)): 1, key._replace(is_probe=True): 1}
    assert kept(storage.database) == expected
    tally.count("key", at=AT, node="menu", language="es", detail="0")
    tally.flush()
    assert kept(storage.database) == {**expected, key: 4}
    assert tally.lost == 0


def test_an_hour_is_the_same_in_every_zone(storage: Storage) -> None:
    tally = StoredTally(storage.database, every_s=SELDOM_S)
    tally.count("call", at=AT)
    tally.count("call", at=AT.astimezone())
    tally.flush()
    assert kept(storage.database) == {row("call"): 2}


def test_what_is_too_long_for_its_column_is_counted_all_the_same(storage: Storage) -> None:
    tally = StoredTally(storage.database, every_s=SELDOM_S)
    tally.count("k" * 40, at=AT, node="n" * 40, language="eng", detail="d" * 40)
    tally.flush()
    assert kept(storage.database) == {Row(HOUR, "k" * 16, "n" * 32, "en", "d" * 16, is_probe=False): 1}


def test_more_rows_than_one_statement_takes(storage: Storage) -> None:
    rows = [row(node=str(number)) for number in range(1203)]
    writer(storage, most_rows=5000).write([*rows, *rows])
    assert kept(storage.database) == dict.fromkeys(rows, 2)


@pytest.mark.parametrize("fails", [["before"], ["after"], ["after", "after", "before", "after"]])
def test_each_count_is_kept_once_whatever_was_lost(storage: Storage, fails: list[str]) -> None:
    counting = writer(storage, *fails)
    for number in range(len(fails)):
        with pytest.raises(StoreUnavailable):
            counting.write([row("callback"), row("node", str(number))])
    counting.write([row("callback")])
    told = kept(storage.database)
    assert told.pop(row("callback")) == len(fails) + 1
    assert told == {row("node", str(number)): 1 for number in range(len(fails))}


def test_receipts_do_not_pile_up(storage: Storage) -> None:
    counting = writer(storage)
    for _ in range(5):
        counting.write([row()])
    with storage.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(leases)) == 1


def test_nothing_new_asks_nothing_of_the_store(storage: Storage) -> None:
    writer(storage, "before").write([])
    assert kept(storage.database) == {}


def test_while_the_store_is_down_what_is_exact_is_kept_longest_and_a_loss_is_told(storage: Storage, log: Log) -> None:
    counting = writer(storage, *["before"] * 4, most_rows=3)
    told = [
        [row("fault")],
        [row("node", str(number)) for number in range(5)],
        [row("transfer", str(number)) for number in range(5)],
        [row("node", "0"), row("transfer", "0")],
    ]
    for rows in told:
        with pytest.raises(StoreUnavailable):
            counting.write(rows)
    counting.write([])
    expected = {row("fault"): 1, row("node", "0"): 2, row("node", "1"): 1, row("node", "2"): 1}
    assert kept(storage.database) == {
        **expected,
        row("transfer", "0"): 2,
        row("transfer", "1"): 1,
        row("transfer", "2"): 1,
    }
    assert [line["outcome"] for line in log.of("lost")] == ["2 counts", "2 counts"]


PROGRAM = """
import sys
from datetime import UTC, datetime
from ivr.storage.database import Database
from ivr.storage.tally import StoredTally

tally = StoredTally(Database(sys.argv[1], deadline_s=20), every_s=0.001)
for number in range(3000):
    tally.count("transfer", at=datetime(2026, 11, 24, 15, tzinfo=UTC), detail=str(number % 7))
"""


def test_many_processes_count_together(storage: Storage, database_url: str) -> None:
    running = [subprocess.Popen([sys.executable, "-c", PROGRAM, database_url], cwd=ROOT) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    told = kept(storage.database)
    assert sum(told.values()) == 9000
    assert {each.detail for each in told} == set("0123456")
