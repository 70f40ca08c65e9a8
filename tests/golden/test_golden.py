"""The documents that matter, word for word. UPDATE_GOLDEN=1 writes them anew; the difference is then read by a person.

The files are laid out for reading: each verb and each thing said on a line of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ivr import phone
from ivr.content import read
from ivr.desk.whisper import whisper
from ivr.engine.actions import Actions
from ivr.engine.events import (
    Arrived,
    Circumstances,
    DialEnded,
    DialOutcome,
    Effect,
    Event,
    KeyPressed,
    NumberGiven,
    Outcome,
    Silence,
    Stored,
    Typed,
)
from ivr.engine.last_resort import apology, fallback
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.numbers import Role, Roster, Target, TargetKind
from ivr.model.place import WHISPER, Back, Pace, Place
from ivr.model.speech import Whose
from ivr.twiml.render import CONTENT_TYPE, render

HERE = Path(__file__).parent

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
SPANISH_FIRST = (True, False, False)
OPEN = Circumstances(is_open=True, team=SPANISH_FIRST)
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=SPANISH_FIRST)
NIGHT = Circumstances(is_open=False, opens=MONDAY, team=SPANISH_FIRST, after_hours=(False,))

DESKED = replace(OPEN, takes_callbacks=True, can_call_back=True, can_text=True)
CLOSED_DESK = replace(CLOSED, takes_callbacks=True, can_call_back=True, can_text=True, reason="weather")
FRIDAY = Opening(Day.WEEKDAY, weekday=4, hour=10)
SPOKEN = {Whose.LAST_TWO: ("47",), Whose.TYPED: ("813", "555", "0147")}

DESK = Target(TargetKind.SIP, "sip:desk@example.org")
QUEUE = Target(TargetKind.NUMBER, "+18135550103", accepts_by_key=False)


def number(last: int) -> Target:
    return Target(TargetKind.NUMBER, f"+1813555010{last}")


ROSTER = Roster(
    team=((number(1), DESK), (number(2),), (QUEUE,)),
    after_hours=((number(4),),),
    fallback=((number(5),),),
    caller_id="+18886633488",
)

NO_ANSWER = DialEnded(None, DialOutcome.NO_ANSWER, was_short=True)
TALK = DialEnded(bridged=True, outcome=DialOutcome.COMPLETED, was_short=False)
SHORT_TALK = DialEnded(bridged=True, outcome=DialOutcome.COMPLETED, was_short=True)

Make = Callable[[Flow], Actions]


def at(place: Place, event: Event | str, now: Circumstances = OPEN) -> Make:
    happened = KeyPressed(Key(event)) if isinstance(event, str) else event
    return lambda flow: step(flow, place, happened, now)[1]


GOLDEN: dict[str, Make] = {
    "welcome.en": at(Place("en", ""), Arrived()),
    "welcome.es": at(Place("es", ""), Arrived()),
    "welcome.left-early": at(Place("en", "welcome", has_pressed=False, is_unwarned=True), "3"),
    "menu.closed": at(Place("en", "what", 1), "*", CLOSED),
    "menu.after-hours": at(Place("es", "what", 1), "*", NIGHT),
    "menu.wrong-key": at(Place("en", "menu"), "6"),
    "menu.slow": at(Place("en", "menu"), "8"),
    "menu.first-change-of-language": at(Place("en", "menu"), "9"),
    "spread.start": at(Place("en", "menu"), "2"),
    "spread.middle": at(Place("es", "spread", 1), "#"),
    "spread.wrong-key": at(Place("en", "spread", 2), "6"),
    "appoint.start": at(Place("es", "menu"), "4"),
    "transfer.first-turn": at(Place("es", "menu"), "0"),
    "transfer.second-turn": at(Place("es", "transfer", 1), NO_ANSWER),
    "transfer.last-turn": at(Place("en", "transfer", 2), NO_ANSWER),
    "night": at(Place("en", "menu"), "0", NIGHT),
    "nobody.way-back": at(Place("en", "transfer", 3, back=Back("spread", 2)), NO_ANSWER),
    "talked": at(Place("en", "transfer", 1), TALK),
    "cut-off": at(Place("es", "transfer", 1), SHORT_TALK),
    "closed": at(Place("en", "spread", 2), "0", CLOSED),
    "closed.second-0": at(Place("en", "closed", back=Back("spread", 2)), "0", CLOSED),
    "closed.after-hours-line-missed": at(Place("es", "night", 1), NO_ANSWER, NIGHT),
    "menu.closed-desk": at(Place("es", "what", 1), "*", CLOSED_DESK),
    "closed.desk": at(Place("en", "spread", 2), "0", CLOSED_DESK),
    "call-back": at(Place("en", "call-back", back=Back("spread", 2)), Stored(Effect.ASK_STORE, Outcome.DONE), DESKED),
    "call-back.again": at(Place("es", "call-back", pace=Pace.SLOW), "7", DESKED),
    "number": at(Place("en", "call-back"), "2", DESKED),
    "number.too-few": at(Place("es", "number"), NumberGiven(Typed.TOO_FEW, 7), CLOSED_DESK),
    "number.one-more": at(Place("en", "number"), NumberGiven(Typed.ONE_MORE), DESKED),
    "confirm": at(Place("en", "number"), NumberGiven(Typed.WHOLE), DESKED),
    "promised": at(Place("es", "call-back"), Stored(Effect.KEEP_OWN, Outcome.DONE, FRIDAY), CLOSED_DESK),
    "kept.way-back": at(Place("en", "promised", back=Back("spread", 2)), "2", DESKED),
    "kept.enough": at(Place("en", "confirm"), Stored(Effect.KEEP_TYPED, Outcome.REFUSED), DESKED),
    "unkept": at(Place("es", "call-back"), Stored(Effect.ASK_STORE, Outcome.FAILED), CLOSED_DESK),
    "text-link": at(Place("en", "appoint", 5), "6", DESKED),
    "texted": at(Place("es", "text-link"), Stored(Effect.SEND_TEXT, Outcome.DONE), DESKED),
    "untexted": at(Place("en", "text-link"), Stored(Effect.SEND_TEXT, Outcome.FAILED), CLOSED_DESK),
    "goodbye": at(Place("en", "closed", tries=3), Silence(), CLOSED),
    "goodbye.slow": at(Place("es", "nobody", pace=Pace.SLOW, tries=3), Silence()),
    "whisper.en": lambda flow: whisper(flow, Place("en", WHISPER), Silence()),
    "whisper.es": lambda flow: whisper(flow, Place("es", WHISPER), Silence()),
    "apology.en.open": lambda flow: apology(flow, "en", Role.TEAM),
    "apology.en.closed": lambda flow: apology(flow, "en", None),
    "apology.es.open": lambda flow: apology(flow, "es", Role.FALLBACK),
    "apology.es.closed": lambda flow: apology(flow, "es", Role.AFTER_HOURS),
    "fallback": fallback,
}


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    """Every golden document as it is now, written to its file when a person asks for that."""
    flow = read(HERE.parents[1] / "prompts")
    made = {name: render(flow, make(flow), ROSTER, SPOKEN) for name, make in GOLDEN.items()}
    if os.environ.get("UPDATE_GOLDEN") == "1":
        for name, body in made.items():
            (HERE / f"{name}.xml").write_text(laid_out(body), "utf-8")
    return made


def laid_out(body: bytes) -> str:
    """The document with a line for each verb, for reading; white space between verbs is nothing to the platform."""
    ends = r"(\?>|<(?:Gather|Dial)[^>]*>|</?Response>|</(?:Gather|Dial|Say|Redirect|Number|Sip)>|<Hangup />)"
    lines, depth = [], 0
    for line in re.sub(ends, r"\1\n", body.decode()).splitlines():
        depth -= line.startswith(("</Gather", "</Dial", "</Response"))
        lines.append("  " * depth + line)
        depth += bool(re.fullmatch(r"<(Gather|Dial|Response)\b[^>]*>", line))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", GOLDEN)
def test_a_document_that_matters_is_word_for_word_what_was_read_and_approved(
    documents: dict[str, bytes], name: str
) -> None:
    assert laid_out(documents[name]) == (HERE / f"{name}.xml").read_text("utf-8")


@pytest.mark.parametrize("name", GOLDEN)
def test_the_strict_telephone_takes_every_golden_document(documents: dict[str, bytes], name: str) -> None:
    document = phone.parse(documents[name], CONTENT_TYPE, strict_urls=True, is_whisper=name.startswith("whisper"))
    assert document.leads_on


@pytest.mark.parametrize("name", [name for name in GOLDEN if name.startswith(("apology", "fallback"))])
def test_a_last_resort_names_no_address_of_ours(documents: dict[str, bytes], name: str) -> None:
    assert b"/voice/" not in documents[name]


def test_the_files_are_exactly_the_documents_and_named_by_their_nodes(documents: dict[str, bytes]) -> None:
    assert {file.name.removesuffix(".xml") for file in HERE.glob("*.xml")} == set(documents)
    nodes = set(read(HERE.parents[1] / "prompts").nodes)
    assert {name.partition(".")[0] for name in documents} - nodes == {"whisper", "apology", "fallback"}


def test_every_number_in_a_golden_document_is_a_made_up_one_or_our_own() -> None:
    for file in HERE.glob("*.xml"):
        numbers = set(re.findall(r"\+\d+", file.read_text("utf-8")))
        assert numbers <= {"+18886633488", *(f"+1813555010{last}" for last in range(1, 6))}, file.name
