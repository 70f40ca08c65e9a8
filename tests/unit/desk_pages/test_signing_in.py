"""The way in and out, as a browser goes it: cookies, tokens, first-time pages, and where nobody may be led."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie

import pytest
from flask import Flask

from ivr.checks.verify import VerifiedFlow
from ivr.errors import SettingsFaults
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.store import Storage
from ivr.web.desk.signing_in import STRANGERS
from tests.conftest import MakeSettings
from tests.desk import PASSWORD, Hired, Visitor, desk_app, hire, sign_in
from tests.platform_client import OPEN_AT
from tests.unit.desk_pages.conftest import SignIn


def cookies(visitor: Visitor) -> dict[str, Morsel[str]]:
    """The cookies that the answers so far have set."""
    assert visitor.page is not None
    told: SimpleCookie = SimpleCookie()
    for answer in (*visitor.passed, visitor.page):
        for line in answer.headers.getlist("Set-Cookie"):
            told.load(line)
    return dict(told)


def test_a_stranger_signs_in_with_password_and_code(app: Flask, people: dict[Role, Hired]) -> None:
    visitor = Visitor.of(app)
    visitor.open("/desk")
    assert visitor.title == "Sign in · Moffitt line"
    visitor.press("Go on", login="  SCHEDULER ", password=PASSWORD)
    assert visitor.title == "Your code · Moffitt line"
    visitor.press("Sign in", code=people[Role.SCHEDULER].code(visitor.at))
    assert visitor.title == "Callbacks · Moffitt line"
    assert "Scheduler" in visitor.text


@pytest.mark.parametrize(
    ("role", "title"), [(Role.SCHEDULER, "Callbacks"), (Role.SUPERVISOR, "Callbacks"), (Role.AUDITOR, "Who did what")]
)
def test_a_sign_in_leads_to_the_page_of_the_role(enter: SignIn, role: Role, title: str) -> None:
    assert enter(role).title == f"{title} · Moffitt line"


def test_cookies_are_for_this_host_only_and_out_of_reach(enter: SignIn) -> None:
    told = cookies(enter(Role.SCHEDULER))
    assert set(told) == {"__Host-desk", "__Host-desk-known"}
    for cookie in told.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")


def test_cookies_say_nothing_of_who_holds_them(enter: SignIn) -> None:
    mark = cookies(enter(Role.SCHEDULER))["__Host-desk-known"]
    assert "scheduler" not in mark.value


def test_on_this_machine_cookies_need_no_https(app_here: Flask, kept: Storage) -> None:
    somebody = sign_in(Visitor.of(app_here), hire(kept, "ana", Role.SCHEDULER))
    assert set(cookies(somebody)) == {"desk", "desk-known"}
    assert not cookies(somebody)["desk"]["secure"]


@pytest.fixture
def app_here(verified: VerifiedFlow, make_settings: MakeSettings, kept: Storage) -> Flask:
    """An application on this machine itself."""
    return desk_app(verified, make_settings(SECRET_KEY="x" * 40, PUBLIC_URL="http://127.0.0.1:8000"), kept)


def test_nobody_can_sit_in_a_session_that_somebody_else_goes_on_with(app: Flask, people: dict[Role, Hired]) -> None:
    attacker, victim = Visitor.of(app), Visitor.of(app)
    attacker.open("/desk")
    for cookie in attacker.cookies():
        victim.client.set_cookie(cookie.key, cookie.value, domain=cookie.domain, secure=True)
    sign_in(victim, people[Role.SUPERVISOR])
    assert attacker.open("/desk") is not None
    assert attacker.title.startswith("Sign in")
    assert {cookie.value for cookie in attacker.cookies()}.isdisjoint({cookie.value for cookie in victim.cookies()})


def test_the_token_of_the_first_step_is_worth_nothing_after_the_second(app: Flask, people: dict[Role, Hired]) -> None:
    visitor, thief = Visitor.of(app), Visitor.of(app)
    visitor.open("/desk")
    visitor.press("Go on", login="supervisor", password=PASSWORD)
    for cookie in visitor.cookies():
        thief.client.set_cookie(cookie.key, cookie.value, domain=cookie.domain, secure=True)
    visitor.press("Sign in", code=people[Role.SUPERVISOR].code(visitor.at))
    thief.open("/desk")
    assert thief.title.startswith("Sign in")


def test_a_form_of_before_the_sign_in_is_worth_nothing_after_it(app: Flask, people: dict[Role, Hired]) -> None:
    visitor = Visitor.of(app)
    visitor.open("/desk/sign-in")
    before = visitor.csrf()
    sign_in(visitor, people[Role.SCHEDULER])
    assert visitor.send("/desk/sign-out", csrf_token=before).status_code == 400
    assert "open for too long" in visitor.text


def test_after_signing_out_the_cookie_is_worth_nothing(app: Flask, enter: SignIn) -> None:
    visitor, thief = enter(Role.SUPERVISOR), Visitor.of(app)
    for cookie in visitor.cookies():
        thief.client.set_cookie(cookie.key, cookie.value, domain=cookie.domain, secure=True)
    thief.open("/desk")
    assert thief.title.startswith("Callbacks")
    visitor.press("Sign out")
    assert visitor.title.startswith("Sign in")
    thief.open("/desk")
    assert thief.title.startswith("Sign in")


@pytest.mark.parametrize("name", ["next", "url", "to", "return", "redirect"])
def test_no_address_that_is_asked_for_is_gone_to(app: Flask, people: dict[Role, Hired], name: str) -> None:
    visitor = Visitor.of(app)
    elsewhere = "https://elsewhere.example.org/"
    for path in (
        f"/desk?{name}={elsewhere}",
        f"/desk/sign-in?{name}={elsewhere}",
        f"/desk//elsewhere.example.org?{name}=x",
    ):
        visitor.open(path, {"Referer": elsewhere, "X-Forwarded-Host": "elsewhere.example.org"})
        assert visitor.page is not None
        assert "elsewhere" not in visitor.page.text
    visitor.open(f"/desk/sign-in?{name}={elsewhere}")
    visitor.press("Go on", login="scheduler", password=PASSWORD, **{name: elsewhere})
    visitor.press("Sign in", code=people[Role.SCHEDULER].code(visitor.at), **{name: elsewhere})
    assert visitor.title.startswith("Callbacks")
    assert {answer.headers["Location"].split("#")[0] for answer in visitor.passed} <= {
        "/desk",
        "/desk/sign-in",
        "/desk/code",
    }


def test_what_is_refused_is_told_in_the_same_words_whoever_it_is(app: Flask, people: dict[Role, Hired]) -> None:
    def told(login: str) -> list[str]:
        visitor = Visitor.of(app)
        visitor.open("/desk")
        texts = []
        for _ in range(4):
            visitor.press("Go on", login=login, password="not the password")
            texts.append(visitor.text)
        return texts

    known, unknown = told(people[Role.SCHEDULER].login), told("nobodyhere")
    assert known == unknown
    assert "That did not work." in known[0]
    assert "Please wait 1 second before" in known[2]


def test_what_was_typed_as_a_password_is_never_said_again(app: Flask) -> None:
    visitor = Visitor.of(app)
    visitor.open("/desk")
    visitor.press("Go on", login="ana", password="not the password")
    assert visitor.page is not None
    assert "not the password" not in visitor.page.text
    assert 'value="ana"' in visitor.page.text


def test_behind_a_proxy_an_address_waits_and_not_the_proxy(app: Flask, people: dict[Role, Hired]) -> None:
    def tried(times: int, **headers: str) -> str:
        visitor = Visitor.of(app)
        for number in range(times):
            visitor.open("/desk/sign-in")
            fields = {"csrf_token": visitor.csrf(), "login": f"nobody{number}", "password": "not the password"}
            visitor.send("/desk/sign-in", headers, **fields)
        return visitor.text

    assert "Please wait" in tried(11, **{"X-Forwarded-For": "203.0.113.1, 192.0.2.7"})
    assert "Please wait" in tried(1, **{"X-Forwarded-For": "203.0.113.2, 192.0.2.7"})
    assert "Please wait" not in tried(1, **{"X-Forwarded-For": "203.0.113.1, 192.0.2.8"})
    assert people


def test_a_flood_of_sign_ins_takes_no_more_than_its_places(app: Flask, enter: SignIn) -> None:
    known, stranger = enter(Role.SUPERVISOR), Visitor.of(app, OPEN_AT + timedelta(minutes=1))
    known.press("Sign out")
    stranger.open("/desk")
    with ExitStack() as flood:
        for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
            assert STRANGERS.take(address)
            flood.callback(STRANGERS.give_back, address)
        assert stranger.press("Go on", login="supervisor", password=PASSWORD).status_code == 503
        assert "Too many people are signing in just now." in stranger.text
        known.press("Go on", login="supervisor", password=PASSWORD)
        assert known.title.startswith("Your code")
    stranger.press("Go on", login="supervisor", password=PASSWORD)
    assert stranger.title.startswith("Your code")


def test_a_flood_from_one_address_leaves_a_place_to_others(app: Flask, people: dict[Role, Hired]) -> None:
    stranger = Visitor.of(app)
    stranger.open("/desk")
    with ExitStack() as flood:
        while STRANGERS.take("192.0.2.7"):
            flood.callback(STRANGERS.give_back, "192.0.2.7")
        stranger.press("Go on", login=people[Role.SUPERVISOR].login, password=PASSWORD)
        assert stranger.title.startswith("Your code")


def test_a_first_sign_in_sets_up_a_password_and_a_phone(app: Flask, kept: Storage) -> None:
    handed = People(kept.database, kept.vault).add(Newcomer("ben", "Ben", Role.SCHEDULER), OPEN_AT, "ana")
    visitor = Visitor.of(app)
    visitor.open("/desk")
    visitor.press("Go on", login="ben", password=handed)
    assert visitor.title.startswith("Your password")
    visitor.press("Keep it", password=handed, new=PASSWORD, again=PASSWORD)
    assert visitor.title.startswith("Your second factor")
    ben = Hired(0, "ben", visitor.secret())
    visitor.press("Keep it", code=ben.code(visitor.at))
    assert visitor.title.startswith("Callbacks")
    again = Visitor.of(app, visitor.at + timedelta(minutes=1))
    assert sign_in(again, ben).title.startswith("Callbacks")


@pytest.mark.parametrize(
    ("now", "new", "again", "says"),
    [
        ("wrong", "another quiet heron", "another quiet heron", "That is not your password now."),
        (PASSWORD, "another quiet heron", "another quiet hero", "The two are not the same."),
        (PASSWORD, PASSWORD, PASSWORD, "Please choose another password"),
        (PASSWORD, "short", "short", "at least 12 letters"),
    ],
)
def test_a_new_password_is_refused(enter: SignIn, now: str, new: str, again: str, says: str) -> None:
    visitor = enter(Role.SCHEDULER)
    visitor.open("/desk/password")
    visitor.press("Keep it", password=now, new=new, again=again)
    assert says in visitor.text


def test_a_new_password_works_from_then_on(app: Flask, enter: SignIn) -> None:
    visitor = enter(Role.SCHEDULER)
    visitor.open("/desk/password")
    visitor.press("Keep it", password=PASSWORD, new="another quiet heron", again="another quiet heron")
    assert visitor.title.startswith("Callbacks")
    other = Visitor.of(app)
    other.open("/desk")
    other.press("Go on", login="scheduler", password="another quiet heron")
    assert other.title.startswith("Your code")


def test_the_secret_of_a_phone_is_kept_only_once_a_code_of_it_was_right(app: Flask, kept: Storage) -> None:
    hire(kept, "ben", Role.SCHEDULER, has_second_factor=False)
    visitor = Visitor.of(app)
    visitor.open("/desk")
    visitor.press("Go on", login="ben", password=PASSWORD)
    shown = visitor.secret()
    visitor.press("Keep it", code="000000")
    assert "That code did not work." in visitor.text
    assert visitor.secret() == shown
    visitor.open("/desk/second-factor")
    assert visitor.secret() != shown
    visitor.press("Keep it", code=Hired(0, "ben", shown).code(visitor.at))
    assert "That code did not work." in visitor.text


def test_where_it_is_allowed_nobody_needs_a_second_factor(
    verified: VerifiedFlow, make_settings: MakeSettings, kept: Storage
) -> None:
    settings = make_settings(SECRET_KEY="x" * 40, DESK_SECOND_FACTOR="off")
    hire(kept, "ben", Role.SCHEDULER, has_second_factor=False)
    visitor = Visitor.of(desk_app(verified, settings, kept))
    visitor.open("/desk")
    visitor.press("Go on", login="ben", password=PASSWORD)
    assert visitor.title.startswith("Callbacks")


def test_who_comes_from_a_mail_is_led_on_by_a_page_of_ours(app: Flask) -> None:
    visitor = Visitor.of(app)
    visitor.open("/desk", {"Sec-Fetch-Site": "cross-site"})
    assert visitor.page is not None
    assert '<meta http-equiv="refresh" content="0; url=/desk">' in visitor.page.text


def test_nobody_is_idle_for_half_an_hour_and_stays_in(enter: SignIn) -> None:
    visitor = enter(Role.SCHEDULER)
    visitor.later(minutes=20).open("/desk")
    visitor.later(minutes=20).open("/desk")
    assert visitor.title.startswith("Callbacks")
    for _ in range(3):
        visitor.later(minutes=9).open("/desk/list")  # the page renews itself, and nobody is there
        assert "Nobody waits" in visitor.text
    visitor.later(minutes=4).open("/desk/list")
    assert visitor.title.startswith("Sign in")


def test_without_a_secret_there_is_no_desk(verified: VerifiedFlow, make_settings: MakeSettings, kept: Storage) -> None:
    with pytest.raises(SettingsFaults, match="SECRET_KEY: is not set, and the desk needs it"):
        desk_app(verified, make_settings(), kept)
