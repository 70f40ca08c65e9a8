"""From all that is shown of small counts, by day, week and month, on the page and as CSV, none can be worked out.

For a hidden count and each number from 0 to 4 there are other counts, with that number in its place, of which exactly
the same is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.model.flow import Flow
from ivr.papers.reports import hiding
from ivr.papers.reports.charts import chart, lying
from ivr.papers.reports.hiding import exact
from ivr.papers.reports.ledger import Ledger
from ivr.papers.reports.periods import By, View
from ivr.papers.reports.report import ENDINGS, Report
from ivr.papers.reports.series import Counted, series_of
from ivr.papers.reports.spreadsheet import spreadsheet
from tests.small_counts import (
    HIDDEN,
    LAST,
    MONTHS,
    Hidden,
    alike_but,
    counted_in,
    day_by_day,
    hidden_counts,
    of_series,
)

# While a month goes on, on the days when the clocks change, and when all is over.
TIMES = [datetime(2026, month, day, 16, tzinfo=UTC) for month, day in ((3, 9), (3, 31), (4, 16), (5, 2))]


def everything(flow: Flow, counts: Sequence[Counted], at: datetime) -> Iterator[str]:
    """All that anybody is shown of some counts, in every view that they are in."""
    for view in (*(View(By.DAY, month) for month in MONTHS), View(By.WEEK, LAST), View(By.MONTH, LAST)):
        yield from shown_in(Ledger(flow, view, at, tuple(counts)))


def shown_in(ledger: Ledger) -> Iterator[str]:
    report = Report(ledger)
    over_time = [report.calls, report.probes, *(report.ends(what) for what in ENDINGS)]
    yield from (str(table) + str(chart(table, ledger.view)) for table in over_time)
    for table in (report.sections, report.others, report.person, report.keys, report.silence):
        yield str(table) + str(lying(table))
    yield spreadsheet(ledger)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), mean=st.sampled_from([0.2, 1.0, 2.5, 6.0]), at=st.sampled_from(TIMES))
def test_whatever_is_shown_a_hidden_count_may_be_anything(flow: Flow, seed: int, mean: float, at: datetime) -> None:
    random = Random(seed)
    counts = day_by_day(random, mean)
    seen = list(everything(flow, counts, at))
    hidden = random.choice(list(hidden_counts(flow, counts)))
    for number in random.sample(HIDDEN, 2):
        others = alike_but(flow, counts, hidden, number)
        assert others is not None, hidden
        assert counted_in(hidden.period, of_series(flow, others, hidden.series)) == number
        assert list(everything(flow, others, at)) == seen


def given_away(flow: Flow, counts: Sequence[Counted]) -> list[tuple[Hidden, int]]:
    return [
        (hidden, number)
        for hidden in hidden_counts(flow, counts)
        for number in HIDDEN
        if alike_but(flow, counts, hidden, number) is None
    ]


def test_this_would_notice_if_a_total_told_too_much(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = [one for one in day_by_day(Random(1), 2.5) if one.kind == "call"]
    assert given_away(flow, counts) == []
    monkeypatch.setattr(hiding, "whole", lambda _, count: exact(count))
    assert given_away(flow, counts) != []


def test_every_number_that_is_shown_is_in_one_series_only(flow: Flow) -> None:
    """No cell of the store is added up twice, so that no number is the difference of two others."""
    counts = day_by_day(Random(2), 2.5)
    cells = [(each, series_of(each, flow)) for each in counts]
    series = {one for _, one in cells if one is not None}
    assert sum(len(of_series(flow, counts, each)) for each in series) == len([1 for _, one in cells if one is not None])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), mean=st.sampled_from([0.2, 2.5, 40.0]), at=st.sampled_from(TIMES))
def test_what_is_shown_is_true(flow: Flow, seed: int, mean: float, at: datetime) -> None:
    counts = day_by_day(Random(seed), mean)
    for by in By:
        ledger = Ledger(flow, View(by, LAST), at, tuple(counts))
        for series in {one for each in counts if (one := series_of(each, flow))}:
            own = of_series(flow, counts, series)
            for period in ledger.view.periods:
                value = ledger.of(series, period)
                assert value is None or value.low <= counted_in(period, own) <= value.high
