"""What callers wait at a steady pace while something happens to the server, and which of their requests are lost.

One server, one upheaval after the other. The line keeps callbacks in SQLite, and one request in a hundred asks for one.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import chain, cycle
from pathlib import Path

from bench.asks import asks, callers
from bench.load import Steady, Waits, steady
from bench.rows import CALLS, LINE
from bench.served import tell
from bench.serving import Server, serving
from bench.stores import sqlite

CALM = "nothing"
LOCKED = "somebody holds the file of SQLite locked for 3 s"
IDLE = "eight clients connect and send nothing"
RELOADS = "two reloads (HUP)"
UPGRADES = "two upgrades (USR2, then TERM for the old master)"
PER_S, SECONDS = 200.0, 16.0
ROUNDS = 2  # the best counts: the rest is what else the machine was doing
_EVERY = 100  # of these requests one asks for a callback
_IDLE_CLIENTS = 8
_LOCKED_S = 3.0
_QUIET_S = 2.0  # before each step of an upheaval, and after the last
_MOST_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Through:
    """What callers waited who asked for no callback, of the best round; of all rounds, how many were not answered."""

    waits: Waits
    lost: int


@dataclass
class _Site:
    """The server that upheavals happen to. An upgrade changes its master."""

    port: int
    master: int
    database: Path
    is_over: threading.Event = field(default_factory=threading.Event)


def upheavals(environ: Mapping[str, str]) -> dict[str, Through]:
    """Measure them all."""
    with ExitStack() as stack:
        store = stack.enter_context(sqlite())
        server = stack.enter_context(serving(LINE, {**environ, **store}))
        site = _Site(server.port, server.pid, Path(store["DATABASE_URL"].removeprefix("sqlite:///")))
        stack.callback(_end, site, server)
        raw = _requests()
        steady(site.port, raw, PER_S, int(PER_S))  # what is made once is made
        return {name: _through(site, raw, name) for name in UPHEAVALS}


def _through(site: _Site, raw: Iterator[bytes], name: str) -> Through:
    rounds = [_round(site, raw, name) for _ in range(ROUNDS)]
    lost = sum(index % _EVERY != 0 for each in rounds for index in each.lost)
    waits = (Waits.of([ms for index, ms in each.waits_ms.items() if index % _EVERY]) for each in rounds)
    return Through(min(waits, key=lambda each: each.p99_ms), lost)


def _round(site: _Site, raw: Iterator[bytes], name: str) -> Steady:
    tell(f"{PER_S:.0f} requests a second, and meanwhile {name}")
    site.is_over.clear()
    faults: list[Exception] = []

    def happen() -> None:
        try:
            UPHEAVALS[name](site)
        except Exception as error:  # noqa: BLE001 because a thread's fault would be lost
            faults.append(error)

    meanwhile = threading.Thread(target=happen)
    meanwhile.start()
    told = steady(site.port, raw, PER_S, int(PER_S * SECONDS))
    site.is_over.set()
    meanwhile.join(_MOST_WAIT_S)
    if faults or meanwhile.is_alive():
        sys.exit(f"{name} did not happen: {faults or 'it took too long'}")
    return told


def _requests() -> Iterator[bytes]:
    keys = cycle([ask.raw() for ask in asks("/voice/en/menu", CALLS, Digits="#")])
    callbacks = cycle([ask.raw() for ask in callers("/voice/en/call-back", Digits="1")])
    return chain.from_iterable([next(callbacks), *(next(keys) for _ in range(_EVERY - 1))] for _ in iter(int, 1))


def _nothing(_: _Site) -> None:
    """It is what the others are compared with."""


def _idle(site: _Site) -> None:
    with ExitStack() as stack:
        for _ in range(_IDLE_CLIENTS):
            stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        site.is_over.wait()


def _locked(site: _Site) -> None:
    time.sleep(_QUIET_S)
    with closing(sqlite3.connect(site.database, isolation_level=None, timeout=_MOST_WAIT_S)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(_LOCKED_S)
        connection.execute("ROLLBACK")


def _reloads(site: _Site) -> None:
    for _ in range(2):
        time.sleep(_QUIET_S)
        before = _children(site.master)
        os.kill(site.master, signal.SIGHUP)
        _until(_are_replaced, site.master, before)


def _upgrades(site: _Site) -> None:
    for _ in range(2):
        time.sleep(_QUIET_S)
        old, workers = site.master, _children(site.master)
        os.kill(old, signal.SIGUSR2)
        _until(_has_more, old, workers)
        (site.master,) = _children(old) - workers
        _until(_has_as_many, site.master, workers)
        time.sleep(_QUIET_S / 2)
        os.kill(old, signal.SIGTERM)
        _until(_are_gone, workers)


UPHEAVALS: Mapping[str, Callable[[_Site], None]] = {
    CALM: _nothing,
    IDLE: _idle,
    LOCKED: _locked,
    RELOADS: _reloads,
    UPGRADES: _upgrades,
}


def _end(site: _Site, server: Server) -> None:
    """Stop the last master, which is no child of ours after an upgrade."""
    if site.master != server.pid:
        os.kill(site.master, signal.SIGTERM)
        _until(_are_gone, {site.master})


def _are_replaced(master: int, workers: set[int]) -> bool:
    return _has_as_many(master, workers) and not _children(master) & workers


def _has_more(master: int, workers: set[int]) -> bool:
    return bool(_children(master) - workers)


def _has_as_many(master: int, workers: set[int]) -> bool:
    return len(_children(master)) == len(workers)


def _are_gone(pids: set[int]) -> bool:
    return not any(map(_is_alive, pids))


def _children(pid: int) -> set[int]:
    try:
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()}
    except FileNotFoundError:
        return set()


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _until(holds: Callable[..., bool], *of: object) -> None:
    end_s = time.monotonic() + _MOST_WAIT_S
    while not holds(*of):
        if time.monotonic() > end_s:
            raise TimeoutError
        time.sleep(0.05)
