"""A callback as a card of the list: what somebody must know to make the call, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ivr.desk.callbacks import DoneCallback, OpenCallback, Outcome
from ivr.desk.ports import Origin
from ivr.model.flow import Flow
from ivr.model.speech import written
from ivr.storage.people import Person, Role
from ivr.web.desk.clock import Clock
from ivr.web.transcript import once

NOTHING_SHOWN: Mapping[str, str] = {}
_SOON = timedelta(minutes=30)
_LANGUAGES = {"en": "English", "es": "Spanish"}
_ORIGINS = {Origin.OWN: "the caller's own number", Origin.TYPED: "a number that was typed in"}
_OUTCOMES = {
    Outcome.REACHED: "Reached",
    Outcome.MESSAGE: "Message left",
    Outcome.NO_ANSWER: "No answer",
    Outcome.WRONG_NUMBER: "Wrong number",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One callback. `key` changes when anything changes but the time; `message` is a language and the words for it."""

    id: str
    promise: str
    away: str
    is_late: bool
    is_soon: bool
    language: str
    origin: str
    asked: str
    tries: str
    may_leave_message: bool
    message: tuple[str, str] | None
    holder: str
    held_until: str
    is_mine: bool
    may_take_over: bool
    key: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A callback that can still be undone."""

    id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Makes the cards that one person sees at one time."""

    flow: Flow
    clock: Clock
    person: Person

    def of(self, callbacks: Iterable[OpenCallback], shown: Mapping[str, str] = NOTHING_SHOWN) -> tuple[Card, ...]:
        """Cards of callbacks, one's own first. `shown` has the number of a callback that is to be seen."""
        cards = (self._card(callback, shown.get(callback.public_id, "")) for callback in callbacks)
        return tuple(sorted(cards, key=lambda card: not card.is_mine))

    def done(self, callbacks: Iterable[DoneCallback]) -> tuple[Done, ...]:
        """What can still be undone."""
        return tuple(Done(each.public_id, _OUTCOMES[each.outcome]) for each in callbacks)

    def _card(self, callback: OpenCallback, number: str) -> Card:
        clock, claim = self.clock, callback.claim
        is_mine = claim is not None and claim.person_id == self.person.id
        left = self._left(callback)
        return Card(
            id=callback.public_id,
            promise=f"By {clock.when(callback.promised_by)}" if callback.promised_by else "As soon as we can",
            away="" if left is None else clock.away(clock.now + left),
            is_late=bool(callback.late_by(clock.now)),
            is_soon=left is not None and timedelta() <= left < _SOON,
            language=_LANGUAGES.get(callback.language, callback.language),
            origin=_ORIGINS[callback.origin],
            asked=clock.ago(callback.asked_at),
            tries=self._tries(callback),
            may_leave_message=callback.may_leave_message,
            message=self._message(callback),
            holder=claim.name if claim else "",
            held_until=clock.time(claim.until) if claim else "",
            is_mine=is_mine,
            may_take_over=claim is not None and not is_mine and self.person.role is Role.SUPERVISOR,
            key=_key(callback),
            number=number if is_mine else "",
        )

    def _left(self, callback: OpenCallback) -> timedelta | None:
        """How much time is left of a promise, and without one only by how much it is late; None after a call."""
        is_soon = callback.promised_by is None and not callback.late_by(self.clock.now)
        return None if callback.attempts or is_soon else callback.due_at - self.clock.now

    def _tries(self, callback: OpenCallback) -> str:
        if not callback.attempts or callback.last_attempt_at is None:
            return ""
        count = "once" if callback.attempts == 1 else f"{callback.attempts} times"
        return f"called {count} without an answer, last {self.clock.when(callback.last_attempt_at)}"

    def _message(self, callback: OpenCallback) -> tuple[str, str] | None:
        """The words that may be left. Without approved words nothing may be."""
        script = self.flow.scripts.get(callback.language)
        words = script.said.message_left if script and callback.may_leave_message else None
        return None if words is None else (callback.language, written(once(words)))


def _key(callback: OpenCallback) -> str:
    claim = callback.claim
    held = f"{claim.person_id} {claim.until:%d%H%M%S}" if claim else ""
    return f"{held} {callback.attempts} {callback.promised_by} {callback.may_leave_message}"
