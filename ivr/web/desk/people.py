"""The page of the people: who may come in, and as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.storage.people import DeskFault, Newcomer, People, Role
from ivr.web.desk.doors import Doors, open_to, visitor
from ivr.web.voice import now

_NOT_YOURSELF = "That is you. Another supervisor can do it, or the command line."


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """The page, and what its forms ask for. A login is never in an address, so that no log holds one."""

    people: People

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        supervisors = open_to(Role.SUPERVISOR)
        doors.get("/people", "people", self.page, supervisors)
        doors.post("/people", "add_person", self.add, supervisors)
        doors.post("/people/disable", "disable_person", self.disable, supervisors)
        doors.post("/people/enable", "enable_person", self.enable, supervisors)
        doors.post("/people/reset", "reset_person", self.reset, supervisors)
        doors.post("/people/mail", "mail_person", self.mail, supervisors)

    def page(self, wrong: str = "", handed: tuple[str, str] | None = None) -> ResponseReturnValue:
        """Everybody. `handed` is a login and its first password, which is shown on this one page only."""
        return render_template(
            "desk/people.html",
            people=self.people.all(),
            roles=tuple(role for role in Role if role is not Role.AUDITOR),
            wrong=wrong,
            asked=request.form if wrong else {},
            handed=handed,
        )

    def add(self) -> ResponseReturnValue:
        """Add somebody."""
        said = {name: request.form.get(name, "").strip() for name in ("login", "name", "role", "email")}
        try:
            newcomer = Newcomer(said["login"].lower(), said["name"], _role(said["role"]), said["email"])
            password = self.people.add(newcomer, now(), visitor().login)
        except DeskFault as fault:
            return self.page(str(fault))
        return self.page(handed=(newcomer.login, password))

    def disable(self) -> ResponseReturnValue:
        """Let somebody in no more."""
        return self._change(self.people.disable, "can sign in no more")

    def enable(self) -> ResponseReturnValue:
        """Let somebody in again."""
        return self._change(self.people.enable, "can sign in again")

    def reset(self) -> ResponseReturnValue:
        """Begin somebody's sign-in afresh."""
        login = request.form.get("login", "")
        if login == visitor().login:
            return self.page(_NOT_YOURSELF)
        try:
            return self.page(handed=(login, self.people.reset(login, now(), visitor().login)))
        except DeskFault as fault:
            return self.page(str(fault))

    def mail(self) -> ResponseReturnValue:
        """Have a supervisor's mails go to another address, or to none."""
        login, address = (request.form.get(name, "").strip() for name in ("login", "address"))
        try:
            self.people.mail_to(login, address, now(), visitor().login)
        except DeskFault as fault:
            return self.page(str(fault))
        flash(f"{login} is told by mail now." if address else f"{login} is told nothing by mail.")
        return redirect(url_for("desk.people"), 303)

    def _change(self, change: Callable[[str, datetime, str], None], can_now: str) -> ResponseReturnValue:
        login = request.form.get("login", "")
        if login == visitor().login:
            return self.page(_NOT_YOURSELF)
        try:
            change(login, now(), visitor().login)
        except DeskFault as fault:
            return self.page(str(fault))
        flash(f"{login} {can_now}.")
        return redirect(url_for("desk.people"), 303)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise DeskFault("Please choose a role.") from None
