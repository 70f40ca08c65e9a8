from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.content.toml_lines import KeyPath, lines_of

ROOT = Path(__file__).parents[3]
TOML_FILES = [*(ROOT / "prompts").rglob("*.toml"), *(ROOT / "tests/corpus/good").rglob("*.toml")]

TRICKY = '''# a comment with a [table] and key = "value"
plain = 1
"quoted key" = 'a # b'
dotted.inner = 2007-01-01 12:00:00   # a blank within a value
many = """
not = "a key"
[not.a.table]
ends in quotes""\"""
raw = \'\'\'it's
x = 1\'\'\'
list = [
    "one",  # with ] in a comment
    ["two", "three"],

    { from = 1, "until" = [
        4,
    ] },
]

[table]
a = {}
[ table . "deep er" ]
a = []
[[tables]]
a = 1
[[tables]]
a = "\\\\"
[tables.inner]
a = "\\"]"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("plain",), 2),
        (("quoted key",), 3),
        (("dotted",), 4),
        (("dotted", "inner"), 4),
        (("many",), 5),
        (("raw",), 9),
        (("list",), 11),
        (("list", 0), 12),
        (("list", 1), 13),
        (("list", 1, 1), 13),
        (("list", 2), 15),
        (("list", 2, "from"), 15),
        (("list", 2, "until"), 15),
        (("list", 2, "until", 0), 16),
        (("table",), 20),
        (("table", "a"), 21),
        (("table", "deep er"), 22),
        (("table", "deep er", "a"), 23),
        (("tables",), 24),
        (("tables", 0, "a"), 25),
        (("tables", 1), 26),
        (("tables", 1, "a"), 27),
        (("tables", 1, "inner"), 28),
        (("tables", 1, "inner", "a"), 29),
    ],
    ids=str,
)
def test_a_key_is_found_on_its_line(path: KeyPath, line: int) -> None:
    assert lines_of(TRICKY)[path] == line


def test_nothing_else_is_taken_for_a_key() -> None:
    assert set(lines_of(TRICKY)) == set(paths_in(tomllib.loads(TRICKY)))


def test_lines_may_begin_anywhere() -> None:
    assert lines_of("\na = 1\n", first_line=7) == {("a",): 8}


@pytest.mark.parametrize("source", ["=", "a", "a = ", "[", "a = [1"])
def test_what_is_not_toml_ends_in_an_error_and_not_in_a_loop(source: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        lines_of(source)


@pytest.mark.parametrize("file", TOML_FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_key_of_a_real_file_is_found_where_it_is_written(file: Path) -> None:
    source = file.read_text("utf-8")
    found = lines_of(source)
    assert set(found) == set(paths_in(tomllib.loads(source)))
    written = source.split("\n")
    for path, line in found.items():
        key = path[-1]
        assert isinstance(key, int) or key in written[line - 1]


def paths_in(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    if isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield from paths_in(inner, (*path, key))
