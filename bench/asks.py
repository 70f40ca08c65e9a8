"""What the platform asks, signed: the 31 fields of a call from a mobile in Tampa, with a number that is nobody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ivr.phone import SIGNATURE_HEADER, sign

PUBLIC_URL = "https://line.example.org"
TOKEN = "a token of the bench"  # noqa: S105 because it opens nothing
CONTENT_TYPE = "application/x-www-form-urlencoded"
IDEMPOTENCY = "00000000-0000-0000-0000-000000000000"
_AREAS = (202, 206, 212, 214, 305, 310, 312, 404, 407, 415, 503, 602, 617, 702, 713, 720, 727, 801, 813, 941)
_USUAL = {
    "AccountSid": "AC" + "5" * 32,
    "ApiVersion": "2010-04-01",
    "CallSid": "",
    "CallStatus": "in-progress",
    "CallToken": '{"parentCallInfoToken":"eyJhbGciOiJFUzI1NiJ9"}',
    "Called": "+18886633488",
    "CalledCity": "",
    "CalledCountry": "US",
    "CalledState": "",
    "CalledZip": "",
    "Caller": "+18135550100",
    "CallerCity": "TAMPA",
    "CallerCountry": "US",
    "CallerName": "WIRELESS CALLER",
    "CallerState": "FL",
    "CallerZip": "33602",
    "Digits": "",
    "Direction": "inbound",
    "FinishedOnKey": "",
    "From": "+18135550100",
    "FromCity": "TAMPA",
    "FromCountry": "US",
    "FromState": "FL",
    "FromZip": "33602",
    "StirVerstat": "TN-Validation-Passed-A",
    "To": "+18886633488",
    "ToCity": "",
    "ToCountry": "US",
    "ToState": "",
    "ToZip": "",
    "msg": "Gather End",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One signed request."""

    target: str
    body: bytes
    signature: str

    def raw(self) -> bytes:
        """Its bytes, on a connection that stays open."""
        head = (
            f"POST {self.target} HTTP/1.1\r\nHost: line.example.org\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"{SIGNATURE_HEADER}: {self.signature}\r\nContent-Type: {CONTENT_TYPE}\r\n"
            f"Content-Length: {len(self.body)}\r\nI-Twilio-Idempotency-Token: {IDEMPOTENCY}\r\n\r\n"
        )
        return head.encode() + self.body


def fields_beside() -> tuple[tuple[str, str], ...]:
    """What the platform sends beside what every telephone of ours sends."""
    sent = {
        "AccountSid",
        "ApiVersion",
        "CallSid",
        "CallStatus",
        "Called",
        "Caller",
        "Digits",
        "Direction",
        "From",
        "To",
    }
    return tuple((name, value) for name, value in _USUAL.items() if name not in sent)


def callers(target: str, **fields: str) -> Iterator[Ask]:
    """The same request of as many different callers as there are numbers that are nobody's."""
    numbers = (f"+1{area}55501{line:02}" for line in range(100) for area in _AREAS)
    for call, number in enumerate(numbers):
        yield _ask(target, call, {**fields, "From": number, "Caller": number})


def asks(target: str, count: int = 1, **fields: str) -> Iterator[Ask]:
    """The same request of as many calls."""
    for call in range(count):
        yield _ask(target, call, fields)


def _ask(target: str, call: int, fields: Mapping[str, str]) -> Ask:
    form = {**_USUAL, "CallSid": f"CA{call:032x}", **fields}
    return Ask(target, urlencode(form).encode(), sign(TOKEN, PUBLIC_URL + target, form.items()))
