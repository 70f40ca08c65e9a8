"""Times in the words of the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.web.desk.clock import Clock, ended
from tests.platform_client import EASTERN, OPEN_AT

CLOCK = Clock(EASTERN, OPEN_AT)  # Tuesday 24 November 2026, 10:00


@pytest.mark.parametrize(
    ("hour", "minute", "says"),
    [(0, 0, "12:00 a.m."), (8, 5, "8:05 a.m."), (12, 0, "12:00 p.m."), (13, 0, "1:00 p.m."), (23, 59, "11:59 p.m.")],
)
def test_a_time_of_day(hour: int, minute: int, says: str) -> None:
    assert CLOCK.time(OPEN_AT.replace(hour=hour, minute=minute)) == says


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (22, "Sunday, November 22, 10:00 a.m."),
        (23, "yesterday, 10:00 a.m."),
        (24, "today, 10:00 a.m."),
        (25, "tomorrow, 10:00 a.m."),
        (26, "Thursday, 10:00 a.m."),
        (30, "Monday, 10:00 a.m."),
    ],
)
def test_a_day_is_named_as_somebody_of_today_names_it(day: int, says: str) -> None:
    assert CLOCK.when(OPEN_AT.replace(day=day)) == says


def test_a_day_a_week_ahead_is_a_date_and_another_year_has_its_number() -> None:
    assert CLOCK.day(OPEN_AT + timedelta(days=7)) == "Tuesday, December 1"
    assert CLOCK.day(datetime(2027, 1, 4, 12, tzinfo=UTC)) == "Monday, January 4, 2027"


def test_a_time_is_in_the_lines_own_zone() -> None:
    assert CLOCK.when(datetime(2026, 11, 25, 3, 30, tzinfo=UTC)) == "today, 10:30 p.m."


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ({"seconds": 0}, "in less than a minute"),
        ({"seconds": 59}, "in less than a minute"),
        ({"minutes": 1}, "in 1 minute"),
        ({"minutes": 59}, "in 59 minutes"),
        ({"hours": 1}, "in 1 hour"),
        ({"hours": 1, "minutes": 20}, "in 1 h 20 min"),
        ({"hours": 23, "minutes": 1}, "in 23 h 1 min"),
        ({"days": 1, "hours": 5}, "in 1 day"),
        ({"days": 9}, "in 9 days"),
        ({"minutes": -25}, "25 minutes late"),
        ({"hours": -2}, "2 hours late"),
        ({"days": -1}, "1 day late"),
    ],
)
def test_how_far_away_a_time_is(span: dict[str, int], says: str) -> None:
    assert CLOCK.away(OPEN_AT + timedelta(**span)) == says


def test_how_long_ago_a_time_was() -> None:
    assert CLOCK.ago(OPEN_AT - timedelta(hours=3)) == "3 hours ago"


def test_a_sentence_ends_once() -> None:
    assert [ended("by 8:00 a.m."), ended("in an hour")] == ["by 8:00 a.m.", "in an hour."]
