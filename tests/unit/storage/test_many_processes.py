"""Many callers and many people at the same moment, in several processes, on both databases."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import TypeVar

import pytest

from ivr.desk.callbacks import Refusal
from ivr.desk.ports import Origin, Request
from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import audit, call_requests, callbacks
from ivr.storage.vault import data_key
from tests.callback_requests import AT, HOUR, asks, keep, rows, slots, somebody

PROCESSES = 2
THREADS = 25
DEADLINE_S = 60.0

Given = TypeVar("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Address:
    """Where a process finds the store."""

    url: str
    key: str

    @contextmanager
    def opened(self) -> Iterator[Storage]:
        storage = open_storage(self.url, (self.key,), deadline_s=DEADLINE_S)
        yield storage
        storage.database.close()


@pytest.fixture
def address(database_url: str) -> Address:
    return Address(database_url, data_key())


def at_once(work: Callable[[Sequence[Given]], list[Answer]], given: Sequence[Given]) -> list[Answer]:
    """Hand each process its share of what is given, all at the same time."""
    shares = [given[place::PROCESSES] for place in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("fork")) as processes:
        return list(chain.from_iterable(processes.map(work, shares)))


def keep_all(address: Address, requests: Sequence[Request]) -> list[datetime | None]:
    """Keep requests, many at a time."""
    with address.opened() as storage, ThreadPoolExecutor(THREADS) as callers:
        return list(callers.map(lambda request: keep(storage, request, slots(50, 50, 50)), requests))


def claim_all(address: Address, public_id: str, people: Sequence[int]) -> list[Refusal | None]:
    """Claim one callback for many people at a time."""
    with address.opened() as storage, ThreadPoolExecutor(THREADS) as desk:
        listed = CallbackList(storage.database, storage.vault)
        return list(desk.map(lambda person: listed.claim(public_id, person, AT), people))


def test_two_hundred_requests_at_once_are_all_kept_once_and_no_slot_overflows(address: Address) -> None:
    requests = [asks(f"CA{area}{each}", f"+1{area}55501{each:02}") for area in (813, 727) for each in range(100)]
    told = at_once(partial(keep_all, address), requests)
    assert sorted(map(str, told)) == sorted(
        map(str, [AT + 2 * HOUR] * 50 + [AT + 3 * HOUR] * 50 + [AT + 4 * HOUR] * 50 + [None] * 50)
    )
    with address.opened() as storage:
        numbers = [storage.vault.unseal(number) for number in rows(storage, callbacks, "number")]
    assert sorted(numbers) == sorted(request.number.e164 for request in requests)


def test_one_request_repeated_two_hundred_times_at_once_is_kept_once(address: Address) -> None:
    assert at_once(partial(keep_all, address), [asks()] * 200) == [AT + 2 * HOUR] * 200
    with address.opened() as storage:
        assert len(rows(storage, callbacks, "id")) == len(rows(storage, call_requests, "id")) == 1


def test_many_calls_of_one_number_at_once_are_one_callback(address: Address) -> None:
    at_once(partial(keep_all, address), [asks(f"CA{each}") for each in range(50)])
    with address.opened() as storage:
        assert (len(rows(storage, callbacks, "id")), len(rows(storage, call_requests, "id"))) == (1, 50)


def test_one_of_fifty_people_gets_a_callback(address: Address) -> None:
    with address.opened() as storage:
        keep(storage, asks(origin=Origin.TYPED))
        (public_id,) = rows(storage, callbacks, "public_id")
        people = [somebody(storage, f"person{each}") for each in range(50)]
    answers = at_once(partial(claim_all, address, public_id), people)
    assert sorted(map(str, answers)) == sorted(map(str, [None] + [Refusal.NOT_YOURS] * 49))
    with address.opened() as storage:
        assert rows(storage, audit, "action") == ["claimed"]


def test_a_process_that_dies_between_keeping_and_answering_has_kept_once(address: Address) -> None:
    child = os.fork()
    if child == 0:
        with address.opened() as storage:
            StoredCallbacks(storage.database, storage.vault).keep(asks(), slots(1, 1))
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with address.opened() as storage:
        assert keep(storage, asks(), slots(1, 1)) == AT + 2 * HOUR
        assert len(rows(storage, callbacks, "id")) == 1
