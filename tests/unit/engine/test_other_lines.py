"""Lines that are not the shipped one: a sentence stands in for a section in one language, or no key reads a section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ivr.engine.actions import Listen, Said
from ivr.engine.cues import Remark
from ivr.engine.events import Circumstances, Event, KeyPressed, Silence
from ivr.engine.moves import move
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.keys import Key, Meaning
from ivr.model.place import Place

Named = Callable[[Said], list[str]]

OPEN = Circumstances(is_open=True, team=(True, True, True))


@pytest.fixture(scope="module")
def half_ready(shipped_flow: Flow) -> Flow:
    """The shipped line, whose section "spread" is one sentence in Spanish and four passages in English."""
    script = shipped_flow.scripts["es"]
    words = replace(
        script.nodes["spread"], passages=(script.said.unapproved,), facts=((),), person_after=1, is_stand_in=True
    )
    spanish = replace(script, nodes={**script.nodes, "spread": words})
    return replace(shipped_flow, scripts={**shipped_flow.scripts, "es": spanish})


def led_to(flow: Flow, place: Place, event: Event) -> tuple[str, str, int, int]:
    to = move(flow, place, event, OPEN).place
    return to.language, to.node, to.part, to.tries


@pytest.mark.parametrize(
    ("part", "event", "leads_to"),
    [
        (0, Silence(), ("es", "spread", 1, 0)),
        (1, Silence(), ("es", "spread", 2, 0)),
        (2, Silence(), ("es", "spread", 2, 1)),
        (1, KeyPressed(Key.POUND), ("es", "spread", 2, 0)),
        (2, KeyPressed(Key.POUND), ("es", "treat", 0, 0)),
        (1, KeyPressed(Key.SEVEN), ("es", "spread", 1, 0)),
        (2, KeyPressed(Key.SEVEN), ("es", "spread", 0, 0)),
    ],
)
def test_a_section_ends_where_its_own_language_ends_it(
    half_ready: Flow, part: int, event: Event, leads_to: tuple[str, str, int, int]
) -> None:
    assert led_to(half_ready, Place("es", "spread", part), event) == leads_to


def test_what_stands_in_for_a_section_is_read_and_ended_as_one_passage(half_ready: Flow, named: Named) -> None:
    _, actions = step(half_ready, Place("es", "menu"), KeyPressed(Key.TWO), OPEN)
    listens = [action for action in actions if isinstance(action, Listen)]
    assert [(listen.at.part, listen.at.tries) for listen in listens] == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 2)]
    assert [named(listen.said) for listen in listens[:2]] == [["spread title"], ["unapproved", "person"]]


def test_a_change_of_language_begins_a_section_that_differs_and_keeps_the_part_of_one_that_does_not(
    half_ready: Flow,
) -> None:
    nine = KeyPressed(Key.NINE)
    assert led_to(half_ready, Place("en", "spread", 3), nine) == ("es", "spread", 0, 0)
    assert led_to(half_ready, Place("es", "spread", 1), nine) == ("en", "spread", 0, 0)
    assert led_to(half_ready, Place("es", "what", 2), nine) == ("en", "what", 2, 0)
    assert led_to(half_ready, Place("en", "closed", 1), nine)[2] == 0  # the team is here: the menu, from its beginning


def test_a_wrong_key_after_a_sentence_that_stands_in_is_helped_once(half_ready: Flow, named: Named) -> None:
    _, actions = step(half_ready, Place("es", "spread", 2), KeyPressed(Key.SIX), OPEN)
    assert isinstance(actions[0], Listen)
    assert named(actions[0].said)[:2] == ["not_a_choice", "person"]


def test_a_section_that_no_key_reads_has_no_next_one(shipped_flow: Flow) -> None:
    keys: dict[Key, Meaning] = {key: meaning for key, meaning in shipped_flow.keys.items() if key is not Key.TWO}
    cue = move(replace(shipped_flow, keys=keys), Place("en", "spread", 5), KeyPressed(Key.POUND), OPEN)
    assert (cue.place, cue.remarks) == (Place("en", "spread", 5), (Remark.NOTHING_TO_SKIP,))
