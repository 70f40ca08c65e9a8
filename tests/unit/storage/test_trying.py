"""A store is tried out by what it is for: it keeps what callers ask, and what it keeps can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.desk.ports import StoreUnavailable
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.database import Database
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import people, typed_numbers
from ivr.storage.trying import count_unreadable, try_writing
from ivr.storage.vault import Vault, data_key
from tests.callback_requests import AT, asks, keep, rows, somebody
from tests.databases import copy_of_sqlite
from tests.full_disk import holds_on_a_full_disk

KEY = data_key()


def fails(work: Callable[[], object]) -> bool:
    try:
        work()
    except StoreUnavailable:
        return True
    return False


def test_a_store_that_works_keeps_nothing_of_a_trial(storage: Storage) -> None:
    try_writing(storage)
    StoredCallbacks(storage.database, storage.vault).hold("CA1", "8135550143", AT)
    try_writing(storage)
    assert len(rows(storage, typed_numbers, "call")) == 1


def test_where_no_request_has_room_a_trial_has_none(sqlite_file: str, tmp_path: Path) -> None:
    storage = open_storage(copy_of_sqlite(sqlite_file, tmp_path / "line.db"), (KEY,))
    port = StoredCallbacks(storage.database, storage.vault)
    assert not holds_on_a_full_disk(lambda: fails(lambda: port.hold("CA2", "8135550143", AT)))
    assert holds_on_a_full_disk(lambda: fails(lambda: keep(storage, asks("CA2"))))
    assert holds_on_a_full_disk(lambda: fails(lambda: try_writing(storage)))
    assert not fails(lambda: try_writing(storage))
    storage.database.close()


def test_a_store_that_may_only_be_read_fails_a_trial(storage: Storage, database_url: str) -> None:
    read_only = {
        "sqlite": f"sqlite:///file:{database_url.removeprefix('sqlite:///')}?mode=ro&uri=true",
        "postgresql": f"{database_url}&options=-c%20default_transaction_read_only%3Don",
    }
    database = Database(read_only[database_url.partition(":")[0]])
    assert count_unreadable(Storage(database, storage.vault)) == 0  # a connection that has read does not write either
    with pytest.raises(StoreUnavailable, match=r"25006|READONLY"):
        try_writing(Storage(database, storage.vault))
    database.close()


def test_what_no_key_opens_is_counted(storage: Storage) -> None:
    keep(storage, asks("CA1"))
    somebody(storage)
    with storage.database.begin() as connection:
        connection.execute(people.update().values(email=Vault((data_key(),)).seal("ana@example.org")))
    assert count_unreadable(storage) == 1
    assert count_unreadable(Storage(storage.database, Vault((data_key(),)))) == 2
