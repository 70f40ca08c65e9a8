"""The reports in a browser: axe finds nothing, charts fit a telephone, and a keyboard reaches every number."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from werkzeug.serving import make_server

from ivr.checks.verify import VerifiedFlow
from ivr.storage.counts import count
from ivr.storage.people import Role
from ivr.storage.store import Storage, open_storage
from ivr.storage.vault import data_key
from ivr.web.voice import NOW
from tests.browser.looks import DESK, PHONE, Scheme, everywhere, faults
from tests.conftest import MakeSettings
from tests.databases import migrated_sqlite
from tests.desk import Visitor, desk_app, hire, sign_in
from tests.platform_client import OPEN_AT
from tests.small_counts import day_by_day

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BY = ("day", "week", "month")

Opened = Callable[..., Page]


def remembered(storage: Storage) -> None:
    """Counts of three months up to yesterday, as a small line has them."""
    shift = OPEN_AT.date() - timedelta(days=1) - date(2026, 4, 30)
    with storage.database.begin() as connection:
        for one in day_by_day(Random(3), 6):
            at = datetime.combine(one.day + shift, time(17), UTC)
            language, node = one.language, "" if one.node == "of-last-year" else one.node
            count(connection, one.kind, at=at, node=node, language=language, detail=one.detail, times=one.count)


@pytest.fixture(scope="module")
def reports(
    tmp_path_factory: pytest.TempPathFactory, verified: VerifiedFlow, make_settings: MakeSettings
) -> Iterator[tuple[str, str]]:
    """The address of a desk that runs in a thread, and the cookie of a supervisor."""
    storage = open_storage(migrated_sqlite(tmp_path_factory.mktemp("reports") / "line.db"), (data_key(),))
    remembered(storage)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    app = desk_app(verified, make_settings(SECRET_KEY="a secret of the tests", PUBLIC_URL=address), storage)

    def at_a_time(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return app({**environ, NOW: OPEN_AT}, start)

    server.app = at_a_time
    supervisor = sign_in(Visitor.of(app), hire(storage, "supervisor", Role.SUPERVISOR))
    cookie = supervisor.client.get_cookie("desk", domain="line.example.org")
    assert cookie is not None
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address, cookie.value
    server.shutdown()
    thread.join()
    server.server_close()
    storage.database.close()


@pytest.fixture
def opened(reports: tuple[str, str], browser: Browser) -> Iterator[Opened]:
    """Opens a report as a supervisor; whatever the browser complains about fails the test."""
    address, cookie = reports
    complaints: list[str] = []
    contexts = []

    def open_(by: str, *, scheme: Scheme = "light", size: ViewportSize | None = None) -> Page:
        context = browser.new_context(color_scheme=scheme, viewport=size or DESK)
        context.add_cookies([{"name": "desk", "value": cookie, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{address}/desk/reports?by={by}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@everywhere
@pytest.mark.parametrize("by", BY)
def test_a_report_fits_and_axe_finds_nothing(opened: Opened, by: str, scheme: Scheme, size: ViewportSize) -> None:
    page = opened(by, scheme=scheme, size=size)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reports")
    assert faults(page) == []
    page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_chart_says_what_it_shows_and_the_table_holds_its_numbers(opened: Opened) -> None:
    page = opened("week")
    picture = page.get_by_role("img", name="Calls by language")
    assert "The highest is" in (picture.locator("desc").text_content() or "")
    page.get_by_text("Calls by language: the numbers").click()
    rows = page.get_by_role("region", name="Calls by language").locator("tbody tr").all_inner_texts()
    bars = picture.locator("g > title").all_text_contents()
    assert len(rows) == len(bars) > 10
    for row, bar in zip(rows, bars, strict=True):
        when, english, spanish, _ = row.split("\t")
        assert bar == f"{when}: English {english}, Spanish {spanish}"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=str)
def test_bars_and_their_marks_stay_inside_the_card(opened: Opened, size: ViewportSize) -> None:
    for by in BY:
        page = opened(by, size=size)
        card = page.locator("section[aria-labelledby=calls]").bounding_box()
        assert card is not None
        for shape in page.locator("section[aria-labelledby=calls] svg.chart :is(rect, text)").all():
            box = shape.bounding_box()
            if box is not None:
                assert card["x"] <= box["x"] <= box["x"] + box["width"] <= card["x"] + card["width"], by


def test_columns_differ_by_pattern_and_not_by_colour_alone(opened: Opened) -> None:
    page = opened("week")
    fills = page.locator("svg.chart rect").evaluate_all("all => all.map(each => getComputedStyle(each).fill)")
    assert {fill for fill in fills if "url" in fill} >= {f'url("#fill-{index}")' for index in range(2)}
    patterns = page.locator("pattern").evaluate_all("all => all.map(each => each.outerHTML)")
    assert len({re.sub(r"(fill|ground|ink)-\d", "", pattern) for pattern in patterns}) == 4


def test_the_file_is_downloaded(opened: Opened, tmp_path: Path) -> None:
    page = opened("week")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "reports-by-week-to-2026-11.csv"
    download.value.save_as(tmp_path / "reports.csv")
    assert (tmp_path / "reports.csv").read_text("utf-8").startswith("first_day,last_day,")


def test_a_keyboard_leads_from_one_way_to_the_next(opened: Opened) -> None:
    page = opened("week")
    page.get_by_role("link", name="By month").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="By month")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Earlier").press("Enter")
    expect(page.get_by_role("link", name="Later")).to_be_visible()
