"""A line on this machine and a browser to look at it with."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from ivr.checks.verify import VerifiedFlow, load_verified
from ivr.config import load
from ivr.storage.people import Role
from ivr.web.application import create_app
from tests.browser.desk_server import DeskServer, Visit, desk_server
from tests.browser.looks import DESK, Scheme
from tests.desk import Hired, hire

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def line() -> Iterator[str]:
    """The address of a line that runs in a thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = load(
        {
            "TWILIO_AUTH_TOKEN": "a token for this run only",
            "PUBLIC_URL": address,
            "TEAM_NUMBERS": "+18135550101",
            "PHONE_PAGE": "on",
            "ALLOW_DRAFTS": "all",
        }
    )
    app = create_app(load_verified(settings.prompts, settings.allow_drafts), settings)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("Chromium is missing. Install it: sudo apt-get install --yes chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(line: str, browser: Browser) -> Iterator[Open]:
    """Opens a page of the line; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_(path: str, *, scheme: Scheme = "light", size: ViewportSize | None = None) -> Page:
        context = browser.new_context(color_scheme=scheme, viewport=size or DESK)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(line + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def desk(verified: VerifiedFlow, sqlite_file: str, tmp_path: Path) -> Iterator[DeskServer]:
    with desk_server(verified, sqlite_file, tmp_path) as served:
        yield served


@pytest.fixture
def visit(desk: DeskServer, browser: Browser) -> Iterator[Visit]:
    """Opens the desk in a browser of somebody's own; whatever it complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{desk.address}/desk")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def ana(desk: DeskServer) -> Hired:
    return hire(desk.storage, "ana", Role.SUPERVISOR, "Ana Ruiz")


@pytest.fixture
def ben(desk: DeskServer) -> Hired:
    return hire(desk.storage, "ben", Role.SCHEDULER, "Ben Whitlock")
