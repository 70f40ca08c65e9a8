"""What Alembic runs for every command. The connection is given by `upgrade`, which also ends its transaction."""

from __future__ import annotations

from alembic import context

from ivr.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
