"""What the line asks of what must outlast a call. Storage and the sender keep these promises; web only knows them.

Every method takes the time it is to act at, so that nothing here has a clock. Numbers pass through, and nothing that is
given back to the engine holds one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from ivr.desk.promises import Slot
from ivr.errors import IvrError
from ivr.model.numbers import PhoneNumber


class StoreUnavailable(IvrError):  # noqa: N818 because it says what is so
    """What must be kept could not be kept, or not within its deadline. Its message names no caller."""


class Origin(Enum):
    """Whose word it is that a number is the caller's: the platform's, or the caller's own keys."""

    OWN = "own"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Request:
    """A caller asks to be called back. The call is named by its CallSid; storage keeps a keyed hash of it only."""

    call_sid: str
    number: PhoneNumber
    origin: Origin
    language: str
    at: datetime
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A request is kept. `promised_by` is the time that the caller is told; None is "as soon as we can"."""

    promised_by: datetime | None


class TooMany(IvrError):  # noqa: N818 because it says what is so
    """This call has asked for two numbers already."""


class Callbacks(Protocol):
    """Requests to be called back. Each method raises StoreUnavailable when it fails or is slower than its deadline."""

    def ask(self) -> None:
        """Whether the store answers: asked before a caller types."""

    def hold(self, call_sid: str, digits: str, at: datetime) -> None:
        """Hold the keys that a caller typed until they are confirmed: encrypted, one set a call, gone in an hour."""

    def held(self, call_sid: str, at: datetime) -> str | None:
        """The keys that a call typed last, if they are held still."""

    def keep(self, request: Request, slots: Sequence[Slot]) -> Kept:
        """Keep a request, once however often it is asked; TooMany for a third number of one call.

        The first slot that is not full is promised, none when promises are running late. A repeated request of a
        caller's own number merges: the earlier promise stands in the row, the caller hears the one of this call, and
        leaving a message is not permitted until `permit` says so again. A typed number makes its own row,
        until too many wait under it: whoever types it then joins the newest, and can only have it called earlier.
        """

    def permit(self, call_sid: str, at: datetime) -> None:
        """The caller permits a message for what this call asked last; a repeated request keeps the stricter word."""


class Texts(Protocol):
    """Texts that callers ask for. Never waits for the store or for the platform."""

    def ask(self, number: PhoneNumber, language: str, at: datetime) -> bool:
        """Queue the one text of 24 hours for this number; False when it cannot even be queued."""


class Tally(Protocol):
    """Counts without people. Never waits: what cannot be kept is lost."""

    def count(
        self, kind: str, *, at: datetime, node: str = "", language: str = "", detail: str = "", is_probe: bool = False
    ) -> None:
        """Count that something happened."""


@dataclass(frozen=True, slots=True)
class Override:
    """The team is here, or away, until a time, whatever the weekly hours say; `reason` names approved words."""

    is_open: bool
    reason: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DeskState:
    """What each process knows of the desk, refreshed every few seconds and never waited for."""

    override: Override | None = None
    takes_callbacks: bool = False  # somebody is enabled at the desk


class Desk(Protocol):
    """The last known state of the desk."""

    def state(self, at: datetime) -> DeskState:
        """What holds at a time; an override that has ended no longer does, whatever the store says."""


_NOTHING_HOLDS = DeskState()


class NobodyAtTheDesk:
    """The desk of a line that has none."""

    def state(self, at: datetime) -> DeskState:
        """Nothing holds."""
        del at
        return _NOTHING_HOLDS


class NothingCounted:
    """The tally of a line that keeps none."""

    def count(
        self,
        kind: str,
        *,
        at: datetime,
        node: str = "",
        language: str = "",
        detail: str = "",
        is_probe: bool = False,
    ) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class Services:
    """What a line has beside its calls. One without a database has none of it, and answers calls all the same."""

    callbacks: Callbacks | None = None
    texts: Texts | None = None
    desk: Desk = field(default_factory=NobodyAtTheDesk)
    tally: Tally = field(default_factory=NothingCounted)


NO_SERVICES = Services()
