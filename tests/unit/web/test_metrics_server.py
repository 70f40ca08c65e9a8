"""Several processes count as one: whoever is asked tells the sum, the dead included, and nothing is left behind."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ENVIRON
from tests.gunicorn_server import Served, request, serving
from tests.platform_client import PUBLIC_URL, TOKEN, call_form

CALLS = 12
COUNTERS = Path("/dev/shm")  # noqa: S108 because it is where the server counts


@pytest.fixture
def server() -> Iterator[Served]:
    with serving(ENVIRON) as served:
        yield served


def calls(server: Served) -> float:
    response = server.exchange(request("/metrics", b"", method="GET"))
    assert response.status == 200
    counted = re.search(r'^ivr_calls_total\{language="en"\} ([0-9.]+)$', response.body.decode(), re.MULTILINE)
    return float(counted[1]) if counted else 0


def workers(server: Served) -> set[int]:
    return set(server.workers)


def folders(server: Served) -> set[Path]:
    """The folders that processes of this server count in."""
    maps = [Path(f"/proc/{pid}/maps").read_text("ascii") for pid in (server.process.pid, *workers(server))]
    return {Path(found) for told in maps for found in re.findall(rf"{COUNTERS}/line-metrics-[^/\s]+", told)}


def call(server: Served) -> None:
    assert server.post("/voice/answer", PUBLIC_URL, TOKEN, call_form()).status == 200


def test_whichever_worker_is_asked_tells_of_all(server: Served) -> None:
    for _ in range(CALLS):
        call(server)
    assert [calls(server) for _ in range(CALLS)] == [CALLS] * CALLS


def test_what_a_dead_worker_has_counted_is_kept(server: Served) -> None:
    for _ in range(CALLS):
        call(server)
    before = workers(server)
    os.kill(min(before), signal.SIGKILL)
    while min(before) in workers(server) or len(workers(server)) < len(before):
        assert calls(server) == CALLS
    for _ in range(CALLS):
        call(server)
    assert calls(server) == 2 * CALLS


def test_the_folder_of_the_counters_goes_with_the_server() -> None:
    with serving(ENVIRON) as served:
        call(served)
        (folder,) = folders(served)
        assert folder.stat().st_mode & 0o077 == 0
        assert list(folder.glob("*.db"))
        assert served.stop() == 0
    assert not folder.exists()


def test_a_reload_counts_anew_and_leaves_no_folder_behind() -> None:
    with serving(ENVIRON) as served:
        call(served)
        before, first = workers(served), folders(served)
        served.process.send_signal(signal.SIGHUP)
        while workers(served) & before or len(workers(served)) < len(before):
            calls(served)
        call(served)
        assert calls(served) == 1
        both = first | folders(served)
        assert served.stop() == 0
    assert not [folder for folder in both if folder.exists()]


def test_what_a_master_that_was_killed_has_left_goes_with_the_next_start() -> None:
    with serving(ENVIRON) as served:
        (folder,) = folders(served)
        orphans = workers(served)
        served.process.kill()
        served.process.wait()
        for pid in orphans:
            with suppress(ProcessLookupError):  # it may have noticed by itself
                os.kill(pid, signal.SIGTERM)
    assert folder.exists()
    with serving(ENVIRON):
        assert not folder.exists()
