"""Signing in and out, and what somebody sets up the first time: a password of their own, and the second factor."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ivr.storage import codes, passwords
from ivr.storage.failures import Origin, one_subscriber
from ivr.storage.sign_in import Entered, Refused, SignIn
from ivr.web.desk.cookie import Cookies
from ivr.web.desk.doors import Doors, Stage, enter, open_at, token, visitor
from ivr.web.desk.places import Places
from ivr.web.voice import now

_SEALED = "sealed"  # a new secret, encrypted, until somebody has shown a code of it
_WRONG = "That did not work. Please check both and try again."
_WRONG_CODE = "That code did not work. Please take the one that the app shows now."
_WRONG_PASSWORD = "That is not your password now."  # noqa: S105 because it is a sentence
_NOT_TWICE = "The two are not the same. Please type it again."
_NOT_NEW = "Please choose another password than the one you have now."
_BUSY = "Too many people are signing in just now. Please try again in a minute."

# Sign-ins at once in a process. A password takes long to check, and whoever floods this page with them must not hold
# the threads and the store that callers wait for; nor the place of who has signed in with this browser before, nor
# every place of who comes from another address.
STRANGERS, KNOWN = Places(3, most_of_one=2), Places(2, most_of_one=2)


@dataclass(frozen=True, slots=True)
class SigningIn:
    """The pages on the way in, and the way out. `issuer` is how an app on a phone names the line."""

    steps: SignIn
    cookies: Cookies
    issuer: str

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        outside = open_at(Stage.OUTSIDE, Stage.CODE)
        doors.get("/sign-in", "sign_in", self.page, outside)
        doors.post("/sign-in", "take_password", self.take_password, outside)
        doors.get("/code", "code", self.code_page, open_at(Stage.CODE))
        doors.post("/code", "take_code", self.take_code, open_at(Stage.CODE))
        own = open_at(Stage.PASSWORD, Stage.INSIDE)
        doors.get("/password", "password", self.password_page, own)
        doors.post("/password", "change_password", self.change_password, own)
        doors.get("/second-factor", "second_factor", self.second_factor_page, open_at(Stage.SECOND_FACTOR))
        doors.post("/second-factor", "set_second_factor", self.set_second_factor, open_at(Stage.SECOND_FACTOR))
        doors.post("/sign-out", "sign_out", self.sign_out, open_at(Stage.PASSWORD, Stage.SECOND_FACTOR, Stage.INSIDE))

    def page(self) -> ResponseReturnValue:
        """Ask for login and password.

        A browser that comes from a mail keeps a strict cookie to itself; led on by a page of ours, it sends it.
        """
        is_led_here = request.headers.get("Sec-Fetch-Site") == "cross-site"
        return render_template("desk/go_on.html" if is_led_here else "desk/sign_in.html")

    def take_password(self) -> ResponseReturnValue:
        """The first step."""
        login = request.form.get("login", "").strip().lower()
        origin = self._origin()
        places, whose = (KNOWN if self.steps.knows(login, origin, now()) else STRANGERS), one_subscriber(origin.address)
        if not places.take(whose):
            return render_template("desk/sign_in.html", wrong=_BUSY, login=login), 503
        try:
            answer = self.steps.password(login, request.form.get("password", ""), origin, now())
        finally:
            places.give_back(whose)
        if isinstance(answer, Refused):
            return render_template("desk/sign_in.html", wrong=_WRONG, wait_s=answer.wait_s, login=login)
        return self._go_on(answer)

    def code_page(self) -> ResponseReturnValue:
        """Ask for the code of the second factor."""
        return render_template("desk/code.html")

    def take_code(self) -> ResponseReturnValue:
        """The second step."""
        answer = self.steps.code(token(), visitor(), request.form.get("code", ""), self._origin(), now())
        if isinstance(answer, Refused):
            return render_template("desk/code.html", wrong=_WRONG_CODE, wait_s=answer.wait_s)
        return self._go_on(answer)

    def password_page(self) -> ResponseReturnValue:
        """Ask for a new password."""
        return render_template("desk/password.html", least=passwords.LEAST_LETTERS)

    def change_password(self) -> ResponseReturnValue:
        """Take a new password. Who has one of their own says it first."""
        person, new = visitor(), request.form.get("new", "")
        refused = self.steps.has_password(person, request.form.get("password", ""), self._origin(), now())
        wrong = _WRONG_PASSWORD if refused else self._weakness(new)
        if wrong:
            wait_s = refused.wait_s if refused else 0
            return render_template("desk/password.html", least=passwords.LEAST_LETTERS, wrong=wrong, wait_s=wait_s)
        answer = self.steps.new_password(token(), person, new, self._origin(), now())
        return self._go_on(answer) if answer else redirect(url_for("desk.sign_in"), 303)

    def second_factor_page(self) -> ResponseReturnValue:
        """Show a new secret, for an app to take."""
        secret = codes.new_secret()
        session[_SEALED] = self.steps.vault.seal(secret).decode()
        return self._second_factor_page(secret)

    def set_second_factor(self) -> ResponseReturnValue:
        """Keep the secret once a code of it was right."""
        sealed = session.get(_SEALED, "").encode()
        if not sealed:
            return redirect(url_for("desk.second_factor"), 303)
        answer = self.steps.second_factor(token(), visitor(), sealed, request.form.get("code", ""), now())
        if answer is None:
            return self._second_factor_page(self.steps.vault.unseal(sealed), wrong=_WRONG_CODE)
        return self._go_on(answer)

    def sign_out(self) -> ResponseReturnValue:
        """End the session, and give back what was claimed in it."""
        self.steps.out(token(), visitor(), now())
        session.clear()
        return redirect(url_for("desk.sign_in"), 303)

    def _go_on(self, entered: Entered) -> ResponseReturnValue:
        """To the next step, wherever a page might have wished to lead: the door of the first page knows it."""
        enter(entered.token)
        response = make_response(redirect(url_for("desk.home"), 303))
        return self.cookies.make_known(response, entered.browser) if entered.browser else response

    def _origin(self) -> Origin:
        return Origin(self._address(), self.cookies.known())

    def _address(self) -> str:
        """Who asks: behind the proxy that ends TLS, the last address is the one that the proxy itself saw."""
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if self.cookies.is_https else ""
        return told or request.remote_addr or ""

    def _weakness(self, new: str) -> str | None:
        if new != request.form.get("again", ""):
            return _NOT_TWICE
        if new == request.form.get("password", ""):
            return _NOT_NEW
        return passwords.weakness(new, visitor().login)

    def _second_factor_page(self, secret: str, wrong: str = "") -> str:
        return render_template(
            "desk/second_factor.html",
            secret=codes.grouped(secret),
            address=codes.app_address(secret, visitor().login, self.issuer),
            wrong=wrong,
        )
