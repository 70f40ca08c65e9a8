"""The desk in a browser: in, through a call, and what changes by itself."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from ivr.storage.people import Newcomer, People, Role
from tests.browser.desk_server import DeskServer, Visit, press, sign_in
from tests.desk import PASSWORD, Hired, ask

NUMBER = "1-813-555-0147"
MINUTE = timedelta(minutes=1)


def renew(page: Page) -> None:
    """Come back to a tab: its list renews itself at once, and not only within ten seconds."""
    expect(page.locator("#fresh")).to_contain_text("This list renews itself.")  # its script is there
    with page.expect_response("**/desk/list"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def waiting(desk: DeskServer, **request: object) -> str:
    """A callback that was asked an hour ago and is promised in two hours."""
    hour = timedelta(hours=1)
    return ask(desk.storage, at=desk.at - hour, **{"promised_by": desk.at + 2 * hour, **request})  # type: ignore[arg-type]


def test_somebody_new_sets_up_a_password_and_a_phone_and_is_in(desk: DeskServer, visit: Visit) -> None:
    people = People(desk.storage.database, desk.storage.vault)
    handed = people.add(Newcomer("ben", "Ben Whitlock", Role.SCHEDULER), desk.at, "command line")
    page = visit()
    page.get_by_label("Login").fill("ben")
    page.get_by_label("Password").fill(handed)
    press(page, "Go on")
    page.get_by_label("The password that you were given").fill(handed)
    page.get_by_label("The new one", exact=True).fill(PASSWORD)
    page.get_by_label("The new one again").fill(PASSWORD)
    press(page, "Keep it")
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("Six digits").fill(Hired(0, "ben", secret).code(desk.at))
    press(page, "Keep it")
    expect(page.get_by_role("heading", name="Callbacks")).to_be_visible()
    press(page, "Sign out")
    desk.ahead += MINUTE  # a code works once
    sign_in(page, Hired(0, "ben", secret), desk)
    expect(page.get_by_text("Nobody waits to be called back.")).to_be_visible()


def test_wrong_passwords_have_to_wait(desk: DeskServer, visit: Visit, ana: Hired) -> None:
    page = visit()
    for _ in range(4):
        page.get_by_label("Login").fill(ana.login)
        page.get_by_label("Password").fill("not the password")
        press(page, "Go on")
    expect(page.get_by_role("alert")).to_contain_text("Please wait 1 second before you try again.")
    desk.ahead += timedelta(seconds=2)
    sign_in(page, ana, desk)
    expect(page.get_by_role("heading", name="Callbacks")).to_be_visible()


def test_of_two_browsers_one_has_a_callback_and_the_other_sees_it(
    desk: DeskServer, visit: Visit, ana: Hired, ben: Hired
) -> None:
    waiting(desk)
    first, second = sign_in(visit(), ana, desk), sign_in(visit(), ben, desk)
    expect(second.get_by_role("button", name="I will call")).to_be_visible()
    press(first, "I will call")
    expect(first.get_by_text("You have this until")).to_be_visible()
    press(second, "I will call")  # the page is older than that
    expect(second.get_by_role("status").first).to_contain_text("Somebody else has that callback")
    expect(second.get_by_text("Ana Ruiz has it until")).to_be_visible()
    press(first, "Give it back")
    renew(second)
    expect(second.get_by_role("button", name="I will call")).to_be_visible()


def test_a_new_callback_is_noticed_in_the_tab_and_said_once(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    page = sign_in(visit(), ben, desk)
    expect(page).to_have_title("Callbacks · Moffitt line")
    waiting(desk)
    renew(page)
    expect(page).to_have_title("(1) Callbacks · Moffitt line")
    expect(page.locator("#count")).to_have_text("1")
    expect(page.get_by_role("status")).to_have_text("1 person waits to be called back.")
    expect(page.get_by_role("button", name="I will call")).to_be_visible()


def test_the_list_renews_itself_every_ten_seconds(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    page = visit()
    page.clock.install()
    sign_in(page, ben, desk)
    expect(page.get_by_text("Nobody waits")).to_be_visible()
    waiting(desk)
    page.clock.run_for(10_000)
    expect(page.get_by_role("button", name="I will call")).to_be_visible()


def test_a_number_hides_itself_and_is_gone_after_two_minutes(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    waiting(desk)
    page = visit()
    page.clock.install()
    sign_in(page, ben, desk)
    press(page, "I will call")
    expect(page.get_by_text(NUMBER)).to_have_count(0)
    press(page, "Show the number")
    expect(page.get_by_text(NUMBER)).to_be_visible()
    expect(page.get_by_role("button", name="Show the number")).to_be_hidden()
    page.clock.run_for(115_000)
    renew(page)
    expect(page.get_by_text(NUMBER)).to_be_visible()
    page.evaluate("document.getAnimations().forEach(each => each.finish())")  # what two minutes do without a script
    expect(page.get_by_text(NUMBER)).to_be_hidden()
    expect(page.get_by_role("button", name="Show the number")).to_be_visible()
    page.clock.run_for(10_000)
    expect(page.get_by_text(NUMBER)).to_have_count(0)
    expect(page.get_by_text("The number is hidden.")).to_have_count(1)


def test_done_hides_the_number_and_is_undone(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    waiting(desk)
    page = sign_in(visit(), ben, desk)
    press(page, "I will call")
    press(page, "Show the number")
    press(page, "Reached")
    expect(page.get_by_text(NUMBER)).to_have_count(0)
    expect(page.get_by_text("Its number is hidden, and deleted within a minute.")).to_be_visible()
    press(page, "Undo")
    expect(page.get_by_text("You have this until")).to_be_visible()
    press(page, "Reached")
    desk.ahead += MINUTE
    renew(page)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    expect(page.get_by_text("Nobody waits to be called back.")).to_be_visible()


def test_a_wrong_number_is_asked_about_first(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    waiting(desk)
    page = sign_in(visit(), ben, desk)
    press(page, "I will call")
    press(page, "Show the number")
    expect(page.get_by_role("button", name="It is a wrong number")).to_be_hidden()
    page.get_by_text("Wrong number …").click()
    renew(page)
    press(page, "It is a wrong number")
    expect(page.get_by_text("The number is deleted.")).to_be_visible()


def test_renewing_takes_nobodys_place(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    name = waiting(desk)
    page = sign_in(visit(), ben, desk)
    page.locator(f"#c-{name} button").focus()
    desk.ahead += 30 * MINUTE / 2
    waiting(desk, number="+18135550148", promised_by=desk.at)
    renew(page)
    expect(page.locator(".callback")).to_have_count(2)
    assert page.evaluate("document.activeElement.closest('.callback').id") == f"c-{name}"
    expect(page.locator(f"#c-{name} h2")).to_contain_text("in 1 h 4")


def test_who_is_signed_out_elsewhere_is_led_out(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    page = sign_in(visit(), ben, desk)
    desk.ahead += 31 * MINUTE
    renew(page)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_list_that_cannot_be_renewed_says_so(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    page = sign_in(visit(), ben, desk)
    expect(page.locator("#fresh")).to_contain_text("This list renews itself.")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#fresh")).to_contain_text("This list cannot be renewed just now.")


def test_a_closed_line_is_told_on_every_page_and_heard_on_the_next_call(
    desk: DeskServer, visit: Visit, ana: Hired, ben: Hired
) -> None:
    page, other = sign_in(visit(), ana, desk), sign_in(visit(), ben, desk)
    page.get_by_role("link", name="Close or open").click()
    form = page.get_by_role("region", name="Close the line")
    form.get_by_label(re.compile("because of the weather")).check()
    form.get_by_label("until a day and time of your own").check()
    form.get_by_label("Day and time, Eastern time").fill((desk.at + timedelta(days=5)).strftime("%Y-%m-%dT12:00"))
    form.get_by_label("Yes, even if").check()
    form.get_by_role("button", name="Close the line").click()
    other.reload()
    for each in (page, other):
        expect(each.get_by_label("The line now")).to_contain_text("Closed by Ana Ruiz")
    desk.beside.read_desk()  # every process does so within five seconds
    page.goto(f"{desk.address}/phone")
    page.locator("#speed").select_option("instant")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#path")).to_contain_text("menu")
    page.keyboard.press("0")
    expect(page.locator("#heard")).to_contain_text("We are closed because of the weather.")
    page.goto(f"{desk.address}/desk/switch")
    press(page, "Back to the usual hours")
    expect(page.get_by_label("The line now")).to_have_count(0)


def test_all_of_it_works_without_a_script(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    waiting(desk)
    page = sign_in(visit(java_script_enabled=False), ben, desk)
    press(page, "I will call")
    press(page, "Show the number")
    expect(page.get_by_text(NUMBER)).to_be_visible()
    press(page, "No answer")
    expect(page.get_by_text("called once without an answer")).to_be_visible()
    page.get_by_role("link", name="Look again").click()
    press(page, "I will call")
    press(page, "Show the number")
    press(page, "Reached")
    press(page, "Undo")
    expect(page.get_by_text("You have this until")).to_be_visible()


def test_a_link_in_a_mail_leads_in_although_the_cookie_is_strict(desk: DeskServer, visit: Visit, ben: Hired) -> None:
    page = sign_in(visit(), ben, desk)
    link = f'<!doctype html><title>Mail</title><a href="{desk.address}/desk">A callback is waiting</a>'
    page.route("http://mail.example.org/", lambda route: route.fulfill(body=link, content_type="text/html"))
    page.goto("http://mail.example.org/")
    page.get_by_text("A callback is waiting").click()
    expect(page.get_by_role("heading", name="Callbacks")).to_be_visible()
