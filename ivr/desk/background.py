"""Work off the path of an answer: threads of a process that nobody waits for, and that no fault of theirs can end.

A thread does not outlive a fork, and what waits in a parent is the parent's to do: so that each process makes its own,
when it first needs them.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Generic, TypeVar

import structlog

Item = TypeVar("Item")
Writes = Callable[[Sequence[Item]], None]

STOP_S = 12.0  # longer than a text may take, so that an end does not make its fate unknown

_log = structlog.get_logger()


class Batches(Generic[Item]):
    """Takes things without waiting, and hands them to a writer in batches, on a thread of this process.

    `make_writer` makes the writer of a process. It is also called with nothing new, so that it can try again what it
    could not write.
    """

    def __init__(self, name: str, make_writer: Callable[[], Writes[Item]], *, most: int, every_s: float = 1.0) -> None:
        self._name = name
        self._make_writer = make_writer
        self._most = most
        self._every_s = every_s
        self._processes: dict[int, _Waiting[Item]] = {}

    def put(self, item: Item, *, is_dear: bool = False) -> bool:
        """Take a thing; False if there is no room. What is dear finds room that other things do not."""
        here = self._here
        has_room = here.items.qsize() < (2 * self._most if is_dear else self._most)
        if has_room:
            here.items.put(item)
        else:
            here.lose()
        here.loop.begin()
        return has_room

    @property
    def lost(self) -> int:
        """How many things found no room in this process."""
        return self._here.lost

    def flush(self, wait_s: float = STOP_S) -> None:
        """Have everything written that waits in this process; what comes later is taken again."""
        here = self._here
        here.loop.begin()
        here.loop.end(wait_s)

    @property
    def _here(self) -> _Waiting[Item]:
        pid = os.getpid()
        return self._processes.get(pid) or self._processes.setdefault(pid, self._make())

    def _make(self) -> _Waiting[Item]:
        items: SimpleQueue[Item] = SimpleQueue()
        write = self._make_writer()

        def hand_over(_: datetime) -> bool:
            write([items.get() for _ in range(items.qsize())])  # nobody else takes, so that none of these waits
            return False

        return _Waiting(items, Loop(self._name, hand_over, self._every_s, has_last_round=True))


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done again and again, every so many seconds; `do` says whether there is more to do at once."""

    name: str
    every_s: float
    do: Callable[[datetime], bool]


class Jobs:
    """Jobs, each on a thread of its own in each process that starts them: what hangs or fails stops no other."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = tuple(jobs)
        self._processes: dict[int, tuple[Loop, ...]] = {}

    def start(self) -> None:
        """Begin in this process, if they have not begun."""
        for loop in self._here:
            loop.begin()

    def stop(self, wait_s: float = STOP_S) -> None:
        """End in this process, between two pieces of work; what hangs is left behind after so many seconds."""
        end = time.monotonic() + wait_s
        for loop in self._here:
            loop.ask_to_end()
        for loop in self._here:
            loop.end(max(0.0, end - time.monotonic()))

    @property
    def _here(self) -> tuple[Loop, ...]:
        pid = os.getpid()
        return self._processes.get(pid) or self._processes.setdefault(
            pid, tuple(Loop(job.name, job.do, job.every_s) for job in self.jobs)
        )


class Loop:
    """One thread that does the same again and again, until it is asked to end. A fault is logged, and ends nothing."""

    def __init__(
        self, name: str, do: Callable[[datetime], bool], every_s: float, *, has_last_round: bool = False
    ) -> None:
        self._name = name
        self._do = do
        self._every_s = every_s
        self._has_last_round = has_last_round
        self._over = threading.Event()
        self._changing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._fault = ""
        self._pid = os.getpid()

    def begin(self) -> None:
        """Make the thread, if there is none. A machine that has no thread left is asked again the next time."""
        if self._thread is None:
            with self._changing, suppress(RuntimeError):
                self._begin()

    def ask_to_end(self) -> None:
        """End after what is being done."""
        self._over.set()

    def end(self, wait_s: float) -> None:
        """End, and wait for it; it may begin again afterwards."""
        with self._changing:
            thread = self._thread
            if thread is None:
                return
            self._over.set()
            thread.join(wait_s)
            if not thread.is_alive():
                self._thread = None
                atexit.unregister(self._at_exit)

    def _begin(self) -> None:
        if self._thread is None:
            self._over.clear()
            thread = threading.Thread(target=self._run, name=f"ivr {self._name}", daemon=True)
            thread.start()
            self._thread = thread
            atexit.register(self._at_exit)

    def _at_exit(self) -> None:
        if os.getpid() == self._pid:  # a child ends too, and what it has of its parent's thread may be locked for ever
            self.end(STOP_S)

    def _run(self) -> None:
        while not self._over.is_set():
            if not self._round():
                self._over.wait(self._every_s)
        if self._has_last_round:
            self._round()

    def _round(self) -> bool:
        try:
            has_more = self._do(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 because whatever goes wrong, the next round may go right
            self._tell(type(error).__name__)
            return False
        self._fault = ""
        return has_more

    def _tell(self, fault: str) -> None:
        """Log a fault by its type, and once while it stays the same: its words may hold what nobody should read."""
        if fault != self._fault:
            _log.error("fault", route=f"background.{self._name}", fault=fault)
        self._fault = fault


@dataclass(slots=True)
class _Waiting(Generic[Item]):
    items: SimpleQueue[Item]
    loop: Loop
    lost: int = 0
    _losing: threading.Lock = field(default_factory=threading.Lock)

    def lose(self) -> None:
        with self._losing:
            self.lost += 1
