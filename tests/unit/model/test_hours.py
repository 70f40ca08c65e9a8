"""When the team is here, at chosen moments of the calendar. Local times are those of the east coast."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.model.hours import Closure, Day, Hours, Opening

EASTERN = ZoneInfo("America/New_York")
OFFICE = "Mo-Fr 08:00-17:00; PH off"


def hours(expression: str = OFFICE, *closures: tuple[str, str]) -> Hours:
    dated = tuple(Closure(datetime.fromisoformat(a), datetime.fromisoformat(b), "away") for a, b in closures)
    return Hours(expression, EASTERN, "US", dated)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN, fold=fold)


def is_open(text: str, expression: str = OFFICE) -> bool:
    return hours(expression).is_open(at(text))


def opens(text: str, expression: str = OFFICE, *closures: tuple[str, str]) -> str:
    """The next opening as local time, "" when nobody knows one."""
    opening = hours(expression, *closures).next_opening(at(text))
    return "" if opening is None else opening.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-18 07:59:59", False),  # a Wednesday
        ("2026-11-18 07:59:59.999999", False),
        ("2026-11-18 08:00:00", True),
        ("2026-11-18 08:00:01", True),
        ("2026-11-18 16:59:59", True),
        ("2026-11-18 16:59:59.999999", True),
        ("2026-11-18 17:00:00", False),
        ("2026-11-18 17:00:01", False),
        ("2026-11-21 12:00:00", False),  # Saturday
        ("2026-11-22 12:00:00", False),  # Sunday
    ],
)
def test_the_line_opens_and_closes_on_the_second(moment: str, expected: bool) -> None:  # noqa: FBT001
    assert is_open(moment) is expected


@pytest.mark.parametrize(
    "holiday",
    [
        "2026-01-01", "2026-01-19", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25",
        "2027-01-01", "2027-01-18", "2027-05-31", "2027-07-05", "2027-09-06", "2027-11-25", "2027-12-24",
    ],
)  # fmt: skip
def test_the_team_is_away_on_public_holidays_kept_on_weekdays(holiday: str) -> None:
    assert not is_open(f"{holiday} 10:00:00")


@pytest.mark.parametrize("working_day", ["2026-11-25", "2026-11-27", "2026-12-24", "2026-12-31", "2027-01-04"])
def test_the_days_around_a_holiday_are_working_days(working_day: str) -> None:
    assert is_open(f"{working_day} 10:00:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-18 06:00:00", "2026-11-18 08:00:00"),  # the same morning
        ("2026-11-18 17:00:00", "2026-11-19 08:00:00"),
        ("2026-11-20 17:00:00", "2026-11-23 08:00:00"),  # Friday evening to Monday
        ("2026-11-22 23:59:59", "2026-11-23 08:00:00"),
        ("2026-11-25 17:00:00", "2026-11-27 08:00:00"),  # Thanksgiving eve to Friday
        ("2026-11-26 08:00:00", "2026-11-27 08:00:00"),
        ("2026-12-24 17:00:00", "2026-12-28 08:00:00"),  # Christmas is a Friday
        ("2026-12-31 17:00:00", "2027-01-04 08:00:00"),  # so is New Year's Day
        ("2026-09-04 17:00:00", "2026-09-08 08:00:00"),  # Labor Day is a Monday
        ("2027-05-28 17:00:00", "2027-06-01 08:00:00"),  # Memorial Day too
        ("2026-07-02 17:00:00", "2026-07-06 08:00:00"),  # Independence Day is kept on Friday the third
    ],
)
def test_the_next_opening_passes_over_nights_weekends_and_holidays(moment: str, expected: str) -> None:
    assert opens(moment) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06 17:00:00", "2026-03-09 08:00:00"),
        ("2026-03-08 01:59:59", "2026-03-09 08:00:00"),
        ("2026-03-08 03:00:00", "2026-03-09 08:00:00"),
        ("2026-10-30 17:00:00", "2026-11-02 08:00:00"),
        ("2027-03-14 01:59:59", "2027-03-15 08:00:00"),
        ("2027-11-07 01:30:00", "2027-11-08 08:00:00"),
    ],
)
def test_the_next_opening_is_at_eight_by_the_new_clock(moment: str, expected: str) -> None:
    assert opens(moment) == expected


def test_both_hours_of_the_night_that_has_an_hour_twice_are_one_time_of_the_clock() -> None:
    sunday = hours("Su 01:00-02:00")
    assert [sunday.is_open(at("2026-11-01 01:30:00", fold)) for fold in (0, 1)] == [True, True]
    assert sunday.is_open(datetime(2026, 11, 1, 5, 0, tzinfo=UTC))
    assert sunday.is_open(datetime(2026, 11, 1, 6, 59, 59, tzinfo=UTC))
    assert not sunday.is_open(datetime(2026, 11, 1, 7, 0, tzinfo=UTC))


def test_an_opening_in_the_hour_that_spring_skips_is_the_first_time_there_is() -> None:
    assert opens("2026-03-08 01:59:59", "Su 02:30-05:00") == "2026-03-08 03:00:00"
    assert opens("2027-03-14 01:59:59", "Su 02:30-05:00") == "2027-03-14 03:00:00"


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ("2026-03-06T13:00:00+00:00", True),  # winter: five hours behind
        ("2026-03-06T12:59:59+00:00", False),
        ("2026-03-09T12:00:00+00:00", True),  # summer: four
        ("2026-03-09T11:59:59+00:00", False),
        ("2026-11-02T12:59:59+00:00", False),
        ("2026-11-02T13:00:00+00:00", True),
        ("2026-11-25T13:30:00-08:00", True),  # asked from the west coast
        ("2026-11-25T14:00:00-08:00", False),
        ("2026-11-26T06:59:59+09:00", True),  # in Tokyo it is Thanksgiving already
    ],
)
def test_a_time_of_any_zone_is_understood(utc: str, expected: bool) -> None:  # noqa: FBT001
    assert hours().is_open(datetime.fromisoformat(utc)) is expected


@pytest.mark.parametrize("moment", ["2026-03-08 03:00:00", "2026-07-04 00:00:00", "2026-12-25 04:00:00"])
def test_round_the_clock_never_closes_and_has_no_next_opening(moment: str) -> None:
    assert is_open(moment, "24/7")
    assert hours("24/7").next_opening(at(moment)) == at(moment)


@pytest.mark.parametrize("moment", ["2026-11-18 10:00:00", "2026-12-25 10:00:00"])
def test_a_line_that_never_opens_knows_no_opening(moment: str) -> None:
    assert not is_open(moment, "off")
    assert hours("off").opening(at(moment)) is None


CHRISTMAS = ("2026-12-24 12:00:00", "2026-12-28 10:00:00")  # into Monday morning, over a weekend and a holiday
LUNCH = ("2026-11-18 12:00:00", "2026-11-18 13:30:00")
MEETING = ("2026-11-18 13:30:00", "2026-11-18 14:00:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-18 11:59:59", True),
        ("2026-11-18 12:00:00", False),
        ("2026-11-18 13:59:59", False),
        ("2026-11-18 14:00:00", True),
        ("2026-12-24 11:59:59", True),
        ("2026-12-24 12:00:00", False),
        ("2026-12-28 08:00:00", False),
        ("2026-12-28 09:59:59", False),
        ("2026-12-28 10:00:00", True),
    ],
)
def test_a_closure_takes_its_hours_away_on_the_second(moment: str, expected: bool) -> None:  # noqa: FBT001
    assert hours(OFFICE, CHRISTMAS, LUNCH, MEETING).is_open(at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "closures", "expected"),
    [
        ("2026-11-18 12:00:00", (LUNCH,), "2026-11-18 13:30:00"),
        ("2026-11-18 12:00:00", (MEETING, LUNCH), "2026-11-18 14:00:00"),  # one begins where another ends
        ("2026-12-24 12:00:00", (CHRISTMAS,), "2026-12-28 10:00:00"),
        ("2026-12-23 17:00:00", (CHRISTMAS,), "2026-12-24 08:00:00"),
        ("2026-11-20 17:00:00", (("2026-11-23 00:00:00", "2026-11-24 00:00:00"),), "2026-11-24 08:00:00"),
        ("2026-06-01 09:00:00", (("2026-01-01 00:00:00", "2030-01-01 00:00:00"),), "2030-01-02 08:00:00"),
    ],
)
def test_the_next_opening_passes_over_closures(
    moment: str, closures: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert opens(moment, OFFICE, *closures) == expected


def test_a_closure_of_a_line_open_round_the_clock_has_an_end() -> None:
    assert opens("2026-12-25 09:00:00", "24/7", CHRISTMAS) == "2026-12-28 10:00:00"


def test_a_closure_may_end_at_a_time_that_spring_skips() -> None:
    skipped = ("2026-03-07 17:00:00", "2026-03-08 02:30:00")
    assert opens("2026-03-08 01:00:00", "24/7", skipped) == "2026-03-08 03:30:00"


MONDAY, TUESDAY, FRIDAY = 0, 1, 4


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-18 00:00:00", Opening(Day.TODAY, hour=8)),
        ("2026-11-18 07:59:59", Opening(Day.TODAY, hour=8)),
        ("2026-11-17 23:59:59", Opening(Day.WEEKDAY, weekday=2, hour=8)),
        ("2026-11-20 17:00:00", Opening(Day.WEEKDAY, weekday=MONDAY, hour=8)),
        ("2026-11-25 17:00:00", Opening(Day.WEEKDAY, weekday=FRIDAY, hour=8)),
        ("2026-09-04 17:00:00", Opening(Day.WEEKDAY, weekday=TUESDAY, hour=8)),
    ],
)
def test_an_opening_is_named_by_the_day_it_is_on(moment: str, expected: Opening) -> None:
    assert hours().opening(at(moment)) == expected


def test_six_days_ahead_is_a_weekday_and_seven_days_ahead_is_a_date() -> None:
    away = hours(OFFICE, ("2026-11-16 00:00:00", "2026-11-24 09:30:00"))
    assert away.opening(at("2026-11-18 00:00:00")) == Opening(Day.WEEKDAY, weekday=TUESDAY, hour=9, minute=30)
    assert away.opening(at("2026-11-17 23:59:59")) == Opening(Day.DATE, month=11, date=24, hour=9, minute=30)


def test_days_are_counted_by_the_calendar_of_the_line_and_not_of_the_asker() -> None:
    in_tokyo = datetime.fromisoformat("2026-11-18T14:00:00+09:00")  # midnight on the east coast
    assert hours().opening(in_tokyo) == Opening(Day.TODAY, hour=8)
