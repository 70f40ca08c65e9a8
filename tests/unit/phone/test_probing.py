"""A probe walks what callers need most, rings nobody, and says which step would have failed a caller."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from ivr.cli.probing import told
from ivr.model.flow import Flow
from ivr.phone import Keys, Probed, Request, Response, parse, probe
from ivr.twiml.request import caller
from ivr.web.answers import Answers
from tests.conftest import MakePlatform, MakeSettings
from tests.platform_client import CLOSED_AT, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient

EVERY_STEP = ["answer", "menu", "section", "language", "person", "end"]


class Asked:
    """The line behind a transport that keeps what was asked, and answers with something else where a test says so."""

    def __init__(self, platform: PlatformClient) -> None:
        self.platform = platform
        self.requests: list[Request] = []
        self.instead: dict[str, Response] = {}

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        known = [response for beginning, response in self.instead.items() if self.reads(request).startswith(beginning)]
        return known[0] if known else self.platform.transport(request)

    @staticmethod
    def reads(request: Request) -> str:
        """What is asked, in words: the path and the key."""
        return f"{request.path_and_query} {dict(request.form).get('Digits', '')}".strip()


@pytest.fixture
def asked(platform: PlatformClient) -> Asked:
    return Asked(platform)


def probed(asked: Asked, at: datetime = OPEN_AT, keys: Keys | None = None) -> Probed:
    return probe(asked, now=at, public_url=PUBLIC_URL, token=TOKEN, keys=keys)


def test_an_open_line_is_walked_up_to_ringing_and_nobody_is_rung(asked: Asked) -> None:
    found = probed(asked)
    assert (found.is_well, found.person) == (True, "rings")
    assert [name for name, _ in found.steps] == EVERY_STEP
    assert not [request for request in asked.requests if request.kind == "whisper"]
    assert asked.requests[-1].kind == "status"
    assert dict(asked.requests[-2].form)["DialCallStatus"] == "canceled"


def test_a_closed_line_is_walked_to_what_it_offers_instead(asked: Asked) -> None:
    found = probed(asked, CLOSED_AT)
    assert (found.is_well, found.person) == (True, "away")


def test_the_after_hours_line_is_a_person_like_any_other(make_platform: MakePlatform) -> None:
    night = Asked(make_platform(AFTER_HOURS_NUMBERS="+18135550107"))
    assert probed(night, CLOSED_AT).person == "rings"


def test_every_request_carries_the_mark_and_no_caller(asked: Asked) -> None:
    probed(asked)
    assert all(caller(dict(request.form)).is_probe for request in asked.requests)
    assert {dict(request.form)["From"] for request in asked.requests} == {"anonymous"}


def test_no_two_probes_are_one_call(asked: Asked) -> None:
    probed(asked)
    probed(asked)
    assert len({dict(request.form)["CallSid"] for request in asked.requests}) == 2


def test_steps_can_be_left_out(asked: Asked) -> None:
    found = probed(asked, keys=Keys(section="", language=""))
    assert [name for name, _ in found.steps] == ["answer", "menu", "person", "end"]
    assert found.is_well


@pytest.mark.parametrize(
    ("at", "step"),
    [
        ("/voice/answer", "answer"),
        ("/voice/en/welcome", "menu"),
        ("/voice/en/menu", "section"),
        ("/voice/en/what", "language"),
        ("/voice/es/what", "person"),
        ("/voice/es/transfer", "end"),
    ],
)
@pytest.mark.parametrize(
    ("response", "wrong"),
    [
        (Response(502, "text/html", b""), "answered 502, not 200"),
        (Response(403, "text/plain", b"403 Forbidden"), "answered 403, not 200"),
        (Response(200, "text/html", b"<Response/>"), 'A document is "text/xml"'),
        (Response(200, "text/xml", b"<html>"), "is not XML"),
        (Response(200, "text/xml", b"<Response><Record/></Response>"), "<Record>"),
    ],
)
def test_the_step_that_would_have_failed_a_caller_is_named(
    asked: Asked, at: str, step: str, response: Response, wrong: str
) -> None:
    asked.instead[at] = response
    found = probed(asked)
    assert (found.is_well, found.failed, found.person) == (False, step, "")
    assert wrong in found.wrong
    assert [name for name, _ in found.steps] == EVERY_STEP[: EVERY_STEP.index(step) + 1]


@pytest.mark.parametrize(("at", "step"), [("/voice/answer", "answer"), ("/voice/es/what", "person")])
@pytest.mark.parametrize("when", [OPEN_AT, CLOSED_AT])
def test_an_apology_is_no_answer(
    asked: Asked, flow: Flow, make_settings: MakeSettings, at: str, step: str, when: datetime
) -> None:
    apology = Answers(flow, make_settings().telephones).apology("en", when)
    asked.instead[at] = Response(200, "text/xml; charset=utf-8", apology)
    assert parse(asked.instead[at].body, "text/xml").verbs
    found = probed(asked)
    assert found.failed == step
    assert "apology" in found.wrong


def test_a_key_that_leads_nowhere_is_found(asked: Asked) -> None:
    found = probed(asked, keys=Keys(section="6"))
    assert (found.failed, found.wrong) == ("section", "6 should lead to a section, but the line stays at en menu.")


def test_a_language_that_does_not_change_is_found(asked: Asked) -> None:
    found = probed(asked, keys=Keys(language="7"))
    assert found.failed == "language"
    assert "7 should say what in another language" in found.wrong


def test_a_line_of_json_says_it_all(asked: Asked) -> None:
    well = json.loads(told(probed(asked)))
    assert well["outcome"] == "well"
    assert list(well["milliseconds"]) == EVERY_STEP
    asked.instead["/voice/en/menu"] = Response(502, "text/html", b"")
    failed = json.loads(told(probed(asked)))
    assert (failed["outcome"], failed["failed"]) == ("failed", "section")
