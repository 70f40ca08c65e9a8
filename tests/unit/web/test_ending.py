"""Every process of the server can be told to end at any moment of its life, and does."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ENVIRON
from tests.gunicorn_server import MOST_WAIT_S, children, free_port, gunicorn, serving

TOLD_AT_ONCE = """
import os, runpy, signal, sys

globals().update(runpy.run_path({settings!r}))
forks = []

def tell():
    if len(forks) == 1:
        print("The first worker is", os.getpid(), file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.{name})

os.register_at_fork(before=lambda: forks.append(None), after_in_child=tell)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGQUIT", "SIGINT"])
def test_a_worker_that_is_told_to_end_before_it_listens_ends(tmp_path: Path, root: Path, name: str) -> None:
    conf = tmp_path / "gunicorn.conf.py"
    conf.write_text(TOLD_AT_ONCE.format(settings=str(root / "gunicorn.conf.py"), name=name), "utf-8")
    port = free_port()
    with serving(ENVIRON, gunicorn(port, "", "-c", str(conf)), port) as served:
        until(lambda: (told := first_worker(served.told)) is not None and told not in served.workers)
        until(lambda: len(served.workers) == 2)


def test_no_process_keeps_back_that_it_shall_end_an_upgrade_included() -> None:
    port = free_port()
    program = str(Path(sys.executable).parent / "gunicorn")  # with -m it could not start anew
    with serving(ENVIRON, (program, "--bind", f"127.0.0.1:{port}"), port) as served:
        old = served.process.pid
        until(lambda: len(served.workers) == 2)
        workers = set(served.workers)
        os.kill(old, signal.SIGUSR2)
        until(lambda: len(served.workers) == 3)
        (new,) = set(served.workers) - workers
        until(lambda: len(children(new)) == 2)
        until(lambda: not any(map(keeps_back, (old, *served.workers, *children(new)))))
        os.kill(new, signal.SIGTERM)
        until(lambda: new not in served.workers)


def first_worker(told: list[str]) -> int | None:
    found = re.search(r"The first worker is (\d+)", "".join(told))
    return int(found[1]) if found else None


def keeps_back(pid: int) -> bool:
    """Whether a process holds back a signal that tells it to end."""
    (held,) = re.findall(r"^SigBlk:\s+(\w+)$", Path(f"/proc/{pid}/status").read_text("ascii"), re.MULTILINE)
    return any(int(held, 16) >> (each - 1) & 1 for each in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT))


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + MOST_WAIT_S
    while not is_so():
        assert time.monotonic() < deadline
