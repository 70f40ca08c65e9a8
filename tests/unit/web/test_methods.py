"""A number that somebody set to GET by hand is answered as any other, and no method is a way past the guard."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import structlog

from ivr.phone import sign
from ivr.twiml import request as platform_requests
from tests.platform_client import CALL_SID, CALLER, PUBLIC_URL, TOKEN, Form, PlatformClient, call_form, document

METHODS = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "ANSWER"]
TARGETS = ["/voice/answer", "/voice/en/menu", "/voice/status", "/voice/", "/voice/en/whisper"]


def asked(platform: PlatformClient, target: str, form: Form, method: str = "GET") -> tuple[int, bytes]:
    """What is answered to a signed request with its fields in the query, as the platform puts them there."""
    whole = f"{target}{'&' if '?' in target else '?'}{urlencode(form)}"
    answer = platform.send(whole, b"", sign(TOKEN, PUBLIC_URL + whole, ()), REQUEST_METHOD=method)
    return answer.status, answer.body


def refusals(platform: PlatformClient) -> list[str]:
    told = platform.send("/metrics", REQUEST_METHOD="GET", REMOTE_ADDR="127.0.0.1").body.decode()
    return [line for line in told.splitlines() if line.startswith("ivr_signature_failures_total ")]


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("/voice/answer", {}),
        ("/voice/answer?language=es", {}),
        ("/voice/en/menu?pace=slow&tries=1", {"Digits": "2"}),
        ("/voice/es/menu?pressed=no", {}),
        ("/voice/en/transfer/1", {"DialCallStatus": "busy", "DialBridged": "false"}),
    ],
)
def test_a_signed_get_hears_what_a_post_hears(platform: PlatformClient, target: str, fields: dict[str, str]) -> None:
    form = call_form(**fields)
    posted = platform.post(target, form)
    assert document(posted).verbs
    assert asked(platform, target, form) == (posted.status, posted.body)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_signed_is_answered_whatever_its_method(platform: PlatformClient, method: str, target: str) -> None:
    assert asked(platform, target, call_form(), method)[0] in (200, 204)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_not_signed_is_counted_whatever_its_method(platform: PlatformClient, method: str) -> None:
    before = refusals(platform)
    assert platform.send("/voice/answer", b"", None, REQUEST_METHOD=method).status == 403
    assert platform.send("/voice/answer?Digits=1", b"", "x", REQUEST_METHOD=method).status == 403
    assert float(refusals(platform)[0].split()[1]) == float(before[0].split()[1]) + 2


def test_altering_the_query_of_a_signed_get_makes_it_unsigned(platform: PlatformClient) -> None:
    signature = sign(TOKEN, f"{PUBLIC_URL}/voice/en/menu?Digits=1", ())
    for target in ("/voice/en/menu?Digits=2", "/voice/en/menu", "/voice/en/menu?Digits=1&Digits=2"):
        assert platform.send(target, b"", signature, REQUEST_METHOD="GET").status == 403


def test_nothing_of_the_caller_in_a_query_is_kept_or_told(
    platform: PlatformClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[str] = []
    place = platform_requests.place

    def spied(path: str, query: str) -> object:
        places.append(query)
        return place(path, query)

    monkeypatch.setattr(platform_requests, "place", spied)
    with structlog.testing.capture_logs() as lines:
        told = asked(platform, "/voice/en/menu?tries=1", call_form(Digits="3"))[1]
    assert places == ["tries=1"]
    assert not [word for word in (CALL_SID, CALLER[1:]) if word in f"{lines}" or word.encode() in told]


@pytest.mark.parametrize("query", ["&" * 150, "=&=&A", "%FF=%FE", "Digits", "digits=1", "Ä=1", "x" * 1500])
def test_a_senseless_query_that_is_signed_is_helped(platform: PlatformClient, query: str) -> None:
    target = f"/voice/en/menu?{query}"
    answer = platform.send(target, b"", sign(TOKEN, PUBLIC_URL + target, ()), REQUEST_METHOD="GET")
    assert document(answer).verbs
