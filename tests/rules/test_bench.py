"""The bench measures what it says: the same answers everywhere, at any hour; and importing the line is light."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from flask import Flask

from bench import pieces, rows
from bench.asks import Ask
from bench.load import Waits, steady
from bench.measuring import COMMANDS, Command, Run
from bench.report import goals, report
from bench.served import Cost
from bench.stores import sqlite
from bench.upheavals import UPHEAVALS, Through
from ivr.checks.verify import load_verified
from ivr.model.approval import ALL_DRAFTS
from ivr.storage.callback_list import CallbackList
from ivr.storage.store import open_storage
from ivr.web import voice
from tests.conftest import ENVIRON, ROOT
from tests.gunicorn_server import serving

HEAVY = ("twilio.rest", "requests", "aiohttp", "ivr.phone", "pytest")
RUN = Run(
    pieces_us=dict.fromkeys((pieces.FLASK, pieces.USUAL, pieces.STEP, pieces.ALL), 10.0),
    rows=dict.fromkeys((rows.BARE, rows.FLASK, rows.MENU), Cost(1000.0, 100.0, Waits(1.0, 2.0), 8.0)),
    slow_p99_ms=dict.fromkeys((rows.BARE, rows.MENU), 3.0),
    growth_mib=(10.0, 10.1),
    upheavals=dict.fromkeys(UPHEAVALS, Through(Waits(1.0, 2.0), 0)),
    commands=dict.fromkeys(COMMANDS, Command(1.0, 0.5)),
)


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rows.always_open(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def whole(prompts: Path) -> Flask:
    return pieces.line(prompts)


def test_every_variant_answers_with_the_same_menu(whole: Flask) -> None:
    variants = pieces.applications(whole)
    bodies = {name: pieces.asked(app) for name, app in variants.items()}
    short = bodies.pop(pieces.USUAL)
    assert short.count(b"<Say") == 6
    assert bodies.pop(pieces.ASKING) == b""
    assert len(set(bodies.values())) == 1
    assert b"<Gather" in bodies[pieces.ALL]


def test_measuring_leaves_nothing_out_for_good(whole: Flask) -> None:
    before = dict(vars(voice))
    costs_us = pieces.measured(pieces.applications(whole), rounds=1)
    assert vars(voice) == before
    assert min(costs_us.values()) > 0


def test_the_team_of_the_bench_is_always_there(prompts: Path) -> None:
    hours = load_verified(prompts, ALL_DRAFTS).flow.line.hours
    assert all(hours.is_open(datetime(2026, 12, 25, tzinfo=UTC) + timedelta(hours=7 * n)) for n in range(24))


def test_every_request_of_the_bench_is_answered(prompts: Path) -> None:
    asked = [ask for row in rows.rows(Path("menu.xml")) if row.application == rows.LINE for ask in row.asks[:1]]
    asked += rows.mixed().asks[: len(rows.mixed().asks) // rows.CALLS]
    with serving({**ENVIRON, **rows.SETTINGS, "PROMPTS": str(prompts)}) as served:
        for ask in asked:
            assert served.exchange(closing(ask)).status == (204 if ask.target == "/voice/status" else 200), ask.target


def test_the_rows_of_a_store_keep_callbacks(prompts: Path) -> None:
    with sqlite() as environ, serving({**ENVIRON, **rows.SETTINGS, "PROMPTS": str(prompts), **environ}) as served:
        *_, row = rows.stored("SQLite", environ)
        for ask in row.asks[:2]:
            assert served.exchange(closing(ask)).status == 200
        storage = open_storage(environ["DATABASE_URL"], (environ["DATA_KEYS"],))
        assert len(CallbackList(storage.database, storage.vault).open(datetime.now(UTC))) == 2
        storage.database.close()
    assert len({ask.body for ask in row.asks}) == len(row.asks) > rows.CALLBACKS_PER_S * 15


def closing(ask: Ask) -> bytes:
    return ask.raw().replace(b"Accept:", b"Connection: close\r\nAccept:", 1)


def test_a_report_says_which_goals_are_kept() -> None:
    told = report(RUN)
    assert all(goal.name in told for goal in goals(RUN))
    assert [goal.is_kept for goal in goals(RUN)] == [True, True, False, *[True] * 9]
    assert told.count("**no**") == 1


def test_importing_the_line_loads_nothing_that_calls_do_not_need() -> None:
    program = f"import app, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    environ = {**ENVIRON, "PATH": ""}
    told = subprocess.run([sys.executable, "-c", program], cwd=rows.ROOT, env=environ, capture_output=True, check=True)
    assert told.stdout.strip() == b"[]"


class Answering(StreamRequestHandler):
    """Answers as each request says in its target."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            assert self.rfile.readline() == b"\r\n"
            how = line.split()[1]
            if how == b"/nothing":
                return
            status = b"500 Broken" if how == b"/fault" else b"200 OK"
            closes = b"Connection: close\r\n" if how == b"/last" else b""
            self.wfile.write(b"HTTP/1.1 " + status + b"\r\n" + closes + b"Content-Length: 4\r\n\r\nbody")
            if closes:
                return


def test_the_load_tells_what_was_answered_and_what_was_lost_whatever_the_server_does() -> None:
    asked = ["/", "/last", "/nothing", "/fault", "/last", "/"] * 10
    with ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        raw = (f"GET {target} HTTP/1.1\r\n\r\n".encode() for target in asked)
        told = steady(server.server_address[1], raw, 500.0, len(asked))
        server.shutdown()
        thread.join()
    assert sorted(told.lost) == [index for index, how in enumerate(asked) if how in ("/nothing", "/fault")]
    assert sorted(told.waits_ms) == [index for index, how in enumerate(asked) if how in ("/", "/last")]
    assert all(wait_ms > 0 for wait_ms in told.waits_ms.values())


def test_how_often_a_country_asks_follows_from_its_calls_in_the_busiest_hour() -> None:
    told = (ROOT / "docs" / "capacity.md").read_text("utf-8")
    (busiest,) = re.findall(r"^\| a country \| 50,000 \| ([0-9,]+) \|", told, re.MULTILINE)
    (every_s,) = re.findall(r"50,000 calls a day of which a tenth asks: one every ([0-9]+) s in the busiest hour", told)
    assert int(every_s) == round(3600 / (int(busiest.replace(",", "")) / 10))
