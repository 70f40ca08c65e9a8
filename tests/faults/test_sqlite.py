"""The file of SQLite fails: reading and transfers go on word for word, and no promise is made that is not kept."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases import migrated_sqlite
from tests.faults.line import Line, whole_line
from tests.faults.table import HONEST, UNKEPT, write_down
from tests.faults.test_database import KEPT, NOT_KEPT, asked, reads_as_usual, settings
from tests.full_disk import NO_ROOM


@dataclass
class Filed:
    """A line that keeps what it is asked for in a file."""

    line: Line
    file: Path

    @property
    def kept(self) -> int:
        """How many callbacks are in it."""
        with closing(sqlite3.connect(self.file)) as connection:
            return int(connection.execute("SELECT count(*) FROM callbacks").fetchone()[0])


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str], fallback: bytes) -> Iterator[Filed]:
    folder = tmp_path_factory.mktemp("filed")
    url = migrated_sqlite(folder / "line.db")
    with whole_line(folder, settings(environ, url), fallback) as line:
        yield Filed(line, folder / "line.db")


@contextmanager
def locked(filed: Filed) -> Iterator[None]:
    with closing(sqlite3.connect(filed.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(filed: Filed) -> Iterator[None]:
    """No process that answers may write beyond the first bytes of any file."""
    workers = [pid for instance in filed.line.instances for pid in instance.running.workers]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in workers}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (NO_ROOM, most))
    yield
    for pid, limits in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize(
    ("fault", "breaks", "recovers"),
    [
        ("file locked", locked, "by itself; nobody waits for it longer than 2 s"),
        ("file full", full, "by itself, as soon as there is room"),
    ],
)
def test_it_takes_nothing(
    filed: Filed,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    breaks: Callable[[Filed], AbstractContextManager[None]],
    recovers: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(filed.line.nginx.certificate.file))
    usual, before = filed.line.caller().call(), filed.kept
    with breaks(filed):
        reads_as_usual(filed.line, usual)
        assert asked(filed.line) == NOT_KEPT
    assert asked(filed.line) == KEPT
    assert filed.kept == before + 1
    write_down(fault, HONEST, UNKEPT, recovers)
