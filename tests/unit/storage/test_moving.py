"""Everything that is kept arrives in the other database, or nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.storage.callback_list import CallbackList
from ivr.storage.database import Database
from ivr.storage.moving import MoveFault, move
from ivr.storage.store import Storage
from ivr.storage.tables import audit, callbacks, counts, metadata, people
from tests.callback_requests import AT, CALLER, OTHER, asks, keep, rows, somebody
from tests.databases import Server


@pytest.fixture
def target(postgresql: Server) -> Iterator[Database]:
    """A PostgreSQL without any tables."""
    url = postgresql.make(template="template1")
    database = Database(url, deadline_s=10)
    yield database
    database.close()
    postgresql.drop(url)


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for name, table in metadata.tables.items()
        }


def fill(storage: Storage) -> None:
    """Something of every kind of column: bytes, times, flags, nothing."""
    ana = somebody(storage)
    keep(storage, asks("CA1", CALLER))
    keep(storage, asks("CA2", OTHER), ())
    listed = CallbackList(storage.database, storage.vault)
    assert listed.claim(listed.open(AT)[0].public_id, ana, AT) is None
    with storage.database.begin() as connection:
        connection.execute(audit.insert(), [{"at": AT, "person": "ana", "action": str(each)} for each in range(1001)])
        connection.execute(counts.insert().values(hour=AT, kind="call", count=7))


def test_every_row_arrives_as_it_was_and_is_counted(storage: Storage, target: Database) -> None:
    fill(storage)
    moved = move(storage.database, target)
    assert everything(target) == everything(storage.database)
    assert {name: rows for name, rows in moved.items() if rows} == {
        "people": 1,
        "callbacks": 2,
        "call_requests": 2,
        "audit": 1002,
        "counts": 1,
    }


def test_the_line_goes_on_in_the_other_database(storage: Storage, target: Database) -> None:
    fill(storage)
    move(storage.database, target)
    there = Storage(target, storage.vault)
    assert len({somebody(there, "ben"), *rows(there, people, "id")}) == 2
    keep(there, asks("CA3", "+18135550145"))
    keep(there, asks("CA4", CALLER))
    assert len(rows(there, callbacks, "id")) == 3


def test_a_database_that_holds_something_is_not_written_to(storage: Storage, target: Database) -> None:
    move(storage.database, target)
    somebody(Storage(target, storage.vault), "ben")
    before = everything(target)
    with pytest.raises(MoveFault, match=r"^The second database holds something already, in people\."):
        move(storage.database, target)
    assert everything(target) == before


def test_a_database_of_another_version_is_not_read(storage: Storage, target: Database) -> None:
    with storage.database.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    with pytest.raises(MoveFault, match="tables of another version"):
        move(storage.database, target)


def test_a_database_is_not_moved_to_itself_nor_from_nothing(storage: Storage, target: Database, tmp_path: Path) -> None:
    with pytest.raises(MoveFault, match="same database"):
        move(storage.database, storage.database)
    missing = Database(f"sqlite:///{tmp_path / 'missing.db'}")
    with pytest.raises(MoveFault, match="file that there is not"):
        move(missing, target)
    assert not (tmp_path / "missing.db").exists()
