"""The page of who did what, for auditors. It names callbacks by their random names, and no caller."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from ivr.storage.audit import Trail
from ivr.storage.people import Role
from ivr.web.desk.doors import Doors, open_to

_MOST = 100
_MOST_LINES = 2**31  # the numbers that the database counts lines with


@dataclass(frozen=True, slots=True)
class TrailPages:
    """The trail, newest first, a hundred lines a page."""

    trail: Trail

    def add_to(self, doors: Doors) -> None:
        """Add the route."""
        doors.get("/trail", "trail", self.page, open_to(Role.AUDITOR))

    def page(self) -> ResponseReturnValue:
        """A page of the trail, from a line of it on."""
        before = request.args.get("before", type=int)
        if before is not None and not 0 < before < _MOST_LINES:
            abort(404)
        entries = self.trail.page(_MOST, before)
        return render_template(
            "desk/trail.html", entries=entries, has_more=len(entries) == _MOST, is_newest=before is None
        )
