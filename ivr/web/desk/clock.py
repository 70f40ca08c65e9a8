"""Times as the desk shows them: in the line's own zone, and how far away they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_NOON_HOUR = 12
_WEEK = 7
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time zone, and the time that it is now."""

    zone: ZoneInfo
    now: datetime

    def time(self, at: datetime) -> str:
        """The time of day: 8:05 a.m."""
        local = at.astimezone(self.zone)
        half = "a.m." if local.hour < _NOON_HOUR else "p.m."
        return f"{(local.hour - 1) % 12 + 1}:{local.minute:02d} {half}"

    def when(self, at: datetime) -> str:
        """Day and time: today, tomorrow or yesterday; a weekday within six days; or a date."""
        return f"{self.day(at)}, {self.time(at)}"

    def day(self, at: datetime) -> str:
        """The day, as somebody of today names it."""
        local, today = at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        days = (local - today).days
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
        if days in near:
            return near[days]
        if 0 < days < _WEEK:
            return f"{local:%A}"
        return f"{local:%A, %B} {local.day}" + ("" if local.year == today.year else f", {local.year}")

    def exact(self, at: datetime) -> str:
        """Date and time to the second, for a trail that must not be guessed at."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def away(self, at: datetime) -> str:
        """How far away a time is: in 40 minutes, 3 hours late."""
        if at >= self.now:
            return f"in {_long(at - self.now)}"
        return f"{_long(self.now - at)} late"

    def ago(self, at: datetime) -> str:
        """How long ago a time was."""
        return f"{_long(self.now - at)} ago"


def ended(sentence: str) -> str:
    """A sentence with its full stop; one that ends with a.m. has it already."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def _long(span: timedelta) -> str:
    if span < _MINUTE:
        return "less than a minute"
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        count = span // unit
        if count:
            rest = (span - count * unit) // _MINUTE
            after = f" {rest} min" if unit is _HOUR and rest else ""
            return f"{count} {'h' if after else name}{'' if after or count == 1 else 's'}{after}"
    return "less than a minute"
