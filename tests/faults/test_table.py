"""The table says of every fault that was tried, and of no other, what a caller heard."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.table import FAULTS, FELL_BACK, rows

HERE = Path(__file__).parent


def test_every_fault_has_one_row_in_order() -> None:
    assert [row.removeprefix("| ").partition(" | ")[0] for row in rows()] == list(FAULTS.values())


def test_every_fault_is_tried() -> None:
    tests = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    assert set(FAULTS) <= set(re.findall(r'"([a-z0-9 -]+)"', tests))


def test_every_caller_heard_help() -> None:
    for row in rows():
        heard = row.split(" | ")[1]
        assert "as usual" in heard or heard == FELL_BACK, row
