"""The line as it is really served: gunicorn with its own settings, on a port of this machine, asked over a socket."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from ivr.phone import SIGNATURE_HEADER, Response, sign
from tests.platform_client import Form

ROOT = Path(__file__).parents[1]
READY = "The line is ready at"
MOST_WAIT_S = 30
MOST_STOP_S = 45  # gunicorn waits 30 s for a worker before it ends it
LEAST_PIPE_BYTES = 4096


@dataclass
class Served:
    """A server that runs. `told` is what it has written so far."""

    port: int
    process: subprocess.Popen[str]
    told: list[str] = field(default_factory=list)

    def exchange(self, raw: bytes) -> Response:
        """Send bytes as they are, and read until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), MOST_WAIT_S) as connection:
            connection.sendall(raw)
            return read_response(connection, raw.split(b" ", 1)[0].decode(errors="replace"))

    def post(self, target: str, signed_as: str, token: str, form: Form, *headers: str, host: str = "x") -> Response:
        """POST a form to a raw target, signed for the address `signed_as` + target."""
        signature = f"{SIGNATURE_HEADER}: {sign(token, signed_as + target, form)}"
        return self.exchange(request(target, urlencode(form).encode(), signature, *headers, host=host))

    @property
    def workers(self) -> list[int]:
        """The processes that answer, by their ids."""
        return children(self.process.pid)

    def stop(self) -> int:
        """Ask the server to end; its exit code."""
        self.process.terminate()
        return self.process.wait(MOST_STOP_S)


def children(pid: int) -> list[int]:
    """The processes that a process has started, by their ids."""
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in own.split()]


def request(target: str, body: bytes, *headers: str, method: str = "POST", host: str = "x") -> bytes:
    """The bytes of a request that asks for the connection to be closed."""
    head = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host}",
        "Connection: close",
        "Content-Type: application/x-www-form-urlencoded",
        *headers,
    ]
    if not any(header.startswith(("Transfer-Encoding", "Content-Length")) for header in headers):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def read_response(connection: socket.socket, method: str = "") -> Response:
    """Read a response to its end. Who sent too much is answered at once, and has the connection open for a while."""
    told = HTTPResponse(connection, method=method)
    told.begin()
    return Response(told.status, told.getheader("Content-Type", ""), told.read(), tuple(told.getheaders()))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gunicorn(port: int, application: str = "", *options: str) -> tuple[str, ...]:
    """The arguments of Python that serve an application, the line if none is named; another may be one of the tests."""
    of_tests = ("--pythonpath", "tests", application) if application else ()
    return "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *options, *of_tests


@contextmanager
def serving(
    environ: Mapping[str, str], command: Sequence[str] = (), port: int | None = None, *, reads_log: bool = True
) -> Iterator[Served]:
    """Serve the line with these settings and no others of the environment; it is stopped at the end.

    Unless its log is read, it goes into a pipe that is full after about twenty lines.
    """
    at = port or free_port()
    told = command or gunicorn(at)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, *told],
        cwd=ROOT,
        env={**kept, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    served = Served(at, process)
    drain = threading.Thread(target=served.told.extend, args=(process.stdout,))
    assert process.stdout is not None
    with process.stdout as output:
        try:
            _until_ready(served, output)
            if reads_log:
                drain.start()
            else:
                fcntl.fcntl(output, fcntl.F_SETPIPE_SZ, LEAST_PIPE_BYTES)
            yield served
        finally:
            served.stop()
        if reads_log:
            drain.join(MOST_WAIT_S)


def _until_ready(served: Served, output: IO[str]) -> None:
    for line in output:
        served.told.append(line)
        if READY in line:
            return
    raise AssertionError("The line does not start:\n" + "".join(served.told))
