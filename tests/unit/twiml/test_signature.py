"""The check says yes to what the platform signs and no to everything else.

The expected signatures were computed once by another program:
printf '%s' "$URL$NAMES_AND_VALUES" | openssl dgst -sha1 -hmac "$TOKEN" -binary | base64
"""

from __future__ import annotations

from base64 import b64encode
from hmac import digest
from urllib.parse import quote

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from bench.signed_bodies import flask_reads
from ivr.phone import sign
from ivr.twiml.signature import MOST_FIELDS, SignatureCheck, parse_form

PUBLIC = "https://line.example.org"
TOKEN = "12345"
SIGNED_ANSWER = "HNTlcNgJi4oPb9IFoC0phiLfXYg="
ANSWER = b"CallSid=CA1&From=%2B18135550100"

SIGNED = {
    "a call that arrives": ("/voice/answer", ANSWER, SIGNED_ANSWER),
    "a query": ("/voice/answer?language=es", ANSWER, "ipSUxQewG/4rvDFwmfwk3XXqmg8="),
    "escapes in path and query": ("/voice/%65s/menu?x=%2F%27%7C%C3%A9", b"CallSid=CA1", "66F1e+03AR6DSnm8VBq1oagF2To="),
    "escaped slash, quote and bar in the path": (
        "/voice/en/%C3%A9%2F%27%7C",
        b"CallSid=CA1",
        "/oU8/J5spn2q4JSXXRd9plrcc4I=",
    ),
    "a field with two values, one of them twice": (
        "/voice/en/menu",
        b"Tag=2&CallSid=CA1&Tag=1&Tag=2",
        "wS/OZPgBfChIRJud0Mo4GNNeN3w=",
    ),
    "blank values": ("/voice/en/menu", b"CallSid=CA1&Digits=&CallerName=", "nvU/YjCOxULyxODulP29V6kzeuo="),
    "plus signs, spaces, ampersands and a percent sign": (
        "/voice/en/menu",
        b"CallerName=A+%2B+B+%26+C%3DD%2520E&CallSid=CA1",
        "jyt5OLwZFPb2yO4IQnz8zhkdrz8=",
    ),
    "letters beyond ASCII": (
        "/voice/en/menu",
        f"CallSid=CA1&CallerName={quote('María Ñandú ☎')}".encode(),
        "tqoirAZJ8HahP2bwRGSDVzIYHQE=",
    ),
    "no fields at all": ("/voice/en/menu", b"", "8vp0iKM5HPaiZVbxnifbgZ0tFnY="),
    "fields the line does not know, sorted by byte": (
        "/voice/en/menu",
        b"_z=1&ab=&CallSid=CA1&AZ=",
        "qCCenl4Lypgma+LaOwL4SYDTffA=",
    ),
}


def accepts(
    target: str, body: bytes, signature: str, *, public: str = PUBLIC, tokens: tuple[str, ...] = (TOKEN,)
) -> bool:
    form = parse_form(body)
    assert form is not None
    return SignatureCheck.of(public, tokens).accepts(target, form, signature)


@pytest.mark.parametrize(("target", "body", "signature"), SIGNED.values(), ids=SIGNED)
def test_what_another_program_signed_is_accepted(target: str, body: bytes, signature: str) -> None:
    assert accepts(target, body, signature)


@pytest.mark.parametrize(("target", "body", "signature"), SIGNED.values(), ids=SIGNED)
def test_the_telephone_signs_as_the_other_program_does(target: str, body: bytes, signature: str) -> None:
    form = parse_form(body)
    assert form is not None
    assert sign(TOKEN, PUBLIC + target, form) == signature


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        ("https://line.example.org", "qcPcb4eoH5CZ0mOjXniQG1cwoUs="),
        ("https://line.example.org", "gO6x1W/Hw7ethj/7r/rbcq4V/rY="),  # signed with :443
        ("https://line.example.org:8443", "G8TtfuZgz7dKwbkmJOSMTrESf2k="),
        ("https://line.example.org:8443", "qcPcb4eoH5CZ0mOjXniQG1cwoUs="),  # signed without the port
        ("http://127.0.0.1:8000", "2zPL0Kj0u4CiEi+1LYm5y6voKbY="),
        ("https://[2001:db8::1]:8443", "iNRNiFir/m7x0gT8u+5V0DOr3SQ="),
    ],
)
def test_the_port_may_be_signed_or_left_out(public: str, signature: str) -> None:
    assert accepts("/voice/en/menu", b"CallSid=CA1", signature, public=public)


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/voice/answer", b"CallSid=CA2&From=%2B18135550100"),
        ("/voice/answer", b"CallSid=CA1"),
        ("/voice/answer", ANSWER + b"&Digits=0"),
        ("/voice/answer", b""),
        ("/voice/Answer", ANSWER),
        ("/voice/answer/", ANSWER),
        ("/voice/%61nswer", ANSWER),
        ("/voice/answer?language=es", ANSWER),
        ("/voice/answer?", ANSWER + b"&x="),
    ],
)
def test_anything_altered_is_refused(target: str, body: bytes) -> None:
    assert accepts("/voice/answer", ANSWER, SIGNED_ANSWER)
    assert not accepts(target, body, SIGNED_ANSWER)


def test_a_query_is_signed_as_it_was_sent_and_not_as_it_reads() -> None:
    _, body, signature = SIGNED["escapes in path and query"]
    assert not accepts("/voice/%65s/menu?x=/%27%7C%C3%A9", body, signature)
    assert not accepts("/voice/%65s/menu?x=%2f%27%7C%C3%A9", body, signature)
    assert not accepts("/voice/es/menu?x=%2F%27%7C%C3%A9", body, signature)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        "x",
        SIGNED_ANSWER[:-1],
        f"{SIGNED_ANSWER}=",
        f" {SIGNED_ANSWER}",
        SIGNED_ANSWER.lower(),
        "é" * 28,
        "\x00",
        "☎",
    ],
)
def test_a_signature_that_is_not_quite_one_is_refused(signature: str) -> None:
    assert not accepts("/voice/answer", ANSWER, signature)


def test_a_wrong_token_is_refused() -> None:
    assert not accepts("/voice/answer", ANSWER, SIGNED_ANSWER, tokens=("12346",))


def test_while_tokens_rotate_both_are_accepted_and_a_removed_one_is_not() -> None:
    by_new = "3uX0KdXDckPHOg2zLRPGr2w/hu0="
    both = ("12345", "new token")
    assert accepts("/voice/answer", ANSWER, SIGNED_ANSWER, tokens=both)
    assert accepts("/voice/answer", ANSWER, by_new, tokens=both)
    assert accepts("/voice/answer", ANSWER, by_new, tokens=("new token",))
    assert not accepts("/voice/answer", ANSWER, SIGNED_ANSWER, tokens=("new token",))


@pytest.mark.parametrize("has_settings", [False, True], ids=["by one pass", "by the validator"])
def test_while_tokens_rotate_it_is_known_which_one_signed(*, has_settings: bool) -> None:
    form = (("CallSid", "CA1"),)
    check = SignatureCheck.of(PUBLIC, ("new token", TOKEN))
    for token, number in (("new token", 1), (TOKEN, 2), ("another", 0)):
        signature = sign(token, f"{PUBLIC}/voice/answer", form)
        assert check.signer("/voice/answer", form, signature, has_settings=has_settings) == number


@pytest.mark.parametrize("tokens", [[], [""], ["12345", ""]])
def test_there_is_no_check_without_a_token(tokens: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one token"):
        SignatureCheck.of(PUBLIC, tokens)


def test_an_address_that_the_vendor_cannot_read_is_a_no_and_no_error() -> None:
    for public in ("https://line.example.org:99999", "https://[", "https://[::1"):
        assert not accepts("/voice/answer", ANSWER, SIGNED_ANSWER, public=public)
    assert not accepts("//[/voice/answer", ANSWER, SIGNED_ANSWER, public="https:")


@pytest.mark.parametrize(("target", "body", "signature"), SIGNED.values(), ids=SIGNED)
def test_what_another_program_signed_needs_one_pass(target: str, body: bytes, signature: str) -> None:
    form = parse_form(body)
    assert form is not None
    assert SignatureCheck.of(PUBLIC, [TOKEN]).signer_at_once(target, form, signature)


@pytest.mark.parametrize("target", ["/voice/en/menu?", "/voice/en/menu;", "/voice/en/menu#", "/voice/en/menu?x#"])
def test_a_target_that_the_vendor_signs_otherwise_than_it_is_written_is_left_to_the_vendor(target: str) -> None:
    check = SignatureCheck.of(PUBLIC, [TOKEN])
    as_written = b64encode(digest(TOKEN.encode(), (PUBLIC + target).encode(), "sha1")).decode()
    assert not check.signer_at_once(target, (), as_written)
    assert not check.accepts(target, (), as_written)
    assert check.accepts(target, (), sign(TOKEN, PUBLIC + target.rstrip("?;#"), ()))


@pytest.mark.parametrize("public", ["https:", "HTTPS://line.example.org", " https://line.example.org", "https://["])
def test_an_address_that_the_vendor_writes_otherwise_is_left_to_the_vendor(public: str) -> None:
    signature = sign(TOKEN, public + "/voice/answer", parse_form(ANSWER) or ())
    assert not SignatureCheck.of(public, [TOKEN]).is_signed_as_written
    assert not accepts("/voice/answer", ANSWER, signature, public=public)


def test_a_signature_that_says_how_it_was_made_is_left_to_the_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    form = parse_form(ANSWER) or ()
    check = SignatureCheck.of(PUBLIC, [TOKEN])
    assert check.accepts("/voice/answer", form, SIGNED_ANSWER, has_settings=True)
    monkeypatch.setattr(RequestValidator, "validate", lambda *_: False)
    assert check.accepts("/voice/answer", form, SIGNED_ANSWER)
    assert not check.accepts("/voice/answer", form, SIGNED_ANSWER, has_settings=True)


def test_a_check_does_not_show_its_tokens() -> None:
    assert TOKEN not in repr(SignatureCheck.of(PUBLIC, [TOKEN]))


@pytest.mark.parametrize("count", [MOST_FIELDS, MOST_FIELDS + 1])
def test_a_body_of_too_many_fields_is_not_read(count: int) -> None:
    form = parse_form(b"&".join([b"a=1"] * count))
    assert form is None if count > MOST_FIELDS else form is not None


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"b=2&a=&b=1&novalue&%00=%00", (("b", "2"), ("a", ""), ("b", "1"), ("novalue", ""), ("\x00", "\x00"))),
        (b"a=%FF&b=%C3%28", (("a", "%FF"), ("b", "%C3("))),
        (b"a=\xff", ()),
        ("a=ñ".encode("latin-1"), ()),
        (b"a=1;b=2&+c=%2B+", (("a", "1;b=2"), (" c", "+ "))),
        (b"&&=&a==b", (("", ""), ("a", "=b"))),
    ],
)
def test_a_body_is_read_as_flask_reads_it(body: bytes, form: tuple[tuple[str, str], ...]) -> None:
    assert parse_form(body) == form
    assert MultiDict(form) == flask_reads(body)
