"""The page of the switch: close the line, open it, or go back to the usual hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.desk.ports import Override
from ivr.desk.switching import Wish, latest, local_time, reasons, refusal
from ivr.model.flow import Flow
from ivr.model.speech import written
from ivr.storage.people import Role
from ivr.storage.switch import Switch
from ivr.web.desk.clock import Clock, ended
from ivr.web.desk.doors import Doors, open_to, visitor
from ivr.web.desk.surroundings import clock
from ivr.web.voice import now

_SPANS = {"30": "for 30 minutes", "60": "for 1 hour", "120": "for 2 hours", "240": "for 4 hours"}  # by minutes
_OPENING = "opening"
_OWN = "own"
_NO_END = "Please choose until when."


@dataclass(frozen=True, slots=True)
class Reason:
    """The name of approved words, and what callers hear in each language."""

    name: str
    heard: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class End:
    """A choice of an end."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class SwitchPages:
    """The page, and what its forms ask for."""

    flow: Flow
    switch: Switch

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        supervisors = open_to(Role.SUPERVISOR)
        doors.get("/switch", "switch", self.page, supervisors)
        doors.post("/switch", "turn", self.turn, supervisors)
        doors.post("/switch/back", "back", self.back, supervisors)

    def page(self, wrong: str = "") -> ResponseReturnValue:
        """How the line stands, and the forms."""
        at = now()
        return render_template(
            "desk/switch.html",
            wrong=wrong,
            asked=request.form,
            usual=usual(self.flow, clock(self.flow)),
            is_open=self.flow.line.hours.is_open(at),
            reasons=tuple(_reason(self.flow, name) for name in reasons(self.flow)),
            ends=tuple(self._ends(clock(self.flow))),
        )

    def turn(self) -> ResponseReturnValue:
        """Close or open the line."""
        at, ends_at = now(), self._end(now())
        if ends_at is None:
            return self.page(_NO_END)
        is_open = request.form.get("is_open") == "yes"
        override = Override(is_open, "" if is_open else request.form.get("reason", ""), ends_at)
        wrong = refusal(
            self.flow.line.hours, reasons(self.flow), Wish(override, is_dated="is_dated" in request.form), at
        )
        if wrong:
            return self.page(wrong)
        self.switch.turn(override, at, visitor().login)
        flash("Done. Calls hear it within a few seconds.")
        return redirect(url_for("desk.switch"), 303)

    def back(self) -> ResponseReturnValue:
        """Go back to the usual hours."""
        if self.switch.back(now(), visitor().login):
            flash("The line keeps its usual hours again.")
        return redirect(url_for("desk.switch"), 303)

    def _ends(self, clock: Clock) -> Iterator[End]:
        last = latest(self.flow.line.hours, clock.now)
        for minutes, label in _SPANS.items():
            if clock.now + timedelta(minutes=int(minutes)) < last:
                yield End(minutes, label)
        yield End(_OPENING, f"until {clock.when(last)}, the next opening")

    def _end(self, at: datetime) -> datetime | None:
        """The end that was chosen, if it is one."""
        chosen = request.form.get("until", "")
        if chosen in _SPANS:
            return at + timedelta(minutes=int(chosen))
        if chosen == _OPENING:
            return latest(self.flow.line.hours, at)
        return local_time(self.flow.line.hours, request.form.get("own", "")) if chosen == _OWN else None


def _reason(flow: Flow, name: str) -> Reason:
    heard = {language: written(flow.scripts[language].reasons[name]) for language in flow.line.languages}
    return Reason(name, tuple(heard.items()))


def usual(flow: Flow, clock: Clock) -> str:
    """What the usual hours say of now, as a sentence."""
    hours = flow.line.hours
    is_open = hours.is_open(clock.now)
    changes = hours.next_closing(clock.now) if is_open else hours.next_opening(clock.now)
    state = "here" if is_open else "away"
    return ended(f"By its usual hours the team is {state}" + (f" until {clock.when(changes)}" if changes else ""))
