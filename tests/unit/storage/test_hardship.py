"""What callers ask when the store cannot: an answer within the deadline, and nothing half kept."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from ivr.desk.callbacks import Outcome
from ivr.desk.ports import Callbacks, StoreUnavailable
from ivr.model.numbers import PhoneNumber
from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.purge import Purge
from ivr.storage.store import open_storage
from ivr.storage.tables import callbacks, typed_numbers
from ivr.storage.vault import data_key
from tests.callback_requests import AT, HOUR, MINUTE, asks, keep, rows, slots, somebody
from tests.databases import Server, copy_of_sqlite
from tests.full_disk import NO_ROOM, holds_on_a_full_disk
from tests.unit.storage.test_purge import HOURS

KEY = data_key()
DEADLINE_S = 0.3
LONG_S = 30.0


def everything(port: Callbacks) -> Iterator[str]:
    """Ask all that a call can ask; the names of what failed as it should."""
    asked: dict[str, Callable[[], object]] = {
        "ask": port.ask,
        "hold": lambda: port.hold("CA1", "8135550143", AT),
        "held": lambda: port.held("CA1", AT),
        "keep": lambda: port.keep(asks(), slots(1)),
        "permit": lambda: port.permit("CA1", AT),
    }
    for name, question in asked.items():
        try:
            question()
        except StoreUnavailable:
            yield name


ALL = ["ask", "hold", "held", "keep", "permit"]


def test_a_server_that_says_nothing_costs_every_question_its_deadline() -> None:
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as server:
        storage = open_storage(f"postgresql://x@127.0.0.1:{server.getsockname()[1]}/x", (KEY,), deadline_s=DEADLINE_S)
        began = monotonic()
        assert list(everything(StoredCallbacks(storage.database, storage.vault))) == ALL
        assert monotonic() - began < LONG_S
    for thread in set(threading.enumerate()) - before:
        thread.join(LONG_S)


def test_a_server_that_is_not_there_fails_every_question() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    storage = open_storage(f"postgresql://x@127.0.0.1:{port}/x", (KEY,))
    assert list(everything(StoredCallbacks(storage.database, storage.vault))) == ALL


def test_a_server_that_comes_back_is_asked_again(postgresql: Server) -> None:
    url = postgresql.make()
    storage = open_storage(url, (KEY,), deadline_s=10)
    assert keep(storage, asks("CA1")) is not None
    postgresql.refuse(url)
    with pytest.raises(StoreUnavailable):
        keep(storage, asks("CA2"))
    postgresql.accept(url)
    assert keep(storage, asks("CA3")) is not None
    storage.database.close()
    postgresql.drop(url)


def test_a_full_disk_keeps_nothing_and_says_so(sqlite_file: str, tmp_path: Path) -> None:
    url = copy_of_sqlite(sqlite_file, tmp_path / "line.db")
    full = open_storage(url, (KEY,))
    port = StoredCallbacks(full.database, full.vault)
    writing = ["hold", "keep"]  # the others write nothing
    assert holds_on_a_full_disk(lambda: list(everything(port)) == writing, NO_ROOM, before=port.ask)
    storage = open_storage(url, (KEY,))
    assert rows(storage, callbacks, "id") == []
    assert keep(storage, asks()) is not None
    storage.database.close()


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.WRONG_NUMBER])
def test_what_is_deleted_is_in_no_file_any_more_not_even_encrypted(
    sqlite_file: str, tmp_path: Path, outcome: Outcome
) -> None:
    storage = open_storage(copy_of_sqlite(sqlite_file, tmp_path / "line.db"), (KEY,))
    listed, ana = CallbackList(storage.database, storage.vault), somebody(storage)
    keep(storage, asks())
    ((public_id, *secrets),) = rows(storage, callbacks, "public_id", "number", "number_hash")
    assert listed.claim(public_id, ana, AT) is None
    assert isinstance(listed.reveal(public_id, ana, AT), PhoneNumber)
    assert listed.settle(public_id, ana, outcome, AT, datetime.date) is None

    def found() -> list[bool]:
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        return [secret in written for secret in secrets]

    assert found() == [True, True]
    Purge(storage.database, HOURS).forget(AT + MINUTE)
    assert found() == [False, False]
    storage.database.close()


def test_a_reader_holds_up_what_is_deleted_and_the_next_round_makes_up_for_it(sqlite_file: str, tmp_path: Path) -> None:
    storage = open_storage(copy_of_sqlite(sqlite_file, tmp_path / "line.db"), (KEY,))
    StoredCallbacks(storage.database, storage.vault).hold("CA1", "8135550143", AT)
    (digits,) = rows(storage, typed_numbers, "digits")

    def is_found() -> bool:
        return any(digits in path.read_bytes() for path in tmp_path.iterdir())

    purge = Purge(storage.database, HOURS)
    with storage.database.read() as reader:
        reader.execute(sa.select(typed_numbers)).all()
        purge.do(AT + HOUR)
        assert is_found()
    purge.do(AT + HOUR + MINUTE)
    assert not is_found()
    storage.database.close()


def test_what_is_kept_holds_no_number_anywhere_in_the_file(sqlite_file: str, tmp_path: Path) -> None:
    url = copy_of_sqlite(sqlite_file, tmp_path / "line.db")
    storage = open_storage(url, (KEY,))
    StoredCallbacks(storage.database, storage.vault).hold("CAcanary", "8135550143", AT)
    keep(storage, asks("CAcanary"))
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"public_id" in written
    assert not [canary for canary in (b"5550142", b"5550143", b"CAcanary") if canary in written]
    storage.database.close()
