"""A TOML table that knows its place: what is missing, unknown or of the wrong kind in it is noted with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.content.files import read_text
from ivr.content.found import At, Found, one_of
from ivr.content.toml_lines import KeyPath, lines_of

_MANY_DIGITS = 1e15
_IN_PLAIN_WORDS = (  # for the messages of tomllib that writers of prompts meet most often
    ("Cannot overwrite a value", "the same key is here twice"),
    ("Cannot declare", "the same table is here twice"),
    ("Illegal character '\\n'", "the closing quotation mark is missing"),
    ("Unterminated string", "the closing quotation mark is missing"),
    ("Unclosed array", "the closing bracket is missing"),
    ("Invalid value", "there is no value that can be understood"),
    ("Expected newline", "there is more on it than belongs on one line"),
    ("Expected '=' after a key", 'there is no "=" after the name'),
)
_OTHER_KINDS = {bool: "true or false", list: "a list", dict: "a table"}
_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a document. Every reading method notes a fault and gives an empty value when there is none to give.

    A stand-in is what a missing table is read as: that it is empty is no further fault.
    """

    file: str
    found: Found
    values: Mapping[str, object]
    lines: Mapping[KeyPath, int]
    path: KeyPath = ()
    is_stand_in: bool = False

    def at(self, *keys: str | int) -> At:
        """Where a key of this table stands; where that is unknown, the table it would be in."""
        path = (*self.path, *keys)
        while path and path not in self.lines:
            path = path[:-1]
        return self.found.at(self.file, self.lines.get(path, 0))

    def only(self, *known: str) -> None:
        """Note every key that is none of these."""
        for key in self.values:
            if key not in known:
                self.at(key).fault(f'"{key}" is not known{self._within()}.', one_of(key, known))

    def text(self, key: str) -> str:
        """Words in quotation marks; "" after a fault."""
        if not self.is_there(key):
            return ""
        value = self.values[key]
        if isinstance(value, str) and value.strip():
            return value
        what = "is empty" if isinstance(value, str) else f"is {_kind(value)}, not words"
        self.at(key).fault(f'"{key}" {what}.', f'Write words in quotation marks: {key} = "...".')
        return ""

    def whole(self, key: str, lowest: int, highest: int) -> int:
        """A whole number within bounds; the lowest after a fault."""
        if not self.is_there(key):
            return lowest
        value = self.values[key]
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self.at(key).fault(
            f'"{key}" is {_kind(value)}.', f"Write a whole number from {lowest} to {highest}, without quotation marks."
        )
        return lowest

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words in quotation marks; empty after a fault."""
        if not self.is_there(key):
            return ()
        value = self.values[key]
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(value)
        self.at(key).fault(f'"{key}" is not a list of words.', f'Write a list: {key} = ["...", "..."].')
        return ()

    def table(self, key: str, *, is_required: bool = True) -> Table:
        """A table within this one; an empty one after a fault, or where there is none and none is required."""
        name = ".".join(map(str, (*self.path, key)))
        value = self.values.get(key)
        if isinstance(value, dict):
            return Table(self.file, self.found, value, self.lines, (*self.path, key))
        if key in self.values:
            self.at(key).fault(f'"{key}" is {_kind(value)}, not a table.', f"Write [{name}] on a line of its own.")
        elif is_required and not self.is_stand_in:
            self.at().fault(f"The table [{name}] is missing.", f"Add a line [{name}] and its keys under it.")
        return Table(self.file, self.found, {}, self.lines, (*self.path, key), is_stand_in=True)

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables; empty where there is none, and after a fault."""
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return tuple(
                Table(self.file, self.found, item, self.lines, (*self.path, key, index))
                for index, item in enumerate(value)
            )
        self.at(key).fault(f'"{key}" is not a list of tables.', f"Write [[{key}]] above each one, or {key} = [].")
        return ()

    def is_there(self, key: str) -> bool:
        """Whether a key is there; a fault is noted where it should be."""
        if key not in self.values and not self.is_stand_in:
            self.at().fault(f'"{key}" is missing{self._within()}.', f"Add a line: {key} = ...")
        return key in self.values

    def _within(self) -> str:
        names = [key for key in self.path if isinstance(key, str)]
        return f" in [{'.'.join(names)}]" if names else ""


def read_toml(folder: Path, name: str, found: Found) -> Table | None:
    """A whole TOML file; None after its one fault was noted."""
    source = read_text(folder, name, found)
    return None if source is None else parse_toml(source, name, found)


def parse_toml(source: str, name: str, found: Found, first_line: int = 1) -> Table | None:
    """TOML text that begins on some line of a file; None after its one fault was noted."""
    try:
        return Table(name, found, tomllib.loads(source), lines_of(source, first_line))
    except (ValueError, RecursionError) as refused:
        line, column, what = _place_of(refused, source)
        place = f" near its character {column}" if column else ""
        found.at(name, line + first_line - 1).fault(
            f"This line cannot be understood{place}: {what}.",
            'Look here and on the line before for a missing quotation mark, "=" or bracket.',
        )
        return None


def _place_of(refused: Exception, source: str) -> tuple[int, int, str]:
    message = str(refused)
    match = _LINE.search(message)
    if isinstance(refused, RecursionError) or match is None:
        return 1, 0, "it holds too many brackets or digits"
    what = message[: match.start()]
    what = next((ours for theirs, ours in _IN_PLAIN_WORDS if what.startswith(theirs)), what)
    if match.group(1) is None:
        return source.rstrip("\n").count("\n") + 1, 0, what
    return int(match.group(1)), int(match.group(2)), what


def _kind(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"the number {value}" if abs(value) < _MANY_DIGITS else "a number of very many digits"
    return _OTHER_KINDS.get(type(value), "a date or time")
