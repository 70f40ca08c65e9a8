"""Nothing gets past the guard unsigned; nothing but the public address and the raw target decides what was signed."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from ivr.phone import sign
from ivr.twiml.signature import MOST_FIELDS
from ivr.web.guard import MOST_BODY_BYTES
from tests.conftest import ROOT, MakePlatform
from tests.platform_client import PUBLIC_URL, TOKEN, PlatformClient, call_form, document

BODY = urlencode(call_form()).encode()
TARGET = "/voice/en/menu"
SIGNATURE = sign(TOKEN, PUBLIC_URL + TARGET, call_form())


def test_a_signed_request_is_answered(platform: PlatformClient) -> None:
    assert document(platform.send(TARGET, BODY, SIGNATURE)).verbs


@pytest.mark.parametrize("signature", [None, "", "x", SIGNATURE[:-2], SIGNATURE.lower(), "é" * 28])
def test_an_unsigned_or_wrongly_signed_request_is_refused(platform: PlatformClient, signature: str | None) -> None:
    refused = platform.send(TARGET, BODY, signature)
    assert (refused.status, refused.body) == (403, b"403 Forbidden\n")


def test_two_signatures_are_no_signature(platform: PlatformClient) -> None:
    assert platform.send(TARGET, BODY, f"{SIGNATURE},{SIGNATURE}").status == 403


@pytest.mark.parametrize(
    ("target", "body"),
    [(TARGET, BODY + b"&Digits=0"), (TARGET, b""), ("/voice/es/menu", BODY), (TARGET + "?tries=2", BODY)],
)
def test_altering_a_signed_request_makes_it_unsigned(platform: PlatformClient, target: str, body: bytes) -> None:
    assert platform.send(target, body, SIGNATURE).status == 403


@pytest.mark.parametrize(
    "lies",
    [
        {"HTTP_HOST": "evil.example.com"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "a/b?c#d@e:f"},
        {"HTTP_HOST": "\xff" * 300},
        {"HTTP_X_FORWARDED_HOST": "evil.example.com", "HTTP_X_FORWARDED_PROTO": "http", "HTTP_X_FORWARDED_PORT": "1"},
        {"HTTP_X_FORWARDED_PREFIX": "/elsewhere", "HTTP_FORWARDED": "host=evil.example.com;proto=http"},
        {"wsgi.url_scheme": "https", "SERVER_NAME": "evil.example.com", "SERVER_PORT": "1"},
        {"HTTP_X_ORIGINAL_URL": "/voice/es/menu", "HTTP_X_REWRITE_URL": "/voice/es/menu"},
    ],
)
def test_headers_that_lie_change_nothing(platform: PlatformClient, lies: dict[str, Any]) -> None:
    honest = platform.send(TARGET, BODY, SIGNATURE)
    assert platform.send(TARGET, BODY, SIGNATURE, **lies).body == honest.body


def test_a_signature_over_a_lying_host_is_refused(platform: PlatformClient) -> None:
    lie = sign(TOKEN, "https://evil.example.com" + TARGET, call_form())
    assert platform.send(TARGET, BODY, lie, HTTP_HOST="evil.example.com", HTTP_X_FORWARDED_PROTO="https").status == 403


def test_an_empty_shared_secret_is_not_a_token(platform: PlatformClient) -> None:
    assert platform.send(TARGET, BODY, sign("", PUBLIC_URL + TARGET, call_form())).status == 403


def test_no_header_chooses_the_secret_or_the_algorithm(platform: PlatformClient) -> None:
    chosen = "key=x,algorithm=HMAC_SHA256"
    assert platform.send(TARGET, BODY, "x", HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS=chosen).status == 403
    assert platform.send(TARGET, BODY, SIGNATURE, HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS=chosen).status == 200


def test_while_tokens_rotate_both_work(make_platform: MakePlatform) -> None:
    rotating = make_platform(TWILIO_AUTH_TOKEN=f"the new token of the tests, {TOKEN}")
    assert rotating.send(TARGET, BODY, SIGNATURE).status == 200
    assert (
        rotating.send(TARGET, BODY, sign("the new token of the tests", PUBLIC_URL + TARGET, call_form())).status == 200
    )
    assert make_platform(TWILIO_AUTH_TOKEN="the new token of the tests").send(TARGET, BODY, SIGNATURE).status == 403


def test_no_setting_opens_the_guard(make_platform: MakePlatform) -> None:
    here = make_platform(
        PUBLIC_URL="http://127.0.0.1:8000", PHONE_PAGE="on", ALLOW_DRAFTS="1", DEBUG="1", FLASK_DEBUG="1"
    )
    assert here.send(TARGET, BODY, None, REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1:8000").status == 403


def test_a_target_the_server_does_not_tell_is_refused(platform: PlatformClient) -> None:
    assert platform.send(TARGET, BODY, SIGNATURE, RAW_URI="").status == 403


@pytest.mark.parametrize("raw", [f"{PUBLIC_URL}{TARGET}", f"/x/..{TARGET}", f"/{TARGET}", "/%76oice/en/menu", "*"])
def test_a_target_that_is_not_written_under_voice_is_refused(platform: PlatformClient, raw: str) -> None:
    signature = sign(TOKEN, PUBLIC_URL + raw, call_form())
    assert platform.send(TARGET, BODY, signature, RAW_URI=raw).status == 403


@pytest.mark.parametrize("signature", [None, SIGNATURE])
@pytest.mark.parametrize("size_bytes", [MOST_BODY_BYTES + 1, 64 * 1024, 1024 * 1024])
def test_a_body_over_the_limit_is_refused_unread(
    platform: PlatformClient, size_bytes: int, signature: str | None
) -> None:
    assert platform.send(TARGET, b"a" * size_bytes, signature).status == 413


@pytest.mark.parametrize(
    "fields",
    [{"More": "x" * (MOST_BODY_BYTES - len(BODY) - len("&More="))}, {f"SipHeader_X-{at}": "é" for at in range(93)}],
    ids=["as long as may be", "as many fields as may be"],
)
def test_a_call_with_all_that_may_be_in_a_body_is_helped(platform: PlatformClient, fields: dict[str, str]) -> None:
    form = call_form(**fields)
    assert len(urlencode(form)) == MOST_BODY_BYTES or len(form) == MOST_FIELDS
    assert document(platform.post(TARGET, form)).verbs


def test_a_call_with_more_fields_than_may_be_is_refused(platform: PlatformClient) -> None:
    form = call_form(**{f"SipHeader_X-{at}": "é" for at in range(94)})
    assert len(form) == MOST_FIELDS + 1
    assert platform.post(TARGET, form).status == 403


def test_a_look_at_a_forged_body_is_short() -> None:
    assert (MOST_BODY_BYTES, MOST_FIELDS) <= (16 * 1024, 100)
    assert f"client_max_body_size {MOST_BODY_BYTES // 1024}k;" in (ROOT / "ops" / "nginx.conf").read_text("utf-8")


def test_a_body_of_unknown_length_is_read_no_further_than_the_limit(platform: PlatformClient) -> None:
    chunked: dict[str, Any] = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    long = BytesIO(b"a" * 1_000_000)
    assert platform.send(TARGET, b"", SIGNATURE, **chunked, **{"wsgi.input": long}).status == 403
    assert long.tell() <= MOST_BODY_BYTES
    assert platform.send(TARGET, BODY, SIGNATURE, **chunked).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00",
        b"CallSid=%FF%FE",
        b"a=1&" * 4_000,
        b"&" * 10_000,
        b'{"CallSid": "CA1"}',
        b'--x\r\nContent-Disposition: form-data; name="CallSid"\r\n\r\nCA1\r\n--x--\r\n',
        b"\x00" * 100,
        b"%",
        b"%zz=%q",
        b"",
    ],
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"]
)
def test_an_unsigned_body_of_any_kind_is_refused(platform: PlatformClient, body: bytes, kind: str) -> None:
    assert platform.send(TARGET, body, SIGNATURE, CONTENT_TYPE=kind).status == 403


@pytest.mark.parametrize("length", ["", "x", "-1", "5"])
def test_a_content_length_that_lies_is_refused(platform: PlatformClient, length: str) -> None:
    assert platform.send(TARGET, BODY, SIGNATURE, CONTENT_LENGTH=length).status == 403


def test_a_body_that_breaks_off_is_refused(platform: PlatformClient) -> None:
    cut = {"wsgi.input": BytesIO(BODY[:20])}
    assert platform.send(TARGET, BODY, SIGNATURE, **cut).status in (400, 403)


def test_a_refusal_repeats_nothing_of_the_request(platform: PlatformClient) -> None:
    refused = platform.send("/voice/en/canary?canary=1", b"From=canary", "canary", HTTP_HOST="canary.example.com")
    assert refused.status == 403
    assert b"canary" not in refused.body + str(refused.headers).encode()
