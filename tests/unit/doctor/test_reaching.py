"""The examination finds what the world would meet: address, certificate, fallback document, number, texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.phone import Response
from tests.installed_line import TEXTING, Line
from tests.rest_server import Mood


@pytest.mark.parametrize(("days", "verdict"), [(40, "ok"), (13, "warning")])
def test_a_certificate_that_ends_soon_is_found(line: Line, days: int, verdict: str) -> None:
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    line.world = replace(line.world, certificate_ends=lambda _: ends)
    assert line.found("certificate") == [(verdict, line.found("certificate")[0][1])]


def test_what_is_private_and_can_be_read_is_found(line: Line) -> None:
    line.world = replace(line.world, fetch=lambda _: Response(200, "text/plain", b"ivr_open 1"))
    ((verdict, told),) = line.found("private pages")
    assert (verdict, "/metrics/1 and /phone can be read from outside" in told) == ("fault", True)


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
