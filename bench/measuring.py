"""One run: the servers of all rows at once, taking turns, so that the machine's moods meet them all alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.load import flood
from bench.rows import BARE, MENU, ROOT, SETTINGS, Row, always_open, mixed, rows, stored
from bench.served import BUSY_S, Cost, Served, tell
from bench.serving import serving
from bench.stores import has_postgresql, postgresql, sqlite
from bench.upheavals import Through, upheavals

ROUNDS, PIECES_ROUNDS, COMMAND_RUNS = 3, 150, 3
SLOW_PER_S = 200.0
WARM_REQUESTS, GROWTH_REQUESTS = 20_000, 200_000
COMMANDS = {
    "python, doing nothing": ["-c", "pass"],
    "a start: settings, prompts, proof, application": ["-c", "import app"],
    "make check: the whole proof": ["-m", "ivr", "check"],
}


@dataclass(frozen=True, slots=True)
class Command:
    """Seconds of one command: by the clock, and of processor time."""

    clock_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """All that was measured. `growth_mib` is a worker's private memory after the warm requests, and after all."""

    pieces_us: Mapping[str, float]
    rows: Mapping[str, Cost]
    slow_p99_ms: Mapping[str, float]
    growth_mib: tuple[float, float]
    upheavals: Mapping[str, Through]
    commands: Mapping[str, Command]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a run happens: the environment that everything is started in, and a folder for what it needs."""

    environ: Mapping[str, str]
    folder: Path

    @classmethod
    def of(cls, environ: Mapping[str, str], folder: Path) -> Bench:
        """Make one, with prompts whose team is always there."""
        return cls({**environ, **SETTINGS, "PROMPTS": str(always_open(folder))}, folder)

    def run(self) -> Run:
        """Measure everything; it takes some minutes."""
        pieces_us = self.pieces_us()
        costs, slow_p99_ms = self.costs()
        growth_mib = self.growth_mib()
        through = upheavals(self.environ)
        return Run(pieces_us, costs, slow_p99_ms, growth_mib, through, {name: self.command(name) for name in COMMANDS})

    def pieces_us(self) -> dict[str, float]:
        """Microseconds of the variants of an answer, without a server."""
        tell("the pieces of an answer, in one process")
        with tempfile.TemporaryDirectory(dir="/dev/shm") as counters:
            command = ["-m", "bench.pieces", self.environ["PROMPTS"], str(PIECES_ROUNDS), str(self._menu)]
            told = self._python(command, {**self.environ, "PROMETHEUS_MULTIPROC_DIR": counters})
        return {name: float(us) for name, us in json.loads(told).items()}

    def costs(self) -> tuple[dict[str, Cost], dict[str, float]]:
        """The rows, and the waits of two of them at a slow pace. The pieces have to be measured before."""
        with ExitStack() as stack:
            served = {row.name: self._serve(stack, row) for row in self._rows(stack)}
            rounds = [{name: each.busy() for name, each in served.items()} for _ in range(ROUNDS)]
            costs = {name: each.cost([told[name] for told in rounds]) for name, each in served.items()}
            slow = {name: served[name].waits(SLOW_PER_S).p99_ms for name in (BARE, MENU)}
        return costs, slow

    def growth_mib(self) -> tuple[float, float]:
        """A worker's private memory after the warm requests, and after ten times as many of every kind."""
        row = mixed()
        with serving(row.application, self.environ) as server:
            sent, told = 0, []
            for most in (WARM_REQUESTS, WARM_REQUESTS + GROWTH_REQUESTS):
                while sent < most:
                    sent += flood(server.port, row.raw, BUSY_S).answered
                    tell(f"growth: {sent:,} requests, {server.private_mib():.1f} MiB a worker")
                told.append(server.private_mib())
        return told[0], told[1]

    def command(self, name: str) -> Command:
        """What a command costs, the best of a few runs: the rest is what else the machine was doing."""
        tell(name)
        return min((self._command(COMMANDS[name]) for _ in range(COMMAND_RUNS)), key=lambda cost: cost.cpu_s)

    def _rows(self, stack: ExitStack) -> Iterator[Row]:
        yield from rows(self._menu)
        yield from stored("SQLite", stack.enter_context(sqlite()))
        if has_postgresql():
            yield from stored("PostgreSQL", stack.enter_context(postgresql()))

    def _serve(self, stack: ExitStack, row: Row) -> Served:
        tell(f"start: {row.name}")
        return Served.of(row, stack.enter_context(serving(row.application, {**self.environ, **row.environ})))

    @property
    def _menu(self) -> Path:
        return self.folder / "menu.xml"

    def _python(self, arguments: list[str], environ: Mapping[str, str]) -> str:
        command = [sys.executable, *arguments]
        ran = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 ours
        return ran.stdout

    def _command(self, arguments: list[str]) -> Command:
        began_s = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 because ours
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(arguments)} failed.")
        return Command(time.perf_counter() - began_s, usage.ru_utime + usage.ru_stime)
