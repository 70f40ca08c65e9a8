"""How the tables came to be, step by step: `upgrade` brings any database to those of ivr/storage/tables.py."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ivr.storage.database import Database

_FOLDER = Path(__file__).parent


def upgrade(database: Database) -> None:
    """Make what is missing, all of it or nothing; a database that is up to date stays as it is."""
    _make_private(database)
    with database.begin(alone="migrations") as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest_revision() -> str | None:
    """The step that a database has which is up to date."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(database: Database) -> str | None:
    """The step that a database has; None when it has no tables of ours. StoreUnavailable when it does not say."""
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _make_private(database: Database) -> None:
    """A file that SQLite makes could be read by everybody on this machine."""
    if database.is_sqlite and database.url.database:
        path = Path(database.url.database)
        if not path.exists() and path.parent.is_dir():
            path.touch(mode=0o600)
