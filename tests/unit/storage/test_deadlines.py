"""Whoever asks waits no longer than a deadline, and what hangs does not pile up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from ivr.desk.ports import StoreUnavailable
from ivr.storage.deadlines import Deadlines, nobody_waits, one_deadline

SOON_S = 0.02
LONG_S = 30.0


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What work of these tests hangs at."""
    event = threading.Event()
    yield event
    event.set()


def test_what_is_done_in_time_is_answered() -> None:
    assert Deadlines(1).within(LONG_S, lambda: "done") == "done"


def test_what_work_raises_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        Deadlines(1).within(LONG_S, lambda: 1 // 0)


def test_what_hangs_is_given_up_at_the_deadline(gate: threading.Event) -> None:
    began = monotonic()
    with pytest.raises(StoreUnavailable, match=r"^The store did not answer within 0\.02 s\.$"):
        Deadlines(1).within(SOON_S, gate.wait)
    assert SOON_S <= monotonic() - began < LONG_S


def test_when_everything_hangs_the_next_is_refused_at_once(gate: threading.Event) -> None:
    deadlines = Deadlines(2)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="did not answer"):
            deadlines.within(SOON_S, gate.wait)
    began, threads = monotonic(), threading.active_count()
    for _ in range(20):
        with pytest.raises(StoreUnavailable, match=r"^Everything that was asked of the store hangs\.$"):
            deadlines.within(LONG_S, gate.wait)
    assert monotonic() - began < LONG_S
    assert threading.active_count() == threads


def test_what_hung_gives_its_thread_back_once_it_ends(gate: threading.Event) -> None:
    deadlines = Deadlines(1)
    with pytest.raises(StoreUnavailable):
        deadlines.within(SOON_S, gate.wait)
    hung = [thread for thread in threading.enumerate() if thread.name == "store"]
    gate.set()
    for thread in hung:
        thread.join(LONG_S)
    assert deadlines.within(LONG_S, lambda: "again") == "again"


def test_more_than_there_are_threads_wait_for_their_turn() -> None:
    deadlines, at_once, most = Deadlines(2), threading.Semaphore(2), 40

    def work() -> bool:
        is_within = at_once.acquire(blocking=False)
        if is_within:
            at_once.release()
        return is_within

    with ThreadPoolExecutor(most) as callers:
        assert all(callers.map(lambda _: deadlines.within(LONG_S, work), range(most)))


def test_work_can_tell_that_nobody_waits_for_it_any_more(gate: threading.Event) -> None:
    told: list[bool] = []
    ended = threading.Event()

    def work() -> None:
        told.append(nobody_waits())
        gate.wait()
        told.append(nobody_waits())
        ended.set()

    with pytest.raises(StoreUnavailable):
        Deadlines(1).within(SOON_S, work)
    gate.set()
    assert ended.wait(LONG_S)
    assert told == [False, True]
    assert nobody_waits() is False


def test_work_within_work_needs_no_other_thread() -> None:
    deadlines = Deadlines(1)
    assert deadlines.within(LONG_S, lambda: deadlines.within(SOON_S, threading.get_ident)) != threading.get_ident()


def test_what_is_asked_for_one_answer_shares_a_deadline(gate: threading.Event) -> None:
    deadlines, done = Deadlines(2), threading.Event()
    with one_deadline():
        assert deadlines.within(LONG_S, lambda: "first") == "first"
        assert deadlines.within(LONG_S, lambda: "second") == "second"
        with pytest.raises(StoreUnavailable, match="did not answer"):
            deadlines.within(SOON_S, gate.wait)
        with pytest.raises(
            StoreUnavailable, match=r"^The store has taken all the time that there is for one answer\.$"
        ):
            deadlines.within(SOON_S, done.set)
    assert not done.is_set()
    assert deadlines.within(LONG_S, lambda: "the next answer") == "the next answer"


def test_what_one_thread_waited_is_not_taken_from_another(gate: threading.Event) -> None:
    deadlines = Deadlines(2)
    with one_deadline(), ThreadPoolExecutor(1) as other:
        with pytest.raises(StoreUnavailable):
            deadlines.within(SOON_S, gate.wait)
        assert other.submit(deadlines.within, SOON_S + LONG_S, lambda: "other").result() == "other"
