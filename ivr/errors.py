"""Every error of the line, and the fault they are made of. Imports nothing, so that anything may import it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with a file or a setting, said so that its owner can mend it.

    `where` is a file (relative to the folder that was read) or the name of a setting; `line` counts from 1, and 0 means
    the whole of it.
    """

    where: str
    line: int
    wrong: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else self.where
        return f"{place}: {self.wrong} {self.mend}"


class IvrError(Exception):
    """The base of every error that the line raises on purpose."""


class Faults(IvrError):  # noqa: N818 because a fault is what it holds, and the word of the whole project
    """All the faults that were found at once, sorted; never only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ContentFaults(Faults):
    """A prompts folder that cannot be made into a flow."""


class SettingsFaults(Faults):
    """Settings that the line cannot start with."""


class VerificationFaults(Faults):
    """A flow that was read but may not be served: a rule of the caller standard does not hold."""


class TwimlFault(IvrError):  # noqa: N818 because it is a fault of a document, not of the program
    """A document that the strict telephone refuses; the message says which verb and why."""


class CallFault(IvrError):  # noqa: N818 because it is a fault of a call, not of the program
    """A call that did not go as a *.call script says; the message names the file, the line and what was heard."""
