"""Deadlines kept on our side: a slow disk or a stalled proxy ignores every time-out that a database is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from ivr.desk.ports import StoreUnavailable

Answer = TypeVar("Answer")

_here = threading.local()


class Deadlines:
    """Does work in a few threads of its own, so that whoever asks waits no longer than a deadline.

    Work that hangs keeps its thread. When all of them hang the next is refused at once, so that hung work cannot pile
    up. The threads are daemons: none of them holds up the end of the process.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._busy = 0
        self._hanging = 0
        self._changed = threading.Condition()

    def within(self, deadline_s: float, work: Callable[[], Answer]) -> Answer:
        """What the work answers, or raises; StoreUnavailable when it is not done in time.

        Work that such work asks for is done on its thread, within its deadline: else they could wait for each other.
        """
        if getattr(_here, "piece", None) is not None:
            return work()
        waited_s: float | None = getattr(_here, "waited_s", None)
        if waited_s is None:
            return self._within(deadline_s, work)
        if waited_s >= deadline_s:
            raise StoreUnavailable("The store has taken all the time that there is for one answer.")
        began = monotonic()
        try:
            return self._within(deadline_s - waited_s, work)
        finally:
            _here.waited_s = waited_s + monotonic() - began

    def _within(self, deadline_s: float, work: Callable[[], Answer]) -> Answer:
        ends = monotonic() + deadline_s
        self._take_a_thread(deadline_s)
        piece = _Piece(work)
        try:
            threading.Thread(target=self._do, args=(piece,), name="store", daemon=True).start()
        except RuntimeError:  # the machine has no thread left
            self._give_back(piece)
            raise StoreUnavailable("There is no thread for the store.") from None
        if not piece.done.wait(max(0.0, ends - monotonic())) and self._hangs(piece):
            raise StoreUnavailable(f"The store did not answer within {deadline_s:g} s.")
        return piece.answer()

    def _take_a_thread(self, deadline_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._busy < self._most or self._hanging >= self._most, deadline_s)
            if self._busy >= self._most:
                raise StoreUnavailable("Everything that was asked of the store hangs.")
            self._busy += 1

    def _do(self, piece: _Piece[Answer]) -> None:
        _here.piece = piece
        piece.do()
        self._give_back(piece)

    def _hangs(self, piece: _Piece[Answer]) -> bool:
        with self._changed:
            if piece.done.is_set():
                return False
            piece.is_late = True
            self._hanging += 1
            self._changed.notify_all()
            return True

    def _give_back(self, piece: _Piece[Answer]) -> None:
        with self._changed:
            piece.done.set()
            self._busy -= 1
            self._hanging -= piece.is_late
            self._changed.notify_all()


@contextmanager
def one_deadline() -> Iterator[None]:
    """Let all that this thread asks of a store in the block share one deadline, because one person waits for it all.

    Only waiting for the store counts. Once the deadline is used up, what is asked next is refused at once.
    """
    _here.waited_s = 0.0
    try:
        yield
    finally:
        _here.waited_s = None


def nobody_waits() -> bool:
    """Whether who asked for this thread's work has been told that it failed: then nothing may be kept."""
    piece: _Piece[object] | None = getattr(_here, "piece", None)
    return piece is not None and piece.is_late


@dataclass(slots=True, eq=False)
class _Piece(Generic[Answer]):
    work: Callable[[], Answer]
    done: threading.Event = field(default_factory=threading.Event)
    is_late: bool = False
    _answers: list[Answer] = field(default_factory=list)
    _error: BaseException | None = None

    def do(self) -> None:
        try:
            self._answers.append(self.work())
        except BaseException as error:  # noqa: BLE001 because it is raised where the answer is waited for
            self._error = error

    def answer(self) -> Answer:
        if self._error is not None:
            raise self._error
        return self._answers[0]
