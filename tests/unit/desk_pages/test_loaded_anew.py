"""The address of a form that is opened again, as a phone does that loads a page anew, leads back to the list."""

from __future__ import annotations

import pytest
from flask import Flask

from ivr.storage.people import Role
from ivr.storage.store import Storage
from tests.desk import Visitor, ask
from tests.unit.desk_pages.conftest import SignIn


def test_a_page_with_a_number_that_is_loaded_anew_is_the_list_without_it(enter: SignIn, kept: Storage) -> None:
    name = ask(kept, "+18135550147")
    visitor = enter(Role.SCHEDULER)
    visitor.press("I will call")
    visitor.press("Show the number")
    assert "813-555-0147" in visitor.text
    visitor.passed.clear()
    assert visitor.open(f"/desk/callbacks/{name}/number").status_code == 200
    assert [answer.headers["Location"] for answer in visitor.passed] == [f"/desk#c-{name}"]
    assert "Callbacks" in visitor.title
    assert "813-555-0147" not in visitor.text


@pytest.mark.parametrize("action", ["claim", "take-over", "release", "number", "outcome", "undo"])
def test_the_address_of_every_form_of_a_callback_leads_to_the_list(
    app: Flask, enter: SignIn, kept: Storage, action: str
) -> None:
    path = f"/desk/callbacks/{ask(kept)}/{action}"
    stranger = Visitor.of(app)
    stranger.open(path)
    assert stranger.title.startswith("Sign in")
    visitor = enter(Role.SUPERVISOR)
    visitor.open(path)
    assert "Callbacks" in visitor.title
    assert enter(Role.AUDITOR).open(path).status_code == 403


def test_nothing_of_an_odd_address_is_led_on_with(enter: SignIn) -> None:
    assert enter(Role.SCHEDULER).open("/desk/callbacks/a.b/number").status_code == 404
