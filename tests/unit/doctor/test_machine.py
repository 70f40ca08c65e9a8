"""The examination finds what is wrong with the machine: its database, its desk, its disk, its clock."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.cli.doctor import world as real_world
from ivr.desk.ports import Override
from ivr.doctor import machine
from ivr.storage.database import Database
from ivr.storage.store import open_storage
from ivr.storage.switch import Switch
from ivr.storage.vault import data_key
from tests.callback_requests import asks, keep
from tests.databases import Server, migrated_sqlite, moved_on
from tests.full_disk import holds_on_a_full_disk
from tests.installed_line import GB, Line
from tests.platform_client import OPEN_AT


def test_a_file_without_tables_is_found_and_may_be_what_is_left_of_a_lost_one(line: Line, tmp_path: Path) -> None:
    (tmp_path / "line.db").touch(0o644)
    found = line.found("database", DATABASE_URL=f"sqlite:///{tmp_path / 'line.db'}")
    mend = "If it kept something, go back to the newest backup (docs/deploy.md), and restart."
    assert found == [
        ("fault", f"The database has no tables. On a new line: python -m ivr migrate. {mend}"),
        ("warning", f"Others on this machine may read the file of the database. Run: chmod 600 {tmp_path / 'line.db'}"),
    ]


def test_tables_of_a_newer_version_do_no_harm(line: Line, tmp_path: Path) -> None:
    url = migrated_sqlite(tmp_path / "line.db")
    with closing(Database(url, deadline_s=30)) as database:
        moved_on(database)
    (verdict, told), tried = line.found("database", DATABASE_URL=url)
    assert (verdict, "a newer version's" in told) == ("warning", True)
    assert tried == ("ok", "What callers ask can be kept, and the keys fit what is kept.")


def test_a_database_that_keeps_nothing_is_found(line: Line, tmp_path: Path) -> None:
    url = migrated_sqlite(tmp_path / "line.db")

    def is_found() -> bool:
        tables, (verdict, told) = line.found("database", DATABASE_URL=url)
        return (tables[0], verdict, "keeps nothing. The store failed" in told) == ("ok", "fault", True)

    assert holds_on_a_full_disk(is_found)


def test_a_database_that_another_program_locks_is_found(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_DEADLINE_S", 0.3)
    url = migrated_sqlite(tmp_path / "line.db")
    with closing(sqlite3.connect(tmp_path / "line.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        _, (verdict, told) = line.found("database", DATABASE_URL=url)
    assert (verdict, "keeps nothing" in told) == ("fault", True)


def test_a_standby_that_may_only_be_read_is_found(line: Line, postgresql: Server) -> None:
    with postgresql.lent() as url:
        read_only = f"{url}&options=-c%20default_transaction_read_only%3Don"
        _, (verdict, told) = line.found("database", DATABASE_URL=read_only)
    assert (verdict, "25006" in told) == ("fault", True)


def test_keys_that_do_not_fit_what_is_kept_are_found(line: Line, tmp_path: Path) -> None:
    url = migrated_sqlite(tmp_path / "line.db")
    storage = open_storage(url, [line.environ["DATA_KEYS"]], deadline_s=30)
    with closing(storage.database):
        keep(storage, asks())
    assert [verdict for verdict, _ in line.found("database", DATABASE_URL=url)] == ["ok", "ok"]
    _, (verdict, told) = line.found("database", DATABASE_URL=url, DATA_KEYS=data_key())
    assert (verdict, "a key that DATA_KEYS does not hold" in told) == ("fault", True)


def test_a_desk_with_nobody_at_it_is_found(line: Line, tmp_path: Path) -> None:
    ((verdict, told),) = line.found("desk", DATABASE_URL=migrated_sqlite(tmp_path / "line.db"))
    assert (verdict, told.endswith("--role scheduler")) == ("fault", True)
    ((verdict, told),) = line.found("desk", DATABASE_URL="sqlite:////nowhere/line.db")
    assert verdict == "warning"


def test_what_somebody_has_switched_is_told(line: Line, tmp_path: Path) -> None:
    url, at = migrated_sqlite(tmp_path / "line.db"), OPEN_AT
    line.world = replace(line.world, clock=lambda: at)
    assert line.found("switch", DATABASE_URL=url) == [("ok", "No switch is in force.")]
    until = at + timedelta(hours=1)
    storage = open_storage(url, [line.environ["DATA_KEYS"]], deadline_s=30)
    with closing(storage.database):
        Switch(storage.database).turn(Override(is_open=False, reason="weather", ends_at=until), at, "kim")
        told = f"by hand until {until.astimezone(ZoneInfo('America/New_York')):%A %d %B %H:%M}, by"
        assert line.found("switch", DATABASE_URL=url) == [("ok", f"The line is closed {told} kim (weather).")]
        Switch(storage.database).turn(Override(is_open=True, reason="", ends_at=until), at, "command line")
    assert line.found("switch", DATABASE_URL=url) == [("ok", f"The line is open {told} command line.")]
    assert line.found("switch", CALLBACKS="off") == []


def test_whoever_looks_makes_no_file(line: Line, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'line.db'}"
    found = [line.found(check, DATABASE_URL=url) for check in ("database", "desk", "switch")]
    assert [[verdict for verdict, _ in each] for each in found] == [["fault"], ["warning"], ["warning"]]
    assert list(tmp_path.iterdir()) == []


def test_a_switch_that_cannot_be_read_is_told(line: Line) -> None:
    ((verdict, told),) = line.found("switch", DATABASE_URL="postgresql://nobody@127.0.0.1:1/line")
    assert (verdict, told.startswith("Whether a switch is in force cannot be known")) == ("warning", True)


@pytest.mark.parametrize(("free", "verdict"), [(50 * GB, "ok"), (GB // 2, "warning"), (GB // 100, "fault")])
def test_a_disk_that_is_full_soon_is_found(line: Line, free: int, verdict: str) -> None:
    line.world = replace(line.world, free_bytes=lambda _: (free, 100 * GB))
    assert [each for each, _ in line.found("disk")] == [verdict]


@pytest.mark.parametrize("folder", ["nowhere", "x" * 300])  # one that is not there, and one that cannot be looked at
def test_a_folder_that_is_not_there_is_found(line: Line, folder: str) -> None:
    line.world = replace(line.world, free_bytes=real_world().free_bytes)
    url = f"sqlite:////{folder}/line.db"
    (disk,), (database,) = line.found("disk", DATABASE_URL=url), line.found("database", DATABASE_URL=url)
    mend = "Mount its disk, or mend DATABASE_URL; it must belong to the line's user."
    assert disk == ("fault", f"The folder of DATABASE_URL is not there. {mend}")
    assert (database[0], database[1].startswith("The file of DATABASE_URL is not there")) == ("fault", True)


@pytest.mark.parametrize(("seconds", "verdict"), [(0, "ok"), (-30, "warning"), (30, "warning"), (3600, "fault")])
def test_a_clock_that_is_wrong_is_found(line: Line, seconds: int, verdict: str) -> None:
    line.page.ahead = timedelta(seconds=seconds)
    assert [each for each, _ in line.found("clock")] == [verdict]


@pytest.mark.parametrize(
    ("age", "verdict"),
    [("7200", "ok"), ("0", "fault"), ("7100", "fault"), ("some", "warning"), ("9" * 20, "warning")],
)
def test_what_a_cache_kept_tells_the_time_with_its_age(line: Line, age: str, verdict: str) -> None:
    line.page.ahead, line.page.headers = timedelta(hours=-2), (("Age", age),)
    assert [each for each, _ in line.found("clock")] == [verdict]
