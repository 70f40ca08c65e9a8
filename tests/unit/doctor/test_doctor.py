"""The examination finds what makes a line fail in practice, against real servers on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.checks.evidence import Evidence
from ivr.checks.verify import VerifiedFlow, verify
from ivr.cli import main
from ivr.cli.doctor import world as real_world
from ivr.config import load
from ivr.content import read_folder
from ivr.doctor.case import Case, World
from ivr.doctor.examine import CHECKS, examine
from ivr.doctor.finding import Finding, Verdict
from ivr.model.approval import AllowedDrafts
from ivr.phone import Response
from ivr.storage.vault import data_key
from ivr.twiml.numbers import change_number, find_number, wanted
from ivr.twiml.rest import RestApi
from ivr.web.answers import fallback_document
from tests.approvals import approve_all
from tests.conftest import ENVIRON, ROOT
from tests.databases import migrated_sqlite
from tests.gunicorn_server import free_port, serving
from tests.nginx_server import Proxy, proxying
from tests.rest_numbers import incoming
from tests.rest_server import ACCOUNT, FROM, Mood, Rules, rest_server
from tests.rest_server import TOKEN as API_TOKEN
from tests.web_page import Page, web_page

GB = 1024**3
TEXTING = {"TEXTING_FROM": FROM, "REGISTRATION_URL": "https://example.org"}
# The tests name no telephone that somebody could have, and all of it is on this machine.
MADE_UP = [("address", "fault"), ("targets", "fault"), ("fallback document", "warning")]


@cache
def proved(prompts: Path, allowed: AllowedDrafts) -> tuple[Evidence, VerifiedFlow]:
    """What a start proves, once for all tests of the same words."""
    evidence = Evidence.of(read_folder(prompts))
    return evidence, verify(evidence, allowed)


@dataclass
class Line:
    """A line that is installed, with an account and a fallback document elsewhere; what a test changes of it."""

    environ: dict[str, str]
    page: Page
    rules: Rules
    world: World

    @property
    def number(self) -> dict[str, object]:
        """The number of the account, as it is set."""
        return next(iter(self.rules.incoming.values()))

    def examine(self, **environ: str) -> list[Finding]:
        """Everything that is found."""
        return list(examine({**self.environ, **environ}, self.world))

    def found(self, check: str, **environ: str) -> list[tuple[str, str]]:
        """The verdicts of one check, and what it says."""
        settings = load({**self.environ, **environ})
        evidence, verified = proved(settings.prompts, settings.allow_drafts)
        case = Case(settings, evidence, verified, self.world.clock(), self.world)
        (look,) = [each.look for each in CHECKS if each.name == check]
        return [(each.verdict.name.lower(), f"{each.said} {each.mend}".rstrip()) for each in look(case)]

    def wrong(self, **environ: str) -> list[tuple[str, str]]:
        """All that is not well, by check and verdict."""
        found = [(each.check, each.verdict.name.lower()) for each in self.examine(**environ)]
        return [each for each in found if each[1] != "ok"]


@dataclass(frozen=True)
class Installed:
    """What takes seconds to start, and is started once."""

    environ: dict[str, str]
    proxy: Proxy
    fallback: bytes


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("installed")
    prompts = Path(shutil.copytree(ROOT / "prompts", folder / "prompts"))
    line = prompts / "line.toml"
    line.write_text(line.read_text("utf-8").replace("until = 2027-01-01", "until = 2028-01-01"), "utf-8")
    approve_all(prompts)
    port = free_port()
    environ = {
        **ENVIRON,
        "PUBLIC_URL": f"https://127.0.0.1:{port}",
        "PROMPTS": str(prompts),
        "ALLOW_DRAFTS": "",
        "SECRET_KEY": "a secret of the tests",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": API_TOKEN,
        "FALLBACK_NUMBER": "+18135550108",
        "TEAM_NUMBERS": "sip:one@example.org,sip:two@example.org",
        "BACKUP_NUMBERS": "",
        "AFTER_HOURS_NUMBERS": "sip:night@example.org;accept=none",
        "CALLBACKS": "on",
        "DATA_KEYS": data_key(),
        "DATABASE_URL": migrated_sqlite(folder / "line.db"),
    }
    settings = load(environ)
    _, verified = proved(prompts, settings.allow_drafts)
    with serving(environ) as served, proxying(folder, [served.port] * 2, port) as proxy:
        yield Installed(environ, proxy, fallback_document(verified.flow, settings.telephones))


@pytest.fixture
def line(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setenv("SSL_CERT_FILE", str(installed.proxy.certificate.file))
    number = incoming(FROM)
    rules = Rules(incoming={str(number["sid"]): number})
    with web_page(installed.proxy.certificate.server()) as page, rest_server(rules) as api:
        environ = {**installed.environ, "FALLBACK_URL": page.url}
        there_now = RestApi(ACCOUNT, API_TOKEN, api)
        change_number(there_now, find_number(there_now, FROM), wanted(environ["PUBLIC_URL"], page.url))
        page.body = installed.fallback
        there = replace(
            real_world(),
            api=lambda account, token: RestApi(account, token, api),
            texting_api=lambda account, token: RestApi(account, token, api),
            free_bytes=lambda _: (50 * GB, 100 * GB),
        )
        yield Line(environ, page, rules, there)


def test_a_line_that_is_well_is_told_so_of_everything(line: Line) -> None:
    assert line.wrong() == MADE_UP
    findings = line.examine()
    assert {check.name for check in CHECKS} <= {each.check for each in findings}
    assert all(each.said.endswith(".") for each in findings)
    assert all(each.mend for each in findings if each.verdict is not Verdict.OK)


def test_no_finding_names_a_telephone_or_a_secret(line: Line) -> None:
    told = json.dumps([f"{each}" for each in line.examine(TWILIO_AUTH_TOKEN=f"another,{API_TOKEN}")])
    for secret in ("5550", "another", API_TOKEN, *line.environ["DATA_KEYS"].split(","), "secret of the tests"):
        assert secret not in told


@pytest.mark.parametrize(
    ("environ", "check", "verdict", "said"),
    [
        ({"ALLOW_DRAFTS": "all"}, "drafts", "warning", "ALLOW_DRAFTS is all"),
        ({"PROMPTS": str(ROOT / "prompts"), "ALLOW_DRAFTS": "en,es"}, "drafts", "warning", "Served as drafts: all"),
        ({"PROMPTS": str(ROOT / "prompts"), "ALLOW_DRAFTS": "all"}, "holidays", "warning", "until 2027-01-01"),
        ({"SECRET_KEY": ""}, "secrets", "warning", "SECRET_KEY is not set"),
        ({"TWILIO_AUTH_TOKEN": f"{API_TOKEN},older"}, "secrets", "warning", "2 auth tokens are accepted"),
        (
            {"TWILIO_AUTH_TOKEN": f"{API_TOKEN},older"},
            "public address",
            "fault",
            "with token 2 fails at its step “answer”",
        ),
        ({"TEAM_NUMBERS": "sip:a@example.org&sip:a@example.org"}, "targets", "warning", "the same telephone twice"),
        ({"TEAM_NUMBERS": "+18005550101"}, "targets", "warning", "a toll-free number"),
        ({"TEAM_NUMBERS": "sip:a@example.org", "BACKUP_NUMBERS": ""}, "targets", "warning", "is the whole team"),
        ({"FALLBACK_NUMBER": ""}, "ways out", "fault", "FALLBACK_NUMBER is not set"),
        ({"FALLBACK_NUMBER": ""}, "fallback document", "warning", "cannot be compared"),
        ({"AFTER_HOURS_NUMBERS": ""}, "ways out", "warning", "AFTER_HOURS_NUMBERS is not set"),
        ({"DATABASE_URL": "sqlite:////nowhere/line.db"}, "database", "fault", "is not there"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/line"}, "database", "fault", "The store failed"),
        ({"TWILIO_AUTH_TOKEN": "wrong"}, "public address", "fault", "answered 403, not 200. The token is not"),
        ({"TWILIO_AUTH_TOKEN": "wrong"}, "number", "fault", "does not accept the credentials"),
        ({"PUBLIC_URL": "https://127.0.0.1:1"}, "public address", "fault", "refuses connections"),
        ({"PUBLIC_URL": "https://127.0.0.1:1"}, "certificate", "fault", "refuses connections"),
        ({"PUBLIC_URL": "https://127.0.0.1:1"}, "private pages", "warning", "Nobody could look"),
        ({"PUBLIC_URL": "https://line.invalid"}, "public address", "fault", "without an address. Make a DNS record"),
        ({"FALLBACK_URL": ""}, "fallback document", "fault", "FALLBACK_URL is not set"),
        ({"FALLBACK_URL": ""}, "clock", "warning", "No other machine said"),
        ({"FALLBACK_URL": "https://127.0.0.1:1/x"}, "fallback document", "fault", "refuses connections"),
        ({"TWILIO_ACCOUNT_SID": ""}, "number", "warning", "TWILIO_ACCOUNT_SID is not set"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "number", "fault", "does not accept the credentials"),
        (TEXTING, "texting", "fault", "nothing was handed in"),
    ],
)
def test_what_is_wrong_with_the_settings_is_found(
    line: Line, environ: dict[str, str], check: str, verdict: str, said: str
) -> None:
    found = line.found(check, **environ)
    assert any(verdict == each and said in words for each, words in found), found


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({"PUBLIC_URL": "ftp://x", "TEAM_NUMBERS": ""}, ["PUBLIC_URL", "TEAM_NUMBERS"]),
        ({"PROMPTS": "/nowhere"}, [""]),
        ({"AFTER_HOURS_NUMBERS": "+18886633488"}, ["AFTER_HOURS_NUMBERS"]),
    ],
)
def test_nothing_goes_on_without_sound_settings_and_words(
    line: Line, environ: dict[str, str], found: list[str]
) -> None:
    findings = line.examine(**environ)
    assert [each.verdict for each in findings] == [Verdict.FAULT] * len(found)
    assert found in ([""], [each.check for each in findings])


def test_tables_of_another_version_are_found(line: Line, tmp_path: Path) -> None:
    (tmp_path / "line.db").touch(0o644)
    found = line.found("database", DATABASE_URL=f"sqlite:///{tmp_path / 'line.db'}")
    assert found == [
        ("fault", "The database has no tables. Run: python -m ivr migrate"),
        ("warning", f"Others on this machine may read the file of the database. Run: chmod 600 {tmp_path / 'line.db'}"),
    ]


@pytest.mark.parametrize(("free", "verdict"), [(50 * GB, "ok"), (GB // 2, "warning"), (GB // 100, "fault")])
def test_a_disk_that_is_full_soon_is_found(line: Line, free: int, verdict: str) -> None:
    line.world = replace(line.world, free_bytes=lambda _: (free, 100 * GB))
    assert [each for each, _ in line.found("disk")] == [verdict]


@pytest.mark.parametrize(("seconds", "verdict"), [(0, "ok"), (-30, "warning"), (30, "warning"), (3600, "fault")])
def test_a_clock_that_is_wrong_is_found(line: Line, seconds: int, verdict: str) -> None:
    line.page.ahead = timedelta(seconds=seconds)
    assert [each for each, _ in line.found("clock")] == [verdict]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (
            datetime(2026, 11, 24, 15, tzinfo=UTC),
            "Tuesday 24 November 2026, 10:00 in America/New_York; the team is there",
        ),
        (datetime(2026, 12, 25, 15, tzinfo=UTC), "the team is away until Monday 28 December 08:00."),
    ],
)
def test_the_time_is_told_as_the_line_knows_it(line: Line, at: datetime, said: str) -> None:
    line.world = replace(line.world, clock=lambda: at)
    ((verdict, told),) = line.found("hours")
    assert verdict == "ok"
    assert said in told


@pytest.mark.parametrize(("days", "verdict"), [(365, "ok"), (59, "warning"), (-1, "fault")])
def test_holidays_that_nobody_has_looked_at_are_found(line: Line, days: int, verdict: str) -> None:
    line.world = replace(line.world, clock=lambda: datetime(2028, 1, 1, 12, tzinfo=UTC) - timedelta(days=days))
    assert [each for each, _ in line.found("holidays")] == [verdict]


@pytest.mark.parametrize(("days", "verdict"), [(40, "ok"), (13, "warning")])
def test_a_certificate_that_ends_soon_is_found(line: Line, days: int, verdict: str) -> None:
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    line.world = replace(line.world, certificate_ends=lambda _: ends)
    assert line.found("certificate") == [(verdict, line.found("certificate")[0][1])]


def test_what_is_private_and_can_be_read_is_found(line: Line) -> None:
    line.world = replace(line.world, fetch=lambda _: Response(200, "text/plain", b"ivr_open 1"))
    ((verdict, told),) = line.found("private pages")
    assert (verdict, "/metrics and /phone can be read from outside" in told) == ("fault", True)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ({"status": 404}, "FALLBACK_URL answered 404, not 200"),
        ({"status": 302}, "FALLBACK_URL answered 302, not 200"),
        ({"content_type": "application/xml"}, 'A document is "text/xml"'),
        ({"body": b"<html/>"}, "a document is a <Response>"),
        ({"body": b"<Response><Hangup/></Response>"}, "serves another document than the current one"),
    ],
)
def test_a_fallback_document_that_is_not_the_current_one_is_found(
    line: Line, page: dict[str, object], said: str
) -> None:
    for name, value in page.items():
        setattr(line.page, name, value)
    ((verdict, told), *_) = line.found("fallback document")
    assert (verdict, said in told) == ("fault", True), told


def test_a_fallback_on_the_host_of_the_line_falls_with_it(line: Line) -> None:
    assert ("warning", "FALLBACK_URL is on the host of the line itself, and falls with it. Host it elsewhere.") in (
        line.found("fallback document")
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "voice_url",
            "https://demo.example.org/voice",
            "voice URL of the number is https://demo.example.org/voice",
        ),
        ("voice_url", "", "voice URL of the number is nothing, not"),
        ("voice_method", "GET", "voice method of the number is GET, not POST"),
        ("voice_fallback_url", "", "fallback URL of the number is nothing"),
        ("status_callback", "", "status callback of the number is nothing"),
        ("voice_application_sid", "AP1", "application of the number is AP1"),
        ("trunk_sid", "TK1", "trunk of the number is TK1"),
    ],
)
def test_a_number_that_leads_elsewhere_is_found(line: Line, name: str, value: str, said: str) -> None:
    line.number[name] = value
    ((verdict, told),) = line.found("number")
    assert verdict == "fault"
    assert said in told
    assert told.endswith("python -m ivr connect")


def test_a_number_of_another_account_is_found(line: Line) -> None:
    line.rules.incoming.clear()
    ((verdict, told),) = line.found("number")
    assert verdict == "fault"
    assert "is not a number of this account" in told


@pytest.mark.parametrize("mood", [Mood.BUSY, Mood.BROKEN, Mood.CLOSE, Mood.GARBAGE, Mood.NOT_JSON, Mood.REDIRECT])
@pytest.mark.parametrize("check", ["number", "texting"])
def test_an_api_that_fails_is_told(line: Line, mood: Mood, check: str) -> None:
    line.rules.moods.extend([mood, mood])
    ((verdict, told),) = line.found(check, **TEXTING)
    assert verdict == "fault"
    assert told.startswith("The platform")


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("TWILIO_APPROVED", "ok"), ("IN_REVIEW", "fault"), ("TWILIO_REJECTED", "fault"), ("", "fault")],
)
def test_a_number_that_may_not_text_is_found(line: Line, status: str, verdict: str) -> None:
    line.rules.verified[str(line.number["sid"])] = status
    assert [each for each, _ in line.found("texting", **TEXTING)] == [verdict]


def test_a_verification_that_is_not_told_is_found(line: Line) -> None:
    line.rules.moods.extend([Mood.NONE, Mood.CLOSE])
    assert [each for each, _ in line.found("texting", **TEXTING)] == ["fault"]


def test_the_command_tells_everything(line: Line) -> None:
    environ = {name: value for name, value in line.environ.items() if name != "TWILIO_ACCOUNT_SID"}
    kept = {name: os.environ[name] for name in ("PATH", "SSL_CERT_FILE")}
    command = [sys.executable, "-m", "ivr", "doctor"]
    done = subprocess.run(command, cwd=ROOT, env={**kept, **environ}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    told = done.stdout.splitlines()
    assert [each.split()[1] for each in told if each.startswith("fault ")] == ["address:", "targets:"]
    assert told[-1] == "faults: 2, warnings: 2"
    assert "ok      public address: A signed call walks the line" in done.stdout


def test_the_command_tells_machines() -> None:
    result = CliRunner().invoke(main, ["doctor", "--json"], env=dict.fromkeys(ENVIRON, ""))
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [each["check"] for each in found] == ["PUBLIC_URL", "TEAM_NUMBERS", "TWILIO_AUTH_TOKEN"]
    assert {each["verdict"] for each in found} == {"fault"}
    assert all(each["mend"] for each in found)
