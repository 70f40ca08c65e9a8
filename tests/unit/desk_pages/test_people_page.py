"""The page of the people, and what a supervisor may do to whom."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from ivr.storage.people import People, Role
from ivr.storage.store import Storage
from tests.desk import PASSWORD, Hired, Visitor
from tests.unit.desk_pages.conftest import SignIn

NEW = {"name": "Dee Park", "login": "Dee", "role": "scheduler", "email": ""}


@pytest.fixture
def supervisor(enter: SignIn) -> Visitor:
    visitor = enter(Role.SUPERVISOR)
    visitor.open("/desk/people")
    return visitor


def handed(visitor: Visitor) -> str:
    """The password that a page hands over."""
    assert visitor.page is not None
    found = re.search(r'id="handed">([a-z0-9-]+)<', visitor.page.text)
    assert found is not None
    return found[1]


def logins(kept: Storage) -> set[str]:
    return {person.login for person in People(kept.database, kept.vault).all()}


def test_who_is_added_can_sign_in_with_what_is_handed_over(app: Flask, supervisor: Visitor) -> None:
    supervisor.press("Add", **NEW)
    assert "Dee Park dee · scheduler · has not signed in yet" in supervisor.text
    dee = Visitor.of(app)
    dee.open("/desk")
    dee.press("Go on", login="dee", password=handed(supervisor))
    assert dee.title.startswith("Your password")


def test_a_supervisor_is_given_a_mail_address_that_is_shown_to_nobody(supervisor: Visitor, kept: Storage) -> None:
    assert "supervisor · no mail address" in supervisor.text
    supervisor.press("Set the address", login="supervisor", address="not an address")
    assert "The mail address is not one." in supervisor.text
    supervisor.press("Set the address", login="supervisor", address="kim@example.org")
    assert "supervisor is told by mail now." in supervisor.text
    assert "no mail address" not in supervisor.text
    supervisor.open("/desk/people")
    assert "kim@example.org" not in supervisor.text
    assert [each.has_email for each in People(kept.database, kept.vault).all() if each.role is Role.SUPERVISOR] == [
        True
    ]


def test_a_password_is_shown_on_one_page_only(supervisor: Visitor) -> None:
    supervisor.press("Add", **NEW)
    password = handed(supervisor)
    supervisor.open("/desk/people")
    assert password not in supervisor.text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("login", "dee park", "A login has"),
        ("login", "scheduler", "The login scheduler is taken."),
        ("name", " ", "A name has"),
        ("role", "owner", "Please choose a role."),
        ("role", "", "Please choose a role."),
        ("email", "dee@", "The mail address is not one."),
    ],
)
def test_what_is_malformed_is_told_and_nobody_is_added(
    supervisor: Visitor, kept: Storage, field: str, value: str, says: str
) -> None:
    before = logins(kept)
    supervisor.press("Add", **{**NEW, field: value})
    assert says in supervisor.text
    assert logins(kept) == before


def test_a_reset_begins_a_sign_in_afresh(app: Flask, supervisor: Visitor) -> None:
    fields = {"csrf_token": supervisor.csrf(), "login": "scheduler"}
    supervisor.send("/desk/people/reset", **fields)
    password = handed(supervisor)
    visitor = Visitor.of(app)
    visitor.open("/desk")
    visitor.press("Go on", login="scheduler", password=PASSWORD)
    assert "That did not work." in visitor.text
    visitor.press("Go on", login="scheduler", password=password)
    assert visitor.title.startswith("Your password")


def test_who_is_disabled_may_be_enabled_again(app: Flask, supervisor: Visitor) -> None:
    fields = {"csrf_token": supervisor.csrf(), "login": "scheduler"}
    supervisor.send("/desk/people/disable", **fields)
    assert "scheduler can sign in no more." in supervisor.text
    visitor = Visitor.of(app)
    visitor.open("/desk")
    visitor.press("Go on", login="scheduler", password=PASSWORD)
    assert "That did not work." in visitor.text
    supervisor.send("/desk/people/enable", **fields)
    assert "scheduler can sign in again." in supervisor.text
    visitor.press("Go on", login="scheduler", password=PASSWORD)
    assert visitor.title.startswith("Your code")


@pytest.mark.parametrize("act", ["disable", "reset", "enable"])
def test_nobody_does_it_to_themselves(supervisor: Visitor, people: dict[Role, Hired], act: str) -> None:
    supervisor.send(f"/desk/people/{act}", csrf_token=supervisor.csrf(), login=people[Role.SUPERVISOR].login)
    assert "That is you." in supervisor.text
    supervisor.open("/desk")
    assert supervisor.title.startswith("Callbacks")


def test_nobody_at_the_desk_looks_after_auditors(supervisor: Visitor, kept: Storage) -> None:
    before = People(kept.database, kept.vault).all()
    token = supervisor.csrf()
    for act in ("reset", "disable", "enable"):
        supervisor.send(f"/desk/people/{act}", csrf_token=token, login="auditor")
        assert "Auditors are looked after on the command line only" in supervisor.text
    supervisor.send("/desk/people", csrf_token=token, **NEW | {"role": "auditor"})
    assert "Auditors are looked after on the command line only" in supervisor.text
    assert People(kept.database, kept.vault).all() == before


@pytest.mark.parametrize("act", ["disable", "reset", "enable"])
@pytest.mark.parametrize("login", ["", "nobody", "SCHEDULER"])
def test_there_is_nobody_to_do_it_to(supervisor: Visitor, act: str, login: str) -> None:
    supervisor.send(f"/desk/people/{act}", csrf_token=supervisor.csrf(), login=login)
    assert "There is nobody with this login." in supervisor.text


def test_no_address_holds_a_login(supervisor: Visitor, app: Flask) -> None:
    assert supervisor.page is not None
    addresses = re.findall(r'(?:href|action)="([^"]+)"', supervisor.page.text)
    assert not [address for address in addresses if "scheduler" in address]
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk") and "login" in rule.rule]


@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.AUDITOR])
@pytest.mark.parametrize("act", ["", "/disable", "/enable", "/reset"])
def test_nobody_else_may_do_anything_of_it(enter: SignIn, kept: Storage, role: Role, act: str) -> None:
    somebody, before = enter(role), People(kept.database, kept.vault).all()
    answer = somebody.send(f"/desk/people{act}", csrf_token=somebody.csrf(), **NEW)
    assert answer.status_code == 403
    assert somebody.send(f"/desk/people{act}", csrf_token=somebody.csrf(), login="supervisor").status_code == 403
    assert People(kept.database, kept.vault).all() == before
