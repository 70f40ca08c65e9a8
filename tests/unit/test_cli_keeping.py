"""The commands that look after what is kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.database import Database
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import callbacks
from ivr.storage.vault import Vault, data_key
from tests.callback_requests import AT, CALLER, asks, keep, rows
from tests.conftest import ENVIRON
from tests.databases import moved_on

KEY = "qvTfJ1mX0Zk7w2Yd9LhQeRb5uPGxI3sCnA8oVtB6yUE="


def ran(*words: str, **environ: str) -> Result:
    return CliRunner(env={**ENVIRON, **environ}).invoke(main, words)


def test_a_key_that_is_made_can_be_used_and_differs_each_time() -> None:
    first, second = (ran("data-key").output.strip() for _ in range(2))
    assert first != second
    assert Vault((first, second)).unseal(Vault((first,)).seal("kept")) == "kept"


def test_migrate_makes_the_tables_and_may_be_run_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'line.db'}"
    for _ in range(2):
        result = ran("migrate", CALLBACKS="on", DATA_KEYS=KEY, DATABASE_URL=url)
        assert (result.exit_code, result.output) == (0, "The tables are up to date.\n")
    database = Database(url)
    with database.read() as connection:
        assert "callbacks" in sa.inspect(connection).get_table_names()
    database.close()


def test_after_going_back_the_tables_of_the_newer_version_stay(kept: dict[str, str]) -> None:
    with closing(Database(kept["DATABASE_URL"], deadline_s=30)) as database:
        moved_on(database)
    result = ran("migrate", **kept)
    assert (result.exit_code, result.output) == (0, "The tables are a newer version's, and do for this one too.\n")


def test_a_line_that_keeps_nothing_has_no_tables(tmp_path: Path) -> None:
    result = ran("migrate", DATABASE_URL=f"sqlite:///{tmp_path / 'line.db'}")
    assert (result.exit_code, list(tmp_path.iterdir())) == (0, [])


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////nowhere/at/all/line.db",
        "sqlite:////proc/nowhere.db",  # a folder in which nobody can make a file
        "postgresql:///line?host=/nowhere",
    ],
)
def test_a_database_that_cannot_be_reached_is_told(address: str) -> None:
    result = ran("migrate", CALLBACKS="on", DATA_KEYS=KEY, DATABASE_URL=address)
    assert result.exit_code == 1
    assert result.output.startswith("The store failed: OperationalError")
    assert result.output.endswith(". `python -m ivr doctor` says more.\n")
    assert "nowhere" not in result.output


@pytest.fixture
def kept(database_url: str) -> dict[str, str]:
    """The settings of a line that keeps something, in each kind of database in turn."""
    return {"CALLBACKS": "on", "DATA_KEYS": KEY, "DATABASE_URL": database_url}


def test_purge_says_how_many_of_what_it_deleted(kept: dict[str, str]) -> None:
    storage = open_storage(kept["DATABASE_URL"], (KEY,))
    StoredCallbacks(storage.database, storage.vault).hold("CA1", "8135550142", AT)
    result = ran("purge", **kept)
    assert result.exit_code == 0
    assert "      1 typed numbers\n" in result.output
    assert "      1 typed numbers\n" not in ran("purge", **kept).output
    storage.database.close()


def test_keys_are_rotated_and_the_command_says_for_how_long_the_older_is_needed(kept: dict[str, str]) -> None:
    storage, new = open_storage(kept["DATABASE_URL"], (KEY,)), data_key()
    keep(storage, asks())
    result = ran("rotate-keys", **{**kept, "DATA_KEYS": f"{new},{KEY}"})
    assert result.exit_code == 0
    assert "      1 encrypted anew in callbacks.number\n" in result.output
    assert result.output.endswith("The older keys can be taken out in 3 days: until then they find what calls asked.\n")
    (number,) = rows(storage, callbacks, "number")
    assert Vault((new,)).unseal(number) == CALLER
    assert ran("rotate-keys", **{**kept, "DATA_KEYS": data_key()}).exit_code == 1
    storage.database.close()


@pytest.mark.parametrize(
    "words", ["purge", "rotate-keys", "open", "close --until opening --reason weather", "desk list", "desk disable ana"]
)
def test_no_command_but_migrate_makes_a_file_in_the_place_of_a_lost_one(tmp_path: Path, words: str) -> None:
    kept = {"CALLBACKS": "on", "DATA_KEYS": KEY, "DATABASE_URL": f"sqlite:///{tmp_path / 'line.db'}"}
    result = ran(*words.split(), **kept)
    assert (result.exit_code, "The store failed: OperationalError" in result.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_moved_to_another_and_its_rows_are_counted(kept: dict[str, str], tmp_path: Path) -> None:
    storage = open_storage(kept["DATABASE_URL"], (KEY,))
    keep(storage, asks())
    target = f"sqlite:///{tmp_path / 'target.db'}"
    result = ran("move-database", kept["DATABASE_URL"], **{**kept, "DATABASE_URL": target})
    assert result.exit_code == 0
    assert "      1 callbacks\n" in result.output
    moved = open_storage(target, (KEY,))
    assert rows(moved, callbacks, "public_id") == rows(storage, callbacks, "public_id")
    assert ran("move-database", kept["DATABASE_URL"], target, **kept).exit_code == 1
    for each in (moved, storage):
        each.database.close()


def test_the_address_to_move_from_may_be_in_the_environment_where_no_list_of_commands_shows_it(
    kept: dict[str, str], tmp_path: Path
) -> None:
    with closing(open_storage(kept["DATABASE_URL"], (KEY,)).database) as database:
        keep(Storage(database, Vault((KEY,))), asks())
    target = f"sqlite:///{tmp_path / 'target.db'}"
    result = ran("move-database", **{**kept, "DATABASE_URL": target, "MOVE_FROM": kept["DATABASE_URL"]})
    assert result.exit_code == 0
    assert "      1 callbacks\n" in result.output


def test_an_address_that_is_none_is_told_without_it() -> None:
    result = ran("move-database", "mysql://user:canary@host/db", "sqlite:///line.db")
    assert result.exit_code == 2
    assert "One of the addresses is neither sqlite:/// and a file, nor postgresql://." in result.output
    assert "canary" not in result.output


@pytest.mark.parametrize("command", ["purge", "rotate-keys"])
def test_a_line_that_keeps_nothing_has_nothing_to_look_after(command: str) -> None:
    result = ran(command)
    assert result.exit_code == 2
    assert "CALLBACKS is off: nothing is kept." in result.output
