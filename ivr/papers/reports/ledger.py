"""All that may be shown of a view, by series. Whatever a report, a chart or a CSV tells comes through here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.papers.reports.hiding import Range
from ivr.papers.reports.periods import Period, View
from ivr.papers.reports.series import Counted, Series, tallied, told_otherwise
from ivr.papers.reports.shown import Shown


@dataclass(frozen=True)
class Ledger:
    """The counts of a view at a time. Its series are those of the line, whether there is a count of them or not."""

    flow: Flow
    view: View
    at: datetime
    counts: tuple[Counted, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days are counted."""
        return self.flow.line.hours.zone

    def of(self, series: Series, period: Period) -> Range | None:
        """What is shown of a period of the view; None where nothing is, or not yet."""
        is_there = period.first >= self.months[0].first
        return self._shown_of(series).of(period, self.view.by) if is_there else None

    def of_all(self, series: Series) -> Range:
        """What is shown of the whole view, as far as it is over."""
        return self._shown_of(series).of_months(self.months)

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """The months of the view, from the first one on of which anything is sure: before it the line was not there."""
        months = self.view.months
        while len(months) > 1 and not self._is_sure(months[0]):
            months = months[1:]
        return months

    def is_over(self, period: Period) -> bool:
        """Whether a period is over, so that what is shown of it will not change."""
        return period.is_over(self.at, self.zone)

    @property
    def arrived(self) -> tuple[Series, ...]:
        """Calls, by language."""
        return tuple(Series("call", language=each) for each in self.flow.line.languages)

    @property
    def heard(self) -> tuple[Series, ...]:
        """Sections by language, and the other nodes in all of them together; none that is told otherwise."""
        return tuple(self._heard())

    @property
    def pressed(self) -> tuple[Series, ...]:
        """The key to a person node by node, and the other keys wherever they were pressed; no section's key."""
        return tuple(self._pressed())

    @property
    def silent(self) -> tuple[Series, ...]:
        """Nodes at which silence led on."""
        return tuple(Series("silence", node) for node in (*self.flow.nodes, *self._gone))

    def ended(self, kind: str, detail: str) -> tuple[Series, ...]:
        """One way in which something ended, at each node that it happened at."""
        nodes = {series.node for series in self._shown if series.kind == kind} or {""}
        return tuple(Series(kind, node, detail=detail) for node in sorted(nodes))

    def _heard(self) -> Iterator[Series]:
        for section in self.flow.sections:
            yield from (Series("node", section, language) for language in self.flow.line.languages)
        other = {*self.flow.nodes} - {*self.flow.sections} - told_otherwise(self.flow)
        yield from (Series("node", node) for node in (*self.flow.nodes, *self._gone) if node in {*other, *self._gone})

    def _pressed(self) -> Iterator[Series]:
        for key in Key:
            meaning = self.flow.keys.get(key)
            if meaning is Command.PERSON:
                yield from (Series("key", node, detail=key.value) for node in (*self.flow.nodes, *self._gone))
            elif not isinstance(meaning, ReadSection):
                yield Series("key", detail=key.value)

    @cached_property
    def _shown(self) -> dict[Series, Shown]:
        tally = tallied(self.counts, self.flow)
        return {series: Shown(series, days, self.at, self.zone) for series, days in tally.items()}

    def _shown_of(self, series: Series) -> Shown:
        return self._shown.get(series) or Shown(series, {}, self.at, self.zone)

    def _is_sure(self, month: Period) -> bool:
        return any(shown.of_months([month]).low for shown in self._shown.values())

    @cached_property
    def _gone(self) -> tuple[str, ...]:
        """Nodes that the line no longer has, as far as what is shown says that they were met."""
        met = {series.node for series in self._shown if self.of_all(series).low}
        return tuple(sorted(met - {*self.flow.nodes, ""}))
