"""Prints what the line costs, side by side, measured in one run on this machine: `make bench`."""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import machine
from bench.measuring import Bench
from bench.report import report

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- bench -->\n", "<!-- end of bench -->"


def main() -> None:
    """Measure, print, and write the tables in docs/performance.md if told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables in docs/performance.md")
    asked = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory() as folder:
        run = Bench.of(os.environ, Path(folder)).run()
    told = f"{datetime.now(UTC).date()}, {where}.\n\n{report(run)}"
    print(told)
    if asked.write:
        head, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
        DOCUMENT.write_text(f"{head}{BEGIN}\n{told}\n\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
