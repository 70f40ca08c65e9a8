"""The behaviour of the keypad: moves.txt is the expectation, and says how to read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.engine.cues import Cue
from ivr.engine.events import Circumstances, Event, KeyPressed, Silence
from ivr.engine.moves import move
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.place import ROOT, Place

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
TURNS = (True, True, True)
OPEN = Circumstances(is_open=True, team=TURNS)
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=TURNS)
SITUATIONS = {
    "open": OPEN,
    "closed": CLOSED,
    "night": replace(CLOSED, after_hours=(True,)),
    "open desk": replace(OPEN, takes_callbacks=True, can_call_back=True, can_text=True),
    "closed desk": replace(CLOSED, takes_callbacks=True, can_call_back=True, can_text=True),
    "hidden caller": replace(OPEN, takes_callbacks=True),
}
SECTIONS = {Key.ONE: "what", Key.TWO: "spread", Key.THREE: "treat", Key.FOUR: "appoint"}
SILENCE = "silence"

Row = tuple[str, str, str, str]


def rows() -> Iterator[Row]:
    """Each event of the table by itself: where, in which situation, what, and what is expected."""
    where = situation = ""
    for line in (Path(__file__).parent / "moves.txt").read_text("utf-8").splitlines():
        if line.startswith("    "):
            events, expected = line.split(maxsplit=1)
            for event in [SILENCE] if events == SILENCE else events:
                yield where, situation, event, expected
        elif line and not line.startswith("#"):
            where, situation = line.split(", ")


def place(written: str) -> Place:
    path, _, query = written.partition("?")
    return Place.parse(ROOT + path, query)


def told(cue: Cue) -> str:
    first = ["wrong"] if cue.wrong_key else []
    remarks = [remark.value.partition("_")[0] for remark in cue.remarks]
    does = ["does", cue.effect.value] if cue.effect else []
    return " ".join([cue.place.to_url().removeprefix(ROOT), *first, *remarks, *does])


ROWS = tuple(rows())


@pytest.mark.parametrize(("where", "situation", "what", "expected"), ROWS)
def test_every_key_does_at_every_place_what_the_table_says(
    shipped_flow: Flow, where: str, situation: str, what: str, expected: str
) -> None:
    event: Event = Silence() if what == SILENCE else KeyPressed(Key(what))
    cue = move(shipped_flow, place(where), event, SITUATIONS[situation])
    section = SECTIONS[Key(what)] if what in "1234" else ""
    assert told(cue).split() == expected.replace("SECTION", section).split()
    assert cue.is_after_key is (what != SILENCE)
    assert cue.wrong_key is (Key(what) if "wrong" in expected else None)


def test_the_table_says_everything_that_can_happen_at_each_of_its_places_once() -> None:
    everything = sorted([*(key.value for key in Key), SILENCE])
    for where in {(row[0], row[1]) for row in ROWS}:
        assert sorted(row[2] for row in ROWS if (row[0], row[1]) == where) == everything, where


def test_the_table_visits_every_node(shipped_flow: Flow) -> None:
    visited = {place(row[0]).node for row in ROWS}
    alike = {"spread", "treat", "night"}  # sections like another, a transfer like the other
    assert visited == set(shipped_flow.nodes) - alike
