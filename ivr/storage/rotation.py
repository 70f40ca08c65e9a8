"""A new key for what is kept: everything is encrypted and hashed anew with the first of the keys, bit by bit.

It may be stopped and started again, and callers may go on asking meanwhile: what is done already is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ivr.storage.callbacks import ALONE
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks, outbox, people, typed_numbers
from ivr.storage.vault import Subject, Unreadable, Vault
from ivr.storage.waiting import AnyRow

OLD_KEYS_KEPT = timedelta(days=3)  # as long as the hashes of what calls asked are
SEALED = (callbacks.c.number, typed_numbers.c.digits, outbox.c.to, people.c.email, people.c.second_factor)
_AT_ONCE = 100  # rows that are held while they are encrypted


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of one column: how many were encrypted anew, and how many no key could open."""

    what: str
    renewed: int
    unreadable: int


def rotate(storage: Storage) -> Iterator[Rotated]:
    """Encrypt all that is encrypted with the first key; what becomes of each column, as it is done."""
    for column in SEALED:
        outcomes = [outcome for rows in _batches(storage, column) for outcome in rows]
        yield Rotated(f"{column.table.name}.{column.name}", outcomes.count(True), outcomes.count(False))


def _batches(storage: Storage, column: sa.Column[Any]) -> Iterator[list[bool]]:
    """For some rows at a time, whether each that had to be renewed could be."""
    (key,) = column.table.primary_key.columns
    chosen = sa.select(key, column).where(column.is_not(None)).order_by(key).limit(_AT_ONCE).with_for_update()
    last = None
    while True:
        with storage.database.begin(alone=ALONE) as connection:
            rows = connection.execute(chosen if last is None else chosen.where(key > last)).all()
            renewed = list(_renewed(connection, storage.vault, column, rows))
        yield renewed
        if not rows:
            return
        last = rows[-1][0]


def _renewed(connection: Connection, vault: Vault, column: sa.Column[Any], rows: Iterable[AnyRow]) -> Iterator[bool]:
    (key,) = column.table.primary_key.columns
    for which, sealed in rows:
        if vault.is_sealed_with_first(sealed):
            continue
        try:
            text = vault.unseal(sealed)
        except Unreadable:
            yield False
            continue
        connection.execute(sa.update(column.table).where(key == which).values({column.name: vault.seal(text)}))
        if column is callbacks.c.number:
            _hash_anew(connection, vault, which, text)
        yield True


def _hash_anew(connection: Connection, vault: Vault, callback_id: int, number: str) -> None:
    """Only numbers that are still kept can be hashed anew. All other hashes lapse within three days."""
    hashed = {"number_hash": vault.hash(Subject.NUMBER, number)}
    connection.execute(callbacks.update().where(callbacks.c.id == callback_id).values(hashed))
