"""The examination finds what makes a line fail in practice, in its settings above all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.cli.doctor import world as real_world
from ivr.config import load
from ivr.doctor.case import Case
from ivr.doctor.examine import CHECKS, case_of
from ivr.doctor.finding import Verdict
from ivr.doctor.own import networks
from ivr.phone import Keys, Probed, probe
from ivr.storage.vault import data_key
from ivr.web.application import create_app
from tests.conftest import ENVIRON, ROOT
from tests.installed_line import MADE_UP, TEXTING, Line, proved
from tests.platform_client import OPEN_AT, PlatformClient
from tests.rest_server import TOKEN as API_TOKEN

ENGLISH = {"PROMPTS": str(ROOT / "prompts"), "ALLOW_DRAFTS": "en"}


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


def test_no_finding_names_the_password_of_an_address_that_the_number_has(line: Line) -> None:
    (number,) = line.rules.incoming.values()
    number["voice_url"] = "https://user:canary@other.example.org/ivr"
    told = [words for verdict, words in line.found("number") if verdict == "fault"]
    assert any("is https://other.example.org/ivr, not" in words for words in told)
    assert "canary" not in "".join(told)


@pytest.mark.parametrize(
    ("environ", "check", "verdict", "said"),
    [
        ({"ALLOW_DRAFTS": "all"}, "drafts", "warning", "ALLOW_DRAFTS is all"),
        ({"PROMPTS": str(ROOT / "prompts"), "ALLOW_DRAFTS": "en,es"}, "drafts", "warning", "Served as drafts: all"),
        (ENGLISH, "languages", "warning", "The line speaks one language. If it should speak two"),
        ({"ONE_LANGUAGE": "on"}, "languages", "warning", "ONE_LANGUAGE is on, and the line speaks two"),
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
        ({"DATABASE_URL": "sqlite:////nowhere/line.db"}, "database", "fault", "If it kept something, go back to"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/line"}, "database", "fault", "The store failed"),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/line"},
            "disk",
            "ok",
            "The disk of PostgreSQL is not looked",
        ),
        ({"TWILIO_AUTH_TOKEN": "wrong"}, "public address", "fault", "answered 403, not 200. The token is not"),
        ({"TWILIO_AUTH_TOKEN": "wrong"}, "number", "fault", "does not accept the credentials"),
        ({"PUBLIC_URL": "https://127.0.0.1:1"}, "public address", "fault", "refuses connections"),
        ({"PUBLIC_URL": "https://127.0.0.1:1"}, "certificate", "fault", "refuses connections"),
        ({"PUBLIC_URL": "https://127.0.0.1:1"}, "private pages", "warning", "Nobody could look"),
        ({"PUBLIC_URL": "https://line.invalid"}, "public address", "fault", "without an address. Make a DNS record"),
        ({"FALLBACK_URL": ""}, "fallback document", "fault", "FALLBACK_URL is not set"),
        ({"FALLBACK_URL": ""}, "clock", "warning", "No other machine said what time it is. Set FALLBACK_URL"),
        ({"FALLBACK_URL": "https://127.0.0.1:1/x"}, "clock", "warning", "FALLBACK_URL did not answer; see what is"),
        ({"FALLBACK_URL": "https://127.0.0.1:1/x"}, "fallback document", "fault", "refuses connections"),
        ({"TWILIO_ACCOUNT_SID": ""}, "number", "warning", "TWILIO_ACCOUNT_SID is not set"),
        ({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32}, "number", "fault", "does not accept the credentials"),
        (TEXTING, "texting", "fault", "nothing was handed in"),
    ],
)
def test_what_is_wrong_with_the_settings_is_found(
    line: Line, environ: dict[str, str], check: str, verdict: str, said: str
) -> None:
    found = line.found(check, **environ)
    assert any(verdict == each and said in words for each, words in found), found


def test_a_line_that_speaks_one_language_and_says_so_is_well(line: Line) -> None:
    environ = {**line.environ, **ENGLISH, "ONE_LANGUAGE": "on"}
    settings = load(environ)
    _, verified = proved(settings.prompts, settings.allow_drafts)
    client = PlatformClient(create_app(verified, load({**environ, "CALLBACKS": "off"})))

    def call(public_url: str, token: str, keys: Keys) -> Probed:
        return probe(client.transport, now=OPEN_AT, public_url=public_url, token=token, keys=keys)

    line.world = replace(line.world, call=call)
    for check in ("languages", "public address"):
        assert [verdict for verdict, _ in line.found(check, **environ)] == ["ok"], check


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(ENVIRON, real_world())


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "Neither"),
        ({"DATABASE_URL": "postgresql://a:b@127.0.0.1/line"}, "Neither"),
        ({"DATABASE_URL": "postgresql://a:b@[::1]/line"}, "Neither"),
        ({"DATABASE_URL": "postgresql:///line?host=/run/postgresql"}, "Neither"),
        ({"DATABASE_URL": "postgresql:///line"}, "Neither"),
        ({"DATABASE_URL": "postgresql://a:b@db.example.org/line"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a:b@192.0.2.1:5432/line?sslmode=require"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql:///line?host=db.example.org"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://a:b@db.example.org/line?sslmode=verify-full"}, "Neither"),
        ({"DATABASE_URL": "postgresql://a:b@db.example.org/line", "CALLBACKS": "off"}, "Neither"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318"}, "Traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://192.0.2.1:4318"}, "Neither"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, "Neither"),
    ],
)
def test_what_crosses_a_network_in_clear_is_found(case: Case, environ: dict[str, str], said: str) -> None:
    keeps = {"CALLBACKS": "on", "DATA_KEYS": data_key(), "SECRET_KEY": "a secret of the tests"}
    (seen,) = networks(replace(case, settings=load({**ENVIRON, **keeps, **environ})))
    assert seen.said.split()[0] == said
    assert seen.verdict is (Verdict.OK if said == "Neither" else Verdict.WARNING)


def test_the_trust_that_is_advised_is_known_to_debians_pg_dump(case: Case) -> None:
    keeps = {"CALLBACKS": "on", "DATA_KEYS": data_key(), "SECRET_KEY": "a secret of the tests"}
    (seen,) = networks(
        replace(case, settings=load({**ENVIRON, **keeps, "DATABASE_URL": "postgresql://db.example.org/x"}))
    )
    assert "sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt" in seen.mend
    assert (
        "sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt" in (ROOT / "docs/settings.md").read_text()
    )


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


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (
            datetime(2026, 11, 24, 15, tzinfo=UTC),
            "Tuesday 24 November 2026, 10:00 in America/New_York; by the usual hours the team is there",
        ),
        (
            datetime(2026, 12, 25, 15, tzinfo=UTC),
            "; by the usual hours the team is away until Monday 28 December 08:00.",
        ),
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


def test_the_command_tells_everything(line: Line) -> None:
    environ = {name: value for name, value in line.environ.items() if name != "TWILIO_ACCOUNT_SID"}
    kept = {name: os.environ[name] for name in ("PATH", "SSL_CERT_FILE")}
    command = [sys.executable, "-m", "ivr", "doctor"]
    done = subprocess.run(command, cwd=ROOT, env={**kept, **environ}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    told = done.stdout.splitlines()
    assert [each.split()[1] for each in told if each.startswith("fault ")] == ["address:", "targets:"]
    assert told[-1] == "faults: 2, warnings: 3"
    assert "ok      public address: A signed call walks the line" in done.stdout


def test_the_command_tells_machines() -> None:
    result = CliRunner().invoke(main, ["doctor", "--json"], env=dict.fromkeys(ENVIRON, ""))
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [each["check"] for each in found] == ["PUBLIC_URL", "TEAM_NUMBERS", "TWILIO_AUTH_TOKEN"]
    assert {each["verdict"] for each in found} == {"fault"}
    assert all(each["mend"] for each in found)
