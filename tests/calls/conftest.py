"""The lines that calls are made to, and the calls themselves, each made once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ivr.checks.verify import load_verified
from ivr.model.approval import ALL_DRAFTS
from ivr.phone import Answers, Team, Transport, play, read
from ivr.web.application import create_app
from ivr.web.in_process import in_process
from tests.calls.recording import Made, Recorder
from tests.conftest import ROOT, MakeApplication, MakeSettings
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
}
MakeCall = Callable[[Path], Made]


@pytest.fixture(scope="session")
def make_call(
    make_application: MakeApplication, make_settings: MakeSettings, tmp_path_factory: pytest.TempPathFactory
) -> MakeCall:
    """Makes the call of a script; CallFault or TwimlFault says at which line it did not come true."""

    @cache
    def transport(line: tuple[str, ...]) -> Transport:
        environ = dict(USUAL)
        for name in line:
            environ |= LINES[name]
        if "away-for-weeks" not in line:
            return in_process(make_application(**environ))
        prompts = _away_for_weeks(tmp_path_factory.mktemp("line"))
        return in_process(create_app(load_verified(prompts, ALL_DRAFTS), make_settings(**environ)))

    @cache
    def make(path: Path) -> Made:
        text = path.read_text()
        recorder = Recorder(transport(line_of(text)))
        script = read(text, str(path.relative_to(HERE)))
        team = Team(others=Answers())  # who is not named takes the call, as on the terminal
        telephone = play(script, recorder, timezone=EASTERN, public_url=PUBLIC_URL, token=TOKEN, team=team)
        return Made(telephone, tuple(recorder.kept))

    return make


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
