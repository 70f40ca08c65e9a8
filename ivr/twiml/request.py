"""A request of the platform to a place and an event. Every signed request has one; no field is trusted to be there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs

from ivr.engine.events import Arrived, DialEnded, DialOutcome, Event, KeyPressed, Silence
from ivr.model.keys import Key
from ivr.model.place import ROOT, Place

PROBE = "IvrProbe"  # a field of a call that the line makes to itself; only who has the token can sign it
ANSWER = ROOT + "answer"

_KEYS = {key.value: KeyPressed(key) for key in Key}
_OUTCOMES = {outcome.value: outcome for outcome in DialOutcome}
_BRIDGED = {"true": True, "false": False}
_SECONDS = re.compile(r"[0-9]{1,8}")
_MOST_PLACES = 4096  # kept as read: there is nothing about a caller in them
_LONGEST = 200  # characters of a CallSid or To that are worth reading; platforms differ in their shape


class Heard(NamedTuple):
    """What the platform told: where the caller was and what happened."""

    place: Place
    event: Event


def read(path: str, query: str, form: Mapping[str, str], short_talk_s: int) -> Heard:
    """Read a signed request for a path below /voice/."""
    event = Arrived() if path == ANSWER else _event(form, short_talk_s)
    return Heard(place(path, query), event)


@lru_cache(_MOST_PLACES)
def place(path: str, query: str) -> Place:
    """Where a path below /voice/ says the caller is; a call that arrives is in the language of its number."""
    if path == ANSWER:
        asked = parse_qs(query).get("language", [""])[0]
        return Place.parse(f"{ROOT}{asked}/", "")
    return Place.parse(path, query)


def call_sid(form: Mapping[str, str]) -> str:
    """What names the call: empty when the platform did not say."""
    return form.get("CallSid", "")[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the platform says: only what asking for a call or a text needs, and never written anywhere."""

    call_sid: str = ""
    called: str = ""
    number: str = field(default="", repr=False)
    keys: str = field(default="", repr=False)
    has_starred: bool = False  # star has ended what was typed, where the platform says so: it is not documented
    is_probe: bool = False


def caller(form: Mapping[str, str]) -> Caller:
    """Who calls. An address that is no number, or a hidden one, is a number that cannot be called."""
    return Caller(
        call_sid=call_sid(form),
        called=called(form),
        number=form.get("From", "")[:_LONGEST],
        keys=form.get("Digits", "")[:_LONGEST],
        has_starred=form.get("FinishedOnKey") == Key.STAR.value,
        is_probe=PROBE in form,
    )


def called(form: Mapping[str, str]) -> str:
    """The address that was called: the line's own number, usually."""
    return form.get("To", "")[:_LONGEST]


def _event(form: Mapping[str, str], short_talk_s: int) -> Event:
    pressed = _KEYS.get(form.get("Digits", "")[:1])
    if pressed is not None:
        return pressed
    if "DialCallStatus" not in form:
        return Silence()
    return DialEnded(
        bridged=_BRIDGED.get(form.get("DialBridged", "").lower()),
        outcome=_OUTCOMES.get(form["DialCallStatus"], DialOutcome.OTHER),
        was_short=_talk_s(form) < short_talk_s,
    )


def _talk_s(form: Mapping[str, str]) -> float:
    """The seconds of the talk; a talk of unknown length counts as long, so that nobody is told of being cut off."""
    seconds = form.get("DialCallDuration", "")
    return float(seconds) if _SECONDS.fullmatch(seconds) else float("inf")
