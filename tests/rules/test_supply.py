"""What the line is built of is what was asked for and tested."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")

_PINNED = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==([^\s;]+)(?: ; .+?)? \\")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def pinned(lock: str) -> dict[str, str]:
    """The version of each package of a lock."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    return {match[1]: match[2] for line in lines if (match := _PINNED.fullmatch(line))}


def test_what_is_tested_is_what_is_served() -> None:
    served, tested = (pinned(lock) for lock in LOCKS)
    assert len(served) > 20
    assert {name: tested.get(name) for name in served} == served


def test_everything_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = (project["project"]["dependencies"], project["dependency-groups"]["dev"])
    for lock, wishes in zip(LOCKS, asked, strict=True):
        names = {match[0].lower().replace("_", "-") for wish in wishes if (match := _NAME.match(wish))}
        assert names <= set(pinned(lock)), lock
