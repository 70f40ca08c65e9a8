"""The rules of axe on every page of the desk, light and dark, in the hand and on a desk; and a keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from ivr.desk.ports import Override
from ivr.storage.callback_list import CallbackList
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.switch import Switch
from tests.browser.desk_server import DeskServer, Visit, press, sign_in
from tests.browser.looks import NARROW, Scheme, everywhere, faults
from tests.desk import Hired, ask, hire


def assert_is_for_everybody(page: Page) -> None:
    """No fault that axe finds, nothing wider than the screen, and nothing to press that is smaller than a finger."""
    page.wait_for_load_state()  # its colours come with its style sheet
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.evaluate(SMALL) == [], page.url


# Links inside a sentence may be as high as their line.
SMALL = """[...document.querySelectorAll("button, summary, nav a, .button, .choice, input:not(.choice input), select")]
  .filter(each => each.offsetParent && each.type !== "hidden" && each.getBoundingClientRect().height < 44)
  .map(each => each.outerHTML)"""


@pytest.fixture
def busy(desk: DeskServer, ben: Hired) -> DeskServer:
    """A desk with callbacks of every kind, late and early, taken and free, and a line that is closed."""
    at, hour = desk.at, timedelta(hours=1)
    ask(desk.storage, "+18135550141", promised_by=at + hour, at=at - hour, language="es", may_leave_message=True)
    ask(desk.storage, "+18135550142", promised_by=at + 3 * hour, at=at - hour, is_typed=True)
    taken = ask(desk.storage, "+18135550143", at=at - hour)
    CallbackList(desk.storage.database, desk.storage.vault).claim(taken, ben.id, at)
    ask(desk.storage, "+18135550144", promised_by=at - 220 * hour, at=at - 240 * hour)
    override = Override(is_open=False, reason="weather", ends_at=at + 24 * hour)
    Switch(desk.storage.database).turn(override, at, "ana")
    return desk


@everywhere
def test_the_pages_of_a_supervisor(
    busy: DeskServer, visit: Visit, ana: Hired, scheme: Scheme, size: ViewportSize
) -> None:
    page = visit(color_scheme=scheme, viewport=size)
    assert_is_for_everybody(page)
    page.get_by_label("Login").fill("nobody")
    page.get_by_label("Password").fill("not the password")
    press(page, "Go on")
    assert_is_for_everybody(page)
    sign_in(page, ana, busy)
    assert_is_for_everybody(page)
    for _ in range(2):
        press(page, "I will call")
    press(page, "Show the number")
    page.get_by_text("Wrong number …").last.click()
    assert_is_for_everybody(page)
    press(page, "Reached")
    assert_is_for_everybody(page)
    for path in ("switch", "people", "password"):
        page.goto(f"{busy.address}/desk/{path}")
        assert_is_for_everybody(page)


@everywhere
def test_the_first_pages_and_those_of_an_auditor(
    busy: DeskServer, visit: Visit, scheme: Scheme, size: ViewportSize
) -> None:
    handed = People(busy.storage.database, busy.storage.vault).add(
        Newcomer("dee", "Dee Park", Role.SCHEDULER), busy.at, "command line"
    )
    page = visit(color_scheme=scheme, viewport=size)
    page.get_by_label("Login").fill("dee")
    page.get_by_label("Password").fill(handed)
    press(page, "Go on")
    assert_is_for_everybody(page)
    page.get_by_label("The password that you were given").fill(handed)
    for label in ("The new one", "The new one again"):
        page.get_by_label(label, exact=True).fill("seven quiet herons")
    press(page, "Keep it")
    page.get_by_label("Six digits").fill("000000")
    press(page, "Keep it")
    assert_is_for_everybody(page)
    press(page, "Sign out")
    sign_in(page, hire(busy.storage, "cy", Role.AUDITOR), busy)
    assert_is_for_everybody(page)
    press(page, "Sign out")
    page.get_by_label("Login").fill("cy")
    page.get_by_label("Password").fill("seven quiet herons")
    press(page, "Go on")
    assert_is_for_everybody(page)


def test_a_keyboard_is_enough(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    ask(desk.storage, at=desk.at)
    page = sign_in(visit(), ben, desk)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the page
    expect(page.locator("#page")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="I will call")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have this until")).to_be_visible()


def test_letters_are_large_enough_to_read(visit: Visit) -> None:
    page = visit(viewport=NARROW)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
