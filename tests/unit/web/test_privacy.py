"""A caller's number, and what names a call, goes nowhere: not into a log, a document, an address or a refusal."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest

from ivr.desk.ports import Origin
from ivr.desk.ports import Request as Asks
from ivr.logs import FIELDS
from ivr.model.numbers import PhoneNumber
from ivr.phone import Answers, Request, Response, Team, Telephone
from ivr.storage.outbox import Letter
from ivr.storage.sending import Asked
from ivr.twiml.request import caller
from ivr.web.answers import Answers as Documents
from tests.conftest import Log
from tests.platform_client import CLOSED_AT, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient, call_form

CANARY = "+12025550199"
SID = "CAcanary5550199canary"
PERSONAL = {"From": CANARY, "Caller": CANARY, "ForwardedFrom": CANARY, "CallerName": CANARY, "SipHeader_X": CANARY}


@dataclass
class Wiretap:
    """A way to the line that keeps all that came back."""

    platform: PlatformClient
    told: list[Response] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        """Pass a request on."""
        self.told.append(self.platform.transport(request))
        return self.told[-1]

    @property
    def text(self) -> str:
        """All that came back."""
        return "".join(f"{told.status} {told.headers} {told.body.decode()}" for told in self.told)


def says_nothing_of_the_caller(text: str) -> bool:
    return not any(part in text for part in (CANARY, CANARY[1:], CANARY[-10:], CANARY[-7:], SID, "canary"))


@pytest.mark.parametrize("at", [OPEN_AT, CLOSED_AT])
def test_a_whole_call_leaves_nothing_of_the_caller_behind(
    platform: PlatformClient, log: Log, caplog: pytest.LogCaptureFixture, at: object
) -> None:
    caplog.set_level(logging.DEBUG)
    line = Wiretap(platform)
    team = Team(others=Answers(presses="51", talks_s=30))
    call = Telephone(
        line,
        now=at,  # type: ignore[arg-type]
        public_url=PUBLIC_URL,
        token=TOKEN,
        from_=CANARY,
        team=team,
        call_sid=SID,
        extra=tuple((name, CANARY) for name in PERSONAL if name != "From"),
    )
    call.dial()
    for key in "963#78*6":
        call.press(key, after_s=1)
    call.press("0", after_s=1)
    call.wait_silently()
    call.retry()
    while not call.has_ended:
        call.wait_silently()
    assert len(line.told) > 12
    assert says_nothing_of_the_caller(line.text)
    assert says_nothing_of_the_caller(log.text)
    assert says_nothing_of_the_caller(caplog.text)
    assert log.of("voice")
    assert all(set(told) <= FIELDS for told in log.lines)


def test_a_fault_leaves_nothing_of_the_caller_behind(
    platform: PlatformClient, log: Log, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError(CANARY)

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(Documents, "answer", broken)
    response = platform.post("/voice/en/menu", call_form(**PERSONAL, CallSid=SID, Digits=CANARY))
    assert says_nothing_of_the_caller(f"{response} {log.text} {caplog.text}")
    assert log.of("fault")


@pytest.mark.parametrize(
    "target", [f"/voice/{CANARY}/menu?x={CANARY}", "/voice/en/menu", f"/{CANARY}", f"/es?{CANARY}"]
)
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_a_refusal_leaves_nothing_of_the_caller_behind(
    platform: PlatformClient, log: Log, caplog: pytest.LogCaptureFixture, target: str, method: str
) -> None:
    caplog.set_level(logging.DEBUG)
    body = f"From={CANARY}".encode()
    response = platform.send(target, body, CANARY, REQUEST_METHOD=method, HTTP_USER_AGENT=CANARY)
    assert says_nothing_of_the_caller(f"{response} {log.text} {caplog.text}")


def test_a_signed_address_of_nonsense_is_not_repeated(platform: PlatformClient, log: Log) -> None:
    for target in (f"/voice/{CANARY}/{CANARY}/5550199", "/voice/en/canary-5550199?back=canary.5550199&x=5550199"):
        response = platform.post(target)
        assert response.status == 200
        assert says_nothing_of_the_caller(f"{response} {log.text}")


def test_the_called_number_is_shown_to_who_is_rung_and_only_if_it_is_one(platform: PlatformClient) -> None:
    shown = platform.press("/voice/en/menu", "0", To="+18886633488").body
    assert b'callerId="+18886633488"' in shown
    for odd in ("", "sip:line@example.org", "client:line", "anonymous", "8886633488", "+0123456789", '+1813"555'):
        assert b"callerId" not in platform.press("/voice/en/menu", "0", To=odd).body


def test_one_call_has_one_name_in_the_log(platform: PlatformClient, log: Log) -> None:
    for sid in (SID, SID, "CAother"):
        platform.post("/voice/en/menu", call_form(CallSid=sid))
    first, second, other = [line["call"] for line in log.of("voice")]
    assert first == second != other


@pytest.mark.parametrize(
    "holder",
    [
        PhoneNumber(CANARY),
        Asks("CA1", PhoneNumber(CANARY), Origin.OWN, "en", OPEN_AT),
        Asked(PhoneNumber(CANARY), "en", OPEN_AT),
        Letter(1, "text", "link", "en", CANARY),
        caller({**PERSONAL, "Digits": CANARY[1:]}),
    ],
)
def test_what_holds_a_number_does_not_tell_it_when_it_is_printed(holder: object) -> None:
    assert says_nothing_of_the_caller(f"{holder!r} {holder}")
