"""What a caller asks for, done: effects to events. The only place where the web knows a caller's number."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from ivr.desk.ports import Callbacks, Origin, Request, Services, StoreUnavailable, TooMany
from ivr.desk.promises import slots
from ivr.engine.events import Effect, NumberGiven, Outcome, Stored, Typed
from ivr.model.flow import Flow
from ivr.model.hours import Hours
from ivr.model.numbers import PhoneNumber
from ivr.model.place import ONE_MORE, Place
from ivr.model.speech import Whose
from ivr.twiml.request import Caller

_NATIONAL = 10  # digits of a number without the 1 that some put before it
_NO_DIGIT = re.compile(r"[^0-9]")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for something, where in the call, and when; `hours` are those that hold then."""

    caller: Caller
    place: Place
    hours: Hours
    at: datetime


@dataclass(frozen=True)
class Requests:
    """Keeps what callers ask for. Nothing here raises for a store that fails: the caller is told instead."""

    flow: Flow
    services: Services

    def perform(self, effect: Effect, asking: Asking) -> Stored:
        """Do one effect, and say how it went."""
        try:
            return self._perform(effect, asking)
        except TooMany:
            return Stored(effect, Outcome.REFUSED)
        except StoreUnavailable:
            return Stored(effect, Outcome.FAILED)

    def take(self, place: Place, caller: Caller, at: datetime) -> NumberGiven:
        """The keys that were typed at an entry, held until they are confirmed."""
        callbacks = self._callbacks(caller)
        if callbacks is None:
            return NumberGiven(Typed.FAILED)
        try:
            return _taken(callbacks, place, caller, at)
        except StoreUnavailable:
            return NumberGiven(Typed.FAILED)

    def digits(self, whose: Whose, caller: Caller, at: datetime) -> tuple[str, ...]:
        """The caller's digits that a document says, in groups; none when they are not known, or not any more."""
        match whose:
            case Whose.LAST_TWO:
                own = _own(caller)
                return () if own is None else (own.e164[-2:],)
            case Whose.TYPED:
                with suppress(StoreUnavailable):
                    typed = self._typed(caller, at)
                    return () if typed is None else typed.groups[1:]
                return ()

    def _perform(self, effect: Effect, asking: Asking) -> Stored:
        callbacks = self._callbacks(asking.caller)
        caller, at = asking.caller, asking.at
        match effect:
            case Effect.SEND_TEXT:
                return self._send(asking)
            case _ if callbacks is None:
                return Stored(effect, Outcome.FAILED)
            case Effect.ASK_STORE:
                callbacks.ask()
                return Stored(effect, Outcome.DONE)
            case Effect.PERMIT_MESSAGE:
                callbacks.permit(caller.call_sid, at)
                return Stored(effect, Outcome.DONE)
            case Effect.KEEP_OWN:
                return self._keep(effect, _own(caller), Origin.OWN, asking)
            case Effect.KEEP_TYPED:
                return self._keep(effect, self._typed(caller, at), Origin.TYPED, asking)

    def _send(self, asking: Asking) -> Stored:
        texts, own = self.services.texts, _own(asking.caller)
        if texts is None or own is None:
            return Stored(Effect.SEND_TEXT, Outcome.FAILED)
        is_queued = asking.caller.is_probe or texts.ask(own, asking.place.language, asking.at)  # no text to a probe
        return Stored(Effect.SEND_TEXT, Outcome.DONE if is_queued else Outcome.FAILED)

    def _keep(self, effect: Effect, number: PhoneNumber | None, origin: Origin, asking: Asking) -> Stored:
        callbacks, rules = self._callbacks(asking.caller), self.flow.line.promises
        if callbacks is None or number is None or rules is None:
            return Stored(effect, Outcome.FAILED)
        caller, hours, at = asking.caller, asking.hours, asking.at
        request = Request(caller.call_sid, number, origin, asking.place.language, at, caller.is_probe)
        kept = callbacks.keep(request, tuple(slots(hours, rules, at)))
        promised = None if kept.promised_by is None else hours.as_said(kept.promised_by.astimezone(hours.zone), at)
        return Stored(effect, Outcome.DONE, promised)

    def _callbacks(self, caller: Caller) -> Callbacks | None:
        """None for a call without a name: what one such call types or asks would be every other's too."""
        return self.services.callbacks if caller.call_sid else None

    def _typed(self, caller: Caller, at: datetime) -> PhoneNumber | None:
        callbacks = self._callbacks(caller)
        keys = None if callbacks is None else callbacks.held(caller.call_sid, at)
        return PhoneNumber(f"+1{keys}") if keys is not None and PhoneNumber.is_callable(f"+1{keys}") else None


def _own(caller: Caller) -> PhoneNumber | None:
    return PhoneNumber(caller.number) if PhoneNumber.is_callable(caller.number) else None


def _taken(callbacks: Callbacks, place: Place, caller: Caller, at: datetime) -> NumberGiven:
    digits = _NO_DIGIT.sub("", caller.keys)
    if place.part == ONE_MORE:
        digits = _completed(callbacks.held(caller.call_sid, at) or "", digits)
    national = digits.removeprefix("1") if len(digits) > _NATIONAL else digits
    given = _given(national, has_starred=caller.has_starred)
    if given.typed in (Typed.WHOLE, Typed.ONE_MORE):
        callbacks.hold(caller.call_sid, national, at)
    return given


def _completed(held: str, key: str) -> str:
    """The ten keys that are held and the one that was missing. A repeated request finds them completed already."""
    if held.startswith("1") and len(held) == _NATIONAL:
        return held + key
    return held if key and held.endswith(key) else key


def _given(digits: str, *, has_starred: bool) -> NumberGiven:
    """What the digits of a number come to, without the 1 that some put before all ten."""
    if len(digits) != _NATIONAL:
        return NumberGiven(Typed.STARTED_OVER) if has_starred else NumberGiven(Typed.TOO_FEW, len(digits))
    if digits.startswith("1"):
        return NumberGiven(Typed.ONE_MORE)
    return NumberGiven(Typed.WHOLE if PhoneNumber.is_callable(f"+1{digits}") else Typed.NOT_CALLABLE)
