"""What all tests share: the flow of prompts/, settings, an application, and the platform that asks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask

from ivr.checks.verify import VerifiedFlow, load_verified
from ivr.config import Settings, load
from ivr.desk import background
from ivr.logs import configure
from ivr.model.approval import ALL_DRAFTS
from ivr.model.flow import Flow
from ivr.storage import sending, standing, tally
from ivr.storage.store import Storage, open_storage
from ivr.storage.vault import data_key
from ivr.web import application as made
from ivr.web import voice
from ivr.web.application import create_app
from ivr.web.background import EXTENSION
from tests.databases import KINDS, Server, copy_of_sqlite, migrated_sqlite, postgresql_server
from tests.platform_client import PUBLIC_URL, TOKEN, PlatformClient

ROOT = Path(__file__).parents[1]
ENVIRON = {
    "TWILIO_AUTH_TOKEN": TOKEN,
    "PUBLIC_URL": PUBLIC_URL,
    "TEAM_NUMBERS": "+18135550101,+18135550102&+18135550103",
    "BACKUP_NUMBERS": "+18135550104",
    "PROMPTS": str(ROOT / "prompts"),
    "ALLOW_DRAFTS": "all",
}

# What a line needs beside that, where callers can ask for everything. Nothing is there until somebody migrates it.
EVERYTHING = {
    "CALLBACKS": "on",
    "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
    "TEXTING_FROM": "+18135550109",
    "REGISTRATION_URL": "https://forms.example.org/new",
    "SECRET_KEY": "a secret of the tests",
    "DATA_KEYS": data_key(),
    "DATABASE_URL": "sqlite:////nowhere/line.db",
}

MakeSettings = Callable[..., Settings]
MakeApplication = Callable[..., Flask]
MakePlatform = Callable[..., PlatformClient]


@dataclass(frozen=True)
class Log:
    """What the line wrote in its log."""

    stream: StringIO = field(default_factory=StringIO)

    @property
    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its lines, read."""
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        """The lines of an event."""
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """The real log of the line, for one test."""
    told = Log()
    configure(told.stream)
    for module in (made, voice, background, tally, sending, standing):
        monkeypatch.setattr(module, "_log", structlog.get_logger())  # a logger keeps the settings of its first use
    yield told
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def verified() -> VerifiedFlow:
    """The verified flow of prompts/, proved once."""
    return load_verified(ROOT / "prompts", ALL_DRAFTS)


@pytest.fixture(scope="session")
def flow(verified: VerifiedFlow) -> Flow:
    """The flow of prompts/."""
    return verified.flow


@pytest.fixture(scope="session")
def make_settings() -> MakeSettings:
    """Makes sound settings; names in capitals overrule what they are made of."""
    return lambda **environ: load({**ENVIRON, **environ})


@pytest.fixture(scope="session")
def make_application(verified: VerifiedFlow, make_settings: MakeSettings) -> MakeApplication:
    """Makes an application of the flow of prompts/ with these settings."""
    return lambda **environ: create_app(verified, make_settings(**environ))


@pytest.fixture
def make_platform(make_application: MakeApplication) -> MakePlatform:
    """Makes an application with these settings, and the platform that asks it."""
    return lambda **environ: PlatformClient(make_application(**environ))


@contextmanager
def keeping(make: MakeApplication, url: str) -> Iterator[PlatformClient]:
    """The platform that asks a line with callbacks, which keeps them in this database."""
    app = make(CALLBACKS="on", DATA_KEYS=data_key(), DATABASE_URL=url, SECRET_KEY="a secret of the tests")
    yield PlatformClient(app)
    beside = app.extensions[EXTENSION]
    beside.stop()
    beside.storage.database.close()


@pytest.fixture(scope="session")
def application(make_application: MakeApplication) -> Flask:
    """One application for every test that does not change it."""
    return make_application()


@pytest.fixture
def platform(application: Flask) -> PlatformClient:
    """The platform that asks the one application, while the team is there."""
    return PlatformClient(application)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A real PostgreSQL server, started once."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a file as the migrations make it, to be copied."""
    return migrated_sqlite(tmp_path_factory.mktemp("sqlite") / "migrated.db")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database of this test's own: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield copy_of_sqlite(request.getfixturevalue("sqlite_file"), tmp_path / "line.db")
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.lent() as url:
        yield url


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    """The storage of this test, on both kinds of database in turn."""
    opened = open_storage(database_url, (data_key(),), deadline_s=10)
    yield opened
    opened.database.close()
