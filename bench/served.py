"""A row that is being served, and what it costs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from bench.load import Waits, flood, paced
from bench.rows import Row
from bench.serving import Server

BUSY_S, WAITS_S, WAITS_ROUNDS = 2.0, 4.0, 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What a row costs with the server busy, and what callers wait with it half as busy, or at the pace of the row."""

    per_s: float
    cpu_us: float
    waits: Waits
    private_mib: float


@dataclass(frozen=True, slots=True)
class Busy:
    """Requests a second, and microseconds of processor time a request."""

    per_s: float
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Served:
    """A row and its server. `asks` goes on where it was, so that a caller who is asked for once is asked for once."""

    row: Row
    server: Server
    asks: Iterator[bytes]

    @classmethod
    def of(cls, row: Row, server: Server) -> Served:
        """Begin, and make what is made once."""
        served = cls(row, server, cycle(row.raw))
        served._ask(BUSY_S / 2)
        return served

    def busy(self) -> Busy:
        """With as much as the server takes, or at the pace of the row."""
        before_s = self.server.cpu_s()
        answered, took_s = self._ask(BUSY_S)
        busy = Busy(answered / took_s, (self.server.cpu_s() - before_s) / answered * 1e6)
        tell(f"{self.row.name}: {busy.per_s:,.0f} requests a second, {busy.cpu_us:.0f} µs each")
        return busy

    def cost(self, rounds: list[Busy]) -> Cost:
        """The best of the rounds: the rest is what else the machine was doing."""
        per_s, cpu_us = max(busy.per_s for busy in rounds), min(busy.cpu_us for busy in rounds)
        tell(f"{self.row.name}: what callers wait")
        return Cost(per_s, cpu_us, self.waits(self.row.per_s or per_s / 2), self.server.private_mib())

    def waits(self, per_s: float) -> Waits:
        """What callers wait at a pace, the best of the rounds."""
        rounds = (paced(self.server.port, self.asks, per_s, WAITS_S) for _ in range(WAITS_ROUNDS))
        return min(rounds, key=lambda waits: waits.p99_ms)

    def _ask(self, seconds: float) -> tuple[int, float]:
        if self.row.per_s is None:
            told = flood(self.server.port, self.row.raw, seconds)
            return told.answered, told.took_s
        paced(self.server.port, self.asks, self.row.per_s, seconds)
        return int(self.row.per_s * seconds), seconds


def tell(what: str) -> None:
    """Say what goes on, beside the tables."""
    print(what, file=sys.stderr, flush=True)
