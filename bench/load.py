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
from collections.abc import Iterator, Sequence
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
    waits_ms = _Paced(port, raw, per_s, int(per_s * seconds)).run()
    cuts = quantiles(waits_ms, n=100)
    return Waits(cuts[49], cuts[98])


class _Paced:
    """One thread that sends what is due and reads what has come."""

    def __init__(self, port: int, raw: Iterator[bytes], per_s: float, count: int) -> None:
        self._raw, self._per_s, self._count = raw, per_s, count
        self._free = deque(socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS))
        self._selector = selectors.DefaultSelector()
        self._due_s: dict[socket.socket, float] = {}
        self._read: dict[socket.socket, bytes] = {}
        self._waits_ms: list[float] = []
        for connection in self._free:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection, selectors.EVENT_READ, connection)

    def run(self) -> list[float]:
        began_s, sent = time.perf_counter(), 0
        while len(self._waits_ms) < self._count:
            due_s = began_s + sent / self._per_s
            left_s = due_s - time.perf_counter() if sent < self._count else 1.0
            if left_s <= 0 and self._free:
                self._send(next(self._raw), due_s)
                sent += 1
                left_s = 0.0
            for key, _ in self._selector.select(max(0.0, left_s) if self._free else None):
                self._receive(key.data)
        self._close()
        return self._waits_ms

    def _send(self, raw: bytes, due_s: float) -> None:
        connection = self._free.popleft()
        self._due_s[connection], self._read[connection] = due_s, b""
        connection.sendall(raw)

    def _receive(self, connection: socket.socket) -> None:
        received = connection.recv(65536)
        if not received:
            sys.exit("The server closed a connection.")
        self._read[connection] += received
        if _is_whole(self._read[connection]):
            self._waits_ms.append((time.perf_counter() - self._due_s[connection]) * 1000)
            self._free.append(connection)

    def _close(self) -> None:
        self._selector.close()
        for connection in self._due_s:
            connection.close()


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    if not head.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 204 ")):
        sys.exit(f"A request failed: {head[:40]!r}")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return len(body) >= int(length or 0)


def _quoted(raw: bytes) -> str:
    """Bytes as Lua writes them."""
    return '"' + "".join(f"\\{byte:03}" for byte in raw) + '"'
