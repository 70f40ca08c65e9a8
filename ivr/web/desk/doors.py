"""The routes of the desk, each with who may open it. A route that says nothing of it opens to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from flask import Blueprint, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from ivr.storage.deadlines import one_deadline
from ivr.storage.people import Person, Role
from ivr.storage.sessions import LONGEST, Sessions, Visit
from ivr.web.voice import now

TOKEN = "token"  # noqa: S105 because it is the name of what holds one

View = Callable[..., ResponseReturnValue]


class Stage(Enum):
    """How far somebody has come in. Each value is the page that leads on from there."""

    OUTSIDE = "desk.sign_in"
    CODE = "desk.code"
    PASSWORD = "desk.password"  # noqa: S105 because it is the name of a page
    SECOND_FACTOR = "desk.second_factor"
    INSIDE = "desk.home"


@dataclass(frozen=True, slots=True)
class Door:
    """Who may open a route: at which stages and, inside, in which roles."""

    stages: frozenset[Stage]
    roles: frozenset[Role] = frozenset(Role)


def open_to(*roles: Role) -> Door:
    """A door for people in these roles who are inside."""
    return Door(frozenset({Stage.INSIDE}), frozenset(roles))


def open_at(*stages: Stage) -> Door:
    """A door for everybody who has come so far, in whatever role."""
    return Door(frozenset(stages))


STALE = "This page was open for too long."


@dataclass
class Doors:
    """Adds routes to the pages of the desk, and stands in front of them."""

    pages: Blueprint
    sessions: Sessions
    needs_second_factor: bool
    doors: dict[str, Door] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pages.before_request(_begin)
        self.pages.before_request(self.guard)
        self.pages.teardown_request(_end)

    def get(self, rule: str, name: str, view: View, door: Door, *, is_seen: bool = True) -> None:
        """Add a page. One that renews itself is not `is_seen`: nobody need be there."""
        self._add(rule, name, view, door, "GET")
        if not is_seen:
            self.unseen.add(self._endpoint(name))

    def post(self, rule: str, name: str, view: View, door: Door) -> None:
        """Add what a form of ours may send."""
        self._add(rule, name, view, door, "POST")

    def guard(self) -> ResponseReturnValue | None:
        """Let through who may open this route; lead everybody else to where they can go on."""
        door = self.doors.get(request.endpoint or "")
        if door is None:
            abort(403)
        if request.method == "POST":
            _refuse_forged()
        g.visit = self._visit()
        stage = self.stage(g.visit)
        if stage not in door.stages:
            return redirect(url_for(stage.value), 303)
        if stage is Stage.INSIDE and g.visit.person.role not in door.roles:
            abort(403)
        return None

    def stage(self, visit: Visit | None) -> Stage:
        """How far a visit has come."""
        if visit is None:
            return Stage.OUTSIDE
        if not visit.is_complete:
            return Stage.CODE
        if visit.person.must_change_password:
            return Stage.PASSWORD
        if self.needs_second_factor and not visit.person.has_second_factor:
            return Stage.SECOND_FACTOR
        return Stage.INSIDE

    def _visit(self) -> Visit | None:
        token = session.get(TOKEN, "")
        is_seen = request.endpoint not in self.unseen
        return self.sessions.find(token, now(), is_seen=is_seen) if token else None

    def _add(self, rule: str, name: str, view: View, door: Door, method: str) -> None:
        self.doors[self._endpoint(name)] = door
        self.pages.add_url_rule(rule, name, view, methods=[method], provide_automatic_options=False)

    def _endpoint(self, name: str) -> str:
        return f"{self.pages.name}.{name}"


def visitor() -> Person:
    """Who asks. Only behind a door that is not open to strangers."""
    visit: Visit | None = g.visit
    if visit is None:
        abort(403)
    return visit.person


def token() -> str:
    """The token of who asks."""
    held: str = session.get(TOKEN, "")
    return held


def enter(new_token: str) -> None:
    """Begin the browser's session anew with a token: nothing of the one before goes on, not even its forms."""
    session.clear()
    session[TOKEN] = new_token


def _begin() -> None:
    """Let the whole page wait for the store no longer than a deadline, however much is on it."""
    g.deadline = one_deadline()
    g.deadline.__enter__()


def _end(_: BaseException | None) -> None:
    deadline = g.pop("deadline", None)
    if deadline is not None:  # an address that cannot be is refused before anything begins
        deadline.__exit__(None, None, None)


def _refuse_forged() -> None:
    """Only a form of ours, in the session that it was made in. A browser also tells when another site sends it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)
    try:
        validate_csrf(request.form.get("csrf_token"), time_limit=int(LONGEST.total_seconds()))
    except ValidationError:
        abort(400, STALE)
