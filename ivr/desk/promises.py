"""When a callback can be promised: pure, from the hours of the team and the rules of line.toml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ivr.model.flow import Promises
from ivr.model.hours import Hours

_HOUR = timedelta(hours=1)
_DAYS = 5  # on so many days of opening; what is further away is not promised
_HOURS = 24  # of a team that is never away
_DAY = timedelta(days=1)
_MOST_DAYS = 60  # of a team that does not come back: no number is kept for longer


@dataclass(frozen=True, slots=True)
class Slot:
    """A local, aware time by which a callback can be promised, and how many promises it holds."""

    promised_by: datetime
    most: int


def slots(hours: Hours, rules: Promises, at: datetime) -> Iterator[Slot]:
    """The times that can be promised to who asks at an aware time, best first; none when no opening is known.

    With time left today: before closing. Otherwise some hours after the next opening, and then hour by hour.
    """
    if not hours.is_open(at):
        yield from _of_days_to_come(hours, rules, at)
        return
    closes = hours.next_closing(at)
    if closes is None:
        soonest = _full_hour(at.astimezone(hours.zone) + rules.after_opening_h * _HOUR)
        yield from (Slot(soonest + each * _HOUR, rules.most_an_hour) for each in range(_HOURS))
        return
    left = closes - at
    if left >= timedelta(minutes=rules.time_left_min):
        yield Slot(closes, max(1, left // _HOUR) * rules.most_an_hour)
    yield from _of_days_to_come(hours, rules, closes)


def _full_hour(at: datetime) -> datetime:
    """The next full hour, so that callers of an hour share its promises."""
    began = at.replace(minute=0, second=0, microsecond=0)
    return began if began == at else began + _HOUR


def working_day(hours: Hours, at: datetime) -> date | None:
    """The local date of an aware time, if the team is here on it at all."""
    day = at.astimezone(hours.zone).date()
    return day if _is_working(hours, day) else None


def kept_from(hours: Hours, at: datetime, working_days: int = 7) -> datetime:
    """The local midnight from which a promise must be for its number to be kept still at an aware time.

    A number is kept until so many working days have gone by after the day of its promise.
    """
    today = at.astimezone(hours.zone).date()
    day, passed = today, 0
    while passed < working_days and (today - day).days < _MOST_DAYS:
        day -= _DAY
        passed += _is_working(hours, day)
    return datetime.combine(day, time(), hours.zone)


def _is_working(hours: Hours, day: date) -> bool:
    midnight = datetime.combine(day, time(), hours.zone)
    opens = midnight if hours.is_open(midnight) else hours.next_opening(midnight)
    return opens is not None and opens.date() == day


def _of_days_to_come(hours: Hours, rules: Promises, closed_at: datetime) -> Iterator[Slot]:
    for _ in range(_DAYS):
        opens = hours.next_opening(closed_at)
        closes = None if opens is None else hours.next_closing(opens)
        if opens is None or closes is None:
            return
        if closes - opens >= timedelta(minutes=rules.time_left_min):
            yield from _of_a_day(opens, closes, rules)
        closed_at = closes


def _of_a_day(opens: datetime, closes: datetime, rules: Promises) -> Iterator[Slot]:
    promised = opens + rules.after_opening_h * _HOUR
    while promised < closes:
        yield Slot(promised, rules.most_an_hour)
        promised += _HOUR
    yield Slot(closes, rules.most_an_hour)
