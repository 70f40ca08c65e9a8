"""Whatever happens to a file of the folder, it is read or its faults are told: no other error comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.content import read
from ivr.errors import ContentFaults, Fault

CORPUS = Path(__file__).parents[2] / "corpus"
CLINIC = CORPUS / "good" / "clinic"
FILES = sorted(path.relative_to(CLINIC).as_posix() for path in CLINIC.rglob("*.*"))
TELLING = [
    b"[",
    b"]",
    b"{",
    b"}",
    b'"',
    b"'",
    b'"""',
    b"+++",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"=",
    b".",
    b"-",
    b"0",
    b"{number}",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, made: Callable[[Path, Path], Path]) -> Path:
    return made(CORPUS / "two-languages.toml", tmp_path_factory.mktemp("any") / "prompts")


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_read_or_told(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES), "file")
    path = folder / name
    good = path.read_bytes()
    start = data.draw(st.integers(0, len(good)), "start")
    end = data.draw(st.integers(start, min(start + 40, len(good))), "end")
    new = data.draw(st.sampled_from(TELLING) | st.binary(max_size=4), "new")
    path.write_bytes(good[:start] + new + good[end:])
    try:
        faults = faults_of(folder)
    finally:
        path.write_bytes(good)
    most_lines = (good + new).count(b"\n") + 1
    assert all(fault.wrong and fault.mend for fault in faults)
    assert all(0 <= fault.line <= most_lines for fault in faults if fault.where == name)


def faults_of(folder: Path) -> tuple[Fault, ...]:
    try:
        read(folder)
    except ContentFaults as refused:
        return refused.faults
    return ()
