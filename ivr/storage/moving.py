"""All that is kept, from one database to another: from SQLite to PostgreSQL, when one machine is no longer enough."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from ivr.errors import IvrError
from ivr.storage.database import Database
from ivr.storage.migrations import newest_revision, upgrade
from ivr.storage.tables import metadata

_AT_ONCE = 500


class MoveFault(IvrError):  # noqa: N818 because it is a fault of what was asked
    """A database cannot be moved. The message says why, and how to mend it; nothing was changed."""


def move(source: Database, target: Database) -> Mapping[str, int]:
    """Copy every row into a database without any, and count them on both sides: rows by table.

    Nobody can write to the source meanwhile. What is read back must be as many rows, or nothing is kept.
    """
    if source.url == target.url:
        raise MoveFault("These are the same database.")
    if source.is_sqlite and not Path(source.url.database or "").is_file():
        raise MoveFault("The first database is a file that there is not.")
    upgrade(target)
    with source.begin() as old:
        _hold(old)
        _refuse_other_tables(old)
        with target.begin(alone="moving") as new:
            _refuse_rows(new)
            for table in metadata.sorted_tables:
                _copy(old, new, table)
            return {table.name: _counted(old, new, table) for table in metadata.sorted_tables}


def _hold(old: Connection) -> None:
    """SQLite lets nobody else write while we might; PostgreSQL has to be told."""
    if old.dialect.name == "postgresql":
        names = ", ".join(table.name for table in metadata.sorted_tables if sa.inspect(old).has_table(table.name))
        old.execute(sa.text(f"LOCK TABLE {names} IN SHARE MODE"))


def _refuse_other_tables(old: Connection) -> None:
    if MigrationContext.configure(old).get_current_revision() != newest_revision():
        raise MoveFault("The first database has the tables of another version. Run with it: python -m ivr migrate")


def _refuse_rows(new: Connection) -> None:
    full = [table.name for table in metadata.sorted_tables if _rows(new, table)]
    if full:
        raise MoveFault(f"The second database holds something already, in {', '.join(full)}. Give an empty one.")


def _copy(old: Connection, new: Connection, table: sa.Table) -> None:
    read = old.execution_options(stream_results=True).execute(sa.select(table).order_by(*table.primary_key.columns))
    for rows in read.mappings().partitions(_AT_ONCE):
        new.execute(table.insert(), [dict(row) for row in rows])
    if new.dialect.name == "postgresql" and "id" in table.c:
        last = sa.func.coalesce(sa.select(sa.func.max(table.c.id)).scalar_subquery(), 0)
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        new.execute(sa.select(sa.func.setval(sequence, last + 1, False)))  # noqa: FBT003 because it is SQL's own argument


def _counted(old: Connection, new: Connection, table: sa.Table) -> int:
    before, after = _rows(old, table), _rows(new, table)
    if before != after:
        raise MoveFault(f"Of {before} rows in {table.name} {after} arrived.")
    return after


def _rows(connection: Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
