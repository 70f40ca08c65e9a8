"""Databases for tests: the same tests run on SQLite and on a real PostgreSQL, each test on a database of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
import sqlalchemy as sa

from ivr.storage.database import Database
from ivr.storage.migrations import upgrade
from ivr.storage.tables import metadata

TEMPLATE = "migrated"
KINDS = ("sqlite", "postgresql")
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path("/usr/bin")]
_END_CONNECTIONS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
# What tells that a test has changed no table: a copy of a database has the same numbers for the same things.
_SHAPE = """
    SELECT oid, relname, version_num FROM pg_class, alembic_version
    WHERE relnamespace = 'public'::regnamespace ORDER BY oid
"""
_TABLES = metadata.sorted_tables
_EMPTY = "; ".join(
    [str(table.delete()) for table in reversed(_TABLES)]
    + [f"ALTER SEQUENCE {table.name}_id_seq RESTART" for table in _TABLES if "id" in table.c]
)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that answers on a socket in a folder of its own, and on no port."""

    folder: Path
    _names: Iterator[int] = field(default_factory=count)
    _free: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql:///{name}?host={self.folder}&user=postgres"

    def make(self, *, template: str = TEMPLATE) -> str:
        """Make a database as another is, and give its URL."""
        name = f"test_{next(self._names)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of an empty, migrated database: one that was lent before where it can be emptied, which is quick."""
        url = self._free.pop() if self._free else self.make()
        yield url
        if self._is_emptied(url):
            self._free.append(url)
        else:
            self.drop(url)

    def _is_emptied(self, url: str) -> bool:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(_END_CONNECTIONS, (_name(url),))
        with psycopg.connect(url, autocommit=True) as connection:
            if connection.execute(_SHAPE).fetchall() != self._shape:
                return False
            connection.execute(_EMPTY.encode())
        return True

    @cached_property
    def _shape(self) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(TEMPLATE)) as connection:
            return connection.execute(_SHAPE).fetchall()

    def run(self, statement: str) -> None:
        """Run a statement that no transaction may hold."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def restart(self) -> None:
        """Kill it, and start it again: every connection is lost."""
        data, log = self.folder / "data", self.folder / "log"
        _run(_owner(), "pg_ctl", "-D", data, "-l", log, "-w", "-m", "immediate", "restart")

    def drop(self, url: str) -> None:
        """End whatever still holds a database, and remove it."""
        self.run(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')

    def refuse(self, url: str) -> None:
        """End every connection to a database and take no more, as a server that is stopped."""
        self.run(f'ALTER DATABASE "{_name(url)}" ALLOW_CONNECTIONS false')
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(_END_CONNECTIONS, (_name(url),))

    def accept(self, url: str) -> None:
        """Take connections to a database again."""
        self.run(f'ALTER DATABASE "{_name(url)}" ALLOW_CONNECTIONS true')


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """Start a PostgreSQL whose databases begin as the migrations make them; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ivr-postgresql-"))
    owner = _owner()
    if owner:
        shutil.chown(folder, owner)
    try:
        _run(owner, "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        _run(owner, "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", _options(folder), "start")
        try:
            server = Server(folder)
            server.run(f'CREATE DATABASE "{TEMPLATE}"')
            _migrate(server.url(TEMPLATE))
            yield server
        finally:
            os.kill(int((folder / "data" / "postmaster.pid").read_text("utf-8").split("\n")[0]), signal.SIGQUIT)
            _run(owner, "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop", is_sure=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def migrated_sqlite(path: Path) -> str:
    """A new file as the migrations make it, and its URL."""
    url = f"sqlite:///{path}"
    _migrate(url)
    return url


def copy_of_sqlite(url: str, path: Path) -> str:
    """A copy of a file that nobody holds open, and its URL."""
    shutil.copy(url.removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"


def moved_on(database: Database) -> None:
    """What a later version does: a step that this one does not know."""
    with database.begin() as connection:
        connection.execute(sa.text("ALTER TABLE callbacks ADD COLUMN newer VARCHAR"))
        connection.execute(sa.text("CREATE TABLE newer (id INTEGER PRIMARY KEY)"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))


def _name(url: str) -> str:
    return url.removeprefix("postgresql:///").partition("?")[0]


def _migrate(url: str) -> None:
    database = Database(url, deadline_s=30)
    upgrade(database)
    database.close()


def _owner() -> str | None:
    """PostgreSQL refuses to run as root. Debian's package makes a user for it."""
    return pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None


def _options(folder: Path) -> str:
    told = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{folder}'",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "120",
        "shared_buffers": "32MB",
    }
    return " ".join(f"-c {name}={value}" for name, value in told.items())


def _run(owner: str | None, program: str, *words: str | Path, is_sure: bool = True) -> None:
    subprocess.run(
        [_PROGRAMS[-1] / program, *words],
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=is_sure,
    )
