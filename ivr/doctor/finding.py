"""What an examination finds: how bad it is, what is so, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Verdict(IntEnum):
    """A fault costs callers, now or when something else fails; a warning will, or may."""

    OK = 0
    WARNING = 1
    FAULT = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    verdict: Verdict
    said: str
    mend: str = ""

    def __str__(self) -> str:
        told = f"{self.verdict.name.lower():8}{self.check}: {self.said}"
        return f"{told} {self.mend}" if self.mend else told


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check says, before it has a name: nothing is wrong, or something is."""

    verdict: Verdict
    said: str
    mend: str = ""


def ok(said: str) -> Seen:
    """All is well, and what was seen."""
    return Seen(Verdict.OK, said)


def warning(said: str, mend: str) -> Seen:
    """Something that will cost callers, or may."""
    return Seen(Verdict.WARNING, said, mend)


def fault(said: str, mend: str) -> Seen:
    """Something that costs callers now, or when something else fails."""
    return Seen(Verdict.FAULT, said, mend)
