"""What may be asked of the switch, by hours of every kind."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.desk.ports import Override
from ivr.desk.switching import Wish, latest, local_time, refusal
from ivr.model.hours import Hours

EASTERN = ZoneInfo("America/New_York")
OFFICE = Hours("Mo-Fr 08:00-17:00; PH off", EASTERN, "US")
ALWAYS = Hours("24/7", EASTERN, "US")
NEVER = Hours("off", EASTERN, "US")
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of November 2026; the 23rd is a Monday, the 26th Thanksgiving."""
    return datetime(2026, 11, day, hour, minute, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(24, 10), at(25, 8)),
        (at(25, 16, 59), at(27, 8)),  # over Thanksgiving
        (at(27, 10), at(30, 8)),  # over the weekend
        (at(24, 20), at(25, 8)),
        (at(24, 7, 59), at(24, 8)),
    ],
)
def test_the_latest_end_is_the_next_opening(now: datetime, end: datetime) -> None:
    assert latest(OFFICE, now) == end


@pytest.mark.parametrize("hours", [ALWAYS, NEVER])
def test_without_a_next_opening_it_is_a_day(hours: Hours) -> None:
    assert latest(hours, at(24, 10)) == at(24, 10) + DAY


def wish(ends_at: datetime, *, is_open: bool = False, reason: str = "weather", is_dated: bool = False) -> Wish:
    return Wish(Override(is_open, reason, ends_at), is_dated)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (wish(at(25, 8)), None),
        (wish(at(24, 10)), "passed already"),
        (wish(at(25, 8, 1)), "later than the next opening"),
        (wish(at(25, 8, 1), is_dated=True), None),
        (wish(at(24, 10) + 31 * DAY, is_dated=True), None),
        (wish(at(24, 10) + 32 * DAY, is_dated=True), "more than 31 days"),
        (wish(at(24, 12), reason="party"), "what callers hear"),
        (wish(at(24, 12), reason="", is_open=True), None),
    ],
)
def test_a_wish_is_granted_or_refused_with_a_reason(asked: Wish, says: str | None) -> None:
    told = refusal(OFFICE, ("weather",), asked, at(24, 10))
    assert (told is None) if says is None else says in (told or "")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-24T12:00", at(24, 12)),
        ("2026-11-24 12:00", at(24, 12)),
        ("2026-11-24", at(24, 0)),
        ("2027-03-14 02:30", datetime(2027, 3, 14, 3, 30, tzinfo=EASTERN)),  # the clock skips it
        ("2026-11-24T12:00Z", None),
        ("24.11.2026", None),
        ("", None),
    ],
)
def test_a_time_is_one_of_the_lines_own_zone(text: str, time: datetime | None) -> None:
    assert local_time(OFFICE, text) == time
