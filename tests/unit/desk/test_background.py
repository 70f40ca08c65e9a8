"""What runs beside the answers: nobody waits for it, nothing of it is done twice after a fork, and no fault ends it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.desk.background import Batches, Job, Jobs
from tests.conftest import Log

SELDOM_S = 3600.0
MOST_WAIT_S = 10.0
ROOT = Path(__file__).parents[3]


@dataclass
class Written:
    """A writer that remembers, and can be made to wait or to fail."""

    batches: list[list[int]] = field(default_factory=list)
    is_let_go: threading.Event = field(default_factory=threading.Event)
    has_begun: threading.Event = field(default_factory=threading.Event)
    faults: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.is_let_go.set()

    def write(self, batch: Sequence[int]) -> None:
        self.has_begun.set()
        self.is_let_go.wait(MOST_WAIT_S)
        if batch:
            self.batches.append(list(batch))
        if self.faults:
            raise self.faults.pop()

    @property
    def all(self) -> list[int]:
        return [item for batch in self.batches for item in batch]


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
def make_batches(written: Written) -> Iterator[Callable[..., Batches[int]]]:
    made: list[Batches[int]] = []

    def make(most: int = 100, every_s: float = SELDOM_S) -> Batches[int]:
        made.append(Batches("numbers", lambda: written.write, most=most, every_s=every_s))
        return made[-1]

    yield make
    written.is_let_go.set()
    for batches in made:
        batches.flush()


def test_what_was_put_is_written_in_order(make_batches: Callable[..., Batches[int]], written: Written) -> None:
    batches = make_batches()
    assert all(batches.put(number) for number in range(50))
    batches.flush()
    assert written.all == list(range(50))
    assert batches.put(50)
    batches.flush()
    assert written.all == list(range(51))


def test_it_is_written_without_being_asked(make_batches: Callable[..., Batches[int]], written: Written) -> None:
    batches = make_batches(every_s=0.01)
    batches.put(1)
    assert written.has_begun.wait(MOST_WAIT_S)


def test_whoever_puts_does_not_wait_and_what_finds_no_room_is_counted(
    make_batches: Callable[..., Batches[int]], written: Written
) -> None:
    batches = make_batches(most=10)
    written.is_let_go.clear()
    batches.put(-1)
    assert written.has_begun.wait(MOST_WAIT_S)  # and it hangs in writing
    taken = [batches.put(number) for number in range(15)]
    assert taken == [True] * 10 + [False] * 5
    assert batches.lost == 5
    dear = [batches.put(100 + number, is_dear=True) for number in range(15)]
    assert dear == [True] * 10 + [False] * 5
    assert batches.lost == 10
    written.is_let_go.set()
    batches.flush()
    assert written.all == [-1, *range(10), *range(100, 110)]


def test_a_writer_that_fails_is_asked_again(
    make_batches: Callable[..., Batches[int]], written: Written, log: Log
) -> None:
    written.faults = [ValueError("words that name +18135550100"), ValueError("others")]
    batches = make_batches()
    for number in (1, 2, 3):
        batches.put(number)
        batches.flush()
    assert written.all == [1, 2, 3]
    assert [(line["route"], line["fault"]) for line in log.of("fault")] == [("background.numbers", "ValueError")]
    assert "55501" not in log.text


def test_a_machine_without_a_thread_left_loses_nothing(
    make_batches: Callable[..., Batches[int]], written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    batches = make_batches()
    with monkeypatch.context() as poor:
        poor.setattr(threading.Thread, "start", fail)
        assert batches.put(1)
        batches.flush()
        assert written.all == []
    assert batches.put(2)
    batches.flush()
    assert written.all == [1, 2]


PROGRAM = """
import os, sys
from ivr.desk.background import Batches

def write(batch):
    for item in batch:
        os.write(1, f"{item}\\n".encode())

batches = Batches("words", lambda: write, most=100, every_s=3600)
batches.put("parent before")
if sys.argv[1] == "waits":
    batches.flush()
child = os.fork()
who = "parent" if child else "child"
batches.put(f"{who} after")
if child:
    os.waitpid(child, 0)
sys.exit(0)
"""


@pytest.mark.parametrize("waits", ["waits", "forks at once"])
def test_each_process_writes_its_own_and_all_of_it_at_its_end(waits: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, waits], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stderr == ""
    assert sorted(ran.stdout.splitlines()) == ["child after", "parent after", "parent before"]


@dataclass
class Counted:
    """A job that counts how often it was done, and says when it has been done often enough."""

    enough: int
    fault: Exception | None = None
    more: int = 0
    times: list[datetime] = field(default_factory=list)
    is_enough: threading.Event = field(default_factory=threading.Event)

    def do(self, at: datetime) -> bool:
        self.times.append(at)
        if len(self.times) >= self.enough:
            self.is_enough.set()
        if self.fault is not None:
            raise self.fault
        return len(self.times) <= self.more


@pytest.fixture
def run() -> Iterator[Callable[[Sequence[Job]], Jobs]]:
    started: list[Jobs] = []

    def start(jobs: Sequence[Job]) -> Jobs:
        started.append(Jobs(jobs))
        started[-1].start()
        return started[-1]

    yield start
    for jobs in started:
        jobs.stop()


def test_a_job_is_done_again_and_again_at_the_time_it_is(run: Callable[[Sequence[Job]], Jobs]) -> None:
    counted, began = Counted(3), datetime.now(UTC)
    run([Job("counted", 0.01, counted.do)])
    assert counted.is_enough.wait(MOST_WAIT_S)
    assert began <= min(counted.times) <= max(counted.times) <= datetime.now(UTC)


def test_a_job_that_has_more_to_do_does_not_wait(run: Callable[[Sequence[Job]], Jobs]) -> None:
    counted = Counted(5, more=4)
    run([Job("counted", SELDOM_S, counted.do)])
    assert counted.is_enough.wait(MOST_WAIT_S)


def test_what_fails_or_hangs_stops_no_other(run: Callable[[Sequence[Job]], Jobs], log: Log) -> None:
    let_go = threading.Event()
    failing, sound = Counted(3, fault=OSError("secret")), Counted(3)
    jobs = run(
        [
            Job("hangs", 0.01, lambda _: let_go.wait(MOST_WAIT_S)),
            Job("fails", 0.01, failing.do),
            Job("sound", 0.01, sound.do),
        ]
    )
    assert failing.is_enough.wait(MOST_WAIT_S)
    assert sound.is_enough.wait(MOST_WAIT_S)
    jobs.stop(wait_s=0.05)  # it does not wait for what hangs
    let_go.set()
    assert [(line["route"], line["fault"]) for line in log.of("fault")] == [("background.fails", "OSError")]
    assert "secret" not in log.text


def test_a_job_ends_between_two_pieces_of_work_and_may_begin_again() -> None:
    counted = Counted(1, more=10**9)
    jobs = Jobs([Job("busy", SELDOM_S, counted.do)])
    for _ in range(2):
        jobs.start()
        jobs.start()  # a second time does nothing
        assert counted.is_enough.wait(MOST_WAIT_S)
        assert sum(thread.name == "ivr busy" for thread in threading.enumerate()) == 1
        jobs.stop()
        counted.is_enough.clear()
        assert not any(thread.name == "ivr busy" for thread in threading.enumerate())


def test_nothing_runs_that_was_not_started() -> None:
    counted = Counted(1)
    Jobs([Job("idle", 0.01, counted.do)]).stop()
    assert counted.times == []
