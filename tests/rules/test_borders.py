"""The borders between packages are watched from every side: a contract that forgets a module lets it through."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
ONLY = {each["name"]: each["source_modules"] for each in LINTER["contracts"] if each["name"].startswith("Only ")}
MODULES = {f"ivr.{path.stem}" for path in (ROOT / "ivr").glob("[a-z]*") if path.is_dir() or path.suffix == ".py"}


@pytest.mark.parametrize("name", ONLY)
def test_what_only_one_may_import_nobody_else_may(name: str) -> None:
    assert set(ONLY[name]) == MODULES - {f"ivr.{name.split()[1]}"}
