"""The check of signatures says what the vendor's validator says, of any body; the view reads what Flask would read."""

from __future__ import annotations

import re
from collections import Counter
from random import SystemRandom

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.signatures import AT_ONCE, BEGIN, COLUMNS, DIFFERENT, DOCUMENT, END, REFUSED, judged
from bench.signed_bodies import KINDS, PUBLIC_URL, SIGNATURES, TOKEN, SignedBody, bodies, flask_reads
from ivr.phone import sign
from ivr.twiml.signature import SignatureCheck

CHECK = SignatureCheck.of(PUBLIC_URL, [TOKEN])
SHARE = 5000

pieces = st.sampled_from(
    [
        b"=",
        b"&",
        b";",
        b"+",
        b"%",
        b"%2",
        b"%20",
        b"%26",
        b"%3d",
        b"%C3%B1",
        b"%FF",
        b"\xff",
        b"\xc3\xb1",
        b"\x00",
        b"a",
    ]
)
written = st.one_of(st.lists(pieces, max_size=20).map(b"".join), st.binary(max_size=40))
targets = st.text("ae/?&=;#%+.~-_27CF é'|", max_size=20).map("/voice/".__add__)


def verdict(target: str, body: bytes, signature: str) -> str:
    return judged(CHECK, SignedBody("", "", target, body, signature))


@settings(max_examples=400, deadline=None)
@given(target=targets, body=written, other=written)
def test_whatever_is_signed_rightly_or_for_another_body_is_judged_as_the_vendor_judges(
    target: str, body: bytes, other: bytes
) -> None:
    for signed in (body, other):
        signature = sign(TOKEN, PUBLIC_URL + target, list(flask_reads(signed).items(multi=True)))
        assert verdict(target, body, signature) != DIFFERENT


@settings(max_examples=200, deadline=None)
@given(
    body=written,
    signature=st.one_of(st.text(max_size=30), st.binary(max_size=30).map(lambda raw: raw.decode("latin-1"))),
)
def test_what_is_no_signature_is_refused(body: bytes, signature: str) -> None:
    assert verdict("/voice/en/menu", body, signature) == REFUSED


def test_a_share_of_bodies_of_every_kind_is_judged_as_the_vendor_judges() -> None:
    seed = SystemRandom().randrange(1_000_000)
    judgements = [(body, judged(CHECK, body)) for body in bodies(SHARE, seed)]
    assert not [body for body, verdict in judgements if verdict == DIFFERENT], f"make signatures SEED={seed}"
    assert {body.kind for body, _ in judgements} == set(KINDS)
    assert {body.signed for body, _ in judgements} == set(SIGNATURES)
    counted = Counter(verdict for _, verdict in judgements)
    assert all(counted[column] > SHARE / 10 for column in COLUMNS if column != DIFFERENT), counted


def test_what_the_platform_sends_needs_no_second_look() -> None:
    usual = [body for body in bodies(SHARE, 1) if body.kind == "as the platform sends them" and body.signed == "right"]
    ours = [body for body in usual if body.target in ("/voice/answer?language=es", "/voice/en/menu")]
    assert ours
    assert {judged(CHECK, body) for body in ours} == {AT_ONCE}


def test_the_committed_run_found_no_difference() -> None:
    told = DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    judged_bodies = re.search(r"^([0-9,]+) bodies, chosen by the seed", told, re.MULTILINE)
    together = re.search(r"^\| together \| ([0-9,]+) \| ([0-9,]+) \| ([0-9,]+) \| 0 \|$", told, re.MULTILINE)
    assert judged_bodies is not None
    assert together is not None
    assert sum(map(_number, together.groups())) == _number(judged_bodies[1]) >= 100_000


def _number(written: str) -> int:
    return int(written.replace(",", ""))
