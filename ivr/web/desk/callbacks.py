"""The list of callbacks, and what can be done with one. A number is only in the answer to whoever asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.desk.callbacks import OpenCallback, Outcome, Refusal
from ivr.desk.promises import kept_from, working_day
from ivr.model.flow import Flow
from ivr.model.numbers import PhoneNumber
from ivr.storage.callback_list import CallbackList
from ivr.storage.outbox import Outbox
from ivr.storage.people import CALL_BACK, Role
from ivr.storage.standing import standing
from ivr.web.desk.cards import NOTHING_SHOWN, Cards
from ivr.web.desk.doors import Doors, open_to, visitor
from ivr.web.desk.sending import notes
from ivr.web.desk.surroundings import clock
from ivr.web.voice import now

SHOWN_S = 120
_WARN_DAYS = 5  # working days after its promise; two later it is deleted
_NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")
_DONE = {
    Outcome.NO_ANSWER: "Noted: no answer.",
    Outcome.WRONG_NUMBER: "The number is deleted.",
}
_REFUSED = {
    Refusal.GONE: "That callback is not open any more.",
    Refusal.NOT_YOURS: "Somebody else has that callback, or your half hour is over. If it is free, take it again.",
    Refusal.NOT_SHOWN: "Nothing was noted, because the number was not shown: show it, and call.",
    Refusal.NOT_PERMITTED: "That caller permits no message.",
    Refusal.TOO_LATE: "That can no longer be undone.",
}


@dataclass(frozen=True, slots=True)
class CallbackPages:
    """The first page of the desk, and its forms."""

    flow: Flow
    callbacks: CallbackList
    outbox: Outbox

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        callers_back = open_to(*CALL_BACK)
        doors.pages.url_value_preprocessor(_refuse_odd_names)
        doors.get("", "home", self.home, open_to(*Role))
        doors.get("/list", "list", self.part, callers_back, is_seen=False)
        doors.post("/callbacks/<name>/claim", "claim", self.claim, callers_back)
        doors.post("/callbacks/<name>/take-over", "take_over", self.take_over, open_to(Role.SUPERVISOR))
        doors.post("/callbacks/<name>/release", "release", self.release, callers_back)
        doors.post("/callbacks/<name>/number", "reveal", self.reveal, callers_back)
        doors.post("/callbacks/<name>/outcome", "settle", self.settle, callers_back)
        doors.post("/callbacks/<name>/undo", "undo", self.undo, callers_back)
        doors.get("/callbacks/<name>/<_>", "again", self.again, callers_back)

    def count(self, at: datetime) -> int:
        """How many callbacks wait."""
        return len(self.callbacks.open(at))

    def home(self) -> ResponseReturnValue:
        """The list; an auditor has none, and goes on to the trail."""
        if visitor().role not in CALL_BACK:
            return redirect(url_for("desk.trail"), 303)
        return self._list("desk/callbacks.html")

    def part(self) -> ResponseReturnValue:
        """The list alone, for a page that renews itself."""
        return self._list("desk/list.html")

    def claim(self, name: str) -> ResponseReturnValue:
        """Take a callback."""
        return _back(self.callbacks.claim(name, visitor().id, now()), name)

    def take_over(self, name: str) -> ResponseReturnValue:
        """Take a callback that somebody else has."""
        return _back(self.callbacks.take_over(name, visitor().id, now()), name)

    def release(self, name: str) -> ResponseReturnValue:
        """Give a callback back."""
        return _back(self.callbacks.release(name, visitor().id, now()), name)

    def reveal(self, name: str) -> ResponseReturnValue:
        """Show a number, on this one page: no address leads to it, and nothing keeps it."""
        number = self.callbacks.reveal(name, visitor().id, now())
        if isinstance(number, Refusal):
            return _back(number, name)
        return self._list("desk/callbacks.html", {name: _grouped(number)})

    def settle(self, name: str) -> ResponseReturnValue:
        """Say how a call ended."""
        try:
            outcome = Outcome(request.form.get("outcome", ""))
        except ValueError:
            abort(400)
        refused = self.callbacks.settle(name, visitor().id, outcome, now(), self._day_of)
        if not refused and outcome in _DONE:
            flash(_DONE[outcome])
        return _back(refused, name)

    def undo(self, name: str) -> ResponseReturnValue:
        """Open again what was done within the minute."""
        return _back(self.callbacks.undo(name, visitor().id, now()), name)

    def again(self, name: str, _: str) -> ResponseReturnValue:
        """To the list, for who opens the address of a form again, as a phone does that loads the page anew."""
        return _back(None, name)

    def _list(self, template: str, shown: Mapping[str, str] = NOTHING_SHOWN) -> str:
        at, person = now(), visitor()
        cards = Cards(self.flow, clock(self.flow), person)
        waiting = self.callbacks.open(at)
        return render_template(
            template,
            cards=cards.of(waiting, shown),
            done=cards.done(self.callbacks.undoable(person.id, at)),
            expiring=cards.of(self._expiring(at) if person.role is Role.SUPERVISOR else ()),
            late=sum(bool(callback.late_by(at)) for callback in waiting),
            sending=notes(standing(self.outbox, at), cards.clock),
            shown_s=SHOWN_S,
        )

    def _expiring(self, at: datetime) -> tuple[OpenCallback, ...]:
        return self.callbacks.expiring(at, kept_from(self.flow.line.hours, at, _WARN_DAYS))

    def _day_of(self, at: datetime) -> date | None:
        return working_day(self.flow.line.hours, at)


def _refuse_odd_names(_: str | None, values: dict[str, Any] | None) -> None:
    """A name that no callback can have is not asked for: a database may refuse to compare it."""
    if values and not _NAME.fullmatch(values.get("name", "x")):
        abort(404)


def _back(refused: Refusal | None, name: str) -> ResponseReturnValue:
    """Back to the list, at the callback that it was about."""
    if refused:
        flash(_REFUSED[refused])
    return redirect(url_for("desk.home", _anchor=f"c-{name}"), 303)


def _grouped(number: PhoneNumber) -> str:
    return "-".join(number.groups)
