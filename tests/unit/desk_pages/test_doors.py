"""Every route of the desk, those there are and those there will be: behind a door, for its roles, safe from forgery."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import Connection
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ivr.storage.database import Database
from ivr.storage.people import Role
from ivr.storage.store import Storage
from tests.desk import Hired, Visitor
from tests.platform_client import PlatformClient, header
from tests.unit.desk_pages.conftest import SignIn

# Who may open what. A new route has to be added here, by somebody who has thought about it.
EVERYBODY = set(Role)
CALL_BACK = {Role.SCHEDULER, Role.SUPERVISOR}
INSIDE = {
    "desk.home": EVERYBODY,
    "desk.list": CALL_BACK,
    "desk.claim": CALL_BACK,
    "desk.take_over": {Role.SUPERVISOR},
    "desk.release": CALL_BACK,
    "desk.reveal": CALL_BACK,
    "desk.settle": CALL_BACK,
    "desk.undo": CALL_BACK,
    "desk.again": CALL_BACK,
    "desk.switch": {Role.SUPERVISOR},
    "desk.turn": {Role.SUPERVISOR},
    "desk.back": {Role.SUPERVISOR},
    "desk.people": {Role.SUPERVISOR},
    "desk.add_person": {Role.SUPERVISOR},
    "desk.disable_person": {Role.SUPERVISOR},
    "desk.enable_person": {Role.SUPERVISOR},
    "desk.reset_person": {Role.SUPERVISOR},
    "desk.mail_person": {Role.SUPERVISOR},
    "desk.trail": {Role.AUDITOR},
    "desk.reports": {Role.SUPERVISOR, Role.AUDITOR},
    "desk.reports_csv": {Role.SUPERVISOR, Role.AUDITOR},
}
ON_THE_WAY_IN = {
    "desk.sign_in",
    "desk.take_password",
    "desk.code",
    "desk.take_code",
    "desk.password",
    "desk.change_password",
    "desk.second_factor",
    "desk.set_second_factor",
    "desk.sign_out",
}


def routes(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.rule == "/desk" or rule.rule.startswith("/desk/"))


def path(rule: Rule) -> str:
    return re.sub(r"<[^>]*>", "x", rule.rule)


def method(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def asked(somebody: Visitor, rule: Rule) -> TestResponse:
    """What a route answers to somebody who is inside, by a link or by a form with its token."""
    somebody.open("/desk")
    return (
        somebody.send(path(rule), csrf_token=somebody.csrf()) if method(rule) == "POST" else somebody.open(path(rule))
    )


def test_every_route_of_the_desk_is_known_here(app: Flask) -> None:
    assert {rule.endpoint for rule in routes(app)} == set(INSIDE) | ON_THE_WAY_IN
    for rule in routes(app):
        assert (rule.methods or set()) <= {"GET", "HEAD"} or rule.methods == {"POST"}, rule


def test_a_route_without_a_door_opens_to_nobody(app: Flask, enter: SignIn) -> None:
    app.add_url_rule("/desk/forgotten", "desk.forgotten", lambda: "in", methods=["GET"])
    assert enter(Role.SUPERVISOR).open("/desk/forgotten").status_code == 403


def test_a_stranger_is_led_to_the_sign_in_and_nothing_is_done(app: Flask) -> None:
    for rule in routes(app):
        stranger = Visitor.of(app)
        stranger.open("/desk/sign-in")
        if method(rule) == "POST" and rule.endpoint != "desk.take_password":
            stranger.send(path(rule), csrf_token=stranger.csrf())
        elif rule.endpoint != "desk.take_password":
            stranger.open(path(rule))
        assert stranger.text.startswith("Sign in"), rule


@pytest.mark.parametrize("role", Role)
def test_inside_every_role_opens_what_is_its_own_and_nothing_else(app: Flask, enter: SignIn, role: Role) -> None:
    somebody = enter(role)
    for rule in routes(app):
        if rule.endpoint in INSIDE:
            answer = asked(somebody, rule)
            assert (answer.status_code == 403) is (role not in INSIDE[rule.endpoint]), (role, rule)


def test_half_way_in_nothing_inside_opens(app: Flask, people: dict[Role, Hired]) -> None:
    half = Visitor.of(app)
    half.open("/desk")
    half.press("Go on", login=people[Role.SUPERVISOR].login, password="seven quiet herons")
    for rule in routes(app):
        if rule.endpoint in INSIDE or rule.endpoint in ("desk.password", "desk.sign_out", "desk.second_factor"):
            half.open("/desk/code")
            if method(rule) == "POST":
                half.send(path(rule), csrf_token=half.csrf())
            else:
                half.open(path(rule))
            assert half.text.startswith("Your code"), rule


def test_every_form_is_refused_without_its_token(app: Flask, enter: SignIn) -> None:
    somebody, other = enter(Role.SUPERVISOR), enter(Role.SCHEDULER)
    for rule in routes(app):
        if method(rule) == "POST":
            for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": other.csrf()}):
                assert somebody.send(path(rule), **token).status_code == 400, rule


def test_every_form_is_refused_when_another_site_sends_it(app: Flask, enter: SignIn) -> None:
    somebody = enter(Role.SUPERVISOR)
    for rule in routes(app):
        if method(rule) == "POST":
            for site in ("cross-site", "same-site", "none"):
                somebody.open("/desk")
                answer = somebody.send(path(rule), {"Sec-Fetch-Site": site}, csrf_token=somebody.csrf())
                assert answer.status_code == 403, rule


def test_a_call_neither_gets_nor_sends_a_cookie(app: Flask) -> None:
    platform = PlatformClient(app)
    for cookie in ("", "__Host-desk=forged"):
        answer = platform.post("/voice/answer", HTTP_COOKIE=cookie)
        assert answer.status == 200
        assert header(answer, "Set-Cookie") is None
        assert header(answer, "Vary") is None


def test_a_page_waits_for_a_store_that_hangs_no_longer_than_one_deadline(
    enter: SignIn, kept: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, asked, gate, read = enter(Role.SUPERVISOR), count(), threading.Event(), Database.read

    def hangs(database: Database) -> AbstractContextManager[Connection]:
        if next(asked):
            gate.wait()
        return read(database)

    monkeypatch.setattr(kept.database, "deadline_s", 0.5)
    monkeypatch.setattr(Database, "read", hangs)
    visitor.open("/desk")
    gate.set()
    assert visitor.page is not None
    assert visitor.page.status_code == 503
    assert next(asked) == 2, "who is here, and one thing that hung"
