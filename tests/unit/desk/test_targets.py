"""A setting of telephones is read whole: every fault at once, and no number in what is said about it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.desk.targets import parse_turns
from ivr.model.numbers import Target, TargetKind

ONE = Target(TargetKind.NUMBER, "+18135550101")
TWO = Target(TargetKind.NUMBER, "+18135550102")
DESK = Target(TargetKind.SIP, "sip:desk@example.org")


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("", ()),
        (" , ,", ()),
        ("+18135550101", ((ONE,),)),
        ("+18135550101,+18135550102", ((ONE,), (TWO,))),
        (" +18135550101 , +18135550102 ,", ((ONE,), (TWO,))),
        ("+18135550101&+18135550102", ((ONE, TWO),)),
        ("+18135550101 & sip:desk@example.org, +18135550102", ((ONE, DESK), (TWO,))),
        ("+18135550101;accept=none", ((Target(TargetKind.NUMBER, "+18135550101", accepts_by_key=False),),)),
        (
            "sip:desk@example.org:5061;transport=tls",
            ((Target(TargetKind.SIP, "sip:desk@example.org:5061;transport=tls"),),),
        ),
        (
            "sips:desk@example.org;transport=tcp;accept=none",
            ((Target(TargetKind.SIP, "sips:desk@example.org;transport=tcp", accepts_by_key=False),),),
        ),
    ],
)
def test_commas_are_turns_and_ampersands_ring_together(text: str, turns: object) -> None:
    assert parse_turns(text) == turns


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("8135550101", "target 1 of turn 1 is not a number in the form +18135550100"),
        ("+1 813 555 0101", "target 1 of turn 1 is not a number in the form +18135550100"),
        ("+18135550101&", "target 2 of turn 1 is not a number in the form +18135550100"),
        ("+18135550101x", "target 1 of turn 1 is not a number in the form +18135550100"),
        ("+266696687", "target 1 of turn 1 is not a number that exists"),
        (
            "sip:+1-876-555-0123@trunk.example.org",
            "target 1 of turn 1 is outside the United States and its territories",
        ),
        ("sip:1-813-555-0101@trunk.example.org", "target 1 of turn 1 is not a number in the form +18135550100"),
        ("sip:01144.20.7946.0018@trunk.example.org", "target 1 of turn 1 is not a number"),
        ("sip:1900_555_0199@trunk.example.org", "target 1 of turn 1 is not"),
        ("sip:desk", "target 1 of turn 1 is not a SIP address in the form sip:desk@example.org"),
        ("sip:desk@example.org?x=1", "target 1 of turn 1 is not a SIP address in the form sip:desk@example.org"),
        ("+18135550101;accept=2", 'target 1 of turn 1 has an accept setting other than ";accept=none"'),
        ("+18135550101;accept=", 'target 1 of turn 1 has an accept setting other than ";accept=none"'),
    ],
)
def test_what_is_wrong_is_said_in_words(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        parse_turns(text)


def test_every_fault_is_told_at_once_and_no_address_is_quoted() -> None:
    many = "&".join(f"sip:desk{number}@example.org" for number in range(11))
    with pytest.raises(ValueError, match="turn") as raised:
        parse_turns(f"8135550101,+18135550102&5550103,{many}")
    assert str(raised.value) == (
        "target 1 of turn 1 is not a number in the form +18135550100; "
        "target 2 of turn 2 is not a number in the form +18135550100; "
        "turn 3 rings 11 telephones at once; at most 10 can"
    )


@given(st.text("+0123456789&,;=acepnostix:@. ", max_size=60))
def test_any_text_is_read_or_refused_without_being_quoted(text: str) -> None:
    try:
        turns = parse_turns(text)
    except ValueError as error:
        digits = re.findall(r"\d{7,}", str(error).replace("+18135550100", ""))
        assert not digits
    else:
        assert all(1 <= len(turn) <= 10 for turn in turns)
