"""A line with a desk that runs in a thread, at a time that a test can move on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from ivr.checks.verify import VerifiedFlow
from ivr.config import load
from ivr.storage.store import Storage, open_storage
from ivr.storage.vault import data_key
from ivr.web.application import create_app
from ivr.web.background import EXTENSION
from ivr.web.beside import Beside
from ivr.web.voice import NOW
from tests.databases import copy_of_sqlite
from tests.desk import PASSWORD, Hired
from tests.gunicorn_server import free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Visit = Callable[..., Page]


@dataclass
class DeskServer:
    """The line as it is asked by a browser. `ahead` is how far its pages are ahead of the clock of this machine."""

    address: str
    app: Flask
    storage: Storage
    ahead: timedelta = timedelta()

    @property
    def at(self) -> datetime:
        """The time that it is on its pages."""
        return datetime.now(UTC) + self.ahead

    @property
    def beside(self) -> Beside:
        """What it has beside its calls."""
        return cast("Beside", self.app.extensions[EXTENSION])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request at that time."""
        return self.app.wsgi_app({**environ, NOW: self.at}, start_response)


@contextmanager
def desk_server(verified: VerifiedFlow, sqlite_file: str, folder: Path) -> Iterator[DeskServer]:
    """Serve a line with an empty desk."""
    port, key = free_port(), data_key()
    url = copy_of_sqlite(sqlite_file, folder / "line.db")
    address = f"http://127.0.0.1:{port}"
    told = {"PUBLIC_URL": address, "TEAM_NUMBERS": "+18135550101", "ALLOW_DRAFTS": "all", "PHONE_PAGE": "on"}
    kept = {"CALLBACKS": "on", "DATABASE_URL": url, "DATA_KEYS": key, "SECRET_KEY": "a secret of the tests"}
    app = create_app(verified, load({"TWILIO_AUTH_TOKEN": "a token for this run only", **told, **kept}))
    served = DeskServer(address, app, open_storage(url, (key,), deadline_s=10))
    server = make_server("127.0.0.1", port, served, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        served.beside.stop()
        served.beside.desk.stop()
        served.beside.storage.database.close()
        served.storage.database.close()


def press(page: Page, name: str) -> None:
    """Press the first button of this name."""
    page.get_by_role("button", name=name).first.click()


def sign_in(page: Page, somebody: Hired, desk: DeskServer) -> Page:
    """Sign in with both steps."""
    page.get_by_label("Login").fill(somebody.login)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    page.get_by_label("Six digits").fill(somebody.code(desk.at))
    press(page, "Sign in")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page
