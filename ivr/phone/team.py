"""The people who are called: what each of them does when the telephone rings, and what is told of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

from ivr.phone.handset import DialOutcome, Heard

Unanswered = Literal["busy", "no-answer", "failed", "canceled"]


@dataclass(frozen=True, slots=True)
class Answers:
    """Picks up, hears the whisper and presses `presses` one by one; a voicemail presses nothing and talks to nobody."""

    after_s: float = 6.0
    presses: str = "1"
    talks_s: float = 60.0
    lost_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class DoesNotAnswer:
    """Never picks up; `status` is how the platform words it."""

    status: Unanswered = "no-answer"


Behaviour = Answers | DoesNotAnswer


def voicemail(after_s: float = 0.0) -> Answers:
    """A mailbox: a telephone that is switched off hands over to it at once."""
    return Answers(after_s, presses="")


class Groups(Enum):
    """What other legs do while the first to pick up hears its whisper: undocumented, so both readings can be had."""

    STOP_AT_FIRST = "stop at the first"
    RING_ON = "ring on"


@dataclass(frozen=True, slots=True)
class Team:
    """Everyone who may be called. `forced` outcomes, first come first used, overrule what anybody does."""

    behaviours: tuple[tuple[str, Behaviour], ...] = ()
    groups: Groups = Groups.STOP_AT_FIRST
    says_answered: bool = False
    leaves_out_bridged: bool = False
    leaves_out_star: bool = False
    forced: tuple[DialOutcome, ...] = ()
    others: Behaviour = field(default_factory=DoesNotAnswer)

    def of(self, address: str) -> Behaviour:
        """What the one at `address` does."""
        return dict(self.behaviours).get(address, self.others)


Fate = Literal["ringing", "whisper", "bridged", "declined", "lost", "cancelled", "unanswered"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One who was called, and all that they heard."""

    address: str
    call_sid: str
    fate: Fate
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """How one Dial went; times are seconds since the call began."""

    outcome: DialOutcome
    began_at_s: float
    bridged_at_s: float | None
    ended_at_s: float
    legs: tuple[Leg, ...]

    @property
    def has_talked(self) -> bool:
        """Whether the caller and somebody were really connected."""
        return self.bridged_at_s is not None

    def cut(self, at_s: float) -> Ring:
        """The same Dial when the caller hung up at `at_s`."""
        if self.bridged_at_s is not None and self.bridged_at_s < at_s:
            talk = replace(self.outcome, seconds=min(self.outcome.seconds, round(at_s - self.bridged_at_s)))
            return replace(self, outcome=talk, ended_at_s=at_s)
        is_bridged = None if self.outcome.is_bridged is None else False
        return replace(self, outcome=DialOutcome("canceled", is_bridged, 0), bridged_at_s=None, ended_at_s=at_s)
