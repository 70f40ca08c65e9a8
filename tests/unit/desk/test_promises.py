"""Promises that the team can keep, and how long a number is kept when none is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from ivr.desk.promises import kept_from, slots, working_day
from ivr.model.flow import Promises
from ivr.model.hours import Closure, Hours

EASTERN = ZoneInfo("America/New_York")
WEEK = Hours("Mo-Fr 08:00-17:00; PH off", EASTERN, "US")
RULES = Promises(time_left_min=60, after_opening_h=2, most_an_hour=4)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


def told(hours: Hours, at: str, most: int = 4) -> list[tuple[str, int]]:
    offered = islice(slots(hours, RULES, local(at)), most)
    return [(slot.promised_by.strftime("%a %d %H:%M"), slot.most) for slot in offered]


def test_with_time_left_today_before_closing_and_then_after_the_next_opening() -> None:
    assert told(WEEK, "2026-11-24T14:30") == [
        ("Tue 24 17:00", 8),
        ("Wed 25 10:00", 4),
        ("Wed 25 11:00", 4),
        ("Wed 25 12:00", 4),
    ]


def test_with_too_little_time_left_the_next_day_of_opening() -> None:
    assert told(WEEK, "2026-11-24T16:00", 1) == [("Tue 24 17:00", 4)]
    assert told(WEEK, "2026-11-24T16:01", 1) == [("Wed 25 10:00", 4)]


def test_nothing_is_promised_for_what_is_left_of_a_day_when_the_team_is_back_shortly_before_its_end() -> None:
    def closed_until(time: str) -> Hours:
        return WEEK.switched_until(local(f"2026-11-24T{time}"), "phones", is_open=False)

    assert told(closed_until("16:00"), "2026-11-24T10:00", 1) == [("Tue 24 17:00", 4)]
    assert told(closed_until("16:01"), "2026-11-24T10:00", 1) == [("Wed 25 10:00", 4)]


def test_a_holiday_and_a_weekend_are_nobodys_promise() -> None:
    assert told(WEEK, "2026-11-25T18:00", 1) == [("Fri 27 10:00", 4)]
    assert told(WEEK, "2026-11-27T17:00", 1) == [("Mon 30 10:00", 4)]


def test_a_team_that_is_never_away_promises_hours() -> None:
    assert told(Hours("24/7", EASTERN, "US"), "2026-11-28T03:00", 2) == [("Sat 28 05:00", 4), ("Sat 28 06:00", 4)]


def test_callers_of_an_hour_share_its_promises_where_a_team_is_never_away() -> None:
    always = Hours("24/7", EASTERN, "US")
    assert (
        told(always, "2026-11-28T02:00:00.000001", 1)
        == told(always, "2026-11-28T02:59:59.5", 1)
        == [("Sat 28 05:00", 4)]
    )


def test_a_team_that_is_never_here_promises_nothing() -> None:
    assert told(Hours("off", EASTERN, "US"), "2026-11-24T10:00") == []


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-24T23:59", date(2026, 11, 24)),
        ("2026-11-26T10:00", None),  # Thanksgiving
        ("2026-11-28T10:00", None),
    ],
)
def test_a_working_day_is_one_on_which_the_team_is_here(at: str, day: date | None) -> None:
    assert working_day(WEEK, local(at)) == day


def test_every_day_is_a_working_day_of_a_team_that_is_never_away() -> None:
    assert working_day(Hours("24/7", EASTERN, "US"), local("2026-11-28T00:00")) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("promised", "last_day"),
    [
        ("2026-11-30T10:00", "2026-12-09"),  # Tuesday to Friday are four, Monday to Wednesday three
        ("2026-11-24T17:00", "2026-12-04"),  # Thanksgiving is none of the seven
        ("2026-11-28T10:00", "2026-12-08"),  # a Saturday
    ],
)
def test_a_number_is_kept_until_seven_working_days_have_gone_by_after_its_promise(promised: str, last_day: str) -> None:
    evening = local(f"{last_day}T23:59:59")
    assert kept_from(WEEK, evening) <= local(promised)
    assert kept_from(WEEK, evening + timedelta(seconds=1)) > local(promised)


def test_what_is_let_go_soon_is_what_has_fewer_days_behind_it() -> None:
    assert kept_from(WEEK, local("2026-12-09T12:00"), working_days=6) > local("2026-11-30T10:00")


def test_no_number_is_kept_for_ever_for_a_team_that_does_not_come_back() -> None:
    long_closed = Closure(datetime(2026, 1, 1), datetime(2027, 1, 1), "away")  # noqa: DTZ001 because closures are local
    hours = Hours("Mo-Fr 08:00-17:00", EASTERN, "US", (long_closed,))
    assert kept_from(hours, local("2026-11-30T10:00")) == local("2026-10-01T00:00")
