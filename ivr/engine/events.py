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


class Typed(Enum):
    """What the keys of an entry came to. Which keys they were is nobody's business here."""

    WHOLE = "whole"
    ONE_MORE = "one more"  # ten keys that begin with 1 take one more
    TOO_FEW = "too few"
    NOT_CALLABLE = "not callable"
    STARTED_OVER = "started over"  # star, before they were a number
    FAILED = "failed"  # they could not be held until they are confirmed


@dataclass(frozen=True, slots=True)
class NumberGiven:
    """The caller typed more than one key; `count` is how many digits there were, where they were too few."""

    typed: Typed
    count: int = 0


class Effect(Enum):
    """Something that must be done outside of the call before it can go on."""

    ASK_STORE = "ask_store"  # whether a callback could be kept at all, before a caller types
    KEEP_OWN = "keep_own"  # a callback to the number that the caller calls from
    KEEP_TYPED = "keep_typed"  # a callback to the number that the caller typed
    PERMIT_MESSAGE = "permit_message"
    SEND_TEXT = "send_text"


class Outcome(Enum):
    """How an effect went."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"  # the caller has asked often enough


@dataclass(frozen=True, slots=True)
class Stored:
    """An effect was tried. `promise` is by when a kept callback is promised; None is as soon as we can."""

    effect: Effect
    outcome: Outcome
    promise: Opening | None = None


Event = Arrived | KeyPressed | Silence | DialEnded | NumberGiven | Stored


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
    takes_callbacks: bool = False  # and somebody is at the desk to see them
    can_call_back: bool = False  # the number that the caller calls from can be called
    can_text: bool = False  # and it can be sent a text
    reason: str = ""  # why the desk has closed the line: the name of approved words

    def turns(self, role: Role) -> tuple[bool, ...]:
        """The turns of a role."""
        return self.after_hours if role is Role.AFTER_HOURS else self.team
