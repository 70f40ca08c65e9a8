"""Every broken folder of the corpus tells exactly its faults; UPDATE_CORPUS=1 writes what they are now."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import ivr.content
from ivr.content import read
from ivr.content.found import At
from ivr.errors import ContentFaults
from tests.broken import BROKEN, told_of

Maker = Callable[[Path, Path], Path]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda folder: folder.name)
def test_a_broken_folder_tells_exactly_its_faults(broken: Path) -> None:
    told = told_of(broken)
    expected = broken / "expected.txt"
    assert told
    if os.environ.get("UPDATE_CORPUS") == "1":
        expected.write_text(told, "utf-8")
    assert told == expected.read_text("utf-8")


def test_the_bases_of_the_broken_folders_are_good(clinic: Path, two_languages: Path, with_callbacks: Path) -> None:
    assert read(clinic).line.languages == ("en",)
    assert read(two_languages).line.languages == ("en", "es")
    assert read(with_callbacks).callback is not None


def test_every_fault_that_can_be_told_has_a_broken_folder(
    tmp_path: Path, made: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: set[tuple[str, int]] = set()
    fault = At.fault

    def noting(at: At, wrong: str, mend: str) -> None:
        caller = sys._getframe(1)
        told.add((Path(caller.f_code.co_filename).name, caller.f_lineno))
        fault(at, wrong, mend)

    monkeypatch.setattr(At, "fault", noting)
    for broken in BROKEN:
        with suppress(ContentFaults):
            read(made(broken / "patch.toml", tmp_path / broken.name))
    never = [
        f"{file}:{first}"
        for file, first, last in places_of_faults()
        if not any((file, line) in told for line in range(first, last + 1))
    ]
    assert never == []


def places_of_faults() -> list[tuple[str, int, int]]:
    """File, first and last line of every place in ivr.content that notes a fault."""
    return [
        (path.name, node.lineno, node.end_lineno or node.lineno)
        for path in Path(ivr.content.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fault"
    ]
