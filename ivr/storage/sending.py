"""Sends what waits in the outbox, one letter after the other; and takes the texts that callers ask for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import structlog

from ivr.desk.background import STOP_S, Batches
from ivr.desk.ports import StoreUnavailable, Tally
from ivr.model.numbers import PhoneNumber
from ivr.model.outcome import Outcome, Refused, Sent, TryLater, Unknown
from ivr.storage.outbox import GIVEN_UP_AFTER, TEXT, Letter, Outbox
from ivr.storage.standing import CeilingWatch

Carrier = Callable[[Letter], Outcome]

MOST_ASKED = 1_000  # texts that wait in one process for a store that is down

_DETAILS: Mapping[type[Outcome], str] = {Sent: "sent", Refused: "refused", Unknown: "unknown", TryLater: "later"}

_log = structlog.get_logger()


class Asked(NamedTuple):
    """A text that a caller asked for."""

    number: PhoneNumber
    language: str
    at: datetime


class QueuedTexts:
    """ports.Texts: the outbox is written by a thread of this process, and the call goes on."""

    def __init__(
        self, outbox: Outbox, tally: Tally, ceiling: CeilingWatch, *, most: int = MOST_ASKED, every_s: float = 1.0
    ) -> None:
        self._ceiling = ceiling
        self._batches = Batches("texts", lambda: AskedWriter(outbox, tally, most).write, most=most, every_s=every_s)

    def ask(self, number: PhoneNumber, language: str, at: datetime) -> bool:
        """Queue the one text of 24 hours for this number; False when there is no room, here or within the hour."""
        return not self._ceiling.is_full and self._batches.put(Asked(number, language, at))

    def flush(self, wait_s: float = STOP_S) -> None:
        """Have everything in the outbox that was asked for in this process."""
        self._batches.flush(wait_s)


@dataclass(slots=True)
class AskedWriter:
    """Puts into the outbox what one process was asked for."""

    outbox: Outbox
    tally: Tally
    most: int
    _waiting: deque[Asked] = field(default_factory=deque)

    def write(self, asked: Sequence[Asked]) -> None:
        """Put these and all before them into the outbox; StoreUnavailable keeps what is left for later."""
        self._waiting.extend(asked)
        self._forget_what_is_late()
        while self._waiting:
            first = self._waiting.popleft()  # whatever else may be wrong with one, it holds up no other
            try:
                is_new = self.outbox.add_text(first.number, first.language, first.at)
            except StoreUnavailable:
                self._waiting.appendleft(first)
                raise
            self.tally.count("text", at=first.at, language=first.language, detail="queued" if is_new else "again")

    def _forget_what_is_late(self) -> None:
        """What is too old by the newest request, or too much, is given up, and counted as not sent."""
        newest = max((asked.at for asked in self._waiting), default=None)
        while newest and (len(self._waiting) > self.most or self._waiting[0].at <= newest - GIVEN_UP_AFTER):
            lost = self._waiting.popleft()
            self.tally.count("text", at=lost.at, language=lost.language, detail="lost")


@dataclass(slots=True)
class Sender:
    """Sends what waits. Carriers by kind: a kind that nobody carries stays, and is given up in time."""

    outbox: Outbox
    carriers: Mapping[str, Carrier]
    tally: Tally
    _unsettled: dict[int, Outcome] = field(default_factory=dict)  # known here, while the store could not be told

    def send_one(self, at: datetime) -> bool:
        """Send one letter if one may be sent; whether there may be more. StoreUnavailable when the store fails."""
        self._settle_all(at)
        letter = self.outbox.claim(tuple(self.carriers), at)
        if letter is None:
            return False
        outcome = self._carry(letter)
        self._unsettled[letter.id] = outcome
        self._tell(letter, outcome, at)
        self._settle_all(at)
        return True

    def _settle_all(self, at: datetime) -> None:
        for letter_id, outcome in tuple(self._unsettled.items()):
            self.outbox.settle(letter_id, outcome, at)
            del self._unsettled[letter_id]

    def _carry(self, letter: Letter) -> Outcome:
        try:
            return self.carriers[letter.kind](letter)
        except Exception as error:  # noqa: BLE001 because it is marked: whatever went wrong, it may have been sent
            return Unknown(type(error).__name__)

    def _tell(self, letter: Letter, outcome: Outcome, at: datetime) -> None:
        if letter.kind == TEXT:
            self.tally.count("text", at=at, language=letter.language, detail=_DETAILS[type(outcome)])
        if not isinstance(outcome, Sent):
            code = outcome.code if isinstance(outcome, Refused | Unknown) else ""
            route = f"outbox.{letter.kind}"
            _log.warning("not sent", route=route, outcome=_DETAILS[type(outcome)], fault=code)
