"""Script in any field, and bodies of any kind: shown as words or refused, and never a fault of ours."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.desk.ports import Override
from ivr.storage.audit import Action, record
from ivr.storage.callback_list import CallbackList
from ivr.storage.people import Role
from ivr.storage.store import Storage
from ivr.storage.switch import Switch
from ivr.storage.tables import callbacks, people
from ivr.web.desk.callbacks import CallbackPages
from ivr.web.headers import PAGE_POLICY
from tests.conftest import Log
from tests.desk import Visitor, ask
from tests.platform_client import OPEN_AT
from tests.unit.desk_pages.conftest import SignIn

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'
CANARY = "+12025550199"
PAGES = ("/desk", "/desk/list", "/desk/switch", "/desk/people", "/desk/password", "/desk/trail")


class Tags(HTMLParser):
    """The elements of a page, and the attributes that could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "script":
            self.scripts.append(told.get("src"))
        self.acting += [name for name in told if name.startswith("on") or name == "style"]
        self.acting += [value for value in told.values() if value and value.lower().startswith("javascript:")]
        self.acting += [tag] if tag in ("img", "iframe", "object", "embed", "base", "style", "svg") else []


def tags(visitor: Visitor) -> Tags:
    assert visitor.page is not None
    parser = Tags()
    parser.feed(visitor.page.text)
    return parser


def assert_harmless(visitor: Visitor) -> None:
    found = tags(visitor)
    assert found.acting == []
    assert set(found.scripts) <= {"/static/desk/main.js"}
    assert visitor.page is not None
    assert visitor.page.headers["Content-Security-Policy"] == PAGE_POLICY


@pytest.fixture
def poisoned(kept: Storage, enter: SignIn) -> dict[Role, Visitor]:
    """Somebody of each role, in a desk where script stands in everything that can be kept."""
    visitors = {role: enter(role) for role in Role}
    name = ask(kept)
    Switch(kept.database).turn(
        Override(is_open=False, reason=SCRIPT[:32], ends_at=OPEN_AT.replace(hour=12)), OPEN_AT, SCRIPT[:40]
    )
    with kept.database.begin() as connection:
        record(connection, OPEN_AT, SCRIPT[:40], Action.CLAIMED, SCRIPT, SCRIPT)
        connection.execute(people.update().values(name=SCRIPT))
        found = connection.execute(people.select()).first()
        assert found is not None
        other = {
            "login": SCRIPT[:40],
            "name": SCRIPT,
            "role": "scheduler",
            "password": found.password,
            "made_at": OPEN_AT,
        }
        made = connection.execute(people.insert().values(other).returning(people.c.id)).scalar_one()
        claim = {
            "public_id": SCRIPT[:16],
            "language": "<b",
            "claimed_by": made,
            "claimed_until": OPEN_AT.replace(hour=12),
        }
        connection.execute(callbacks.update().where(callbacks.c.public_id == name).values(claim))
    return visitors


@pytest.mark.parametrize("role", Role)
def test_script_that_is_kept_is_words(poisoned: dict[Role, Visitor], role: Role) -> None:
    for path in PAGES:
        poisoned[role].open(path)
        assert_harmless(poisoned[role])
        assert "7*7" in poisoned[role].text
        assert "49" not in poisoned[role].text


FORMS = {
    "/desk/people": ("name", "login", "role", "email"),
    "/desk/people/disable": ("login",),
    "/desk/people/enable": ("login",),
    "/desk/people/reset": ("login",),
    "/desk/switch": ("is_open", "reason", "until", "own", "is_dated"),
    "/desk/password": ("password", "new", "again"),
    "/desk/callbacks/x/outcome": ("outcome",),
}


@pytest.mark.parametrize("path", FORMS)
def test_script_that_is_sent_is_words_or_refused(enter: SignIn, path: str) -> None:
    visitor = enter(Role.SUPERVISOR)
    token = visitor.csrf()
    answer = visitor.send(path, csrf_token=token, **dict.fromkeys(FORMS[path], SCRIPT))
    assert answer.status_code in (200, 400)
    assert_harmless(visitor)


def test_script_before_the_sign_in_is_words(app: Flask) -> None:
    visitor = Visitor.of(app)
    visitor.open("/desk")
    visitor.press("Go on", login=SCRIPT, password=SCRIPT)
    assert_harmless(visitor)


@pytest.mark.parametrize("name", ["..", "%2e%2e", "x%00", "x/y", SCRIPT[:16], "é" * 200])
def test_a_name_of_no_callback_is_told(enter: SignIn, name: str) -> None:
    visitor = enter(Role.SCHEDULER)
    answer = visitor.send(f"/desk/callbacks/{name}/claim", csrf_token=visitor.csrf())
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("before", ["", "x", "-1", "0", "9" * 30, "1e9"])
def test_a_page_of_the_trail_that_there_is_not_is_none(enter: SignIn, before: str) -> None:
    assert enter(Role.AUDITOR).open(f"/desk/trail?before={before}").status_code in (200, 404)


@pytest.mark.parametrize(
    "breaks",
    [(CallbackPages, "_list"), (CallbackList, "open")],
    ids=["a page", "a page, and the page that would tell it"],
)
def test_a_fault_at_the_desk_is_told_by_its_kind_and_nothing_of_a_caller(
    enter: SignIn,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    breaks: tuple[type, str],
) -> None:
    def broken(*_: object) -> None:
        raise LookupError(CANARY)

    visitor = enter(Role.SCHEDULER)
    monkeypatch.setattr(*breaks, broken)
    assert visitor.open("/desk").status_code == 500
    (told,) = log.of("fault")
    assert (told["level"], told["route"], told["fault"]) == ("error", "desk.home", "LookupError")
    seen = "".join([visitor.text, log.text, *capfd.readouterr()])
    assert [part for part in (CANARY[1:], "Traceback", "/desk") if part in seen] == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(login=st.text(max_size=60), password=st.text(max_size=200), code=st.text(max_size=12))
def test_whatever_is_typed_at_the_sign_in_is_answered(app: Flask, login: str, password: str, code: str) -> None:
    visitor = Visitor.of(app)
    visitor.open("/desk")
    token = visitor.csrf()
    assert visitor.send("/desk/sign-in", csrf_token=token, login=login, password=password).status_code == 200
    assert visitor.send("/desk/code", csrf_token=token, code=code).status_code == 200
