"""A report as CSV: one line for each series and period, with the very ranges that the page shows and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from ivr.papers.reports.ledger import Ledger
from ivr.papers.reports.report import ENDINGS
from ivr.papers.reports.series import PROBE, Series

HEADER = ("first_day", "last_day", "is_over", "kind", "node", "language", "detail", "at_least", "at_most")


def spreadsheet(ledger: Ledger) -> str:
    """The lines of the view's periods; a count under five is `at_least` 0 and `at_most` 4."""
    text = StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(HEADER)
    for series in _series(ledger):
        lines.writerows(_lines(ledger, series))
    return text.getvalue()


def _lines(ledger: Ledger, series: Series) -> Iterator[tuple[str | int, ...]]:
    what = (series.kind, series.node, series.language, series.detail)
    for period in ledger.view.periods:
        value = ledger.of(series, period)
        if value is not None:
            is_over = "yes" if ledger.is_over(period) else "no"
            yield (period.first.isoformat(), period.last.isoformat(), is_over, *what, value.low, value.high)


def _series(ledger: Ledger) -> Iterator[Series]:
    yield from ledger.arrived
    yield from ledger.heard
    yield from ledger.pressed
    yield from ledger.silent
    for kind, details in ENDINGS.values():
        for detail in details:
            yield from ledger.ended(kind, detail)
    yield Series(PROBE)
