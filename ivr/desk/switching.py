"""What may be asked of the switch: pure, from the usual hours and the words that are approved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ivr.desk.ports import Override
from ivr.model.flow import Flow
from ivr.model.hours import Hours

LONGEST = timedelta(days=31)  # what lasts longer belongs in line.toml
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """Close or open the line until a time. `is_dated`: who asks has named a day on purpose, even a late one."""

    override: Override
    is_dated: bool = False


def reasons(flow: Flow) -> tuple[str, ...]:
    """The names of the words for closing that there are in every language."""
    scripts = [flow.scripts[language] for language in flow.line.languages]
    return tuple(name for name in scripts[0].reasons if all(name in script.reasons for script in scripts))


def local_time(hours: Hours, text: str) -> datetime | None:
    """A time as a form or a command writes it, in the line's own zone; one that the clock skips is moved on."""
    try:
        wall = datetime.fromisoformat(text)
        return None if wall.tzinfo else wall.replace(tzinfo=hours.zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the second for a time that is the year 10000 elsewhere
        return None


def latest(hours: Hours, at: datetime) -> datetime:
    """The latest end that nobody needs to name on purpose: the next opening by the usual hours, or in a day."""
    closes = hours.next_closing(at) if hours.is_open(at) else at
    opens = hours.next_opening(closes) if closes else None
    return opens or at + _DAY


def refusal(hours: Hours, reasons: Collection[str], wish: Wish, at: datetime) -> str | None:
    """Why a wish cannot be granted at a time, as a sentence; None when it can."""
    override = wish.override
    if override.ends_at <= at:
        return "That end has passed already. Please choose a later one."
    if override.ends_at > at + LONGEST:
        return f"That is more than {LONGEST.days} days away. Such a change belongs in the hours of line.toml."
    if override.ends_at > latest(hours, at) and not wish.is_dated:
        return "That is later than the next opening. Please confirm that it is meant."
    if not override.is_open and override.reason not in reasons:
        return "Please choose what callers hear."
    return None
