"""A probe: a short call that walks what callers need most, and hangs up before anybody is rung.

It carries a mark that only a signed request can have, so that the line counts it apart.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from ivr.errors import CallFault, IvrError
from ivr.phone.handset import Request, Response
from ivr.phone.places import place_of
from ivr.phone.telephone import ACCOUNT_SID, LINE, Telephone
from ivr.phone.wire import Transport

MARK: Final = ("IvrProbe", "1")
NOBODY: Final = "anonymous"  # no caller is made up: a line must serve those who hide their number

Person = Literal["rings", "away", ""]


@dataclass(frozen=True, slots=True)
class Keys:
    """What is pressed on the way; an empty key leaves its step out."""

    choices: str = "*"
    section: str = "1"
    language: str = "9"
    person: str = "0"


@dataclass(frozen=True, slots=True)
class Probed:
    """How a probe went: the milliseconds of each step that was taken, and the name of the one that went wrong."""

    steps: tuple[tuple[str, float], ...]
    person: Person
    failed: str = ""
    wrong: str = ""

    @property
    def is_well(self) -> bool:
        """Whether a caller would have been served."""
        return not self.failed


def probe(
    transport: Transport,
    *,
    now: datetime,
    public_url: str,
    token: str,
    keys: Keys | None = None,
    to: str = LINE,
    account_sid: str = ACCOUNT_SID,
) -> Probed:
    """Call the line through `transport`, signed as for `public_url`; what goes wrong is told, not raised."""
    clock = _Clock(transport)
    telephone = Telephone(
        clock,
        now=now,
        public_url=public_url,
        token=token,
        to=to,
        from_=NOBODY,
        call_sid=f"CA{secrets.token_hex(16)}",
        account_sid=account_sid,
        extra=(MARK,),
    )
    steps: list[tuple[str, float]] = []
    for name, take in _steps(telephone, keys or Keys()):
        before_s, wrong = clock.spent_s, _wrong(take)
        steps.append((name, round((clock.spent_s - before_s) * 1000, 1)))
        if wrong:
            return Probed(tuple(steps), "", name, wrong)
    return Probed(tuple(steps), "rings" if telephone.rings else "away")


def _wrong(take: Callable[[], None]) -> str:
    try:
        take()
    except IvrError as fault:
        return str(fault)
    return ""


@dataclass(slots=True)
class _Clock:
    """A transport that knows how long it was waited for."""

    transport: Transport
    spent_s: float = field(default=0.0)

    def __call__(self, request: Request) -> Response:
        began = time.perf_counter()
        try:
            return self.transport(request)
        finally:
            self.spent_s += time.perf_counter() - began


def _steps(telephone: Telephone, keys: Keys) -> Iterator[tuple[str, Callable[[], None]]]:
    call = _Call(telephone)
    yield "answer", call.arrive
    yield "menu", lambda: call.choose(keys.choices)
    if keys.section:
        yield "section", lambda: call.read_on(keys.section)
    if keys.language:
        yield "language", lambda: call.change_language(keys.language)
    yield "person", lambda: call.ask_for_a_person(keys.person)
    yield "end", telephone.hang_up


@dataclass(frozen=True, slots=True)
class _Call:
    """The steps, each with what a caller must find."""

    telephone: Telephone

    def arrive(self) -> None:
        self.telephone.dial()
        self._where()

    def choose(self, key: str) -> None:
        self.telephone.press(key)
        self._where()

    def read_on(self, key: str) -> None:
        before = self._where()
        self.telephone.press(key)
        if self._where() == before:
            raise CallFault(f"{key} should lead to a section, but the line stays at {' '.join(before)}.")

    def change_language(self, key: str) -> None:
        language, node = self._where()
        self.telephone.press(key)
        new, where = self._where()
        if new == language or where != node:
            raise CallFault(f"{key} should say {node} in another language, but leads to {new} {where}.")
        if not any(heard.language.startswith(new) for heard in self.telephone.spoken):
            raise CallFault(f"Nothing is said in {new}.")

    def ask_for_a_person(self, key: str) -> None:
        """Open: the announcement is heard up to the Dial. Closed: what the line offers instead."""
        self.telephone.press(key)
        while not self.telephone.ringing and self.telephone.listening_at is None and not self.telephone.has_ended:
            self.telephone.wait_silently()
        self._refuse_apology()

    def _where(self) -> tuple[str, str]:
        """The language and the node of the prompt that listens; CallFault when none does, or it says nothing."""
        self._refuse_apology()
        action = self.telephone.listening_at
        if action is None or not any(heard.text for heard in self.telephone.spoken):
            raise CallFault("The line says nothing, or does not listen.")
        language, node, *_ = (*place_of(action).split(), "", "")
        return language, node

    def _refuse_apology(self) -> None:
        """The document for a fault of the line never listens, and its Dial has no action."""
        dial, listens = self.telephone.call.ringing, self.telephone.listening_at is not None
        if not listens and (dial is None or dial.action is None):
            raise CallFault("The line answers with its apology, or ends the call: see its log for a fault.")
