"""A new key replaces the old one without losing anything, whenever it is stopped and started again."""

from __future__ import annotations

from itertools import islice

import pytest

from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.rotation import rotate
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks, outbox, people, typed_numbers
from ivr.storage.vault import Unreadable, Vault, data_key
from tests.callback_requests import AT, CALLER, OTHER, asks, keep, rows, somebody

OLD, NEW, OTHER_KEY = data_key(), data_key(), data_key()


@pytest.fixture
def written(storage: Storage) -> Storage:
    """A store in which an old key has encrypted something in every column."""
    old = Storage(storage.database, Vault((OLD,)))
    keep(old, asks("CA1", CALLER))
    keep(old, asks("CA2", OTHER))
    StoredCallbacks(old.database, old.vault).hold("CA1", "8135550143", AT)
    somebody(old)
    letter = {"kind": "mail", "about": "new", "state": "waiting", "not_before": AT, "made_at": AT}
    with storage.database.begin() as connection:
        connection.execute(
            people.update().values(email=old.vault.seal("ana@example.org"), second_factor=old.vault.seal("x"))
        )
        connection.execute(outbox.insert().values(**letter, to=old.vault.seal("ana@example.org")))
    return storage


def with_keys(storage: Storage, *keys: str) -> Storage:
    return Storage(storage.database, Vault(keys))


def test_after_a_rotation_the_old_key_is_needed_for_nothing_that_is_kept(written: Storage) -> None:
    told = list(rotate(with_keys(written, NEW, OLD)))
    assert [(each.what, each.renewed, each.unreadable) for each in told] == [
        ("callbacks.number", 2, 0),
        ("typed_numbers.digits", 1, 0),
        ("outbox.to", 1, 0),
        ("people.email", 1, 0),
        ("people.second_factor", 1, 0),
    ]
    new = with_keys(written, NEW)
    assert [new.vault.unseal(number) for number in rows(new, callbacks, "number")] == [CALLER, OTHER]
    assert new.vault.unseal(rows(new, people, "email")[0]) == "ana@example.org"
    assert new.vault.unseal(rows(new, outbox, "to")[0]) == "ana@example.org"
    assert new.vault.unseal(rows(new, typed_numbers, "digits")[0]) == "8135550143"
    keep(new, asks("CA3", CALLER))
    assert len(CallbackList(new.database, new.vault).open(AT)) == 2


def test_a_rotation_can_be_stopped_and_run_again(written: Storage) -> None:
    rotating = with_keys(written, NEW, OLD)
    list(islice(rotate(rotating), 2))
    before = rows(written, callbacks, "number")
    assert [each.renewed for each in rotate(rotating)] == [0, 0, 1, 1, 1]
    assert rows(written, callbacks, "number") == before
    assert [each.renewed for each in rotate(rotating)] == [0, 0, 0, 0, 0]


def test_more_rows_than_are_held_at_once_are_all_encrypted_anew(storage: Storage) -> None:
    old = with_keys(storage, OLD)
    row = {"origin": "typed", "language": "en", "asked_at": AT}
    with storage.database.begin() as connection:
        connection.execute(
            callbacks.insert(),
            [{**row, "public_id": str(each), "number": old.vault.seal(CALLER)} for each in range(201)],
        )
    assert next(iter(rotate(with_keys(storage, NEW, OLD)))).renewed == 201
    assert all(map(Vault((NEW,)).is_sealed_with_first, rows(storage, callbacks, "number")))


def test_what_no_key_opens_is_counted_and_left_as_it_is(written: Storage) -> None:
    before = rows(written, callbacks, "number")
    told = list(rotate(with_keys(written, NEW, OTHER_KEY)))
    assert [(each.renewed, each.unreadable) for each in told] == [(0, 2), (0, 1), (0, 1), (0, 1), (0, 1)]
    assert rows(written, callbacks, "number") == before
    with pytest.raises(Unreadable):
        Vault((NEW,)).unseal(before[0])
