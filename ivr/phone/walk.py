"""Walks the whole line: every key at every prompt, every silence, every way a transfer can end, each of them once.

The walk sees only documents, as the platform does. What it proves is that no answer is out of order and that no silence
ends a call; where the answers lead is for the caller standard's checks to say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from ivr.errors import IvrError
from ivr.phone.document import Dial, Document, Gather, Redirect
from ivr.phone.document import Step as Verb
from ivr.phone.handset import (
    KEYS,
    DialOutcome,
    Form,
    Kind,
    Parties,
    Request,
    Response,
    dial_fields,
    resolve,
    standard_fields,
)
from ivr.phone.telephone import ACCOUNT_SID, CALLER, FIRST_SID, LINE
from ivr.phone.wire import prepare, read_answer

# What is typed where a number is: one that can be called, too few keys, ten that begin with 1, one that is not of the
# US, and each key alone. Star ends what was typed, and pressed alone it is no input.
DIGITS: Final = KEYS.replace("*", "")
ENTRIES: Final = ("8135550123", "123", "1813555012", "8765550123", "12#4", *DIGITS)
STARRED: Final = ("123", "5")
WHISPER_KEYS: Final = ("1", "5")

OUTCOMES: Final = (
    DialOutcome("completed", is_bridged=True, seconds=180),
    DialOutcome("completed", is_bridged=True, seconds=4),
    DialOutcome("completed", is_bridged=False, seconds=12),
    DialOutcome("completed", is_bridged=None, seconds=30),
    DialOutcome("answered", is_bridged=None, seconds=30),
    DialOutcome("busy", is_bridged=False, seconds=0),
    DialOutcome("busy", is_bridged=None, seconds=0),
    DialOutcome("no-answer", is_bridged=False, seconds=0),
    DialOutcome("no-answer", is_bridged=None, seconds=0),
    DialOutcome("failed", is_bridged=False, seconds=0),
    DialOutcome("canceled", is_bridged=False, seconds=0),
    DialOutcome("", is_bridged=None, seconds=0),
    DialOutcome("something new", is_bridged=None, seconds=0),
)

CHILD_SID: Final = "CA" + "2".zfill(32)


@dataclass(frozen=True, slots=True)
class Reached:
    """A document, and how a caller gets to it."""

    request: Request
    document: Document
    body: bytes
    label: str
    before: Reached | None

    @property
    def to(self) -> str:
        """Who was called: the line, or the one who hears a whisper."""
        return dict(self.request.form)["To"]

    @property
    def how(self) -> str:
        """The way from the start: "/voice/answer, 3, #, silence"."""
        labels: list[str] = []
        here: Reached | None = self
        while here is not None:
            labels.append(here.label)
            here = here.before
        return ", ".join(reversed(labels))


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk found. `faults` is empty for a line that is in order."""

    reached: tuple[Reached, ...]
    faults: tuple[str, ...]
    requests: int
    presses: int
    largest_bytes: int

    @property
    def documents(self) -> int:
        """How many different documents there are."""
        return len({one.body for one in self.reached})


def walk(
    answer: Callable[[Request], Response],
    starts: Iterable[str] = ("/voice/answer",),
    *,
    now: datetime | None = None,
    public_url: str = "http://127.0.0.1:8000",
    token: str | None = None,
    from_: str = CALLER,
    most_requests: int = 200_000,
) -> Walk:
    """Walk from `starts`, breadth first, so that each document is reached in the shortest way.

    Faults are collected, each with its way; the walk goes on beside them. One that finds more than `most_requests` to
    ask says so: then the line makes new addresses for ever.
    """
    course = _Course(Parties(public_url, from_, LINE, FIRST_SID, ACCOUNT_SID), deque())
    for path in starts:
        course.plan(_Ask("answer", resolve(public_url, path), (), path, None))
    while course.waiting:
        if course.asked >= most_requests:
            course.find(f"There are more than {most_requests} requests to ask: addresses without end.", "")
            break
        course.visit(course.waiting.popleft(), answer, token, now)
    largest = max((one.document.size_bytes for one in course.reached), default=0)
    faults = tuple(fault + way for fault, way in course.faults.items())
    return Walk(tuple(course.reached), faults, course.asked, course.presses, largest)


@dataclass(frozen=True, slots=True)
class _Ask:
    """A request that is still to be made; `label` is what the caller does to bring it about."""

    kind: Kind
    url: str
    fields: Form
    label: str
    before: Reached | None
    to: str = LINE


@dataclass(slots=True)
class _Course:
    parties: Parties
    waiting: deque[_Ask]
    planned: set[tuple[str, Form, bool]] = field(default_factory=set)
    opened: set[tuple[str, bool, bool]] = field(default_factory=set)
    reached: list[Reached] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    presses: int = 0

    def plan(self, ask: _Ask) -> None:
        known = (ask.url, ask.fields, ask.kind == "whisper")
        if known not in self.planned:
            self.planned.add(known)
            self.waiting.append(ask)

    def find(self, fault: str, way: str) -> None:
        """Keep a fault with the first way to it, which is the shortest; many keys may lead to the same."""
        self.faults.setdefault(fault, way)

    def visit(self, ask: _Ask, answer: Callable[[Request], Response], token: str | None, now: datetime | None) -> None:
        status = "ringing" if ask.kind == "answer" else "in-progress"
        parties = _child(self.parties, ask.to) if ask.kind == "whisper" else self.parties
        form = standard_fields(parties, status) + ask.fields
        request = prepare(Request(ask.kind, ask.url, form), token, now)
        self.asked += 1
        self.presses += any(name == "Digits" for name, _ in ask.fields)
        response = answer(request)
        try:
            document = read_answer(request, response, is_whisper=ask.kind == "whisper")
        except IvrError as fault:
            self.find(str(fault), f" Reached by: {_way(ask)}")
            return
        here = Reached(request, document, response.body, ask.label, ask.before)
        self.reached.append(here)
        if ask.kind != "whisper" and not document.leads_on:
            self.find(f"{request.path_and_query}: silence ends the call.", f" Reached by: {here.how}")
        for verb in document.verbs:
            if isinstance(verb, Gather) and not self._is_new(here, verb):
                continue
            for event in _events(here, verb):
                self.plan(event)

    def _is_new(self, here: Reached, gather: Gather) -> bool:
        """Whether no document before had a Gather with this action: its keys need to be planned only once."""
        known = (resolve(here.request.url, gather.action), gather.num_digits == 1, _is_whisper(here))
        is_new = known not in self.opened
        self.opened.add(known)
        return is_new


def _child(parties: Parties, to: str) -> Parties:
    return replace(parties, to=to, call_sid=CHILD_SID, parent_sid=parties.call_sid)


def _way(ask: _Ask) -> str:
    return f"{ask.before.how}, {ask.label}" if ask.before else ask.label


def _events(here: Reached, verb: Verb) -> Iterator[_Ask]:
    """Everything that a caller, or one who was called, can bring about at a verb."""
    match verb:
        case Gather():
            yield from _key_events(here, verb)
        case Redirect(url):
            yield _ask(here, "redirect", url, (), "silence")
        case Dial():
            yield from _dial_events(here, verb)
        case _:
            pass


def _key_events(here: Reached, gather: Gather) -> Iterator[_Ask]:
    kind: Kind = "whisper" if _is_whisper(here) else "keys"
    yield _ask(here, kind, gather.action, (), "no keys")
    for keys in WHISPER_KEYS if _is_whisper(here) else _entries(gather):
        yield _ask(here, kind, gather.action, (("Digits", keys),), keys)
    for keys in STARRED if gather.num_digits > 1 else ():
        fields = (("Digits", keys), ("FinishedOnKey", gather.finish_on_key))
        yield _ask(here, kind, gather.action, fields, f"{keys}{gather.finish_on_key}")


def _entries(gather: Gather) -> Iterable[str]:
    """The keys that can be posted: one where one is taken, else what can be typed."""
    if gather.num_digits > 1:
        return ENTRIES
    return DIGITS if gather.finish_on_key else KEYS


def _dial_events(here: Reached, dial: Dial) -> Iterator[_Ask]:
    for target in dial.targets:
        if target.url is not None:
            yield _ask(here, "whisper", target.url, (), "whisper", target.address)
    if dial.action is not None:
        for outcome in OUTCOMES:
            label = f"{outcome.status or 'no status'} {outcome.seconds} s, bridged {outcome.is_bridged}"
            yield _ask(here, "dial", dial.action, dial_fields(outcome, CHILD_SID), label)


def _ask(here: Reached, kind: Kind, url: str, fields: Form, label: str, to: str | None = None) -> _Ask:
    return _Ask(kind, resolve(here.request.url, url), fields, label, here, to or here.to)


def _is_whisper(here: Reached) -> bool:
    return here.request.kind == "whisper"
