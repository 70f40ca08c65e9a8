"""Bodies of every kind, signed rightly and wrongly, and what the vendor's validator says of them when Flask reads them.

Made by a seed, so that a hundred thousand can be held against the check of the line and the same ones found again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from random import Random
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser

from ivr.phone import sign

PUBLIC_URL = "https://line.example.org"
TOKEN = "a token of the bench"  # noqa: S105 because it opens nothing
WITH_PORT = PUBLIC_URL + ":443"
_VALIDATOR = RequestValidator(TOKEN)
_FORMS = FormDataParser()
_KIND = "application/x-www-form-urlencoded"
_TARGETS = (
    "/voice/answer",
    "/voice/answer?language=es",
    "/voice/en/menu",
    "/voice/en/what/3?pace=slow&back=what.2",
    "/voice/%65s/menu?x=%2F%27%7C%C3%A9",
    "/voice/en/menu?",
    "/voice/en/menu??",
    "/voice/en/menu;",
    "/voice/en/menu;a=1?b=2;c",
    "/voice//",
    "/voice/en/menu#",
    "/voice/en/menu?x#y",
    "/voice/é",
    "/voice/en/a b",
    "/voice/en/menu?bodySHA256=00",
)


@dataclass(frozen=True, slots=True)
class SignedBody:
    """A request of a kind, as it was sent."""

    kind: str
    signed: str
    target: str
    body: bytes
    signature: str


def bodies(count: int, seed: int) -> Iterator[SignedBody]:
    """As many as asked for, the same for the same seed."""
    chance = Random(seed)  # noqa: S311 because the same seed has to choose the same ones
    for _ in range(count):
        kind, signed = chance.choice(list(KINDS)), chance.choice(list(SIGNATURES))
        target, body = chance.choice(_TARGETS), KINDS[kind](chance)
        yield SignedBody(kind, signed, target, body, SIGNATURES[signed](chance, target, body))


def flask_reads(body: bytes) -> MultiDict[str, str]:
    """The form that Flask makes of a body."""
    return _FORMS.parse(BytesIO(body), _KIND, len(body))[1]


def vendor_accepts(asked: SignedBody) -> bool:
    """What the vendor's validator says of the form that Flask reads; what it cannot read is a no."""
    try:
        return bool(_VALIDATOR.validate(PUBLIC_URL + asked.target, flask_reads(asked.body), asked.signature))
    except ValueError:
        return False


def _usual(chance: Random) -> bytes:
    digits, caller = chance.choice("0123456789*#"), chance.choice(("+18135550100", "anonymous", "sip:a@example.org"))
    return urlencode({"CallSid": "CA1", "From": caller, "To": "+18886633488", "Digits": digits, "ToCity": ""}).encode()


def _repeated(chance: Random) -> bytes:
    names, values = ("Tag", "tag", "Ta", "Digits"), ("", "1", "2", "g1")
    return urlencode([(chance.choice(names), chance.choice(values)) for _ in range(chance.randrange(12))]).encode()


def _blank(chance: Random) -> bytes:
    return "&".join(chance.choice(("a=", "=b", "=", "", "a", "b==", "c=d", "&")) for _ in range(8)).encode()


def _utf8(chance: Random) -> bytes:
    name, value = (_text(chance, "aeñÑé☎😀\u0301\u2028ü ") for _ in "ab")
    written = chance.choice((quote_plus, quote, str))
    return f"CallSid=CA1&{written(name)}={written(value)}".encode()


def _escapes(chance: Random) -> bytes:
    return _text(chance, ("a", "=", "&", "%", "%4", "%41", "%c3%A9", "%26", "%3D", "%2B", "%25", "%zz", "%00")).encode()


def _pluses(chance: Random) -> bytes:
    return _text(chance, ("a", "+", "=", "&", "%20", "%2B", " ", "++")).encode()


def _semicolons(chance: Random) -> bytes:
    return _text(chance, ("a", ";", "=", "&", "%3B", "b=1;c=2")).encode()


def _not_utf8(chance: Random) -> bytes:
    pieces = (b"a=", b"&", b"\xff", b"\xc3", b"%FF", b"%C3", b"%c3%28", b"b", b"\xed\xa0\x80", b"%ED%A0%80")
    return b"".join(chance.choice(pieces) for _ in range(chance.randrange(10)))


def _random(chance: Random) -> bytes:
    most = chance.choice((128, 256))
    return bytes(chance.randrange(most) for _ in range(chance.randrange(48)))


def _text(chance: Random, pieces: str | tuple[str, ...]) -> str:
    return "".join(chance.choice(pieces) for _ in range(chance.randrange(16)))


def _fields(body: bytes) -> tuple[tuple[str, str], ...]:
    """The fields by another hand than the line's: what cannot be read stays as it was escaped."""
    try:
        return tuple(parse_qsl(body.decode(), keep_blank_values=True, errors="werkzeug.url_quote"))
    except UnicodeDecodeError:
        return ()


def _right(_: Random, target: str, body: bytes) -> str:
    return sign(TOKEN, PUBLIC_URL + target, _fields(body))


def _with_port(_: Random, target: str, body: bytes) -> str:
    return sign(TOKEN, WITH_PORT + target, _fields(body))


def _without_end(_: Random, target: str, body: bytes) -> str:
    return sign(TOKEN, PUBLIC_URL + target.rstrip("?;#"), _fields(body))


def _fields_in_order(_: Random, target: str, body: bytes) -> str:
    return sign(TOKEN, PUBLIC_URL + target + "".join(name + value for name, value in _fields(body)), ())


def _borders_moved(_: Random, target: str, body: bytes) -> str:
    moved = [(name + value[:1], value[1:]) for name, value in _fields(body)]
    return sign(TOKEN, PUBLIC_URL + target, moved)


def _one_field_less(_: Random, target: str, body: bytes) -> str:
    return sign(TOKEN, PUBLIC_URL + target, _fields(body)[1:])


def _altered(chance: Random, target: str, body: bytes) -> str:
    right, at = _right(chance, target, body), chance.randrange(28)
    return right[:at] + chance.choice(("A", "z", "", "=", " ", "é")) + right[at + 1 :]


def _other_token(_: Random, target: str, body: bytes) -> str:
    return sign(TOKEN + " ", PUBLIC_URL + target, _fields(body))


def _other_target(_: Random, target: str, body: bytes) -> str:
    return sign(TOKEN, f"{PUBLIC_URL}{target}x", _fields(body))


KINDS: dict[str, Callable[[Random], bytes]] = {
    "as the platform sends them": _usual,
    "repeated fields": _repeated,
    "blank names and values": _blank,
    "letters beyond ASCII": _utf8,
    "escapes, whole and broken": _escapes,
    "plus signs and spaces": _pluses,
    "semicolons": _semicolons,
    "not UTF-8": _not_utf8,
    "random bytes": _random,
}
SIGNATURES: dict[str, Callable[[Random, str, bytes], str]] = {
    "right": _right,
    "with the port": _with_port,
    "without the end of the target": _without_end,
    "fields not sorted": _fields_in_order,
    "borders of fields moved": _borders_moved,
    "one field less": _one_field_less,
    "altered": _altered,
    "by another token": _other_token,
    "for another target": _other_target,
}
