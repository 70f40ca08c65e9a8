"""Somebody at the desk, for tests: a browser without scripts that keeps its cookies and sends the forms it is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from html.parser import HTMLParser

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Cookie, TestResponse

from ivr.checks.verify import VerifiedFlow
from ivr.config import Settings
from ivr.desk.ports import Origin, Request
from ivr.desk.promises import Slot
from ivr.model.numbers import PhoneNumber
from ivr.storage import codes, passwords
from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.people import Role
from ivr.storage.store import Storage
from ivr.storage.tables import people
from ivr.web.application import create_app
from ivr.web.desk import desk_pages
from ivr.web.voice import NOW
from tests.platform_client import OPEN_AT

PASSWORD = "seven quiet herons"
HTTPS = "https://line.example.org"
NO_HEADERS: Mapping[str, str] = {}
HIRED_AT = OPEN_AT - timedelta(days=30)


@dataclass
class Form:
    """A form of a page: where it leads, what its button says, and its fields with what they hold."""

    action: str = ""
    method: str = "get"
    button: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._is_button = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("action", ""), told.get("method", "get")))
        elif tag == "input" and self.forms and _is_sent(told):
            self.forms[-1].fields[told["name"]] = told.get("value", "")
        self._is_button = tag == "button" or (self._is_button and tag == "span")

    def handle_endtag(self, tag: str) -> None:
        self._is_button = self._is_button and tag != "button"

    def handle_data(self, data: str) -> None:
        if self._is_button and self.forms:
            self.forms[-1].button += data


def _is_sent(told: Mapping[str, str]) -> bool:
    return "name" in told and (told.get("type") not in ("radio", "checkbox") or "checked" in told)


@dataclass
class Visitor:
    """A browser at a time. `page` is what it shows."""

    client: FlaskClient
    at: datetime = OPEN_AT
    page: TestResponse | None = None
    passed: list[TestResponse] = field(default_factory=list)  # the answers that led on to others
    led_by: Mapping[str, str] = field(default_factory=dict)  # what a browser says again where it is led

    @classmethod
    def of(cls, app: Flask, at: datetime = OPEN_AT) -> Visitor:
        """A browser that nobody has used."""
        return cls(app.test_client(), at)

    @property
    def text(self) -> str:
        """What the page says, without its tags."""
        assert self.page is not None
        inline = re.sub(r"</?(?:strong|b|span|a|q|small|code)\b[^>]*>", "", self.page.text)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", inline)).split())

    @property
    def title(self) -> str:
        """The title of the page."""
        assert self.page is not None
        found = re.search(r"<title>(.*?)</title>", self.page.text)
        return found[1] if found else ""

    @property
    def forms(self) -> list[Form]:
        """The forms of the page."""
        assert self.page is not None
        parser = _Forms()
        parser.feed(self.page.text)
        return parser.forms

    def later(self, **span: float) -> Visitor:
        """Let time pass."""
        self.at += timedelta(**span)
        return self

    def open(self, path: str, headers: Mapping[str, str] = NO_HEADERS, /) -> TestResponse:
        """Open a page, and go where it leads."""
        self.led_by = headers
        self.page = self._ask("GET", path, {}, headers)
        return self._follow()

    def press(self, button: str, /, **fields: str) -> TestResponse:
        """Press the button that begins so, with these fields filled in, and go where it leads."""
        (form,) = [form for form in self.forms if " ".join(form.button.split()).startswith(button)]
        return self.send(form.action, **{**form.fields, **fields})

    def send(self, path: str, headers: Mapping[str, str] = NO_HEADERS, /, **fields: str) -> TestResponse:
        """Send a form as it is told, and go where it leads."""
        self.led_by = NO_HEADERS
        self.page = self._ask("POST", path, fields, headers)
        return self._follow()

    def csrf(self) -> str:
        """A token of the page's forms."""
        return self.forms[0].fields["csrf_token"]

    def cookies(self) -> list[Cookie]:
        """What the browser holds."""
        return list(self.client._cookies.values()) if self.client._cookies else []

    def secret(self) -> str:
        """The secret that a page shows for an app to take."""
        assert self.page is not None
        found = re.search(r'id="secret">([A-Z2-7 ]+)<', self.page.text)
        assert found is not None
        return found[1].replace(" ", "")

    def _follow(self) -> TestResponse:
        assert self.page is not None
        while self.page.status_code == 303:
            self.passed.append(self.page)
            self.page = self._ask("GET", self.page.headers["Location"], {}, self.led_by)
        return self.page

    def _ask(self, method: str, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> TestResponse:
        return self.client.open(
            path,
            method=method,
            data=dict(fields),
            headers=dict(headers),
            base_url=HTTPS,
            environ_overrides={NOW: self.at},
        )


@dataclass(frozen=True)
class Hired:
    """Somebody who has set up all that is needed to sign in."""

    id: int
    login: str
    secret: str

    def code(self, at: datetime) -> str:
        """What the app on their phone shows."""
        return pyotp.TOTP(self.secret).at(at)


def desk_app(verified: VerifiedFlow, settings: Settings, storage: Storage) -> Flask:
    """An application with a desk."""
    app = create_app(verified, settings)
    if "desk" not in app.blueprints:
        app.register_blueprint(desk_pages(verified.flow, settings, storage))
    return app


def hire(storage: Storage, login: str, role: Role, name: str = "", *, has_second_factor: bool = True) -> Hired:
    """Add somebody who has signed in before, with PASSWORD."""
    secret = codes.new_secret()
    row = {
        "login": login,
        "name": name or login.capitalize(),
        "role": role.value,
        "password": _kept(),
        "second_factor": storage.vault.seal(secret) if has_second_factor else None,
        "must_change_password": False,
        "made_at": HIRED_AT,
    }
    with storage.database.begin() as connection:
        made = connection.execute(people.insert().values(row).returning(people.c.id))
        return Hired(made.scalar_one(), login, secret)


@cache
def _kept() -> str:
    return passwords.hashed(PASSWORD)


def sign_in(visitor: Visitor, somebody: Hired) -> Visitor:
    """Sign in with both steps. A code works once, so that two sign-ins need half a minute between them."""
    visitor.open("/desk")
    visitor.press("Go on", login=somebody.login, password=PASSWORD)
    visitor.press("Sign in", code=somebody.code(visitor.at))
    return visitor


def ask(
    storage: Storage,
    number: str = "+18135550147",
    *,
    promised_by: datetime | None = None,
    at: datetime = OPEN_AT,
    language: str = "en",
    is_typed: bool = False,
    may_leave_message: bool = False,
) -> str:
    """Have a caller ask to be called back; the name of the callback."""
    kept = StoredCallbacks(storage.database, storage.vault)
    before = {callback.public_id for callback in CallbackList(storage.database, storage.vault).open(at)}
    call = f"CA{number}"
    origin = Origin.TYPED if is_typed else Origin.OWN
    slots = [Slot(promised_by, 99)] if promised_by else []
    kept.keep(Request(call, PhoneNumber(number), origin, language, at), slots)
    if may_leave_message:
        kept.permit(call, at)
    (name,) = {each.public_id for each in CallbackList(storage.database, storage.vault).open(at)} - before
    return name
