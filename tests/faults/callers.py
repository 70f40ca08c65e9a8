"""A caller of the fault suite: the platform with its retries and its fallback, and one call with everything in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus

from ivr.errors import CallFault
from ivr.phone import (
    SIGNATURE_HEADER,
    Answers,
    Behaviour,
    DoesNotAnswer,
    Request,
    Response,
    Team,
    Telephone,
    Transport,
    sign,
)
from tests import spoken
from tests.platform_client import CALLER, PUBLIC_URL, TOKEN

FALLBACK_NUMBER = "+18135550108"
MOST_RETRIES = 2  # the rc of the fragment that every URL of ours carries
RETRIED = ("refuses connections", "gave no answer within")  # its rp: failed connects and read time-outs, and 5xx

Happens = Callable[[], object]
Takes = Callable[[], None]
Heard = dict[str, tuple[str, ...]]


@dataclass
class Platform:
    """A transport that does what the platform does when there is no answer: it asks again, then for the fallback."""

    transport: Transport
    fallback: bytes
    token: str = TOKEN
    retried: int = 0
    fell_back: int = 0

    def __call__(self, request: Request) -> Response:
        signature = (SIGNATURE_HEADER, sign(self.token, request.url, request.form))
        for attempt in range(MOST_RETRIES + 1):
            self.retried += attempt > 0
            try:
                response = self.transport(replace(request, headers=(*request.headers, signature)))
            except CallFault as fault:
                if any(words in str(fault) for words in RETRIED):
                    continue
                break
            if response.status == HTTPStatus.OK and not response.content_type.startswith("text/xml"):
                break
            if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return response
        self.fell_back += 1
        if request.kind == "status":
            return Response(204, "", b"")  # nobody hears how a call went
        return Response(200, "text/xml; charset=utf-8", self.fallback)


@dataclass
class Caller:
    """Makes one call that reaches every part of the line, and keeps every word of it, step by step."""

    platform: Platform
    heard: Heard = field(default_factory=dict)
    rang: list[str] = field(default_factory=list)

    @property
    def heard_fallback(self) -> bool:
        """Whether the caller heard the emergency line in both languages and was connected by the fallback document."""
        told = " ".join(words for step in self.heard.values() for words in step)
        return "call 911" in told and "llame al 911" in told and self.rang == [FALLBACK_NUMBER]

    def call(self, before: Mapping[str, Happens] | None = None) -> Heard:
        """Make the call; `before` a step, something happens. A fallback or an apology ends it early."""
        telephone = self._telephone(Answers(after_s=2, presses="1", talks_s=60), CALLER)
        return self._go(telephone, _whole_line(telephone), before or {})

    def ask(self, number: str, before: Mapping[str, Happens] | None = None) -> Heard:
        """Call from a number, reach nobody, and ask to be called back, with a yes to every question."""
        telephone = self._telephone(DoesNotAnswer("busy"), number)
        return self._go(telephone, _asking(telephone), before or {})

    def types(self, number: str, before: Mapping[str, Happens] | None = None) -> Heard:
        """Call without a number, reach nobody, and type one to be called back at, with a yes to every question."""
        telephone = self._telephone(DoesNotAnswer("busy"), "anonymous", number)
        return self._go(telephone, _typing(telephone, number), before or {})

    def reach_nobody(self) -> Heard:
        """Call, press 0, and hear what is offered because nobody answers."""
        telephone = self._telephone(DoesNotAnswer("busy"), CALLER)
        steps = _asking(telephone)
        return self._go(telephone, {step: steps[step] for step in ("arrives", "a person", "nobody", "goes")}, {})

    def _telephone(self, team: Behaviour, number: str, named: str = "") -> Telephone:
        now, sid = datetime.now(UTC), f"CA{(named or number).removeprefix('+').zfill(32)}"
        return Telephone(
            self.platform, now=now, public_url=PUBLIC_URL, team=Team(others=team), from_=number, call_sid=sid
        )

    def _go(
        self, telephone: Telephone, steps: Mapping[str, Callable[[], None]], before: Mapping[str, Happens]
    ) -> Heard:
        self.heard, self.rang = {}, []
        for step, does in steps.items():
            if telephone.has_ended:
                break
            before.get(step, _nothing)()
            does()
            self.heard[step] = tuple(heard.text for heard in telephone.spoken)
        legs = [leg for ring in telephone.rings for leg in ring.legs]
        self.rang = [leg.address for leg in legs]
        self.heard["whispers"] = tuple(heard.text for leg in legs for heard in leg.heard)
        return self.heard


def _whole_line(telephone: Telephone) -> dict[str, Takes]:
    return {
        "arrives": telephone.dial,
        "menu": lambda: _press(telephone, "*"),
        "section": lambda: _press(telephone, "3"),
        "next part": lambda: _press(telephone, "#"),
        "language": lambda: _press(telephone, "9"),
        "a person": lambda: _press(telephone, "0"),
        "afterwards": lambda: _talk(telephone),
        "goes": telephone.hang_up,
    }


def _asking(telephone: Telephone) -> dict[str, Takes]:
    return {
        "arrives": telephone.dial,
        "a person": lambda: _press(telephone, "0"),
        "nobody": lambda: _ring_out(telephone),
        "asks": lambda: _press(telephone, "5"),
        "confirms": lambda: _press(telephone, "1"),
        "permits": lambda: _press(telephone, "1"),
        "goes": telephone.hang_up,
    }


def _typing(telephone: Telephone, number: str) -> dict[str, Takes]:
    steps = _asking(telephone)
    types = {"types": lambda: telephone.press(number.removeprefix("+1"))}
    return {**{step: steps.pop(step) for step in ("arrives", "a person", "nobody", "asks")}, **types, **steps}


def _press(telephone: Telephone, key: str) -> None:
    """Press a key where the line listens, and answer what has been said; what never listens is heard to its end."""
    if telephone.listening_at is None:
        _talk(telephone)
    else:
        spoken.press(telephone, key)


def _talk(telephone: Telephone) -> None:
    """Stay on the line until somebody was rung, and the talk is over."""
    while not telephone.rings and not telephone.has_ended:
        telephone.wait_silently()


def _ring_out(telephone: Telephone) -> None:
    """Stay on the line until it listens again, whoever it rings meanwhile."""
    while telephone.listening_at is None and not telephone.has_ended:
        telephone.wait_silently()


def _nothing() -> None:
    pass
