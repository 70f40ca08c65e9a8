"""What a rule of the caller standard finds: where, how bad, what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ivr.errors import Fault


class Severity(IntEnum):
    """An error fails the check, and stops a start if the start looks for it; a warning is said and stops nothing."""

    ERROR = 0
    WARNING = 1


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found; `line` counts from 1, and 0 means the whole of the file."""

    file: str
    line: int
    rule: str
    severity: Severity
    wrong: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.severity.name.lower()} {self.rule}: {self.wrong} {self.mend}"

    def as_fault(self) -> Fault:
        """The finding as a fault that stops a start."""
        return Fault(self.file, self.line, f"{self.rule}: {self.wrong}", self.mend)
