"""The hours of the team for eyes: what a usual week is like, and the days ahead that differ from it.

Found by asking the table that calls are answered by, so that a page can never promise other hours than the line keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from ivr.model.hours import Hours

DAY_MINUTES = 24 * 60
_STEP_MINUTES = 5
_WEEKS = 6  # most of six same weekdays are no holiday, even at the end of a year

Times = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays in a row (Monday is 0) with the same times, in minutes since midnight; no times is away all day."""

    first: int
    last: int
    times: Times


@dataclass(frozen=True, slots=True)
class OtherDay:
    """A day whose times are not those of its weekday."""

    day: date
    times: Times


@dataclass(frozen=True, slots=True)
class Week:
    """A usual week, and what differs from it in the weeks ahead."""

    usual: tuple[Days, ...]
    others: tuple[OtherDay, ...]


@lru_cache(maxsize=4)
def week_from(hours: Hours, today: date) -> Week:
    """The usual week from a local day on. It asks the table 12,000 times (0.2 s), so it is kept for the day."""
    ahead = {day: _times(hours, day) for day in (today + timedelta(days=n) for n in range(7 * _WEEKS))}
    usual = [_most_usual(times for day, times in ahead.items() if day.weekday() == weekday) for weekday in range(7)]
    others = (OtherDay(day, times) for day, times in ahead.items() if times != usual[day.weekday()])
    return Week(tuple(_in_rows(usual)), tuple(others))


def _times(hours: Hours, day: date) -> Times:
    midnight = datetime.combine(day, time(), hours.zone)
    steps = range(0, DAY_MINUTES, _STEP_MINUTES)
    spells = groupby(steps, lambda minute: hours.is_open(midnight + timedelta(minutes=minute)))
    opens = (list(minutes) for is_open, minutes in spells if is_open)
    return tuple((minutes[0], minutes[-1] + _STEP_MINUTES) for minutes in opens)


def _most_usual(times: Iterator[Times]) -> Times:
    return Counter(times).most_common(1)[0][0]


def _in_rows(usual: list[Times]) -> Iterator[Days]:
    for times, days in groupby(range(7), lambda weekday: usual[weekday]):
        weekdays = list(days)
        yield Days(weekdays[0], weekdays[-1], times)
