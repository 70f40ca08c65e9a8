"""A file of SQLite that is lost is seen to be lost: nobody makes an empty one, and nobody goes on in a deleted one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.desk.ports import StoreUnavailable
from ivr.storage.database import Database
from ivr.storage.migrations import current_revision, newest_revision, upgrade
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks
from ivr.storage.vault import Vault, data_key
from tests.callback_requests import CALLER, OTHER, THIRD, asks, keep, rows
from tests.databases import copy_of_sqlite

KEY = data_key()


def in_process(url: str) -> Storage:
    """What a process has that looks after nothing but its own connections."""
    return Storage(Database(url, deadline_s=10), Vault((KEY,)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "line.db"


@pytest.fixture
def workers(sqlite_file: str, file: Path) -> Iterator[tuple[Storage, Storage]]:
    """Two processes of a line, and the one file of both."""
    url = copy_of_sqlite(sqlite_file, file)
    with closing(in_process(url).database) as one, closing(in_process(url).database) as two:
        yield Storage(one, Vault((KEY,))), Storage(two, Vault((KEY,)))


def put_back(backup: str, file: Path) -> None:
    """As docs/deploy.md does, but under a line that runs."""
    copy_of_sqlite(backup, file.with_name("restored.db"))
    for beside in file.parent.glob("line.db-*"):
        beside.unlink()
    file.with_name("restored.db").replace(file)


def written(database: Database) -> None:
    with database.begin():
        raise AssertionError("There is nothing to write to.")


def read(database: Database) -> None:
    with database.read():
        raise AssertionError("There is nothing to read.")


@pytest.mark.parametrize("uses", [written, read, Database.empty_log, current_revision])
def test_whoever_uses_a_file_that_is_not_there_makes_none(file: Path, uses: Callable[[Database], object]) -> None:
    with closing(Database(f"sqlite:///{file}")) as database, pytest.raises(StoreUnavailable, match="CANTOPEN"):
        uses(database)
    assert list(file.parent.iterdir()) == []


def test_the_migrations_make_the_file_for_who_has_looked_for_it_before(file: Path) -> None:
    with closing(Database(f"sqlite:///{file}", deadline_s=30)) as database:
        with pytest.raises(StoreUnavailable):
            current_revision(database)
        upgrade(database)
        assert current_revision(database) == newest_revision()


def test_a_name_with_marks_of_an_address_in_it_is_the_name_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a 100% line?#.db"
    url = sa.URL.create("sqlite", database=str(file)).render_as_string()
    with closing(Database(url, deadline_s=30)) as database:
        upgrade(database)
        database.empty_log()
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_what_is_asked_after_a_file_was_replaced_is_kept_in_the_present_one(
    workers: tuple[Storage, Storage], sqlite_file: str, file: Path
) -> None:
    one, two = workers
    for worker, number in ((one, CALLER), (two, OTHER)):
        keep(worker, asks(f"before {number}", number))
    put_back(sqlite_file, file)
    keep(one, asks("CA3", THIRD))
    keep(two, asks("CA4", OTHER))  # who finds the new file later takes nothing from who found it before
    keep(one, asks("CA5", CALLER))
    assert len(rows(one, callbacks, "id")) == len(rows(two, callbacks, "id")) == 3
    for worker in workers:
        worker.database.close()
    with closing(in_process(f"sqlite:///{file}").database) as present:
        assert len(rows(Storage(present, Vault((KEY,))), callbacks, "id")) == 3


def test_without_its_file_a_store_keeps_nothing_until_there_is_one_again(
    workers: tuple[Storage, Storage], file: Path
) -> None:
    one, _ = workers
    keep(one, asks("CA1", CALLER))
    for worker in workers:
        worker.database.close()
    keep(one, asks("CA2", OTHER))
    shutil.move(file, file.with_name("away.db"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="CANTOPEN"):
            keep(one, asks("CA3", THIRD))
    assert not file.exists()
    shutil.move(file.with_name("away.db"), file)
    keep(one, asks("CA4", THIRD))
    assert len(rows(one, callbacks, "id")) == 3


def test_nothing_of_a_lost_file_stays_open(workers: tuple[Storage, Storage], sqlite_file: str, file: Path) -> None:
    one, _ = workers
    keep(one, asks("CA1", CALLER))
    put_back(sqlite_file, file)
    assert rows(one, callbacks, "id") == []
    held = [str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    assert [name for name in held if name.startswith(str(file)) and name.endswith("(deleted)")] == []


def test_a_file_that_stays_is_opened_once(workers: tuple[Storage, Storage]) -> None:
    one, _ = workers
    opened: list[object] = []

    def note(connection: object, _record: object) -> None:
        opened.append(connection)

    sa.event.listen(sa.Engine, "connect", note)
    try:
        keep(one, asks("CA1", CALLER))
        rows(one, callbacks, "id")
    finally:
        sa.event.remove(sa.Engine, "connect", note)
    assert len(opened) == 1
