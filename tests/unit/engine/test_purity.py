"""The engine and the model are pure: no clock, no environment, no chance, no I/O."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

IVR = Path(__file__).parents[3] / "ivr"
MODULES = sorted([*(IVR / "engine").glob("*.py"), *(IVR / "model").glob("*.py")])

FORBIDDEN = {
    *("os", "sys", "time", "random", "secrets", "uuid"),
    *("io", "pathlib", "socket", "http", "requests", "subprocess", "tempfile", "threading", "asyncio"),
    *("logging", "structlog", "flask", "twilio", "sqlalchemy"),
}
CLOCKS = {"now", "today", "utcnow", "fromtimestamp", "open", "print", "input", "getenv"}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_module_asks_nothing_of_the_world(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    assert not FORBIDDEN & set(imports(tree))
    assert not CLOCKS & set(calls(tree))


def test_the_rule_sees_what_it_forbids() -> None:
    tree = ast.parse("import os.path\nfrom time import sleep\nimport datetime\ndatetime.datetime.now()\nopen('x')")
    assert FORBIDDEN & set(imports(tree)) == {"os", "time"}
    assert CLOCKS & set(calls(tree)) == {"now", "open"}
