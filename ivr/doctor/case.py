"""What is examined: the settings and the words of a line, the time, and the ways to the world around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.checks.evidence import Evidence
from ivr.checks.verify import VerifiedFlow
from ivr.config import Settings
from ivr.model.flow import Flow
from ivr.phone import Keys, Probed, Response
from ivr.twiml.rest import RestApi


@dataclass(frozen=True, slots=True)
class World:
    """The ways out of this machine, so that an examination can be tried against servers of its own.

    `fetch`, `certificate_ends` and `call` raise CallFault for what cannot be reached, or tell it.
    """

    clock: Callable[[], datetime]  # aware
    fetch: Callable[[str], Response]
    certificate_ends: Callable[[str], datetime]
    call: Callable[[str, str, Keys], Probed]  # the public address, a token, and what to press
    api: Callable[[str, str], RestApi]  # an account and a token
    texting_api: Callable[[str, str], RestApi]
    free_bytes: Callable[[str], tuple[int, int]]  # of the disk with this folder: free, and all


@dataclass(frozen=True, slots=True)
class Case:
    """A line whose settings are sound and whose words are verified; an examination of less ends before."""

    settings: Settings
    evidence: Evidence
    verified: VerifiedFlow
    now: datetime
    world: World

    @property
    def flow(self) -> Flow:
        """The flow that is served."""
        return self.verified.flow

    @property
    def here(self) -> datetime:
        """The time of the line's own zone."""
        return self.now.astimezone(self.flow.line.hours.zone)

    def days_until(self, then: datetime) -> int:
        """Whole days from now to then."""
        return (then - self.now) // timedelta(days=1)
