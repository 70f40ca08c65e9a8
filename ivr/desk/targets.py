"""The targets that a setting names: `+18135550100&sip:desk@example.org, +18135550101;accept=none`."""

from __future__ import annotations

import re

from ivr.model.numbers import PhoneNumber, Target, TargetKind, Turn

MOST_AT_ONCE = 10  # the platform rings at most ten at once: https://www.twilio.com/docs/voice/twiml/number

_NUMBER_BY_SIP = re.compile(r"\+?[0-9]{7,}")
_SEPARATORS = str.maketrans("", "", "-._")
_SIP = re.compile(r"sips?:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:;transport=(?:udp|tcp|tls))?")


def parse_turns(text: str) -> tuple[Turn, ...]:
    """Read targets: a comma separates turns, & joins what rings together. ValueError says which one is wrong and why.

    A target is counted ("the 2nd"), never quoted: a setting may hold somebody's own number.
    """
    turns = [turn for turn in text.split(",") if turn.strip()]
    faults: list[str] = []
    parsed = tuple(_parse_turn(turn, index, faults) for index, turn in enumerate(turns, start=1))
    if faults:
        raise ValueError("; ".join(faults))
    return parsed


def number_by_sip(address: str) -> str:
    """The number that a trunk would dial for a SIP address; empty when it names a telephone."""
    dialled = address.partition(":")[2].partition("@")[0].translate(_SEPARATORS)
    return dialled if _NUMBER_BY_SIP.fullmatch(dialled) else ""


def _parse_turn(text: str, turn: int, faults: list[str]) -> Turn:
    targets: list[Target] = []
    pieces = text.split("&")
    if len(pieces) > MOST_AT_ONCE:
        faults.append(f"turn {turn} rings {len(pieces)} telephones at once; at most {MOST_AT_ONCE} can")
    for index, piece in enumerate(pieces, start=1):
        try:
            targets.append(_parse_target(piece.strip()))
        except ValueError as error:
            faults.append(f"target {index} of turn {turn} {error}")
    return tuple(targets)


def _parse_target(text: str) -> Target:
    address, marked, setting = text.partition(";accept=")
    if marked and setting != "none":
        raise ValueError('has an accept setting other than ";accept=none"')
    if address.startswith(("sip:", "sips:")):
        if not _SIP.fullmatch(address):
            raise ValueError("is not a SIP address in the form sip:desk@example.org")
        if number := number_by_sip(address):
            PhoneNumber.parse(number)  # a trunk dials it like any other number
        return Target(TargetKind.SIP, address, accepts_by_key=not marked)
    return Target(TargetKind.NUMBER, PhoneNumber.parse(address).e164, accepts_by_key=not marked)
