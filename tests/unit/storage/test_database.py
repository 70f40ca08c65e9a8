"""A database keeps all of a transaction or nothing, and says nothing of what it was given when it fails."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import psycopg
import pytest
import sqlalchemy as sa

from ivr.desk.ports import StoreUnavailable
from ivr.storage.database import Database, normalised
from ivr.storage.store import Storage
from ivr.storage.tables import leases
from tests.databases import Server

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
CANARY = "canary-8135550142"
DEADLINE_S = 0.3
LONG_S = 30.0


def row(name: str) -> dict[str, object]:
    return {"name": name, "holder": "somebody", "until": AT}


def lease(name: str) -> sa.Insert:
    return leases.insert().values(row(name))


def kept(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(sa.select(leases.c.name).order_by(leases.c.name)))


@contextmanager
def hasty(database_url: str) -> Iterator[Database]:
    """The same database for somebody who waits for nothing."""
    database = Database(database_url, deadline_s=DEADLINE_S)
    yield database
    database.close()


@contextmanager
def held(url: str) -> Iterator[None]:
    """Somebody else holds what is to be written."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
    else:
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE leases IN ACCESS EXCLUSIVE MODE")
            yield


def test_a_transaction_is_kept_whole_or_not_at_all(storage: Storage) -> None:
    with storage.database.begin() as connection:
        connection.execute(lease("one"))
        connection.execute(lease("two"))
    with pytest.raises(StoreUnavailable), storage.database.begin() as connection:
        connection.execute(leases.insert(), [row("three"), row("one")])
    assert kept(storage.database) == ["one", "two"]


def test_what_only_reads_keeps_nothing(storage: Storage) -> None:
    # PostgreSQL refuses to write there; SQLite forgets it.
    with suppress(StoreUnavailable), storage.database.read() as connection:
        connection.execute(lease("one"))
    assert kept(storage.database) == []


def test_times_come_back_aware_and_in_utc(storage: Storage) -> None:
    with storage.database.begin() as connection:
        connection.execute(
            leases.insert().values(name="one", holder="x", until=datetime.fromisoformat("2026-11-24T10:00-05:00"))
        )
    with storage.database.read() as connection:
        until = connection.scalar(sa.select(leases.c.until))
    assert until == AT
    assert until.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(StoreUnavailable, match="StatementError"), storage.database.begin() as connection:
        connection.execute(leases.insert().values(name="one", holder="x", until=AT.replace(tzinfo=None)))


def test_an_error_holds_nothing_of_what_was_given(storage: Storage) -> None:
    with storage.database.begin() as connection:
        connection.execute(lease(CANARY))
    for statement in (lease(CANARY), lease("x" * 33 + CANARY).values(holder=None)):
        with pytest.raises(StoreUnavailable) as raised, storage.database.begin() as connection:
            connection.execute(statement)
        told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.__context__)
        assert CANARY not in told
        assert re.fullmatch(r"The store failed: (Integrity|Data)Error [\w_]+\.", str(raised.value))


def test_what_is_locked_by_others_is_given_up(database_url: str) -> None:
    with hasty(database_url) as database, held(database_url):
        began = monotonic()
        with pytest.raises(StoreUnavailable, match="OperationalError"), database.begin() as connection:
            connection.execute(lease("one"))
        assert monotonic() - began < LONG_S


def test_what_misses_its_deadline_is_not_kept_afterwards(storage: Storage) -> None:
    gate, ended = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with storage.database.begin() as connection:
                connection.execute(lease("late"))
                gate.wait()
        finally:
            ended.set()

    with pytest.raises(StoreUnavailable, match="did not answer"):
        storage.database.within(work, DEADLINE_S)
    gate.set()
    assert ended.wait(LONG_S)
    assert kept(storage.database) == []


def test_work_that_must_be_alone_is_alone(storage: Storage) -> None:
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(5):
            with storage.database.begin(alone="work"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert most == [1]


def test_a_child_of_a_fork_has_connections_of_its_own(storage: Storage) -> None:
    with storage.database.begin() as connection:
        connection.execute(lease("parent"))
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with storage.database.begin() as connection:
                connection.execute(lease("child"))
            storage.database.within(lambda: kept(storage.database))
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert kept(storage.database) == ["child", "parent"]


def test_nothing_is_open_while_a_process_forks(storage: Storage, tmp_path: Path) -> None:
    """With a file open at the fork, SQLite takes the parent's locks for the child's, and both write at once."""
    with storage.database.begin() as connection:
        connection.execute(lease("parent"))
    child = os.fork()
    if child == 0:
        inherited = {entry.readlink() for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}
        os._exit(any(path.is_relative_to(tmp_path) for path in inherited))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert kept(storage.database) == ["parent"]


def test_a_slow_statement_is_given_up(postgresql: Server) -> None:
    told = r"^The store failed: OperationalError 57014\.$"
    with hasty(postgresql.url("postgres")) as database, pytest.raises(StoreUnavailable, match=told):  # noqa: SIM117 because a test raises in one statement
        with database.read() as connection:
            connection.execute(sa.text("SELECT pg_sleep(60)"))


@pytest.mark.parametrize(("told", "does"), [("off", "local"), ("on", "on"), ("remote_apply", "remote_apply")])
def test_what_is_kept_is_on_the_disk_however_the_server_is_set(postgresql: Server, told: str, does: str) -> None:
    url = postgresql.make()
    name = url.removeprefix("postgresql:///").partition("?")[0]
    postgresql.run(f'ALTER DATABASE "{name}" SET synchronous_commit = {told}')
    with hasty(url) as database, database.begin() as connection:
        assert connection.scalar(sa.text("SHOW synchronous_commit")) == does
    postgresql.drop(url)


def test_who_has_waited_to_be_alone_sees_what_was_kept_however_the_server_is_set(postgresql: Server) -> None:
    url = postgresql.make()
    name = url.removeprefix("postgresql:///").partition("?")[0]
    postgresql.run(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'")
    with hasty(url) as database:
        with database.begin(alone="work") as waited, database.begin() as other:
            other.execute(lease("one"))
            other.commit()
            assert list(waited.scalars(sa.select(leases.c.name))) == ["one"]
        with database.read() as connection:
            assert connection.scalar(sa.text("SHOW transaction_isolation")) == "repeatable read"
    postgresql.drop(url)


def test_a_connection_that_the_server_has_ended_is_replaced(postgresql: Server) -> None:
    with hasty(postgresql.url("postgres")) as database:
        with database.read() as connection:
            server = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        postgresql.run(f"SELECT pg_terminate_backend({server}, 10000)")
        with database.read() as connection:
            assert connection.scalar(sa.text("SELECT pg_backend_pid()")) != server


def test_a_server_that_takes_connections_and_says_nothing_costs_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgresql://line@127.0.0.1:{server.getsockname()[1]}/line"
        with hasty(url) as database:

            def work() -> list[str]:
                return kept(database)

            began = monotonic()
            with pytest.raises(StoreUnavailable, match=r"did not answer within 0\.3 s"):
                database.within(work)
            assert monotonic() - began < 2
    for thread in threading.enumerate():
        if thread.name == "store":
            thread.join(LONG_S)


def test_a_file_that_cannot_be_written_is_unavailable_for_writing(tmp_path: Path) -> None:
    (tmp_path / "line.db").mkdir()
    database = Database(f"sqlite:///{tmp_path / 'line.db'}")
    with pytest.raises(StoreUnavailable, match="SQLITE_CANTOPEN"), database.begin():
        raise AssertionError("A folder is no database.")


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://u:p@h/d?sslmode=require", "postgresql+psycopg"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg"),
        ("sqlite:////srv/line.db", "sqlite"),
    ],
)
def test_an_address_is_taken_as_platforms_give_it(given: str, driver: str) -> None:
    assert normalised(given).drivername == driver


@pytest.mark.parametrize(
    "given",
    ["", "x", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://h/d", "postgresql://h:x/d"],
)
def test_an_address_that_is_none_is_refused_in_words(given: str) -> None:
    with pytest.raises(ValueError, match=r"^is n"):
        normalised(given)


def test_a_new_file_is_nobody_elses_to_read_nor_what_is_beside_it(tmp_path: Path) -> None:
    usual = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{tmp_path / 'line.db'}")
        database.make()
        with database.begin() as connection:
            connection.execute(sa.text("CREATE TABLE something (word TEXT)"))
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(usual)
    assert modes == {"line.db": "0o600", "line.db-wal": "0o600", "line.db-shm": "0o600"}


def test_a_file_that_others_may_read_on_purpose_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "line.db"
    file.touch(0o640)
    file.chmod(0o640)
    with Database(f"sqlite:///{file}").read() as connection:
        connection.execute(sa.text("SELECT 1"))
    assert file.stat().st_mode & 0o777 == 0o640
