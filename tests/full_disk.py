"""A disk that is full, for a process that is forked for it: no file of it may become longer than so many bytes."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable

# Of SQLite's files the first to grow is its log: a small row still finds room in this, and a caller's request does not.
ROOM_FOR_LITTLE = 36 * 1024
NO_ROOM = 1024


def holds_on_a_full_disk(
    holds: Callable[[], bool], most_bytes: int = ROOM_FOR_LITTLE, before: Callable[[], object] = bool
) -> bool:
    """Whether something holds there; `before` is done while there is still room."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            before()
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
            status = 0 if holds() else 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
