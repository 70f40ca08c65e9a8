"""A fault of ours is answered with an apology and the way to a person, made at start, with no way back into it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.desk.ports import NothingCounted
from ivr.model.flow import Flow
from ivr.model.hours import Hours
from ivr.phone import Dial, Document, Hangup, Say
from ivr.web.answers import Answers
from ivr.web.counting import count_fault
from ivr.web.metrics import Metrics
from tests.conftest import Log, MakePlatform
from tests.platform_client import CALL_SID, CALLER, CLOSED_AT, OPEN_AT, PlatformClient, call_form, document, header

NOBODY_AT_NIGHT: dict[str, str] = {}
NIGHT = {"AFTER_HOURS_NUMBERS": "+18135550106,+18135550107"}
FALLBACK = {"FALLBACK_NUMBER": "+18135550105"}


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError(f"It broke for {CALLER} in {CALL_SID}")


@pytest.fixture
def is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answers, "answer", broken)
    monkeypatch.setattr(Answers, "whisper", broken)


def rung(heard: Document) -> list[str]:
    return [target.address for verb in heard.verbs if isinstance(verb, Dial) for target in verb.targets]


def said(heard: Document) -> str:
    return " ".join(getattr(sound, "said", "") for verb in heard.verbs if isinstance(verb, Say) for sound in verb.heard)


def voices(heard: Document) -> set[str]:
    return {verb.language for verb in heard.verbs if isinstance(verb, Say)}


@pytest.mark.usefixtures("is_broken")
@pytest.mark.parametrize(
    ("at", "environ", "rings"),
    [
        (OPEN_AT, {}, ["+18135550101"]),
        (CLOSED_AT, {}, []),
        (OPEN_AT, NIGHT, ["+18135550101"]),
        (CLOSED_AT, NIGHT, ["+18135550106"]),
        (OPEN_AT, FALLBACK, ["+18135550105"]),
        (CLOSED_AT, FALLBACK, ["+18135550105"]),
        (CLOSED_AT, {**FALLBACK, **NIGHT}, ["+18135550105"]),
        (OPEN_AT, {"TEAM_NUMBERS": "+18135550101&sip:desk@example.org"}, ["+18135550101", "sip:desk@example.org"]),
    ],
)
@pytest.mark.parametrize("target", ["/voice/answer", "/voice/es/menu", "/voice/en/transfer/1", "/voice/xx/yy"])
def test_a_fault_rings_who_can_be_rung_now(
    make_platform: MakePlatform, target: str, at: datetime, environ: dict[str, str], rings: list[str]
) -> None:
    heard = make_platform(**environ).later(at).hear(target)
    assert rung(heard) == rings
    assert heard.leads_on
    assert isinstance(heard.verbs[-1], Hangup)


@pytest.mark.usefixtures("is_broken")
@pytest.mark.parametrize("at", [OPEN_AT, CLOSED_AT])
@pytest.mark.parametrize("environ", [NOBODY_AT_NIGHT, NIGHT, FALLBACK])
@pytest.mark.parametrize("target", ["/voice/answer", "/voice/es/menu"])
def test_an_apology_names_no_address_of_ours(
    make_platform: MakePlatform, target: str, at: datetime, environ: dict[str, str]
) -> None:
    response = make_platform(**environ).later(at).post(target)
    assert b"/voice" not in response.body
    assert b"http" not in response.body
    assert header(response, "Content-Type") == "text/xml; charset=utf-8"
    assert all(verb.action is None for verb in document(response).verbs if isinstance(verb, Dial))


@pytest.mark.usefixtures("is_broken")
def test_with_nobody_to_ring_the_emergency_line_and_the_number_are_said(platform: PlatformClient, flow: Flow) -> None:
    heard = said(platform.later(CLOSED_AT).hear("/voice/en/menu"))
    assert "911" in heard
    assert all(group in heard for group in flow.line.number.groups)


@pytest.mark.usefixtures("is_broken")
@pytest.mark.parametrize(
    ("target", "voice"),
    [
        ("/voice/answer", "en-US"),
        ("/voice/answer?language=es", "es-US"),
        ("/voice/answer?language=xx", "en-US"),
        ("/voice/es/menu", "es-US"),
        ("/voice/es", "es-US"),
        ("/voice/en/what/2?pace=slow", "en-US"),
        ("/voice/xx/menu", "en-US"),
        ("/voice/", "en-US"),
    ],
)
@pytest.mark.parametrize("at", [OPEN_AT, CLOSED_AT])
def test_an_apology_is_in_the_callers_language(platform: PlatformClient, target: str, voice: str, at: datetime) -> None:
    assert voices(platform.later(at).hear(target)) == {voice}


@pytest.mark.usefixtures("is_broken")
@pytest.mark.parametrize("target", ["/voice/en/whisper", "/voice/es/whisper/2", "/voice/xx/whisper"])
def test_a_fault_on_the_leg_of_who_is_rung_connects_the_call(platform: PlatformClient, target: str) -> None:
    assert platform.hear(target).verbs == ()


@pytest.mark.usefixtures("is_broken")
def test_a_fault_is_told_in_the_log_without_the_caller(platform: PlatformClient, log: Log) -> None:
    platform.press("/voice/en/menu", "3", Caller=CALLER)
    (line,) = log.of("fault")
    assert (line["level"], line["fault"], line["route"]) == ("error", "RuntimeError", "voice.place")
    assert len(line["call"]) == 16
    assert CALLER[1:] not in log.text
    assert CALL_SID not in log.text
    assert "broke" not in log.text


def test_a_document_that_cannot_be_written_is_a_fault_like_any_other(
    make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    platform = make_platform()
    monkeypatch.setattr("ivr.web.answers.render", broken)
    assert rung(platform.hear("/voice/en/menu")) == ["+18135550101"]
    assert log.of("fault")
    monkeypatch.undo()


def test_a_fault_is_not_remembered(make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform()
    with monkeypatch.context() as now:
        now.setattr("ivr.web.answers.document", broken)
        apology = platform.post("/voice/en/menu").body
    assert platform.post("/voice/en/menu").body != apology


def test_hours_that_break_end_in_an_apology_too(
    make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    platform = make_platform(**FALLBACK)
    monkeypatch.setattr(Hours, "is_open", broken)
    assert rung(platform.hear("/voice/en/menu")) == ["+18135550105"]
    assert log.of("fault")


@pytest.mark.parametrize("form", [call_form(CallStatus="completed"), call_form(), ()])
def test_the_status_callback_is_accepted_late_twice_and_in_any_order(platform: PlatformClient, form: Any) -> None:
    for _ in range(2):
        response = platform.later(datetime(2030, 1, 1, tzinfo=UTC)).post("/voice/status", form)
        assert (response.status, response.body) == (204, b"")
    assert platform.send("/voice/status", b"CallSid=CA1").status == 403


def test_an_error_outside_the_voice_routes_is_said_in_plain_words(make_platform: MakePlatform) -> None:
    response = make_platform().send("/no/such/page?canary", b"")
    assert (response.status, response.body) == (404, b"404 Not Found\n")


@pytest.mark.usefixtures("is_broken")
def test_a_fault_that_cannot_be_counted_is_answered_all_the_same(
    platform: PlatformClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = platform.post("/voice/answer").body
    monkeypatch.setattr(Metrics, "broke", broken)
    assert platform.post("/voice/answer").body == usual


@pytest.mark.parametrize("target", ["/voice/answer", "/voice/en/what/2"])
def test_an_answer_that_cannot_be_counted_is_heard_all_the_same(
    platform: PlatformClient, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    usual = platform.post(target).body
    monkeypatch.setattr(Metrics, "heard", broken)
    assert platform.post(target).body == usual


@pytest.mark.parametrize(("is_whisper", "detail"), [(False, "apology"), (True, "whisper")])
def test_faults_are_counted_by_the_leg_that_met_them(*, is_whisper: bool, detail: str) -> None:
    counted: list[tuple[str, str]] = []

    class Told(NothingCounted):
        def count(self, kind: str, *, detail: str = "", **_: Any) -> None:
            counted.append((kind, detail))

    count_fault(Told(), {}, OPEN_AT, is_whisper=is_whisper)
    assert counted == [("fault", detail)]
