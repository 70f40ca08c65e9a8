"""What can happen in a call, and what is true while it happens. Plain values: no clock, no request, no caller."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ivr.model.hours import Opening
from ivr.model.keys import Key
from ivr.model.numbers import Role


@dataclass(frozen=True, slots=True)
class Arrived:
    """The call has just been answered."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed one key."""

    key: Key


@dataclass(frozen=True, slots=True)
class Silence:
    """A document came to its end, or asked for the next one, and no key was pressed."""


class DialOutcome(Enum):
    """How the platform says that a turn of ringing ended; OTHER is anything it may say that we do not know."""

    COMPLETED = "completed"
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DialEnded:
    """A turn of ringing, or the talk that came of it, is over.

    `bridged` is the platform's word on whether two people talked, None when it did not say. `was_short` compares the
    talk with the line's own limit, so that no number of seconds makes one event differ from the next.
    """

    bridged: bool | None
    outcome: DialOutcome
    was_short: bool


Event = Arrived | KeyPressed | Silence | DialEnded


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is decided before the step.

    `team` and `after_hours` have one entry a turn that can ring: whether who answers it speaks the caller's language.
    `opens` is None when the line is open, never closes, or nobody knows when it opens next.
    """

    is_open: bool
    opens: Opening | None = None
    team: tuple[bool, ...] = ()
    after_hours: tuple[bool, ...] = ()

    def turns(self, role: Role) -> tuple[bool, ...]:
        """The turns of a role."""
        return self.after_hours if role is Role.AFTER_HOURS else self.team
