"""What the rest of the line is given of storage: a database and the vault for what is kept there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.storage.database import Database
from ivr.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Storage:
    """A database, and what encrypts for it."""

    database: Database
    vault: Vault


def open_storage(database_url: str, data_keys: Sequence[str], *, deadline_s: float = 2.0) -> Storage:
    """Bring the two together; nothing is connected yet. ValueError says what is wrong with an address or a key."""
    return Storage(Database(database_url, deadline_s=deadline_s), Vault(data_keys))
