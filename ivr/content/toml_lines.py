"""On which line each key of a TOML document stands, which tomllib does not tell.

Works on text that tomllib has accepted already, so it only has to find its way, not to judge.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from typing import cast

KeyPath = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r"""
    ""\"(?:[^\\]|\\.)*?""\""{0,2}  # quotes of three may end in up to two more that belong to the words
    | '''.*?''''{0,2}
    | "(?:[^"\\]|\\.)*"
    | '[^']*'
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


def lines_of(source: str, first_line: int = 1) -> Mapping[KeyPath, int]:
    """The line of every table, key and list item of a valid document, by its path; items are counted from 0."""
    scan = _Scan(source, first_line)
    scan.document()
    return scan.lines


class _Scan:
    def __init__(self, source: str, first_line: int) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._source = source
        self._position = 0
        self._first_line = first_line
        self._newlines = [match.start() for match in re.finditer("\n", source)]
        self._items: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        self._skip(_GAP)
        while self._position < len(self._source):
            if self._sees("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_GAP)

    def _header(self) -> KeyPath:
        line = self._line()
        is_list = self._sees("[[")
        self._position += 2 if is_list else 1
        keys = self._dotted_key()
        self._position += 2 if is_list else 1
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._last_item((*path, key))
            self.lines.setdefault(path, line)
        path = (*path, keys[-1])
        self.lines.setdefault(path, line)
        if is_list:
            self._items[path] = self._items.get(path, -1) + 1
            path = self._last_item(path)
            self.lines.setdefault(path, line)
        return path

    def _last_item(self, path: KeyPath) -> KeyPath:
        return (*path, self._items[path]) if path in self._items else path

    def _pair(self, path: KeyPath) -> None:
        line = self._line()
        for key in self._dotted_key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._position += 1
        self._skip(_SPACE)
        self._value(path)

    def _dotted_key(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if not self._sees("."):
                return keys
            self._position += 1

    def _key(self) -> str:
        if self._source[self._position] not in "\"'":
            return self._skip(_BARE_KEY)
        return cast("str", tomllib.loads(f"key = {self._skip(_STRING)}")["key"])

    def _value(self, path: KeyPath) -> None:
        if self._sees("["):
            self._list(path)
        elif self._sees("{"):
            self._inline_table(path)
        elif self._source[self._position] in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_BARE_VALUE)

    def _list(self, path: KeyPath) -> None:
        self._position += 1
        item = 0
        while self._skips_to_more("]"):
            self.lines[(*path, item)] = self._line()
            self._value((*path, item))
            item += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._position += 1
        while self._skips_to_more("}"):
            self._pair(path)

    def _skips_to_more(self, end: str) -> bool:
        self._skip(_GAP)
        if self._sees(","):
            self._position += 1
            self._skip(_GAP)
        if self._sees(end):
            self._position += 1
            return False
        return True

    def _sees(self, mark: str) -> bool:
        return self._source.startswith(mark, self._position)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._source, self._position)
        if match is None:
            raise ValueError(f"not TOML at line {self._line()}")
        self._position = match.end()
        return match.group()

    def _line(self) -> int:
        return bisect_right(self._newlines, self._position - 1) + self._first_line
