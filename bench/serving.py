"""A server of the bench: gunicorn with the settings of the line, whatever it serves, and what its processes use."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).parents[1]
READY = "The line is ready at"
MOST_WAIT_S = 60
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PRIVATE = ("Private_Clean:", "Private_Dirty:")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs on a port of this machine."""

    port: int
    pid: int

    @property
    def workers(self) -> tuple[int, ...]:
        """The processes that answer."""
        return tuple(int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split())

    def cpu_s(self) -> float:
        """Seconds of processor time that all its processes have used."""
        return sum(_cpu_s(pid) for pid in (self.pid, *self.workers))

    def private_mib(self) -> float:
        """Memory that a worker has for itself, the mean of all."""
        return mean(_private_kib(pid) for pid in self.workers) / 1024


@contextmanager
def serving(application: str, environ: Mapping[str, str]) -> Iterator[Server]:
    """Serve what gunicorn is told to, with these settings; it is stopped at the end."""
    port = _free_port()
    gunicorn = Path(sys.executable).with_name("gunicorn")  # as a service starts it; `-m` survives no upgrade (USR2)
    command = [str(gunicorn), "--bind", f"127.0.0.1:{port}", application]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        process = subprocess.Popen(  # noqa: S603 because ours
            command, cwd=ROOT, env=environ, stdout=nowhere, stderr=subprocess.PIPE, text=True
        )
    try:
        _wait(process, application)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=MOST_WAIT_S)


def _wait(process: subprocess.Popen[str], application: str) -> None:
    told = []
    for line in process.stderr or ():
        told.append(line)
        if READY in line:
            return
    sys.exit(f"{application} does not start:\n{''.join(told)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu_s(pid: int) -> float:
    # After the name, which may hold anything, come the fields from the third on; the 14th and 15th are the times.
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def _private_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(_PRIVATE))
