"""The store tried out: whether what a caller may ask can really be written, and whether what is kept can be read."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.rotation import SEALED
from ivr.storage.store import Storage
from ivr.storage.tables import typed_numbers
from ivr.storage.vault import Subject, Unreadable, Vault

# To keep a request takes ten pages of a SQLite file. A small row would still find room where that has none.
_MUCH = "0" * 20_000
_NO_CALL = "nobody's"  # the platform names no call like this


def try_writing(storage: Storage) -> None:
    """Write as much as a caller's request takes and delete it again; StoreUnavailable when that fails.

    It is really kept in between: what is rolled back need never reach the disk. Where only the deletion fails, the
    next trial writes the same row, and the hourly purge ends it.
    """
    storage.database.within(lambda: _write(storage))


def count_unreadable(storage: Storage) -> int:
    """How much of what is kept was encrypted with a key that is not there."""
    with storage.database.read() as connection:
        kept = (sealed for each in SEALED for sealed in connection.scalars(sa.select(each).where(each.is_not(None))))
        return sum(not _opens(storage.vault, sealed) for sealed in kept)


def _write(storage: Storage) -> None:
    StoredCallbacks(storage.database, storage.vault).hold(_NO_CALL, _MUCH, datetime.now(UTC))
    is_it = typed_numbers.c.call == storage.vault.hash(Subject.TYPING, _NO_CALL)
    with storage.database.begin() as connection:
        connection.execute(typed_numbers.delete().where(is_it))


def _opens(vault: Vault, sealed: bytes) -> bool:
    try:
        vault.unseal(sealed)
    except Unreadable:
        return False
    return True
