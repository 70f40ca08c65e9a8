"""When the team is here: the only module that imports opening-hours-py. Every answer is about a time it is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

_WEEK = 7
_LONG_AGO = datetime(1, 1, 1)  # noqa: DTZ001 because closures are in local time
_MOST_CHANGES = 200  # more changes than a year of lunch breaks between now and the end of the longest closure


@dataclass(frozen=True, slots=True)
class Closure:
    """A dated time when the weekly hours do not hold: the team is away, or here. Local times, the end not included."""

    start: datetime
    end: datetime
    reason: str


class Day(Enum):
    """How a day is named to a caller."""

    TODAY = "today"
    WEEKDAY = "weekday"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Opening:
    """When the team is here next, with just what is said of it, so that few differ: a month only with a date."""

    day: Day
    weekday: int = 0
    month: int = 0
    date: int = 0
    hour: int = 0
    minute: int = 0


@lru_cache(16)
def _weekly(expression: str, zone: ZoneInfo, country: str) -> OpeningHours:
    return OpeningHours(expression, timezone=zone, country=country)


@dataclass(frozen=True)
class Hours:
    """The weekly hours in OpenStreetMap's opening_hours notation, the holidays of a country, and dated closures."""

    expression: str
    zone: ZoneInfo
    country: str
    closures: tuple[Closure, ...] = ()
    checked_until: date | None = None
    switched: tuple[tuple[Closure, bool], ...] = ()  # by the desk, and whether the team is here; above all the rest

    @property
    def _weekly(self) -> OpeningHours:
        return _weekly(self.expression, self.zone, self.country)

    def is_open(self, at: datetime) -> bool:
        """Whether the team is here at an aware time."""
        local = at.astimezone(UTC).astimezone(self.zone)  # by way of UTC, so that it is a time that the clocks show
        switched = self._switched(local)
        if switched is not None:
            return switched[1]
        return self._closure(local) is None and self._weekly.is_open(local)

    def switched_until(self, end: datetime, reason: str, *, is_open: bool) -> Hours:
        """The same hours with the desk's word for any time before an aware end; for times at which it holds."""
        until = end.astimezone(self.zone).replace(tzinfo=None)
        return replace(self, switched=((Closure(_LONG_AGO, until, reason), is_open), *self.switched))

    def next_opening(self, at: datetime) -> datetime | None:
        """The local time from which the team is here again; None when no such time is known. For a time of closing."""
        return self._next(at, is_open=True)

    def next_closing(self, at: datetime) -> datetime | None:
        """The local time from which the team is away again; None when it never is. For a time of opening."""
        return self._next(at, is_open=False)

    def opening(self, at: datetime) -> Opening | None:
        """The next opening as it is said at a time of closing: today, a weekday within six days, or a date."""
        opens = self.next_opening(at)
        return None if opens is None else self.as_said(opens, at)

    def as_said(self, opens: datetime, at: datetime) -> Opening:
        """A local time to come, as it is said at an aware time."""
        days = (opens.date() - at.astimezone(self.zone).date()).days
        time = {"hour": opens.hour, "minute": opens.minute}
        if days == 0:
            return Opening(Day.TODAY, **time)
        if days < _WEEK:
            return Opening(Day.WEEKDAY, weekday=opens.weekday(), **time)
        return Opening(Day.DATE, month=opens.month, date=opens.day, **time)

    def _next(self, at: datetime, *, is_open: bool) -> datetime | None:
        moment: datetime | None = at.astimezone(self.zone)
        for _ in range(_MOST_CHANGES):
            if moment is None or self.is_open(moment) is is_open:
                return moment
            moment = self._next_change(moment)
        return None

    def _next_change(self, local: datetime) -> datetime | None:
        """The next time at which anything may change: a dated time begins or ends, or the weekly hours change."""
        wall = local.replace(tzinfo=None)
        dated = (*self.closures, *(switched for switched, _ in self.switched))
        edges = [self._local(edge) for each in dated for edge in (each.start, each.end) if edge > wall]
        is_dated = self._closure(local) is not None or self._switched(local) is not None
        weekly = None if is_dated else self._weekly.next_change(local)
        return min((*edges, *((weekly,) if weekly else ())), default=None)

    def _local(self, wall: datetime) -> datetime:
        # By way of UTC, which moves a time that the clock skips in spring to one that there is.
        return wall.replace(tzinfo=self.zone).astimezone(UTC).astimezone(self.zone)

    def _switched(self, local: datetime) -> tuple[Closure, bool] | None:
        wall = local.replace(tzinfo=None)
        return next((each for each in self.switched if each[0].start <= wall < each[0].end), None)

    def _closure(self, local: datetime) -> Closure | None:
        wall = local.replace(tzinfo=None)
        return next((closure for closure in self.closures if closure.start <= wall < closure.end), None)
