"""Days, weeks and months of the line's zone, over changes of the clocks and ends of months and years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.papers.reports.periods import By, Period, View, month_of, parts_of, view

EASTERN = ZoneInfo("America/New_York")
HAVANA = ZoneInfo("America/Havana")
JULY = month_of(date(2026, 7, 19))


def hours(period: Period, zone: ZoneInfo) -> float:
    return (period.ends_at(zone) - period.begins_at(zone)) / timedelta(hours=1)


def test_a_month_has_all_its_days() -> None:
    assert (JULY.first, JULY.last, len(JULY.days)) == (date(2026, 7, 1), date(2026, 7, 31), 31)
    assert month_of(date(2028, 2, 29)).last == date(2028, 2, 29)
    assert month_of(date(2026, 12, 31)).last == date(2026, 12, 31)


@pytest.mark.parametrize("month", range(1, 13))
def test_weeks_are_cut_so_that_they_make_up_the_month(month: int) -> None:
    whole = month_of(date(2026, month, 1))
    assert sum((week.days for week in whole.weeks), ()) == whole.days
    assert all(week.first.weekday() == 0 for week in whole.weeks[1:])
    assert all(week.last.weekday() == 6 for week in whole.weeks[:-1])


@pytest.mark.parametrize(
    ("day", "long"), [(date(2026, 3, 8), 23), (date(2026, 7, 4), 24), (date(2026, 11, 1), 25)], ids=str
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, long: int) -> None:
    assert hours(Period(day, day), EASTERN) == long


def test_a_day_that_skips_midnight_begins_when_the_clocks_do() -> None:
    day = Period(date(2026, 3, 8), date(2026, 3, 8))  # in Havana midnight becomes one o'clock
    assert hours(day, HAVANA) == 23
    assert day.begins_at(HAVANA).astimezone(HAVANA).hour == 1


def test_days_follow_each_other_without_a_gap() -> None:
    for zone in (EASTERN, HAVANA, ZoneInfo("Asia/Kolkata")):
        for month in View(By.MONTH, JULY).months:
            for before, after in zip(month.days, month.days[1:], strict=False):
                assert before.ends_at(zone) == after.begins_at(zone)


def test_a_period_is_over_an_hour_after_its_end() -> None:
    day = Period(date(2026, 7, 19), date(2026, 7, 19))
    assert not day.is_over(datetime(2026, 7, 20, 4, 59, tzinfo=UTC), EASTERN)
    assert day.is_over(datetime(2026, 7, 20, 5, 0, tzinfo=UTC), EASTERN)
    assert not day.has_begun(datetime(2026, 7, 19, 3, 59, tzinfo=UTC), EASTERN)
    assert day.has_begun(datetime(2026, 7, 19, 4, 0, tzinfo=UTC), EASTERN)


def test_a_view_holds_whole_months() -> None:
    months = {by: View(by, JULY).months for by in By}
    assert [each[0].first for each in months.values()] == [date(2026, 7, 1), date(2026, 5, 1), date(2025, 8, 1)]
    for by in By:
        assert View(by, JULY).periods == sum((parts_of(month, by) for month in months[by]), ())


def test_going_earlier_and_later_leaves_nothing_out() -> None:
    for by in By:
        here = View(by, JULY)
        assert here.earlier.later == here.later.earlier == here
        assert here.earlier.months[-1].last + timedelta(days=1) == here.months[0].first


@pytest.mark.parametrize("month", [None, "", "2026-13", "2026-7-1", "x", "0001-01", "9999-12", "2026-07\x00"])
@pytest.mark.parametrize("by", [None, "hour", ""])
def test_what_cannot_be_understood_is_weeks_and_the_month_of_yesterday(by: str | None, month: str | None) -> None:
    at = datetime(2026, 8, 1, 16, tzinfo=UTC)
    assert view(by, month, at, EASTERN) == View(By.WEEK, JULY)


def test_an_address_names_how_fine_and_the_month() -> None:
    at = datetime(2026, 8, 1, 16, tzinfo=UTC)
    assert view("day", "2025-02", at, EASTERN) == View(By.DAY, month_of(date(2025, 2, 1)))


def test_yesterday_is_that_of_the_zone() -> None:
    assert view("day", None, datetime(2026, 8, 2, 3, tzinfo=UTC), EASTERN).month == JULY
