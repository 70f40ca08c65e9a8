"""The migrations make exactly the tables that the code knows."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ivr.model.numbers import PhoneNumber
from ivr.storage.database import Database
from ivr.storage.migrations import current_revision, is_newer, upgrade
from ivr.storage.outbox import Outbox
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks, metadata
from tests.callback_requests import AT, CALLER, asks, keep, rows
from tests.databases import moved_on


def names(inspector: sa.Inspector, table: str) -> set[str | None]:
    """The names of all keys and indexes of a table."""
    return {
        inspector.get_pk_constraint(table)["name"],
        *(each["name"] for each in inspector.get_foreign_keys(table)),
        *(each["name"] for each in inspector.get_unique_constraints(table)),
        *(each["name"] for each in inspector.get_indexes(table)),
    }


def test_migrations_make_the_tables_of_the_code(storage: Storage) -> None:
    with storage.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_keys_and_indexes_have_the_names_of_the_code(storage: Storage, tmp_path: Path) -> None:
    made = Database(f"sqlite:///{tmp_path / 'made.db'}")
    made.make()
    with made.begin() as connection:
        metadata.create_all(connection)
    with made.read() as connection, storage.database.read() as migrated:
        for table in metadata.tables:
            assert names(sa.inspect(migrated), table) == names(sa.inspect(connection), table)
    made.close()


def test_a_database_that_is_up_to_date_stays_as_it_is(storage: Storage) -> None:
    upgrade(storage.database)
    with storage.database.read() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1


def test_a_version_uses_the_tables_of_a_newer_one_as_they_are(storage: Storage) -> None:
    moved_on(storage.database)
    assert not upgrade(storage.database)
    assert is_newer(current_revision(storage.database))
    assert keep(storage, asks()) is not None
    assert len(rows(storage, callbacks, "id")) == 1
    assert Outbox(storage).add_text(PhoneNumber(CALLER), "en", AT)


def test_a_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'line.db'}")
    upgrade(database)
    assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] != []
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    database.close()
