"""Load: as much as the server takes, by wrk, and at a given pace by a small client, which times what a caller waits."""

from __future__ import annotations

import json
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import quantiles

CONNECTIONS = 16  # as many as a worker has threads
_LUA = """
local asks = { %s }
local next_ask = 0
request = function() next_ask = next_ask %% #asks + 1; return asks[next_ask] end
done = function(summary)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('{"answered": %%d, "failed": %%d, "took_s": %%f}', summary.requests, failed,
    summary.duration / 1e6))
end
"""


@dataclass(frozen=True, slots=True)
class Flood:
    """How many requests were answered in how many seconds."""

    answered: int
    took_s: float


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds from when a request was due to the end of its answer."""

    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, waits_ms: Iterable[float]) -> Waits:
        """What is to be told of many waits."""
        cuts = quantiles(waits_ms, n=100)
        return cls(cuts[49], cuts[98])


@dataclass(frozen=True, slots=True)
class Steady:
    """What became of each request, by its place in the order: milliseconds until its answer, or that there was none."""

    waits_ms: Mapping[int, float]
    lost: frozenset[int]


def flood(port: int, raw: Sequence[bytes], seconds: float) -> Flood:
    """Send these requests in turn over a few connections, each as soon as the last is answered."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_LUA % ", ".join(map(_quoted, raw)))
        script.flush()
        wrk = shutil.which("wrk") or sys.exit("The bench needs wrk. Run: make bench")
        command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s", script.name, f"http://127.0.0.1:{port}/"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 because ours
    if ran.returncode:
        sys.exit(f"wrk failed: {ran.stderr}{ran.stdout}")
    told = json.loads(ran.stdout[ran.stdout.index("{") :])
    if told["failed"]:
        sys.exit(f"{told['failed']} of {told['answered']} requests failed:\n{ran.stdout}")
    return Flood(told["answered"], told["took_s"])


def paced(port: int, raw: Iterator[bytes], per_s: float, seconds: float) -> Waits:
    """Send the next of these requests at a pace that waits for nobody, so that a server that stalls is seen to."""
    told = steady(port, raw, per_s, int(per_s * seconds))
    if told.lost:
        sys.exit(f"{len(told.lost)} of {int(per_s * seconds)} requests failed.")
    return Waits.of(told.waits_ms.values())


def steady(port: int, raw: Iterator[bytes], per_s: float, count: int) -> Steady:
    """The same, whatever the server does meanwhile; a connection that it closes is made anew, as a proxy would."""
    return _Paced(port, raw, per_s, count).run()


class _Paced:
    """One thread that sends what is due and reads what has come."""

    def __init__(self, port: int, raw: Iterator[bytes], per_s: float, count: int) -> None:
        self._port, self._raw, self._per_s, self._count = port, raw, per_s, count
        self._selector = selectors.DefaultSelector()
        self._free: deque[socket.socket] = deque()
        self._asked: dict[socket.socket, _Asked] = {}
        self._waits_ms: dict[int, float] = {}
        self._lost: set[int] = set()

    def run(self) -> Steady:
        for _ in range(CONNECTIONS):
            self._connect()
        began_s, sent = time.perf_counter(), 0
        while len(self._waits_ms) + len(self._lost) < self._count:
            due_s = began_s + sent / self._per_s
            left_s = due_s - time.perf_counter() if sent < self._count else 1.0
            if left_s <= 0 and self._free:
                self._send(_Asked(sent, due_s), next(self._raw))
                sent += 1
                left_s = 0.0
            for key, _ in self._selector.select(max(0.0, left_s) if self._free else None):
                self._receive(key.data)
        for key in list(self._selector.get_map().values()):
            key.data.close()
        self._selector.close()
        return Steady(self._waits_ms, frozenset(self._lost))

    def _connect(self) -> None:
        connection = socket.create_connection(("127.0.0.1", self._port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(connection, selectors.EVENT_READ, connection)
        self._free.append(connection)

    def _send(self, asked: _Asked, raw: bytes) -> None:
        connection = self._free.popleft()
        self._asked[connection] = asked
        with suppress(ConnectionError):  # to be read off it next
            connection.sendall(raw)

    def _receive(self, connection: socket.socket) -> None:
        received = b""
        with suppress(ConnectionError):
            received = connection.recv(65536)
        asked = self._asked.get(connection)
        if asked is None:
            self._leave(connection)
            return
        asked.read += received
        answer = _answer(asked.read)
        if answer is None and received:
            return
        del self._asked[connection]
        if answer is None or not answer.is_well:
            self._lost.add(asked.index)
        else:
            self._waits_ms[asked.index] = (time.perf_counter() - asked.due_s) * 1000
        if answer is None or answer.closes:
            self._leave(connection)
        else:
            self._free.append(connection)

    def _leave(self, connection: socket.socket) -> None:
        """Close a connection that the server has closed or is about to, and make another."""
        if connection in self._free:
            self._free.remove(connection)
        self._selector.unregister(connection)
        connection.close()
        self._connect()


@dataclass(slots=True)
class _Asked:
    """A request on its way: its place in the order, when it was due, and what has come of its answer."""

    index: int
    due_s: float
    read: bytes = b""


@dataclass(frozen=True, slots=True)
class _Answer:
    is_well: bool
    closes: bool


def _answer(read: bytes) -> _Answer | None:
    """A whole answer; None until it is whole."""
    head, end, body = read.lower().partition(b"\r\n\r\n")
    length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
    if not end or len(body) < int(length or 0):
        return None
    return _Answer(head.startswith((b"http/1.1 200 ", b"http/1.1 204 ")), b"\r\nconnection: close" in head)


def _quoted(raw: bytes) -> str:
    """Bytes as Lua writes them."""
    return '"' + "".join(f"\\{byte:03}" for byte in raw) + '"'
