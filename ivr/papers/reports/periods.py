"""Days, weeks and months of the line's own zone. Months are made of weeks, and weeks of days, without a remainder.

A week begins on Monday and is cut where a month ends, because a week in two months would tell one from the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

SETTLES = timedelta(hours=1)  # counts may still be on their way to the store when a period ends
# Counts go after two years, hour by hour; a month of which some are gone would tell how many they were.
KEPT = timedelta(days=700)
_DAY = timedelta(days=1)
_SUNDAY = 6


class By(Enum):
    """How fine a report is; the value is its word in an address."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


# How many months a report holds: few enough to read, and always whole ones.
MONTHS = {By.DAY: 1, By.WEEK: 3, By.MONTH: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Some local days in a row, both of them included."""

    first: date
    last: date

    @property
    def days(self) -> tuple[Period, ...]:
        """Each of its days."""
        return _days(self)

    @property
    def weeks(self) -> tuple[Period, ...]:
        """Its weeks; the first and the last may be cut."""
        return _weeks(self)

    def begins_at(self, zone: ZoneInfo) -> datetime:
        """The time, in UTC, at which its first day begins."""
        return _midnight(self.first, zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        """The time, in UTC, at which the day after it begins."""
        return _midnight(self.last + _DAY, zone)

    def is_over(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it has ended at an aware time, and all that was counted in it has been kept."""
        return at >= self.ends_at(zone) + SETTLES

    def is_kept(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether its month is shown still at an aware time."""
        return at < month_of(self.first).begins_at(zone) + KEPT

    def has_begun(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it has begun at an aware time."""
        return at >= self.begins_at(zone)


def month_of(day: date) -> Period:
    """The month of a day."""
    first = day.replace(day=1)
    return Period(first, _month_after(first) - _DAY)


@dataclass(frozen=True, slots=True)
class View:
    """What a report shows: how fine, and the last of its months."""

    by: By
    month: Period

    @property
    def months(self) -> tuple[Period, ...]:
        """Its months, the earliest first."""
        months = [self.month]
        while len(months) < MONTHS[self.by]:
            months.insert(0, month_of(months[0].first - _DAY))
        return tuple(months)

    @property
    def periods(self) -> tuple[Period, ...]:
        """Its rows, the earliest first."""
        return tuple(period for month in self.months for period in parts_of(month, self.by))

    @property
    def earlier(self) -> View:
        """The view before it; together they leave nothing out."""
        return View(self.by, month_of(self.months[0].first - _DAY))

    @property
    def later(self) -> View:
        """The view after it."""
        month = self.month
        for _ in self.months:
            month = month_of(_month_after(month.first))
        return View(self.by, month)


def parts_of(month: Period, by: By) -> tuple[Period, ...]:
    """A month as days, as weeks, or as itself."""
    return {By.DAY: month.days, By.WEEK: month.weeks, By.MONTH: (month,)}[by]


def view(by: str | None, month: str | None, at: datetime, zone: ZoneInfo) -> View:
    """The view that an address asks for. What cannot be understood is weeks, and the month of yesterday."""
    yesterday = at.astimezone(zone).date() - _DAY
    fine = next((each for each in By if each.value == by), By.WEEK)
    return View(fine, month_of(_first_of(month) or yesterday))


def _first_of(month: str | None) -> date | None:
    """The first day of a month that is written as 2026-07."""
    try:
        first = datetime.strptime(month or "", "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return first if _EARLIEST <= first.year < _LATEST else None


_EARLIEST, _LATEST = 2000, 2100  # far from where a calendar ends


@lru_cache(maxsize=1024)  # a report asks for the same ones for every series
def _days(period: Period) -> tuple[Period, ...]:
    count = (period.last - period.first).days + 1
    return tuple(Period(day, day) for day in (period.first + each * _DAY for each in range(count)))


@lru_cache(maxsize=64)
def _weeks(period: Period) -> tuple[Period, ...]:
    return tuple(_cut_into_weeks(period))


def _cut_into_weeks(period: Period) -> Iterator[Period]:
    first = period.first
    while first <= period.last:
        last = min(first + (_SUNDAY - first.weekday()) * _DAY, period.last)
        yield Period(first, last)
        first = last + _DAY


def _month_after(first: date) -> date:
    return (first.replace(day=28) + 4 * _DAY).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # By way of the zone: a day of changing clocks has 23 or 25 hours, and one that skips midnight begins at one.
    return datetime.combine(day, time(), zone).astimezone(UTC)
