"""The commands that look after what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.storage.database import Database
from ivr.storage.vault import Vault
from tests.conftest import ENVIRON

KEY = "NXq3sCEqVmb0ZJBWxDoGPNW4K2zTCQGDCEVB9yKIXkI="


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


def test_a_line_that_keeps_nothing_has_no_tables(tmp_path: Path) -> None:
    result = ran("migrate", DATABASE_URL=f"sqlite:///{tmp_path / 'line.db'}")
    assert (result.exit_code, list(tmp_path.iterdir())) == (0, [])


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all/line.db", "postgresql:///line?host=/nowhere"])
def test_a_database_that_cannot_be_reached_is_told(address: str) -> None:
    result = ran("migrate", CALLBACKS="on", DATA_KEYS=KEY, DATABASE_URL=address)
    assert result.exit_code == 1
    assert result.output.startswith("The store failed: OperationalError")
    assert "nowhere" not in result.output
