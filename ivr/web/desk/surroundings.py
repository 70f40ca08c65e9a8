"""What stands around every page of the desk: who is here, where one can go, what holds for the line, what waits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import g, request, url_for
from flask_wtf.csrf import generate_csrf

from ivr.desk.ports import StoreUnavailable
from ivr.model.flow import Flow
from ivr.storage.people import CALL_BACK, Person
from ivr.storage.sessions import Visit
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
class Around:
    """What the surroundings of every page are made from. `count` counts the callbacks that wait at a time."""

    flow: Flow
    doors: Doors
    switch: Switch
    count: Callable[[datetime], int]

    def context(self) -> dict[str, object]:
        """What every template is given."""
        return {
            "desk": Surroundings(self, g.get("visit")),
            "csrf_token": generate_csrf,
            "clock": clock(self.flow),
            "zone": Calendar(self.flow, self.flow.line.languages[0]).zone,
        }


@dataclass(frozen=True)
class Surroundings:
    """What the base of the pages shows. The store is asked only for what a template looks at.

    A store that does not answer leaves the banner and the count out, because the page that says so has a base too.
    """

    around: Around
    visit: Visit | None

    @property
    def line(self) -> str:
        """The name of the line among its own people."""
        return f"{self.around.flow.line.short_name} line"

    @property
    def person(self) -> Person | None:
        """Who is here, once all that they have set up was asked of them."""
        return self.visit.person if self.visit and self.visit.is_complete else None

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Where one can go from here: nowhere, for who is not inside."""
        doors, person = self.around.doors, self.person
        if person is None or doors.stage(self.visit) is not Stage.INSIDE:
            return ()
        return tuple(
            Entry(endpoint, label, is_here=_is_here(url_for(endpoint)))
            for endpoint, label, known_by in _ENTRIES
            if known_by in doors.doors and person.role in doors.doors[known_by].roles
        )

    @property
    def may_switch(self) -> bool:
        """Whether who is here may close and open the line."""
        return any(entry.endpoint == "desk.switch" for entry in self.entries)

    @cached_property
    def banner(self) -> Banner | None:
        """What holds instead of the usual hours, if anything does."""
        with suppress(StoreUnavailable):
            held = self.around.switch.holding(now()) if self.entries else None
            return None if held is None else banner(held, self.around.flow)
        return None

    @cached_property
    def waiting(self) -> int:
        """How many callbacks wait; none for who may not see them."""
        with suppress(StoreUnavailable):
            may_see = bool(self.entries) and self.person is not None and self.person.role in CALL_BACK
            return self.around.count(now()) if may_see else 0
        return 0


def _is_here(path: str) -> bool:
    """Whether this page is that one, or belongs to it: a callback belongs to the list."""
    return request.path == path or request.path.startswith(f"{path}/" if path != ROOT else f"{ROOT}/callbacks/")


def clock(flow: Flow) -> Clock:
    """The line's clock at the time of this request."""
    return Clock(flow.line.hours.zone, now())


def banner(held: Held, flow: Flow) -> Banner:
    """What is said of an override that holds; of one that ends while the team is away, also when it is back."""
    here, override = clock(flow), held.override
    state, did = ("open", "Opened") if override.is_open else ("closed", "Closed")
    what = ended(f"The line is {state} until {here.when(override.ends_at)}")
    back = None if override.is_open else flow.line.hours.next_opening(override.ends_at)
    if back is not None and back > override.ends_at:
        what += f" {ended(f'By the usual hours the team is back {here.when(back)}')}"
    return Banner(override.is_open, what, f"{did} by {held.made_by}, {here.ago(held.begins_at)}.")
