"""The lines that calls are made to, and the calls themselves, each made once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from ivr.checks.verify import load_verified
from ivr.model.approval import ALL_DRAFTS
from ivr.phone import Answers, Team, Transport, play, read
from ivr.web.application import create_app
from ivr.web.in_process import in_process
from tests.calls.recording import Made, Recorder
from tests.calls.store import LINES as OF_A_STORE
from tests.calls.store import asking_line, keeps_something
from tests.conftest import ROOT, MakeApplication, MakeSettings
from tests.databases import copy_of_sqlite
from tests.platform_client import EASTERN, PUBLIC_URL, TOKEN

HERE = Path(__file__).parent
SCRIPTS = tuple(sorted(HERE.rglob("*.call")))

# What `# line: ...` at the head of a script adds to the line that `make call` tries: two in turn, then the backup.
USUAL = {"TEAM_NUMBERS": "+18135550101,+18135550102", "BACKUP_NUMBERS": "+18135550103"}
LINES = {
    "after-hours": {"AFTER_HOURS_NUMBERS": "+18135550105,+18135550106"},
    "spanish": {"SPANISH_NUMBERS": "+18135550107"},
    "together": {"TEAM_NUMBERS": "+18135550101&+18135550102"},
    "queue": {"TEAM_NUMBERS": "+18135550101;accept=none"},
    "sip": {"TEAM_NUMBERS": "sip:desk@example.org"},
    "no-backup": {"BACKUP_NUMBERS": ""},
    "away-for-weeks": {},
    **OF_A_STORE,
}
MakeCall = Callable[..., Made]


@pytest.fixture(scope="session")
def make_call(
    make_application: MakeApplication,
    make_settings: MakeSettings,
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_file: str,
) -> MakeCall:
    """Makes the call of a script, to a store at an address if need be, or to one of its own.

    CallFault or TwimlFault says at which line it did not come true.
    """

    @cache
    def maker(line: tuple[str, ...]) -> MakeApplication:
        if "away-for-weeks" not in line:
            return make_application
        away = load_verified(_away_for_weeks(tmp_path_factory.mktemp("line")), ALL_DRAFTS)
        return lambda **environ: create_app(away, make_settings(**environ))

    @cache
    def transport(line: tuple[str, ...]) -> Transport:
        return in_process(maker(line)(**settings_of(line)))

    @cache
    def make(path: Path, url: str = "") -> Made:
        line = line_of(path.read_text())
        if not keeps_something(line):
            return made(path, transport(line))
        own = url or copy_of_sqlite(sqlite_file, tmp_path_factory.mktemp("store") / "line.db")
        return made_with_a_store(path, maker(line), own)

    return make


def made(path: Path, transport: Transport) -> Made:
    """Make the call of a script to a line."""
    recorder = Recorder(transport)
    script = read(path.read_text(), str(path.relative_to(HERE)))
    team = Team(others=Answers())  # who is not named takes the call, as on the terminal
    telephone = play(script, recorder, timezone=EASTERN, public_url=PUBLIC_URL, token=TOKEN, team=team)
    return Made(telephone, tuple(recorder.kept))


def made_with_a_store(path: Path, make_application: MakeApplication, url: str) -> Made:
    """Make the call of a script to a line with a store of its own, and look at what was kept."""
    text = path.read_text()
    line = line_of(text)
    with asking_line(make_application, line, text, url, settings_of(line)) as asking:
        return replace(made(path, asking.transport), kept_at_the_end=asking.kept())


def settings_of(line: tuple[str, ...]) -> dict[str, str]:
    """The settings of a line by the names at the head of a script."""
    environ = dict(USUAL)
    for name in line:
        environ |= LINES[name]
    return environ


def line_of(text: str) -> tuple[str, ...]:
    """The names after `# line:` at the head of a script."""
    found = re.search(r"^# line: (.+)$", text, re.MULTILINE)
    return tuple(name.strip() for name in found[1].split(",")) if found else ()


def _away_for_weeks(folder: Path) -> Path:
    """The prompts of a line whose team is away until a date that is more than six days off."""
    prompts = Path(shutil.copytree(ROOT / "prompts", folder / "prompts"))
    written = (prompts / "line.toml").read_text()
    none, weeks = "closures = []", '{ from = 2026-11-23T00:00:00, until = 2026-12-14T08:00:00, reason = "Moving" }'
    assert none in written
    (prompts / "line.toml").write_text(written.replace(none, f"closures = [{weeks}]"))
    return prompts
