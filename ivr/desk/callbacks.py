"""A callback as the people of the desk see it: without its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from ivr.desk.ports import Origin

SOON = timedelta(days=1)  # "as soon as we can" is late after so long
_NONE = timedelta()

DayOf = Callable[[datetime], date | None]  # the working day of a time, if it is one


class Outcome(Enum):
    """How a callback ended, or one try of it."""

    REACHED = "reached"
    MESSAGE = "message"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class Refusal(Enum):
    """Why nothing was done. It is an answer and no error: two people press at the same time, a page is old."""

    GONE = "it is not open any more"
    NOT_YOURS = "somebody else has it, or your claim has lapsed"
    NOT_SHOWN = "its number was not shown, so that nobody can have called it"
    NOT_PERMITTED = "the caller permitted no message"
    TOO_LATE = "it can no longer be undone"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has taken a callback, and until when."""

    person_id: int
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenCallback:
    """A callback that waits, without its number. `promised_by` None is "as soon as we can"."""

    public_id: str
    origin: Origin
    language: str
    may_leave_message: bool
    asked_at: datetime
    promised_by: datetime | None
    attempts: int
    last_attempt_at: datetime | None
    claim: Claim | None

    @property
    def due_at(self) -> datetime:
        """By when somebody should call: as promised, or within a day where no time was."""
        return self.asked_at + SOON if self.promised_by is None else self.promised_by

    def late_by(self, at: datetime) -> timedelta:
        """For how long it has been due without a call; nothing while it is not."""
        return _NONE if self.last_attempt_at is not None else max(_NONE, at - self.due_at)


@dataclass(frozen=True, slots=True)
class DoneCallback:
    """A callback that is done and can still be undone, for a minute."""

    public_id: str
    outcome: Outcome
    until: datetime
