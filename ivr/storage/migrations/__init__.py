"""How the tables came to be, step by step: `upgrade` brings any database to those of ivr/storage/tables.py."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ivr.storage.database import Database

_FOLDER = Path(__file__).parent


def upgrade(database: Database) -> bool:
    """Make what is missing, all of it or nothing; a database that is up to date stays as it is.

    False when its tables are a newer version's: they stay too, and this version can use them.
    """
    database.make()
    with database.begin(alone="migrations") as connection:
        if is_newer(_revision(connection)):
            return False
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def newest_revision() -> str | None:
    """The step that a database has which is up to date."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(database: Database) -> str | None:
    """The step that a database has; None when it has no tables of ours. StoreUnavailable when it does not say."""
    with database.read() as connection:
        return _revision(connection)


def is_newer(revision: str | None) -> bool:
    """Whether a step was made by a version after this one, which knows nothing of it: after going back, it is there."""
    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    return revision is not None and revision not in known


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
