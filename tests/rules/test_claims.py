"""What SECURITY.md and docs/privacy.md claim is tested is tested, and what is kept is told."""

from __future__ import annotations

import ast
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.logs import FIELDS
from ivr.storage.purge import _KEPT
from ivr.storage.tables import metadata

ROOT = Path(__file__).parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")
PRIVACY = (ROOT / "docs" / "privacy.md").read_text("utf-8")
LOCKS = ("requirements.txt", "requirements-dev.txt")
LASTS = {
    timedelta(days=3): "three days",
    timedelta(days=90): "90 days",
    timedelta(days=30): "30 days",
    timedelta(hours=12): "twelve hours",
    timedelta(days=1): "a day",
    timedelta(days=730): "two years",
}

_NAMED = re.compile(r"`(test_\w+)`")
_THREAT = re.compile(r"^### (.+)\n((?:(?!##).*\n)*)", re.MULTILINE)
_PACKAGE = re.compile(r"^[a-z0-9][^\n]*(?:\n    --hash=[^\n]*)*", re.MULTILINE)


def functions() -> Counter[str]:
    """How often each test exists."""
    found: Counter[str] = Counter()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        found.update(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return found


@pytest.mark.parametrize("document", [SECURITY, PRIVACY], ids=["SECURITY.md", "privacy.md"])
def test_every_test_that_is_named_exists_once(document: str) -> None:
    named, there = _NAMED.findall(document), functions()
    assert len(named) > 20
    assert [name for name in named if there[name] != 1] == []


@pytest.mark.parametrize(("threat", "body"), _THREAT.findall(SECURITY))
def test_something_stands_against_every_threat(threat: str, body: str) -> None:
    assert len(_NAMED.findall(body)) >= 3, threat
    assert body.count("\n- ") >= 1, threat


def test_every_claim_of_privacy_names_its_test() -> None:
    table = PRIVACY.partition("## How each claim is tested")[2]
    rows = re.findall(r"^\| (.+) \| (.+) \|$", table, re.MULTILINE)[2:]
    assert len(rows) > 15
    assert [claim for claim, tests in rows if not _NAMED.findall(tests)] == []


def test_every_table_is_told_with_how_long_it_is_kept() -> None:
    told = dict(re.findall(r"^\| `([a-z_]+)` \| .+ \| (.+) \|$", PRIVACY, re.MULTILINE))
    assert set(told) == set(metadata.tables)
    for _, time, kept in _KEPT:
        assert LASTS[kept] in told[time.table.name], time.table.name


def test_every_field_of_the_log_is_told() -> None:
    (row,) = re.findall(r"^\| the log \| the fields (.+?), and no other", PRIVACY, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == FIELDS


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_to_a_version_and_a_hash(lock: str) -> None:
    packages = _PACKAGE.findall((ROOT / lock).read_text("utf-8"))
    assert len(packages) > 20
    exact = re.compile(
        r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^ ]+( ; [^\n]+)? \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+"
    )
    assert [package for package in packages if not exact.fullmatch(package)] == []


def test_nothing_is_installed_without_its_hash() -> None:
    """Nor anything built here: a build fetches its own tools, and those have none."""
    named = [ROOT / name for name in ("Makefile", "Procfile", "README.md", "CONTRIBUTING.md", ".ci/run")]
    told = [*named, *(ROOT / "docs").glob("**/*.md")]
    lines = "\n".join(path.read_text("utf-8") for path in told).splitlines()
    installs = [line for line in lines if re.search(r"\bpip3? install\b", line)]
    assert len(installs) == 3
    assert all("--only-binary :all: --require-hashes -r requirements" in line for line in installs)
