"""What stands around every page of the desk: who is here, where one can go, what holds for the line, what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import g, request, url_for
from flask_wtf.csrf import generate_csrf

from ivr.desk.ports import StoreUnavailable
from ivr.model.flow import Flow
from ivr.storage.people import CALL_BACK, Person
from ivr.storage.switch import Held, Switch
from ivr.web.desk.clock import Clock, ended
from ivr.web.desk.cookie import ROOT
from ivr.web.desk.doors import Doors, Stage
from ivr.web.page_words import Calendar
from ivr.web.voice import now

# Where it leads, how it is called, and by which route it is known to whom it opens: the first page sends auditors on.
_ENTRIES = (
    ("desk.home", "Callbacks", "desk.list"),
    ("desk.reports", "Reports", "desk.reports"),
    ("desk.switch", "Close or open", "desk.switch"),
    ("desk.people", "People", "desk.people"),
    ("desk.trail", "Who did what", "desk.trail"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to go."""

    endpoint: str
    label: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Banner:
    """That the line does not keep its usual hours."""

    is_open: bool
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that the base of the pages shows. `waiting` counts the open callbacks, for who may see them."""

    line: str
    person: Person | None = None
    entries: tuple[Entry, ...] = ()
    banner: Banner | None = None
    may_switch: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """Makes the surroundings of a page."""

    flow: Flow
    doors: Doors
    switch: Switch
    count: Callable[[datetime], int]

    def context(self) -> dict[str, object]:
        """What every template is given."""
        first = self.flow.line.languages[0]
        return {
            "desk": self._surroundings(),
            "csrf_token": generate_csrf,
            "clock": clock(self.flow),
            "zone": Calendar(self.flow, first).zone,
        }

    def _surroundings(self) -> Surroundings:
        line = f"{self.flow.line.short_name} line"
        visit = g.get("visit")
        if visit is None or not visit.is_complete:
            return Surroundings(line)
        person: Person = visit.person
        if self.doors.stage(visit) is not Stage.INSIDE:
            return Surroundings(line, person)
        entries = tuple(self._entries(person))
        held, waiting = self._asked(person)
        return Surroundings(
            line,
            person,
            entries,
            None if held is None else banner(held, clock(self.flow)),
            may_switch=any(entry.endpoint == "desk.switch" for entry in entries),
            waiting=waiting,
        )

    def _entries(self, person: Person) -> list[Entry]:
        return [
            Entry(endpoint, label, is_here=_is_here(url_for(endpoint)))
            for endpoint, label, known_by in _ENTRIES
            if known_by in self.doors.doors and person.role in self.doors.doors[known_by].roles
        ]

    def _asked(self, person: Person) -> tuple[Held | None, int]:
        """What the store says; nothing when it does not answer, because a page that says so needs a base too."""
        try:
            return self.switch.holding(now()), self.count(now()) if person.role in CALL_BACK else 0
        except StoreUnavailable:
            return None, 0


def _is_here(path: str) -> bool:
    """Whether this page is that one, or belongs to it: a callback belongs to the list."""
    return request.path == path or request.path.startswith(f"{path}/" if path != ROOT else f"{ROOT}/callbacks/")


def clock(flow: Flow) -> Clock:
    """The line's clock at the time of this request."""
    return Clock(flow.line.hours.zone, now())


def banner(held: Held, clock: Clock) -> Banner:
    """What is said of an override that holds."""
    is_open = held.override.is_open
    state, did = ("open", "Opened") if is_open else ("closed", "Closed")
    what = ended(f"The line is {state} until {clock.when(held.override.ends_at)}")
    return Banner(is_open, what, f"{did} by {held.made_by}, {clock.ago(held.begins_at)}.")
