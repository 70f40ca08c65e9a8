"""A run as tables, and whether it keeps the goals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bench import pieces, rows
from bench.measuring import GROWTH_REQUESTS, Run
from bench.upheavals import CALM, IDLE, LOCKED, RELOADS, UPGRADES, Through


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure may be at most, or has to be at least."""

    name: str
    limit: float
    value: float
    is_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether this run keeps it."""
        return self.value >= self.limit if self.is_least else self.value <= self.limit


def goals(run: Run) -> Iterator[Goal]:
    """The goals, each a ratio within the run, so that it holds on another machine."""
    us, costs, slow = run.pieces_us, run.rows, run.slow_p99_ms
    flask_us, all_us = us[pieces.FLASK], us[pieces.ALL]
    yield Goal("signature, step and document: times a Flask view of the same bytes", 2.0, us[pieces.STEP] / flask_us)
    yield Goal("everything on: times a Flask view of the same bytes", 3.0, all_us / flask_us)
    yield Goal("everything on: of the usual way", 0.48, all_us / us[pieces.USUAL])
    per_cpu = costs[rows.BARE].cpu_us / costs[rows.MENU].cpu_us
    yield Goal("a key press: requests per processor time, of bare WSGI's", 0.45, per_cpu, is_least=True)
    yield Goal("p99 at 200 requests a second: times bare WSGI's", 2.0, slow[rows.MENU] / slow[rows.BARE])
    memory = costs[rows.MENU].private_mib / costs[rows.FLASK].private_mib
    yield Goal("private memory of a worker: times that of Flask with the same bytes", 1.6, memory)
    yield from _of_upheavals(run.upheavals)
    growth = run.growth_mib[1] / run.growth_mib[0]
    yield Goal(f"private memory after {GROWTH_REQUESTS:,} requests more: times that before", 1.05, growth)


def _of_upheavals(through: Mapping[str, Through]) -> Iterator[Goal]:
    calm_ms = through[CALM].waits.p99_ms
    for name, most in ((IDLE, 1.25), (LOCKED, 2.0)):
        yield Goal(f"p99 while {name}: times that of a calm time", most, through[name].waits.p99_ms / calm_ms)
    for name in (RELOADS, UPGRADES):
        yield Goal(f"p99 during {name}, in milliseconds", 50.0, through[name].waits.p99_ms)
    lost = sum(each.lost for each in through.values())
    yield Goal("requests lost in all of these, but those for a callback", 0.0, lost)


def report(run: Run) -> str:
    """The tables of a run."""
    tables = (_goals(run), _pieces(run), _rows(run), _upheavals(run), _commands(run))
    return "\n\n".join("\n".join(table) for table in tables)


def _goals(run: Run) -> Iterable[str]:
    yield from _head("goal", "limit", "measured", "kept")
    for goal in goals(run):
        limit = f"at {'least' if goal.is_least else 'most'} {goal.limit:.2f}"
        yield f"| {goal.name} | {limit} | {goal.value:.2f} | {'yes' if goal.is_kept else '**no**'} |"


def _pieces(run: Run) -> Iterable[str]:
    yield from _head("in one process, without a server", "µs a request", "times Flask", "of the usual way")
    flask, usual = run.pieces_us[pieces.FLASK], run.pieces_us[pieces.USUAL]
    for name, us in run.pieces_us.items():
        yield f"| {name} | {us:.1f} | {us / flask:.2f} | {us / usual:.2f} |"


def _rows(run: Run) -> Iterable[str]:
    figures = ("requests/s", "CPU µs each", "per CPU, of bare", "p50 ms", "p99 ms", "private MiB")
    yield from _head("served by gunicorn", *figures)
    bare = run.rows[rows.BARE].cpu_us
    for name, cost in run.rows.items():
        busy = f"{cost.per_s:,.0f} | {cost.cpu_us:.0f} | {bare / cost.cpu_us:.2f}"
        yield f"| {name} | {busy} | {cost.waits.p50_ms:.2f} | {cost.waits.p99_ms:.2f} | {cost.private_mib:.1f} |"


def _upheavals(run: Run) -> Iterable[str]:
    yield from _head("at 200 requests a second, while", "p50 ms", "p99 ms", "lost")
    for name, each in run.upheavals.items():
        yield f"| {name} | {each.waits.p50_ms:.2f} | {each.waits.p99_ms:.2f} | {each.lost} |"


def _commands(run: Run) -> Iterable[str]:
    yield from _head("command", "clock s", "CPU s")
    for name, cost in run.commands.items():
        yield f"| {name} | {cost.clock_s:.2f} | {cost.cpu_s:.2f} |"


def _head(*names: str) -> Iterable[str]:
    yield f"| {' | '.join(names)} |"
    yield f"| --- |{' --: |' * (len(names) - 1)}"
