"""The connection to SQLite or PostgreSQL. Whatever fails there is StoreUnavailable, and its message holds no data."""

from __future__ import annotations

import math
import os
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakSet

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine

from ivr.desk.ports import StoreUnavailable
from ivr.storage.deadlines import Deadlines, nobody_waits

Answer = TypeVar("Answer")

_MOST_AT_ONCE = 8  # work for callers at the same time in one process; each takes milliseconds
_LIBPQ_LEAST_S = 2  # a shorter connect_timeout is read as this
_IS_READ = "ivr_is_read"
_SYNCHRONOUS = sa.func.current_setting("synchronous_commit")
_ON_DISK = sa.case((_SYNCHRONOUS == "off", "local"), else_=_SYNCHRONOUS)  # what a server has stricter stays
# However the server is set: who has waited to be alone must see what was kept meanwhile, or it is sent twice.
_SEES_WHAT_IS_KEPT = "READ COMMITTED"
_databases: WeakSet[Database] = WeakSet()

# What the codes and the fixed phrases of PostgreSQL and of its driver mean. Of their sentences nothing else is told.
_CODES = {"28P01": "wrong password", "28000": "not let in", "3D000": "no such database", "42501": "no rights"}
_SENTENCES = (
    ("password authentication failed|no password supplied", "wrong password"),
    ('authentication failed|pg_hba\\.conf|role ".*" does not exist', "not let in"),
    ('database ".*" does not exist', "no such database"),
    ("root certificate file", "no root certificate"),
    ("certificate verify failed|server certificate", "certificate not trusted"),
    ("does not support SSL", "no TLS"),
    ("could not translate host name|failed to resolve host|Name or service not known", "unknown host"),
    ("Connection refused|No such file or directory", "nobody answers"),
)


def _close_all() -> None:
    """Hold nothing open while this process forks: SQLite would tell the child that it has its parent's locks."""
    for database in tuple(_databases):
        database.close()


os.register_at_fork(before=_close_all)


class Database:
    """A database by its URL. Engines and threads belong to one process and never cross a fork."""

    def __init__(self, url: str, *, deadline_s: float = 2.0) -> None:
        self.url = normalised(url)
        self.deadline_s = deadline_s
        self._processes: dict[int, _Process] = {}
        _databases.add(self)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file on this machine."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def begin(self, *, alone: str = "") -> Iterator[Connection]:
        """A transaction that writes, kept when its block ends well.

        `alone` names work of which only one may be done at a time, whatever the process. With SQLite every
        transaction that writes is alone.
        """
        with _without_data(), self._present().engine.connect() as connection, connection.begin():
            if alone and not self.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(zlib.crc32(alone.encode()))))
            yield connection
            if nobody_waits():
                raise StoreUnavailable("The store answered too late; nothing was kept.")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, all of it at one moment."""
        with _without_data(), self._present().reader.connect() as connection:
            yield connection

    def within(self, work: Callable[[], Answer], deadline_s: float | None = None) -> Answer:
        """Do work with this database for somebody who cannot wait; StoreUnavailable after the deadline.

        What a server's thread does must come this way, so that a database that hangs cannot hang the line.
        """
        return self._process.deadlines.within(self.deadline_s if deadline_s is None else deadline_s, work)

    def make(self) -> None:
        """Make the file of SQLite where there is none. Nothing else makes one: it would hide that the file was lost."""
        if self.is_sqlite:
            _make_private(self.url.database or "")

    def empty_log(self) -> None:
        """Empty what SQLite keeps beside its file until that is full: whatever is deleted stays in it until then.

        Not while anybody reads or writes: to wait for them would hold up every caller who asks for something.
        """
        if self.is_sqlite:
            file = f"{_uri(self.url)}?mode=rw"
            with _without_data(), closing(sqlite3.connect(file, timeout=0, uri=True)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Give back what this process holds. It may go on afterwards."""
        process = self._processes.pop(os.getpid(), None)
        if process is not None:
            process.engine.dispose()

    @property
    def _process(self) -> _Process:
        # A child keeps its parent's engine unused: to close it would end the parent's connections.
        return self._processes.setdefault(os.getpid(), _Process(self.url, self.deadline_s))

    def _present(self) -> _Process:
        """What this process has, and nothing of a file that was lost."""
        process = self._process
        process.leave_a_lost_file()
        return process


def normalised(url: str) -> URL:
    """The URL of a database as SQLAlchemy knows it; platforms give postgres:// ones. ValueError says what is wrong."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # the second for a port that is no number
        raise ValueError("is not the address of a database") from None
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("is not a file: what is kept in memory is gone with the process")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("is neither sqlite:/// and a file, nor postgresql://")
    return parsed


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what to do about a row that is there already, in the words of its database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


@dataclass
class _Process:
    """What one process has of a database. Making it twice in a race costs nothing: nothing is opened before its use."""

    url: URL
    deadline_s: float
    _file: tuple[int, int] | None = None  # that of SQLite, by its numbers, which its connections have open

    def leave_a_lost_file(self) -> None:
        """Close what is open of a file that is no longer at its place: whatever is written to it is lost with it.

        The next connection opens the file that is there now, or fails. Two at once may both close; none stays.
        """
        if self.url.get_backend_name() != "sqlite":
            return
        there = _identity(self.url.database or "")
        if there != self._file:
            self.engine.dispose()
            self._file = there

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(_MOST_AT_ONCE)

    @cached_property
    def reader(self) -> Engine:
        if self.url.get_backend_name() == "sqlite":
            return self.engine.execution_options(**{_IS_READ: True})
        return self.engine.execution_options(isolation_level="REPEATABLE READ", **{_IS_READ: True})

    @cached_property
    def engine(self) -> Engine:
        is_sqlite = self.url.get_backend_name() == "sqlite"
        engine = sa.create_engine(
            _without_making(self.url) if is_sqlite else self.url,
            hide_parameters=True,  # a statement's parameters must not be told by an error
            pool_size=_MOST_AT_ONCE,
            max_overflow=_MOST_AT_ONCE,
            pool_timeout=self.deadline_s,
            pool_pre_ping=not is_sqlite,
            connect_args=self._sqlite if is_sqlite else self._postgresql,
            **({} if is_sqlite else {"isolation_level": _SEES_WHAT_IS_KEPT}),
        )
        if is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            event.listen(engine, "begin", self._begin_postgresql)
        return engine

    @property
    def _sqlite(self) -> dict[str, Any]:
        return {"timeout": self.deadline_s}  # SQLite's busy_timeout

    @property
    def _postgresql(self) -> dict[str, Any]:
        return {
            "connect_timeout": max(_LIBPQ_LEAST_S, math.ceil(self.deadline_s)),
            "tcp_user_timeout": self._deadline_ms,
            "prepare_threshold": None,  # a pooler between us may give each transaction another server
            "application_name": "ivr",
        }

    @property
    def _deadline_ms(self) -> int:
        return math.ceil(self.deadline_s * 1000)

    def _begin_postgresql(self, connection: Connection) -> None:
        """Each transaction sets its own time-outs, because a pooler may refuse them at the connection.

        That it only reads is set here too: the driver's own way makes the next one write, whatever the server allows.
        A server may be set to answer before anything is on its disk. A promise is not said then, but after it.
        """
        told: dict[str, str | sa.ColumnElement[str]] = {
            "statement_timeout": str(self._deadline_ms),
            "lock_timeout": str(self._deadline_ms),
            "idle_in_transaction_session_timeout": str(5 * self._deadline_ms),
            **({"transaction_read_only": "on"} if _is_read(connection) else {"synchronous_commit": _ON_DISK}),
        }
        connection.execute(sa.select(*(sa.func.set_config(name, value, True) for name, value in told.items())))  # noqa: FBT003 because it is SQL's own argument


def _uri(url: URL) -> str:
    file = url.database or ""
    return file if file.startswith("file:") else Path(file).absolute().as_uri()


def _without_making(url: URL) -> URL:
    """Where a file of SQLite is, for who opens only one that there is."""
    return url.set(database=_uri(url), query={"mode": "rw", **url.query, "uri": "true"})


def _identity(file: str) -> tuple[int, int] | None:
    try:
        there = Path(file).stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino


def _make_private(file: str) -> None:
    """A file that there is not yet is nobody else's to read, and so are those that SQLite puts beside it."""
    with suppress(OSError):  # it is there, or cannot be made: whoever opens it will be told
        os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later could find that another has written in between, and fail.
    connection.exec_driver_sql("BEGIN" if _is_read(connection) else "BEGIN IMMEDIATE")


def _is_read(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_IS_READ, False))


@contextmanager
def _without_data() -> Iterator[None]:
    """Tell an error of the database by its kind only: PostgreSQL quotes the values of a row in its own words."""
    try:
        yield
    except (sa.exc.ArgumentError, sa.exc.CompileError):  # a statement that we wrote wrongly; it has not been sent
        raise
    except (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
        kind = _kind(error)
        _empty(error, kind)
        raise StoreUnavailable(f"The store failed: {kind}.") from None


def _kind(error: Exception) -> str:
    """What went wrong, in words of ours: who cannot connect is told no code, and only in a sentence why."""
    origin = getattr(error, "orig", None) or error
    code = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
    kind = " ".join(filter(None, (type(error).__name__, code)))
    why = _CODES.get(code or "")
    if code is None and isinstance(origin, psycopg.Error):
        why = next((ours for theirs, ours in _SENTENCES if re.search(theirs, str(origin))), None)
    return f"{kind}, {why}" if why else kind


def _empty(error: Exception, kind: str) -> None:
    """Leave nothing in an error that something might print which follows the errors before an error."""
    error.args = (kind,)
    error.__context__ = error.__cause__ = None
    if isinstance(error, sa.exc.StatementError):
        error.orig = error.params = None
