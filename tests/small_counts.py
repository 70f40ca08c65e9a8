"""Small counts for tests of reports, and other counts of which the same is shown although a hidden one differs.

What is found here is tried by comparing all that is shown of both: it need not be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from ivr.model.flow import Flow
from ivr.papers.reports import hiding
from ivr.papers.reports.hiding import FEWEST, Range, smallest
from ivr.papers.reports.periods import By, Period, View, month_of
from ivr.papers.reports.series import FINEST, Counted, Series, series_of

HIDDEN = range(FEWEST)
LAST = month_of(date(2026, 4, 1))
MONTHS = View(By.WEEK, LAST).months
CELLS = [
    ("call", "", "en", "arrived"),
    ("call", "", "es", "arrived"),
    ("node", "treat", "en", ""),
    ("node", "treat", "es", ""),
    ("node", "menu", "es", ""),
    ("node", "of-last-year", "es", ""),
    ("key", "treat", "", "0"),
    ("key", "menu", "", "9"),
    ("key", "treat", "", "9"),
    ("silence", "menu", "", ""),
    ("callback", "", "", "refused"),
    ("text", "", "", "unknown"),
    ("transfer", "transfer", "", "talked"),
    ("promise", "", "", "late"),
    ("fault", "", "", "apology"),
]


def day_by_day(random: Random, mean: float) -> list[Counted]:
    """Counts of every cell for most days, as small as the mean says."""
    days = [day.first for month in MONTHS for day in month.days]
    made = [(cell, day, int(random.expovariate(1 / mean))) for cell in CELLS for day in days if random.random() < 0.8]
    return [Counted(day, *cell, is_probe=False, count=count) for cell, day, count in made if count]


@dataclass(frozen=True)
class Hidden:
    """A count that is not shown: of a series, in the smallest period that is shown of it, of a month."""

    series: Series
    period: Period
    month: Period

    @property
    def finest(self) -> By:
        return FINEST[self.series.kind]


def hidden_counts(flow: Flow, counts: Sequence[Counted]) -> Iterator[Hidden]:
    for series in sorted({series for each in counts if (series := series_of(each, flow)) and series.kind in FINEST}):
        for month in MONTHS:
            for period in month.days if FINEST[series.kind] is By.DAY else month.weeks:
                if counted_in(period, of_series(flow, counts, series)) < FEWEST:
                    yield Hidden(series, period, month)


def of_series(flow: Flow, counts: Sequence[Counted], series: Series) -> list[Counted]:
    return [each for each in counts if series_of(each, flow) == series]


def counted_in(period: Period, counts: Sequence[Counted]) -> int:
    return sum(each.count for each in counts if period.first <= each.day <= period.last)


def alike_but(flow: Flow, counts: Sequence[Counted], hidden: Hidden, number: int) -> list[Counted] | None:
    """Other counts with this number in the place of a hidden one, of which the same is shown; None without any."""
    own = of_series(flow, counts, hidden.series)
    weeks = [Days(week.days if hidden.finest is By.DAY else (week,)) for week in hidden.month.weeks]
    found = agreeing(weeks, own, {hidden.period: number})
    if found is None:
        return None
    kept = [each for each in counts if each not in own or not hidden.month.first <= each.day <= hidden.month.last]
    return kept + [replace(own[0], day=period.first, count=count) for period, count in found.items() if count]


@dataclass(frozen=True)
class Days:
    """The smallest periods of a week."""

    periods: tuple[Period, ...]

    def ways(self, own: Sequence[Counted], given: Mapping[Period, int]) -> dict[int, dict[Period, int]]:
        """For each sum of the week of which the same is shown, one way to come to it."""
        counts = {period: counted_in(period, own) for period in self.periods}
        sums: dict[int, dict[Period, int]] = {0: {}}
        for period, count in counts.items():
            choices = [given[period]] if period in given else HIDDEN if count < FEWEST else [count]
            sums = {total + each: {**way, period: each} for total, way in sums.items() for each in choices}
        shown = self.shown(counts, sum(counts.values()))
        return {total: way for total, way in sums.items() if self.shown(counts, total) == shown}

    def shown(self, counts: Mapping[Period, int], total: int) -> Range:
        parts = [smallest(count) for count in counts.values()]
        return parts[0] if len(parts) == 1 else hiding.whole(parts, total)


def agreeing(weeks: list[Days], own: Sequence[Counted], given: Mapping[Period, int]) -> dict[Period, int] | None:
    """Counts of a month with the given one, of whose weeks and total the same is shown."""
    each_week = [week.ways(own, given) for week in weeks]
    counts = [{period: counted_in(period, own) for period in week.periods} for week in weeks]
    parts = [week.shown(each, sum(each.values())) for week, each in zip(weeks, counts, strict=True)]
    sums: dict[int, dict[Period, int]] = {0: {}}
    for ways in each_week:
        sums = {total + each: {**way, **more} for total, way in sums.items() for each, more in ways.items()}
    shown = hiding.whole(parts, sum(sum(each.values()) for each in counts))
    return next((way for total, way in sums.items() if hiding.whole(parts, total) == shown), None)
