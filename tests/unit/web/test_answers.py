"""A document is written once and kept, the same for the same question; what is kept has an end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ivr.model.hours import Hours
from ivr.phone.vocabulary import MOST_DOCUMENT_BYTES
from ivr.twiml.render import render
from ivr.web.voice import Voice
from tests.conftest import MakePlatform
from tests.platform_client import CLOSED_AT, OPEN_AT, PlatformClient, call_form


class Spy:
    """Counts how often documents are written."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *given: Any) -> bytes:
        """Write one."""
        self.count += 1
        return render(*given)


@pytest.fixture
def fresh(make_platform: MakePlatform) -> PlatformClient:
    return make_platform()


@pytest.fixture
def spy(fresh: PlatformClient, monkeypatch: pytest.MonkeyPatch) -> Spy:
    assert fresh  # the apologies are written when it is made
    told = Spy()
    monkeypatch.setattr("ivr.web.answers.render", told)
    return told


@pytest.mark.parametrize("target", ["/voice/answer", "/voice/es/what/1?pace=slow", "/voice/en/transfer"])
def test_the_same_question_is_written_once(fresh: PlatformClient, spy: Spy, target: str) -> None:
    bodies = {fresh.post(target, call_form(From=caller)).body for caller in ("+18135550100", "+12025550199", "")}
    assert len(bodies) == 1
    assert spy.count == 1


def test_another_place_event_or_hour_is_written_anew(fresh: PlatformClient, spy: Spy) -> None:
    fresh.post("/voice/en/menu")
    fresh.post("/voice/es/menu")
    fresh.press("/voice/en/menu", "6")
    fresh.later(CLOSED_AT).post("/voice/en/menu")
    assert spy.count == 4


def test_two_ways_of_writing_a_place_are_one_document(fresh: PlatformClient, spy: Spy) -> None:
    for target in ("/voice/en/what/99", "/voice/en/what/98?x=1", "/voice/xx/what/97"):
        fresh.post(target)
    assert spy.count == 1


def test_what_is_kept_has_an_end(fresh: PlatformClient) -> None:
    views = [getattr(view, "__wrapped__", None) for view in fresh.app.view_functions.values()]
    owners = [getattr(view, "__self__", None) for view in views]
    (answers,) = {id(owner.answers): owner.answers for owner in owners if isinstance(owner, Voice)}.values()
    caches = [cache for cache in vars(answers).values() if hasattr(cache, "cache_info")]
    assert caches
    for cache in caches:
        most = cache.cache_info().maxsize
        assert most is not None
        assert most * MOST_DOCUMENT_BYTES < 256 * 1024 * 1024


@pytest.mark.parametrize("target", ["/voice/answer", "/voice/en/menu", "/voice/es/transfer/1", "/voice/en/whisper"])
@pytest.mark.parametrize("form", [call_form(), call_form(Digits="0"), call_form(DialCallStatus="busy")])
def test_a_repeated_request_gets_the_same_bytes(platform: PlatformClient, target: str, form: Any) -> None:
    first = platform.post(target, form)
    again = platform.post(target, form, HTTP_I_TWILIO_IDEMPOTENCY_TOKEN="again")
    assert (again.status, again.body) == (first.status, first.body)


def test_a_document_does_not_depend_on_who_asked_before(make_platform: MakePlatform) -> None:
    one, other = make_platform(), make_platform()
    other.press("/voice/en/menu", "3")
    other.later(CLOSED_AT).post("/voice/en/menu")
    for at in (OPEN_AT, CLOSED_AT):
        assert one.later(at).post("/voice/en/menu").body == other.later(at).post("/voice/en/menu").body


def test_calls_are_spread_and_each_call_keeps_its_turns(platform: PlatformClient) -> None:
    def first_dial(sid: str) -> bytes:
        return platform.press("/voice/en/menu", "0", CallSid=sid).body

    dials = {sid: first_dial(sid) for sid in (f"CA{number:032x}" for number in range(24))}
    assert len(set(dials.values())) == 2  # as many as the team has turns
    assert all(first_dial(sid) == dial for sid, dial in dials.items())


def test_the_hours_are_asked_once_a_second(fresh: PlatformClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []
    is_open = Hours.is_open

    def counted(hours: Hours, at: datetime) -> bool:
        asked.append(at)
        return is_open(hours, at)

    monkeypatch.setattr(Hours, "is_open", counted)
    for microsecond in (0, 1, 999_999):
        fresh.later(OPEN_AT.replace(microsecond=microsecond)).post("/voice/en/menu")
    assert asked == [OPEN_AT]
    fresh.later(OPEN_AT + timedelta(seconds=1)).post("/voice/en/menu")
    assert len(asked) == 2


def test_the_line_closes_in_the_very_second(platform: PlatformClient) -> None:
    closes = OPEN_AT.replace(hour=17)
    before = platform.later(closes - timedelta(microseconds=1)).press("/voice/en/menu", "0")
    after = platform.later(closes).press("/voice/en/menu", "0")
    assert b"<Dial" in before.body
    assert b"<Dial" not in after.body
