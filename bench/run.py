"""Prints what the line costs, side by side, measured in one run on this machine: `make bench`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 3
SETTINGS = {
    "TWILIO_AUTH_TOKEN": "a-token-for-this-run",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "TEAM_NUMBERS": "+18135550101",
    "ALLOW_DRAFTS": "all",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one command: by the clock, and of processor time."""

    clock_s: float
    cpu_s: float


def main() -> None:
    """Measure each command a few times and print the best of each: the rest is what else the machine was doing."""
    commands = {
        "python, doing nothing": ["-c", "pass"],
        "a start: settings, prompts, proof, application": ["-c", "import app"],
        "make check: the whole proof": ["-m", "ivr", "check"],
    }
    print(f"{'':<48}{'clock':>9}{'CPU':>9}")
    for name, arguments in commands.items():
        costs = [cost_of([sys.executable, *arguments], {**os.environ, **SETTINGS}) for _ in range(RUNS)]
        best = min(costs, key=lambda cost: cost.cpu_s)
        print(f"{name:<48}{best.clock_s:>7.2f} s{best.cpu_s:>7.2f} s", flush=True)


def cost_of(command: list[str], environ: Mapping[str, str]) -> Cost:
    """What a command costs from its start to its end; a command that fails stops the bench."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603 because ours
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed.")
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main()
