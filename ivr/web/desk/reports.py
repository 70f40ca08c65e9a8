"""The pages of the reports: how often things happened, for supervisors and auditors. Nobody is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from ivr.model.flow import Flow
from ivr.papers.reports.charts import chart, lying
from ivr.papers.reports.hiding import FEWEST
from ivr.papers.reports.ledger import Ledger
from ivr.papers.reports.periods import By, Period, View, month_of, view
from ivr.papers.reports.report import Report, share, title_of_months
from ivr.papers.reports.series import Counted
from ivr.papers.reports.spreadsheet import spreadsheet
from ivr.storage.people import Role
from ivr.storage.reports import Reports
from ivr.web.desk.doors import Doors, open_to
from ivr.web.voice import now

_LABELS = {By.DAY: "By day", By.WEEK: "By week", By.MONTH: "By month"}


@dataclass(frozen=True, slots=True)
class ReportPages:
    """The report as a page, and as a file for a spreadsheet."""

    flow: Flow
    reports: Reports

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        readers = open_to(Role.SUPERVISOR, Role.AUDITOR)
        doors.get("/reports", "reports", self.page, readers)
        doors.get("/reports.csv", "reports_csv", self.csv, readers)

    def page(self) -> ResponseReturnValue:
        """The report that the address asks for."""
        ledger = self._ledger()
        return render_template(
            "desk/reports.html",
            report=Report(ledger),
            view=ledger.view,
            title=title_of_months(ledger.months),
            ways=_LABELS,
            earlier=_earlier(ledger),
            later=_later(ledger),
            standing=self.reports.open_callbacks(ledger.at),
            chart=chart,
            lying=lying,
            share=share,
            fewest=FEWEST,
            has_callbacks=self.flow.callback is not None,
            has_texts=self.flow.text is not None,
        )

    def csv(self) -> ResponseReturnValue:
        """The same numbers, period by period."""
        ledger = self._ledger()
        name = f"reports-by-{ledger.view.by.value}-to-{ledger.view.month.first:%Y-%m}.csv"
        file = Response(spreadsheet(ledger), content_type="text/csv; charset=utf-8")
        file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return file

    def _ledger(self) -> Ledger:
        at, zone = now(), self.flow.line.hours.zone
        asked = view(request.args.get("by"), request.args.get("month"), at, zone)
        months = (month for month in asked.months if month.has_begun(at, zone) and month.is_kept(at, zone))
        counts = tuple(counted for month in months for counted in self._counted(month))
        return Ledger(self.flow, asked, at, counts)

    def _counted(self, month: Period) -> Iterator[Counted]:
        """The counts of a month, day by day: one request a month, so that each is within the store's deadline."""
        zone = self.flow.line.hours.zone
        borders = (*(day.begins_at(zone) for day in month.days), month.ends_at(zone))
        for cell in self.reports.cells(borders):
            what = (cell.kind, cell.node, cell.language, cell.detail)
            yield Counted(month.days[cell.period].first, *what, is_probe=cell.is_probe, count=cell.count)


def _earlier(ledger: Ledger) -> View | None:
    """The view before this one, if anything is kept of it."""
    earlier = ledger.view.earlier
    return earlier if earlier.month.is_kept(ledger.at, ledger.zone) else None


def _later(ledger: Ledger) -> View | None:
    """The view after this one, or the newest there is; none where this is it."""
    newest = month_of(ledger.at.astimezone(ledger.zone).date())
    later = View(ledger.view.by, min(ledger.view.later.month, newest))
    return later if later.month > ledger.view.month else None
