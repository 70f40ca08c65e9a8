"""The stores of the bench: a file of SQLite, and a PostgreSQL of its own with the durability that it has by itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ivr.storage.migrations import upgrade
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.store import open_storage
from ivr.storage.vault import data_key

Environ = dict[str, str]

_SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_MIGRATION_S = 60.0


@contextmanager
def sqlite() -> Iterator[Environ]:
    """The settings of a line whose callbacks are kept in a file, on a disk."""
    with tempfile.TemporaryDirectory(prefix="bench-sqlite-") as folder:
        yield _ready(f"sqlite:///{folder}/line.db")


@contextmanager
def postgresql() -> Iterator[Environ]:
    """The same with a PostgreSQL server that is started for it. It refuses to run as root: Debian has a user for it."""
    owner = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="bench-postgresql-") as folder:
        data = Path(folder) / "data"
        if owner:
            shutil.chown(folder, owner)
        _run(owner, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        only_here = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        _run(owner, "pg_ctl", "-D", data, "-l", data / "log", "-w", "-o", only_here, "start")
        try:
            yield _ready(f"postgresql:///postgres?host={folder}&user=postgres")
        finally:
            _run(owner, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def has_postgresql() -> bool:
    """Whether this machine could start one."""
    return bool(_SERVERS)


def _ready(url: str) -> Environ:
    """Make the tables, and somebody at the desk: without anybody there a line offers no callbacks."""
    key = data_key()
    storage = open_storage(url, (key,), deadline_s=_MIGRATION_S)
    upgrade(storage.database)
    People(storage.database, storage.vault).add(Newcomer("ana", "Ana", Role.SCHEDULER), datetime.now(UTC), "the bench")
    storage.database.close()
    return {"CALLBACKS": "on", "DATABASE_URL": url, "DATA_KEYS": key, "SECRET_KEY": "a secret of the bench"}


def _run(owner: str | None, program: str, *words: str | Path) -> None:
    subprocess.run(  # noqa: S603 because ours
        [_SERVERS[-1] / program, *words],
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
