"""The backup of every night: it can be restored, nobody else can read it, and it is gone after seven days."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ivr.storage.store import Storage
from ivr.storage.tables import callbacks
from tests.callback_requests import asks, keep, rows
from tests.conftest import ROOT
from tests.databases import KINDS, Server, copy_of_sqlite

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that somebody has made, and no migration."""
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "line.db")) as made:
            made.execute("PRAGMA journal_mode=WAL")
        yield f"sqlite:///{tmp_path / 'line.db'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    url = server.make(template="template1")
    yield url
    server.drop(url)


def ran(*words: str | Path, url: str = "") -> int:
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": url}
    return subprocess.run(words, env=environ, capture_output=True, check=False).returncode


def back_up(url: str, folder: Path) -> int:
    return ran(ROOT / "ops" / "backup", folder, url=url)


def restore(url: str, copy: Path) -> int:
    """As docs/deploy.md does."""
    if copy.suffix == ".db":
        return ran("cp", copy, url.removeprefix("sqlite:///"))
    return ran("pg_restore", "--single-transaction", "--clean", "--if-exists", "--no-owner", "-d", url, copy)


def test_what_was_kept_is_there_again_after_a_restore(storage: Storage, database_url: str, folder: Path) -> None:
    keep(storage, asks())
    assert back_up(database_url, folder) == 0
    before = rows(storage, callbacks, "public_id", "number")
    with storage.database.begin() as connection:
        connection.execute(callbacks.delete())
    storage.database.close()
    (copy,) = folder.iterdir()
    for beside in folder.parent.glob("line.db-*"):
        beside.unlink()
    assert restore(database_url, copy) == 0
    assert rows(storage, callbacks, "public_id", "number") == before != []


def test_when_a_good_backup_was_made_is_in_a_file_for_who_watches(
    database_url: str, folder: Path, tmp_path: Path
) -> None:
    shown = tmp_path / "ivr-backup.prom"
    began_s = int(datetime.now(UTC).timestamp())
    assert ran(ROOT / "ops" / "backup", folder, shown, url=database_url) == 0
    (family,) = text_string_to_metric_families(shown.read_text("utf-8"))
    assert family.samples[0].name == "ivr_backup_time_seconds"
    assert began_s <= family.samples[0].value <= datetime.now(UTC).timestamp()
    assert shown.stat().st_mode & 0o777 == 0o644
    assert not list(tmp_path.glob("*.new"))


def test_a_backup_that_fails_leaves_the_time_of_the_last_good_one(folder: Path, tmp_path: Path) -> None:
    shown = tmp_path / "ivr-backup.prom"
    shown.write_text("as it was", "utf-8")
    assert ran(ROOT / "ops" / "backup", folder, shown, url="sqlite:////nowhere/line.db") != 0
    assert shown.read_text("utf-8") == "as it was"


def test_the_file_of_the_unit_is_the_one_that_is_explained() -> None:
    service = (ROOT / "ops" / "ivr-backup.service").read_text("utf-8")
    told = "/var/lib/ivr-backup/ivr-backup.prom"
    assert f"\nExecStart=/srv/ivr/current/ops/backup /var/backups/ivr {told}\nStateDirectory=ivr-backup\n" in service
    assert told in (ROOT / "docs" / "watching.md").read_text("utf-8")


def test_what_follows_the_file_in_an_address_is_no_part_of_it(sqlite_file: str, tmp_path: Path, folder: Path) -> None:
    url = copy_of_sqlite(sqlite_file, tmp_path / "line.db")
    assert back_up(f"{url}?timeout=5&cached_statements=9", folder) == 0
    assert [copy.suffix for copy in folder.iterdir()] == [".db"]


def test_a_backup_is_its_owners_to_read_and_its_name_says_when_it_was_made(database_url: str, folder: Path) -> None:
    before, _, after = (datetime.now(UTC).astimezone(), back_up(database_url, folder), datetime.now(UTC).astimezone())
    (copy,) = folder.iterdir()
    assert f"{before:%F-%H%M%S}" <= copy.stem <= f"{after:%F-%H%M%S}"
    assert copy.stat().st_mode & 0o077 == 0


def test_a_backup_takes_the_place_of_no_other(database_url: str, folder: Path, tmp_path: Path) -> None:
    """Whoever makes one when all is lost still has the one of the night."""
    date = tmp_path / "date"
    date.write_text("#!/bin/sh\necho 2026-11-24-023000\n")
    date.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DATABASE_URL": database_url}
    night = folder / f"2026-11-24-023000.{'db' if database_url.startswith('sqlite') else 'dump'}"
    night.write_text("of the night")
    assert subprocess.run([ROOT / "ops" / "backup", folder], env=environ, check=False).returncode != 0
    assert night.read_text("utf-8") == "of the night"
    assert back_up(database_url, folder) == 0
    assert night.read_text("utf-8") == "of the night"
    assert len([*folder.iterdir()]) == 2


def test_backups_are_kept_for_seven_days(database_url: str, folder: Path) -> None:
    for name, age in (("young.db", 7 * DAY - timedelta(minutes=5)), ("old.db", 7 * DAY)):
        (folder / name).touch()
        made = (datetime.now(UTC) - age).timestamp()
        os.utime(folder / name, (made, made))
    assert back_up(database_url, folder) == 0
    assert sorted(path.name for path in folder.glob("*o*")) == ["young.db"]


@pytest.mark.parametrize("url", ["sqlite:////nowhere/line.db", "postgresql:///ivr?host=/nowhere"])
def test_without_a_new_backup_no_old_one_goes_and_the_unit_fails(url: str, folder: Path) -> None:
    (folder / "old.db").touch()
    os.utime(folder / "old.db", (0, 0))
    assert back_up(url, folder) != 0
    assert [path.name for path in folder.iterdir()] == ["old.db"]


def test_a_damaged_file_is_told_and_the_older_copies_stay(sqlite_file: str, tmp_path: Path, folder: Path) -> None:
    url = copy_of_sqlite(sqlite_file, tmp_path / "line.db")
    file = Path(url.removeprefix("sqlite:///"))
    (folder / "old.db").touch()
    os.utime(folder / "old.db", (0, 0))
    whole = file.read_bytes()
    half = len(whole) // 2
    file.write_bytes(whole[:half] + b"\xff" * (len(whole) - half))
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": url}
    told = subprocess.run([ROOT / "ops" / "backup", folder], env=environ, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "The database is damaged: keep the older copies, and see docs/runbook.md.\n" in told.stderr
    assert [path.name for path in folder.iterdir()] == ["old.db"]


def test_a_database_without_tables_is_no_backup_and_the_older_copies_stay(folder: Path, empty_url: str) -> None:
    """It may be what somebody has put in the place of a lost one."""
    (folder / "old.db").touch()
    os.utime(folder / "old.db", (0, 0))
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": empty_url}
    told = subprocess.run([ROOT / "ops" / "backup", folder], env=environ, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr == "The database has no tables: keep the older copies, and see docs/runbook.md.\n"
    assert [path.name for path in folder.iterdir()] == ["old.db"]


def test_no_password_is_among_the_words_of_a_command(folder: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    dump = tmp_path / "pg_dump"
    dump.write_text(f'#!/bin/sh\necho "$PGPASSWORD" "$@" > {told}\ntouch new\n')
    dump.chmod(0o755)
    (tmp_path / "pg_restore").write_text("#!/bin/sh\necho alembic_version\n")
    (tmp_path / "pg_restore").chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DATABASE_URL": "postgres://line:a%40b@db.example.org/line"}
    subprocess.run([ROOT / "ops" / "backup", folder], env=environ, check=True)
    assert told.read_text("utf-8") == "a@b -Fc -d postgresql://line@db.example.org/line -f new\n"
