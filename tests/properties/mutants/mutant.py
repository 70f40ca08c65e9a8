"""What a mutant is: one way to break a good prompts folder, and the rule that must find it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import folders

UNREADABLE = "unreadable"  # in the place of a rule: the folder must not even be read


class Base(Enum):
    """The good folder that is broken: the smallest one that the rule can be seen on."""

    CLINIC = "clinic"
    SPANISH = "spanish"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Prompts:
    """A prompts folder that is being broken. Every change must find what it changes."""

    path: Path

    def replace(self, file: str, old: str, new: str) -> None:
        """Put `new` in the place of `old`, which must be there once."""
        path = self.path / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{file} holds {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), "utf-8")

    def swap(self, file: str, one: str, other: str) -> None:
        """Exchange two pieces of a file."""
        self.replace(file, one, "\0")
        self.replace(file, other, one)
        self.replace(file, "\0", other)

    def add(self, file: str, text: str) -> None:
        """Write more at the end of a file, or a new file."""
        path = self.path / file
        before = path.read_text("utf-8") if path.exists() else ""
        path.write_text(f"{before}{text}", "utf-8")

    def delete(self, file: str) -> None:
        """Take a file away."""
        (self.path / file).unlink()


Change = Callable[[Prompts], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change and the number of the rule that must find it in a folder."""

    change: Change
    rule: str
    base: Base

    @property
    def name(self) -> str:
        """What the change does, in words."""
        return self.change.__name__


MUTANTS: list[Mutant] = []


def caught_by(rule: str, base: Base = Base.CLINIC) -> Callable[[Change], Change]:
    """Enter a change in the list of mutants."""

    def entered(change: Change) -> Change:
        MUTANTS.append(Mutant(change, rule, base))
        return change

    return entered


def copy_of(base: Base, to: Path) -> Prompts:
    """A new copy of a good folder."""
    return Prompts(Path(shutil.copytree(_good(base), to)))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


@cache
def _good(base: Base) -> Path:
    made_once = partial(folders.made, folders.SPANISH, Path(_kept().name) / "spanish")
    return {Base.CLINIC: folders.CLINIC, Base.SHIPPED: folders.PROMPTS}.get(base) or made_once()
