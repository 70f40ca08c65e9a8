"""The cookies of the desk: for this host only, out of reach of scripts and of other sites."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Request, Response, request
from flask.sansio.app import App
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from ivr.storage.marks import LASTS

ROOT = "/desk"


class DeskCookie(SecureCookieSessionInterface):
    """Flask's own signed cookie, and only for pages of the desk: a call must not pay for it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; None elsewhere."""
        is_desk = request.path == ROOT or request.path.startswith(f"{ROOT}/")
        return super().open_session(app, request) if is_desk else None


@dataclass(frozen=True, slots=True)
class Cookies:
    """The two cookies: the session, and the mark of a browser in which somebody has signed in."""

    is_https: bool

    def begin(self, app: App, secret: str) -> None:
        """Have the application keep its session so."""
        assert isinstance(app, Flask)  # noqa: S101 because only the type of a blueprint's state says less
        app.secret_key = secret
        app.session_interface = DeskCookie()
        app.config.update(
            SESSION_COOKIE_NAME=self._name("desk"),
            SESSION_COOKIE_SECURE=self.is_https,
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Strict",
            SESSION_COOKIE_PATH="/",  # as __Host- demands
        )

    def known(self) -> str:
        """The mark of this browser; empty for one that is not known."""
        return request.cookies.get(self._name("desk-known"), "")

    def make_known(self, response: Response, mark: str) -> Response:
        """Have this browser keep its mark."""
        response.set_cookie(
            self._name("desk-known"),
            mark,
            max_age=LASTS,
            secure=self.is_https,
            httponly=True,
            samesite="Strict",
        )
        return response

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.is_https else name
