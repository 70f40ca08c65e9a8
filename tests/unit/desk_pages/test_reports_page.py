"""The page of the reports and its file, over a real store: the right months for the right people."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from ivr.checks.verify import VerifiedFlow
from ivr.papers.reports.periods import By
from ivr.papers.reports.series import Counted, Series
from ivr.storage.counts import count
from ivr.storage.people import Role
from ivr.storage.store import Storage
from ivr.storage.tables import counts
from tests.desk import Visitor, ask
from tests.platform_client import OPEN_AT
from tests.small_counts import LAST, MONTHS, alike_but, day_by_day, hidden_counts
from tests.unit.desk_pages.conftest import SignIn

MONDAY = datetime(2026, 11, 16, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def supervisor(enter: SignIn) -> Visitor:
    return enter(Role.SUPERVISOR)


def happened(storage: Storage, kind: str, times: int, at: datetime = MONDAY, **what: str) -> None:
    told: dict[str, Any] = {"kind": kind, "at": at, "times": times, **what}
    with storage.database.begin() as connection:
        count(connection, **told)


def fill(storage: Storage, counted: Iterable[Counted]) -> None:
    """Have the store hold these counts and no others; each is put at noon of its day."""
    with storage.database.begin() as connection:
        connection.execute(counts.delete())
        for one in counted:
            noon = datetime.combine(one.day, time(17), UTC)
            what: dict[str, Any] = {"node": one.node, "language": one.language, "detail": one.detail}
            count(connection, one.kind, at=noon, **what, times=one.count)


def everything_sent(visitor: Visitor) -> str:
    """All that a browser is sent of the months of the small counts."""
    views = [*((By.DAY, month) for month in MONTHS), (By.WEEK, LAST), (By.MONTH, LAST)]
    queries = [f"by={by.value}&month={month.first:%Y-%m}" for by, month in views]
    sent = [visitor.open(f"/desk/{what}?{query}").text for what in ("reports", "reports.csv") for query in queries]
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", "".join(sent))


def test_a_report_shows_what_the_line_counted(supervisor: Visitor, kept: Storage) -> None:
    happened(kept, "call", 12, language="en", detail="arrived")
    happened(kept, "call", 3, language="es", detail="arrived")
    happened(kept, "node", 8, node="treat", language="en")
    happened(kept, "transfer", 2, node="transfer", detail="talked")
    happened(kept, "transfer", 1, node="transfer", detail="nobody")
    supervisor.open("/desk/reports?by=day")
    assert "Mon, Nov 16 12 under 5 12 to 16" in supervisor.text
    assert "Treatment at Moffitt 8 to 20 0 to 16" in supervisor.text  # of four weeks that are over
    assert "Transfers that a person took 67% of 3" in supervisor.text


def test_how_open_promises_stand_is_told(supervisor: Visitor, kept: Storage) -> None:
    ask(kept, promised_by=OPEN_AT - timedelta(hours=1), at=OPEN_AT - timedelta(hours=2))
    ask(kept, "+18135550148", at=OPEN_AT - timedelta(hours=2))
    supervisor.open("/desk/reports")
    assert "Waiting for a call now 2 1 late, 1 without a time" in supervisor.text


def test_promises_kept_in_time_are_those_of_promises_that_had_a_time(supervisor: Visitor, kept: Storage) -> None:
    for detail, times in {"kept": 3, "late": 1, "soon": 6}.items():
        happened(kept, "promise", times, language="en", detail=detail)
    supervisor.open("/desk/reports?by=day")
    assert "Promises kept in time 75% of 4" in supervisor.text


def test_an_hour_belongs_to_the_day_of_the_line(supervisor: Visitor, kept: Storage) -> None:
    happened(kept, "fault", 1, datetime(2026, 11, 17, 4, 30, tzinfo=UTC), detail="apology")  # half past eleven at night
    supervisor.open("/desk/reports?by=day")
    assert "Mon, Nov 16 1 0 1" in supervisor.text


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_earlier_and_later_lead_through_the_months(supervisor: Visitor, by: str) -> None:
    supervisor.open(f"/desk/reports?by={by}")
    assert supervisor.page is not None
    assert ">Later<" not in supervisor.page.text
    seen = set()
    while ">Earlier<" in supervisor.page.text:
        address = supervisor.page.text.split(">Earlier<")[0].rpartition('href="')[2].partition('"')[0]
        assert address not in seen
        seen.add(address)
        supervisor.open(address.replace("&amp;", "&"))
        assert ">Later<" in supervisor.page.text
    assert len(seen) == {"day": 22, "week": 7, "month": 1}[by]  # what is purged soon is not shown


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_the_file_is_a_file_of_the_same_months(supervisor: Visitor, kept: Storage, by: str) -> None:
    happened(kept, "call", 12, language="en", detail="arrived")
    answer = supervisor.open(f"/desk/reports.csv?by={by}&month=2026-11")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="reports-by-{by}-to-2026-11.csv"'
    calls = [row for row in csv.DictReader(answer.text.splitlines()) if row["at_least"] == "12"]
    most = {"day": "12", "week": "16"}.get(by)  # the month is not over
    assert [(row["kind"], row["language"], row["at_most"]) for row in calls] == ([("call", "en", most)] if most else [])


@pytest.mark.parametrize("query", ["by=x&month=<b>", "month=9999-99", "by=day&by=week&month=2026-07%00", "month=../.."])
def test_a_wild_address_shows_the_newest_weeks_and_says_nothing_of_itself(supervisor: Visitor, query: str) -> None:
    answer = supervisor.open(f"/desk/reports?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text
    assert "2026" in supervisor.text


def test_pages_and_files_are_the_same_whatever_a_hidden_count_is(
    enter: SignIn, kept: Storage, verified: VerifiedFlow
) -> None:
    """What the properties of reports show of tables and files is so of everything that is sent."""
    counted = day_by_day(Random(5), 2.5)
    hidden = next(
        each for each in hidden_counts(verified.flow, counted) if each.series == Series("node", "treat", "es")
    )
    seen = set()
    supervisor = enter(Role.SUPERVISOR)
    for number in (0, 4):
        others = alike_but(verified.flow, counted, hidden, number)
        assert others is not None
        fill(kept, others)
        seen.add(everything_sent(supervisor))
    assert len(seen) == 1


def test_what_was_counted_of_an_unknown_node_is_text_and_nothing_more(supervisor: Visitor, kept: Storage) -> None:
    happened(kept, "silence", 9, node="<script>x</script>")
    page = supervisor.open("/desk/reports?by=day").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_a_store_that_fails_is_said(supervisor: Visitor, kept: Storage) -> None:
    happened(kept, "fault", 1, detail="apology")
    with kept.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE counts RENAME TO gone")
    for path in ("/desk/reports", "/desk/reports.csv"):
        assert supervisor.open(path).status_code == 503


def test_who_may_read_reports_finds_them_in_the_way(enter: SignIn) -> None:
    for role in Role:
        visitor = enter(role)
        assert ("Reports" in visitor.text) is (role is not Role.SCHEDULER)
