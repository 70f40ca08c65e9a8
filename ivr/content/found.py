"""The faults that were found so far. Reading goes on after a fault, so that all of them are told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from ivr.errors import Fault


@dataclass(frozen=True, slots=True)
class Found:
    """Collects faults while a folder is read. What stands in for a value after a fault is never heard."""

    faults: list[Fault] = field(default_factory=list)

    def at(self, file: str, line: int = 0) -> At:
        """The spot of a file (relative to the folder) at which something may be wrong; line 0 is the whole file."""
        return At(self, file, line)


@dataclass(frozen=True, slots=True)
class At:
    """A line of a file."""

    found: Found
    file: str
    line: int

    def fault(self, wrong: str, mend: str) -> None:
        """Note what is wrong here and how to mend it, both in whole sentences."""
        self.found.faults.append(Fault(self.file, self.line, wrong, mend))

    def on(self, line: int) -> At:
        """Another line of the same file."""
        return replace(self, line=line)


def listed(words: Iterable[str]) -> str:
    """Words in the order given, with commas; "nothing" when there are none."""
    return ", ".join(words) or "nothing"


def counted(number: int, word: str) -> str:
    """A number of things: 1 list, 2 lists."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def one_of(word: str, known: Iterable[str]) -> str:
    """How to mend a word that is none of the known ones: the one that was probably meant, or all of them."""
    choices = tuple(known)
    near = get_close_matches(word, choices, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"Here you can write: {listed(choices)}."
