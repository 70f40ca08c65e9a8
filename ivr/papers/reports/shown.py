"""What is shown of one thing that is counted, of any period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ivr.papers.reports import hiding
from ivr.papers.reports.hiding import Range, exact, smallest, together
from ivr.papers.reports.periods import By, Period
from ivr.papers.reports.series import FINEST, Series


@dataclass(frozen=True)
class Shown:
    """What is shown of one series at a time: of whatever period, and of whole months as far as they have gone."""

    series: Series
    counts: Mapping[date, int]  # by local day
    at: datetime
    zone: ZoneInfo

    def of(self, period: Period, by: By) -> Range | None:
        """What is shown of a period; None as long as it is not over, when it is long past, or finer than is shown."""
        if not period.is_kept(self.at, self.zone):
            return None
        finest = FINEST.get(self.series.kind)
        if finest is None:
            return exact(self._count(period)) if period.has_begun(self.at, self.zone) else None
        if not period.is_over(self.at, self.zone) or _ORDER[by] < _ORDER[finest]:
            return None
        return self._range(period, by, finest)

    def of_months(self, months: Iterable[Period]) -> Range:
        """What is shown of all that is over in whole months."""
        return together(self._so_far(month, By.MONTH) for month in months)

    def _so_far(self, period: Period, by: By) -> Range:
        shown = self.of(period, by)
        if shown is not None:
            return shown
        finer = _FINER.get(by)
        return exact(0) if finer is None else together(self._so_far(part, finer) for part in _parts(period, by))

    def _range(self, period: Period, by: By, finest: By) -> Range:
        count = self._count(period)
        if by is finest:
            return smallest(count)
        parts = [self._range(part, _FINER[by], finest) for part in _parts(period, by)]
        return hiding.whole(parts, count)

    def _count(self, period: Period) -> int:
        return sum(self.counts.get(day.first, 0) for day in period.days)


_ORDER = {By.DAY: 0, By.WEEK: 1, By.MONTH: 2}
_FINER = {By.MONTH: By.WEEK, By.WEEK: By.DAY}


def _parts(period: Period, by: By) -> tuple[Period, ...]:
    return period.weeks if by is By.MONTH else period.days
