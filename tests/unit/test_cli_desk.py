"""The commands for the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.storage.audit import Trail
from ivr.storage.failures import Origin
from ivr.storage.people import People, Role
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Entered, SignIn
from ivr.storage.store import Storage, open_storage
from ivr.storage.switch import Held, Switch
from ivr.storage.vault import data_key
from tests.conftest import ENVIRON
from tests.platform_client import EASTERN, OPEN_AT

Run = Callable[..., Result]

ADD = ("desk", "add", "ana", "--name", "Ana Ruiz", "--role", "supervisor")
NEXT_OPENING = datetime(2026, 11, 25, 8, 0, tzinfo=EASTERN)


@pytest.fixture
def settings(sqlite_file: str) -> dict[str, str]:
    return {"CALLBACKS": "on", "DATA_KEYS": data_key(), "DATABASE_URL": sqlite_file}


@pytest.fixture
def kept(database_url: str, settings: dict[str, str]) -> Iterator[Storage]:
    settings["DATABASE_URL"] = database_url
    storage = open_storage(database_url, (settings["DATA_KEYS"],), deadline_s=10)
    yield storage
    storage.database.close()


@pytest.fixture
def run(settings: dict[str, str]) -> Iterator[Run]:
    with time_machine.travel(OPEN_AT, tick=False):
        yield lambda *words: CliRunner(env={**ENVIRON, **settings}).invoke(main, words)


def held(kept: Storage) -> Held | None:
    return Switch(kept.database).holding(OPEN_AT)


def enters(kept: Storage, password: str) -> bool:
    steps = SignIn(kept.database, kept.vault, Sessions(kept.database, kept.vault))
    return isinstance(steps.password("ana", password, Origin("192.0.2.7"), OPEN_AT), Entered)


def test_where_mails_go_can_be_said_later(kept: Storage, run: Run) -> None:
    run(*ADD)
    assert run("desk", "email", "ana", "ana@example.org").output == "ana is told by mail now.\n"
    assert [each.has_email for each in People(kept.database, kept.vault).all()] == [True]
    assert run("desk", "email", "ana").output == "ana is told nothing by mail.\n"
    assert [each.has_email for each in People(kept.database, kept.vault).all()] == [False]


def test_who_is_added_can_sign_in_with_what_is_printed(kept: Storage, run: Run) -> None:
    added = run(*ADD, "--email", "ana@example.org")
    assert added.exit_code == 0
    assert added.output.startswith("ana signs in at https://line.example.org/desk with a password that works once: ")
    assert enters(kept, added.output.split()[-1])
    (ana,) = People(kept.database, kept.vault).all()
    assert (ana.name, ana.role) == ("Ana Ruiz", Role.SUPERVISOR)


def test_everybody_is_listed_with_how_they_stand(kept: Storage, run: Run) -> None:
    assert run("desk", "list").output == "Nobody yet.\n"
    run(*ADD)
    assert run("desk", "list").output.split() == [
        "ana",
        "supervisor",
        "has",
        "not",
        "signed",
        "in",
        "yet",
        "Ana",
        "Ruiz",
    ]
    assert run("desk", "disable", "ana").output == "ana can sign in no more.\n"
    assert run("desk", "list").output.split()[2] == "disabled"
    assert run("desk", "enable", "ana").output == "ana can sign in again.\n"
    assert Trail(kept.database).page(1)[0].person == "command line"


def test_a_reset_makes_another_password(kept: Storage, run: Run) -> None:
    first = run(*ADD).output.split()[-1]
    second = run("desk", "reset", "ana").output.split()[-1]
    assert not enters(kept, first)
    assert enters(kept, second)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("desk", "disable", "nobody"), "There is nobody with this login."),
        (("desk", "reset", "nobody"), "There is nobody with this login."),
        (("desk", "add", "Ana Ruiz", "--name", "x", "--role", "auditor"), "A login has 2 to 40 small letters"),
        (("desk", "add", "ana", "--name", "x", "--role", "owner"), "'owner' is not one of"),
        (("close", "--until", "soon", "--reason", "weather"), "--until is a time like"),
        (("close", "--until", "2026-11-24 09:00", "--reason", "weather"), "That end has passed already."),
        (("close", "--until", "opening", "--reason", "party"), "The reasons are: weather, meeting, phones."),
        (("open", "--until", "2027-06-01 09:00"), "That is more than 31 days away."),
    ],
)
def test_what_cannot_be_is_told(kept: Storage, run: Run, words: tuple[str, ...], says: str) -> None:
    result = run(*words)
    assert result.exit_code != 0
    assert says in " ".join(result.output.split())
    assert held(kept) is None


@pytest.mark.parametrize(
    ("until", "ends_at"),
    [("opening", NEXT_OPENING), ("2026-12-01 12:30", datetime(2026, 12, 1, 12, 30, tzinfo=EASTERN))],
)
def test_the_line_is_closed_until_a_time(kept: Storage, run: Run, until: str, ends_at: datetime) -> None:
    told = run("close", "--until", until, "--reason", "weather")
    assert told.output == f"The line is closed until {ends_at:%Y-%m-%d %H:%M}.\n"
    now = held(kept)
    assert now is not None
    assert (now.override.is_open, now.override.reason, now.override.ends_at) == (False, "weather", ends_at)
    assert now.made_by == "command line"


def test_the_line_is_opened_until_a_time_or_as_usual(kept: Storage, run: Run) -> None:
    assert run("open").output == "The line keeps its usual hours.\n"
    assert run("open", "--until", "2026-11-24 20:00").output == "The line is open until 2026-11-24 20:00.\n"
    now = held(kept)
    assert now is not None
    assert now.override.ends_at == (OPEN_AT + timedelta(hours=10)).astimezone(UTC)
    assert run("open").output == "The line keeps its usual hours again.\n"
    assert held(kept) is None


def test_a_line_that_keeps_nothing_has_no_desk() -> None:
    result = CliRunner(env=ENVIRON).invoke(main, ADD)
    assert result.exit_code != 0
    assert "CALLBACKS is off: there is no desk." in result.output
