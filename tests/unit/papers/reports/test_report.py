"""What is counted becomes the right number of the right table, in words, as bars and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ivr.checks.evidence import Evidence
from ivr.papers.reports.charts import chart, lying
from ivr.papers.reports.hiding import Range, exact
from ivr.papers.reports.ledger import Ledger
from ivr.papers.reports.periods import KEPT, By, View, month_of
from ivr.papers.reports.report import Report, Table, label_of, share, title_of_months
from ivr.papers.reports.series import Counted, told_otherwise
from ivr.papers.reports.spreadsheet import HEADER, spreadsheet
from ivr.storage.purge import _RECORDS_KEPT

JULY = month_of(date(2026, 7, 1))
AFTER = datetime(2026, 8, 3, 16, tzinfo=UTC)
UNDER = Range(0, 4)


def counted(kind: str, count: int, day: int = 7, **what: object) -> Counted:
    told: dict[str, object] = {"node": "", "language": "en", "detail": "", "is_probe": False, **what}
    return Counted(day=date(2026, 7, day), kind=kind, count=count, **told)  # type: ignore[arg-type]  # a test's own words


@pytest.fixture
def line(shipped: Evidence) -> Evidence:
    return shipped


def ledger(line: Evidence, counts: Iterable[Counted], by: By = By.MONTH, at: datetime = AFTER) -> Ledger:
    return Ledger(line.flow, View(by, JULY), at, tuple(counts))


def report(line: Evidence, *counts: Counted, by: By = By.MONTH, at: datetime = AFTER) -> Report:
    return Report(ledger(line, counts, by, at))


def rows(table: Table) -> dict[str, tuple[Range, ...]]:
    return {row.label: row.values for row in table.rows}


def test_calls_are_told_by_language_and_day(line: Evidence) -> None:
    calls = report(line, counted("call", 12), counted("call", 3, language="es"), by=By.DAY).calls
    assert calls.columns == ("English", "Spanish")
    assert rows(calls)["Tue, Jul 7"] == (exact(12), UNDER)
    assert str(next(row.all for row in calls.rows if row.label == "Tue, Jul 7")) == "12 to\u00a016"
    assert rows(calls)["Wed, Jul 8"] == (UNDER, UNDER)
    assert len(calls.rows) == 31


def test_a_section_is_told_by_language_and_never_by_day(line: Evidence) -> None:
    heard = counted("node", 8, node="treat"), counted("node", 2, node="treat", language="es")
    assert rows(report(line, *heard, by=By.WEEK).sections_in_time)["Jul 6 to 12"][4:6] == (exact(8), UNDER)
    assert report(line, *heard, by=By.DAY).sections_in_time.rows == ()
    assert "Treatment at Moffitt" in rows(report(line, *heard, by=By.DAY).sections)


def test_nothing_is_told_by_language_whose_total_is_told(line: Evidence) -> None:
    ended = {"welcome", "transfer", "night", "talked", "cut-off", "nobody", "promised", "unkept", "texted", "untexted"}
    assert told_otherwise(line.flow) == ended
    others = report(line, *(counted("node", 9, node=node) for node in (*ended, "menu", "closed"))).others
    assert others.columns == ("Times",)
    assert {label: values for label, values in rows(others).items() if values[0].low} == {
        "All the choices": (Range(9, 13),),
        "When our scheduling team is away": (Range(9, 13),),
    }


def test_the_key_to_a_person_is_told_by_node_and_other_keys_are_not(line: Evidence) -> None:
    keys = [counted("key", 9, node="treat", detail=key) for key in ("0", "3", "9")]
    told = report(line, *keys, counted("key", 6, node="menu", detail="9", language="es"))
    assert rows(told.person)["Treatment at Moffitt"] == (Range(9, 13),)
    assert rows(told.keys)["9: the other language"] == (Range(15, 19),)
    assert not [label for label in rows(told.keys) if label[0] in "01234"]


def test_ends_are_exact_and_told_while_a_period_goes_on(line: Evidence) -> None:
    talked = (
        counted("transfer", 2, node="transfer", detail="talked"),
        counted("transfer", 1, node="night", detail="talked"),
    )
    told = report(line, *talked, by=By.DAY, at=datetime(2026, 7, 7, 16, tzinfo=UTC)).ends("transfers")
    assert told.rows[-1].label == "Tue, Jul 7"
    assert (told.rows[-1].values, told.rows[-1].is_over) == ((exact(3), exact(0), exact(0)), False)
    assert told.sums == (exact(3), exact(0), exact(0))
    assert share(told, 0) == "100%"


def test_how_promises_are_kept(line: Evidence) -> None:
    details = {"kept": 7, "late": 2, "broken": 1, "soon": 3}
    told = report(line, *(counted("promise", n, detail=each) for each, n in details.items()))
    promises = told.ends("promises")
    assert promises.columns == ("In time", "Late", "Broken", "As soon as we can")
    assert [value.low for value in promises.sums] == [7, 2, 1, 3]
    assert (share(told.timed_promises, 0), told.timed_promises.all) == ("70%", exact(10))
    assert share(report(line).timed_promises, 0) == "–"
    only_soon = report(line, counted("promise", 3, detail="soon"))
    assert share(only_soon.timed_promises, 0) == "–"


def test_what_is_taken_back_in_the_next_hour_is_nothing(line: Evidence) -> None:
    undone = counted("callback", 1, day=7, detail="reached"), counted("callback", -1, day=8, detail="reached")
    assert rows(report(line, *undone, by=By.DAY).ends("callbacks"))["Wed, Jul 8"][0] == exact(0)
    assert rows(report(line, *undone).sums("callbacks"))["Reached"] == (exact(0),)


def test_probe_calls_are_counted_apart(line: Evidence) -> None:
    probes = counted("call", 40, is_probe=True), counted("node", 40, node="treat", is_probe=True)
    told = report(line, *probes, counted("fault", 1, detail="apology"))
    assert told.calls.all.low == told.sections.all.low == 0
    assert rows(told.line_itself) == {
        "Apologies": (exact(1),),
        "Whispers left out": (exact(0),),
        "Probe calls": (exact(40),),
    }


def test_a_node_that_is_no_longer_there_is_told_when_it_was_met_often_enough(line: Evidence) -> None:
    gone = counted("silence", 9, node="gone"), counted("silence", 2, node="long-gone")
    told = rows(report(line, *gone).silence)
    assert told["gone"] == (Range(9, 13),)
    assert "long-gone" not in told


def test_months_before_the_first_sure_count_are_left_out(line: Evidence) -> None:
    early = counted("silence", 9, node="menu"), replace(counted("silence", 9, node="menu"), day=date(2026, 5, 4))
    assert rows(report(line, early[0]).silence)["All the choices"] == (Range(9, 13),)
    assert rows(report(line, *early).silence)["All the choices"] == (Range(18, 30),)
    assert [row.label for row in report(line, early[0]).calls.rows] == ["July 2026"]
    assert [row.label for row in report(line).calls.rows] == ["July 2026"]


def test_what_is_not_sure_to_have_happened_is_named_apart(line: Evidence) -> None:
    keys = report(line, counted("key", 9, detail="9"), counted("key", 3, detail="8")).keys
    assert [row.label for row in keys.sure.rows] == ["9: the other language"]
    assert "8: slower, or normal" in keys.seldom


def test_a_month_is_shown_no_more_before_its_first_counts_are_purged(line: Evidence) -> None:
    begins = JULY.begins_at(line.flow.line.hours.zone)
    assert KEPT + timedelta(days=1) < _RECORDS_KEPT
    assert report(line, counted("fault", 7, detail="apology"), at=begins + KEPT - timedelta(1)).ends(
        "faults"
    ).all == exact(7)
    assert report(line, counted("fault", 7, detail="apology"), at=begins + KEPT).ends("faults").all == exact(0)


def test_bars_are_as_high_as_what_is_sure_and_the_rest_is_an_outline(line: Evidence) -> None:
    calls = report(line, counted("call", 12), counted("call", 3, language="es"), by=By.DAY).calls
    drawn = chart(calls, View(By.DAY, JULY))
    assert [line.text for line in drawn.lines] == ["0", "5", "10", "15", "20"]
    seventh = drawn.bars[6]
    assert seventh.says == "Tue, Jul 7: English 12, Spanish under 5"
    assert [(piece.fill, piece.y, piece.height) for piece in seventh.pieces] == [
        ("fill-0", "86.8", "103.2"),
        ("unsure", "52.4", "34.4"),
    ]
    assert drawn.description.startswith("Bars from Wed, Jul 1 to Fri, Jul 31. The highest is Tue, Jul 7: English 12")


def test_a_bar_lies_as_long_as_its_share_of_the_longest(line: Evidence) -> None:
    table = report(line, counted("fault", 8, detail="apology"), counted("fault", 2, detail="whisper")).sums("faults")
    assert [[(piece.fill, piece.width) for piece in bar] for bar in lying(table)] == [
        [("fill-0", "100.00%")],
        [("fill-0", "25.00%")],
    ]
    assert lying(report(line).sums("faults")) == ((), ())


def test_every_bar_stays_inside_its_picture(line: Evidence) -> None:
    for by in By:
        for most in (1, 4, 9, 123, 99_999):
            drawn = chart(report(line, counted("fault", most, detail="apology"), by=by).ends("faults"), View(by, JULY))
            for piece in (piece for bar in drawn.bars for piece in bar.pieces):
                assert 0 <= float(piece.x[:-1]) <= 100 - float(piece.width[:-1])
                assert 0 <= float(piece.y) <= float(piece.y) + float(piece.height) <= drawn.height_px


@pytest.mark.parametrize("by", By)
def test_the_file_holds_what_the_page_shows(line: Evidence, by: By) -> None:
    counts = counted("call", 12), counted("call", 3, language="es"), counted("fault", 1, detail="apology")
    told = list(csv.DictReader(spreadsheet(ledger(line, counts, by)).splitlines()))
    assert tuple(told[0]) == HEADER
    period = next(each for each in View(by, JULY).periods if each.first <= date(2026, 7, 7) <= each.last)
    mine = {
        (row["kind"], row["language"], row["detail"]): (int(row["at_least"]), int(row["at_most"]))
        for row in told
        if row["first_day"] == period.first.isoformat()
    }
    table = report(line, *counts, by=by)
    shown = rows(table.calls)[label_of(period, by)]
    assert mine["call", "en", ""] == (shown[0].low, shown[0].high)
    assert mine["call", "es", ""] == (shown[1].low, shown[1].high)
    assert mine["fault", "", "apology"] == (1, 1)
    assert [row for row in told if row["kind"] == "node"] == [] if by is By.DAY else told


def test_no_cell_of_the_file_can_be_taken_for_a_formula(line: Evidence) -> None:
    for row in csv.reader(spreadsheet(ledger(line, (counted("silence", 9, node="gone"),))).splitlines()):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_view_is_named_by_its_months() -> None:
    assert [title_of_months(View(by, JULY).months) for by in By] == [
        "July 2026",
        "May to July 2026",
        "August 2025 to July 2026",
    ]
