"""The page of the switch: what may be closed or opened, until when, and who sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from ivr.storage.people import Role
from ivr.storage.store import Storage
from ivr.storage.switch import Held, Switch
from tests.desk import Hired, Visitor, sign_in
from tests.platform_client import EASTERN, OPEN_AT
from tests.unit.desk_pages.conftest import SignIn

NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=EASTERN)
NEXT_OPENING = datetime(2026, 11, 25, 8, 0, tzinfo=EASTERN)


def held(kept: Storage, at: datetime = OPEN_AT) -> Held | None:
    return Switch(kept.database).holding(at)


def close(visitor: Visitor, **fields: str) -> Visitor:
    visitor.open("/desk/switch")
    visitor.press("Close the line", **{"reason": "weather", "until": "opening", **fields})
    return visitor


def test_the_line_is_closed_until_the_next_opening(enter: SignIn, kept: Storage) -> None:
    visitor = close(enter(Role.SUPERVISOR))
    now = held(kept)
    assert now is not None
    assert (now.override.is_open, now.override.reason, now.made_by) == (False, "weather", "Supervisor")
    assert now.override.ends_at == NEXT_OPENING
    assert "The line is closed until tomorrow, 8:00 a.m. Closed by Supervisor" in visitor.text


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_a_banner_on_every_page_while_it_holds(
    app: Flask, enter: SignIn, people: dict[Role, Hired], role: Role
) -> None:
    close(enter(Role.SUPERVISOR))
    somebody = sign_in(Visitor.of(app, OPEN_AT + timedelta(minutes=1)), people[role])
    for path in ("/desk", "/desk/password", "/desk/people", "/desk/trail"):
        somebody.open(path)
        assert "The line is closed until tomorrow, 8:00 a.m. Closed by Supervisor, 1 minute ago." in somebody.text
    somebody.at = NEXT_OPENING
    sign_in(somebody, people[role])
    assert "The line is closed" not in somebody.text


def test_of_a_closing_that_ends_while_the_team_is_away_it_says_when_the_team_is_back(enter: SignIn) -> None:
    visitor = close(enter(Role.SUPERVISOR), until="own", own="2026-11-27T18:00", is_dated="yes")
    told = "The line is closed until Friday, 6:00 p.m. By the usual hours the team is back Monday, 8:00 a.m. Closed by"
    assert told in visitor.text


def test_a_stranger_is_not_told(app: Flask, enter: SignIn) -> None:
    close(enter(Role.SUPERVISOR))
    stranger = Visitor.of(app)
    stranger.open("/desk")
    assert "closed" not in stranger.text


@pytest.mark.parametrize(("until", "minutes"), [("30", 30), ("60", 60), ("120", 120), ("240", 240)])
def test_the_line_is_closed_for_a_while(enter: SignIn, kept: Storage, until: str, minutes: int) -> None:
    close(enter(Role.SUPERVISOR), until=until)
    now = held(kept)
    assert now is not None
    assert now.override.ends_at == OPEN_AT + timedelta(minutes=minutes)


def test_a_later_end_has_to_be_meant(enter: SignIn, kept: Storage) -> None:
    visitor = close(enter(Role.SUPERVISOR), until="own", own="2026-11-27T12:00")
    assert "That is later than the next opening. Please confirm that it is meant." in visitor.text
    assert held(kept) is None
    visitor.press("Close the line", is_dated="yes")
    now = held(kept)
    assert now is not None
    assert now.override.ends_at == datetime(2026, 11, 27, 12, 0, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"until": ""}, "Please choose until when."),
        ({"until": "own", "own": ""}, "Please choose until when."),
        ({"until": "own", "own": "tomorrow"}, "Please choose until when."),
        ({"until": "own", "own": "2026-11-24T12:00+00:00"}, "Please choose until when."),
        ({"until": "own", "own": "9999-12-31T23:59", "is_dated": "yes"}, "Please choose until when."),
        ({"until": "own", "own": "2026-11-24T09:59"}, "That end has passed already."),
        ({"until": "own", "own": "2027-02-01T08:00", "is_dated": "yes"}, "That is more than 31 days away."),
        ({"until": "999999"}, "Please choose until when."),
        ({"reason": ""}, "Please choose what callers hear."),
        ({"reason": "holiday party"}, "Please choose what callers hear."),
    ],
)
def test_what_cannot_be_is_told(enter: SignIn, kept: Storage, fields: dict[str, str], says: str) -> None:
    assert says in close(enter(Role.SUPERVISOR), **fields).text
    assert held(kept) is None


def test_reasons_are_the_approved_words_in_every_language(enter: SignIn) -> None:
    visitor = enter(Role.SUPERVISOR)
    visitor.open("/desk/switch")
    assert visitor.page is not None
    assert '<q lang="en">We are closed because of the weather.</q>' in visitor.page.text
    assert '<q lang="es">Estamos cerrados por el mal tiempo.</q>' in visitor.page.text


def test_at_night_the_line_is_opened_for_a_while(app: Flask, people: dict[Role, Hired], kept: Storage) -> None:
    visitor = sign_in(Visitor.of(app, NIGHT), people[Role.SUPERVISOR])
    visitor.open("/desk/switch")
    visitor.press("Open the line", until="60")
    now = held(kept, NIGHT)
    assert now is not None
    assert (now.override.is_open, now.override.ends_at) == (True, NIGHT + timedelta(hours=1))
    assert "The line is open until today, 10:00 p.m. Opened by Supervisor" in visitor.text


def test_by_day_there_is_nothing_to_open(enter: SignIn) -> None:
    visitor = enter(Role.SUPERVISOR)
    visitor.open("/desk/switch")
    assert "By its usual hours the team is here until today, 5:00 p.m." in visitor.text
    assert "Open the line" not in visitor.text


def test_back_to_the_usual_hours(enter: SignIn, kept: Storage) -> None:
    visitor = close(enter(Role.SUPERVISOR))
    visitor.press("Back to the usual hours")
    assert held(kept) is None
    assert "The line keeps its usual hours again." in visitor.text
    assert "The line is closed" not in visitor.text


@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.AUDITOR])
@pytest.mark.parametrize("path", ["/desk/switch", "/desk/switch/back"])
def test_nobody_else_turns_it(enter: SignIn, kept: Storage, role: Role, path: str) -> None:
    somebody = enter(role)
    fields = {"is_open": "no", "reason": "weather", "until": "opening"}
    assert somebody.send(path, csrf_token=somebody.csrf(), **fields).status_code == 403
    assert held(kept) is None
