"""What we rely on of the vendor's signature validator, and the traps that our check walks around."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.phone import sign

URL = "https://line.example.org/voice/en/menu"
VALIDATOR = RequestValidator("12345")


def validates(url: str, form: object, signature: str) -> bool:
    return bool(VALIDATOR.validate(url, form, signature))


def test_repeated_fields_are_taken_once_and_sorted() -> None:
    form = MultiDict([("Tag", "2"), ("Tag", "1"), ("Tag", "2"), ("A", "")])
    assert validates(URL, form, sign("12345", URL, [("A", ""), ("Tag", "1"), ("Tag", "2")]))


def test_a_plain_mapping_would_lose_repeated_fields() -> None:
    form = MultiDict([("Tag", "2"), ("Tag", "1")])
    assert not validates(URL, form.to_dict(), sign("12345", URL, form.items(multi=True)))


def test_blank_values_are_signed() -> None:
    assert validates(URL, MultiDict([("Digits", "")]), sign("12345", URL, [("Digits", "")]))
    assert validates(URL, MultiDict(), sign("12345", URL, [("", "")]))


def test_a_port_may_be_there_or_not_on_either_side() -> None:
    with_port = URL.replace(".org", ".org:443")
    for ours in (URL, with_port):
        for theirs in (URL, with_port):
            assert validates(ours, MultiDict(), sign("12345", theirs, []))


def test_escapes_are_signed_as_they_are_written() -> None:
    written = URL + "?x=%2F%27%7C%C3%A9"
    assert validates(written, MultiDict(), sign("12345", written, []))
    assert not validates(URL + "?x=/'|é", MultiDict(), sign("12345", written, []))


@pytest.mark.parametrize("end", ["?", ";", "#"])
def test_an_empty_query_or_parameter_at_the_end_is_left_out_of_what_is_signed(end: str) -> None:
    assert validates(URL + end, MultiDict(), sign("12345", URL, []))


def test_a_missing_signature_raises() -> None:
    with pytest.raises(TypeError):
        VALIDATOR.validate(URL, MultiDict(), None)


@pytest.mark.parametrize("url", ["https://[", "https://line.example.org:port/", "https://line.example.org:99999/"])
def test_a_malformed_address_raises(url: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid IPv6|Port"):
        VALIDATOR.validate(url, MultiDict(), "x")


def test_an_empty_token_signs_like_any_other() -> None:
    assert RequestValidator("").validate(URL, MultiDict(), sign("", URL, []))


def test_another_algorithm_must_be_asked_for_and_is_never_asked_for_by_a_request() -> None:
    by_sha256 = VALIDATOR.compute_signature(URL, MultiDict(), "HMAC_SHA256")
    assert not validates(URL, MultiDict(), by_sha256)
    assert VALIDATOR.validate(URL, MultiDict(), by_sha256, "HMAC_SHA256")


def test_a_signature_beyond_ascii_is_only_a_no() -> None:
    assert not validates(URL, MultiDict(), "é" * 28)
