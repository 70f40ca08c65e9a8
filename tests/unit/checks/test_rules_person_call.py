"""The rules over what a whole call does: the greeting, the way to a person without a key, the emergency line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, OPEN, CallGraph, State
from ivr.checks.performance import Performance, Prompt
from ivr.checks.rules_person import (
    a_transfer_is_announced_in_a_sentence,
    doing_nothing_reaches_a_person,
    everything_can_be_read,
    no_call_is_recorded,
    nothing_uninterruptible_is_long,
    the_closed_message_says_when_we_are_back,
    the_emergency_line_is_heard,
    the_greeting_is_the_same_day_and_night,
    the_opening_hours_name_their_zone,
    the_whisper_names_no_illness,
)
from ivr.engine.cues import Cue
from ivr.model.place import Place
from ivr.phone import Document, Say
from tests.evidence import clinic, retold, shipped, spanish
from tests.heard import hearing, prompt, say
from tests.rules_told import Find, told

HELLO, MAIN = Place("en", "hello", has_pressed=False), Place("en", "main")
GREETING = say("Elm Street Clinic.")
DIFFERS = "en/hello.md: error P5: The greeting differs at night. Say nothing in it that depends on the hour."


@pytest.mark.parametrize(
    ("by_day", "by_night", "expected"),
    [
        ((prompt(HELLO, GREETING),), (prompt(HELLO, GREETING, situation=CLOSED),), []),
        ((prompt(HELLO, GREETING),), (prompt(HELLO, say("Good night."), situation=CLOSED),), [DIFFERS]),
        ((prompt(HELLO, GREETING),), (), [DIFFERS]),
        ((prompt(HELLO, GREETING), prompt(MAIN, say("Welcome."))), (prompt(HELLO, GREETING, situation=CLOSED),), []),
        ((prompt(HELLO, GREETING, cue=Cue(HELLO, is_after_key=True)),), (), []),
        ((prompt(HELLO._replace(language="es"), GREETING),), (), [DIFFERS.replace("en/", "es/")]),
    ],
)
def test_p5_the_greeting_is_the_same_day_and_night(
    by_day: tuple[Prompt, ...], by_night: tuple[Prompt, ...], expected: list[str]
) -> None:
    assert told(the_greeting_is_the_same_day_and_night, hearing(spanish(), *by_day, *by_night)) == expected


def leading(*ways: tuple[str, str], start: Place = HELLO, situation: str = OPEN) -> Evidence:
    """A line whose documents lead from node to node when no key is pressed."""
    nodes = {"hello", *(name for way in ways for name in way)}
    states = {name: State(Cue(start._replace(node=name)), situation) for name in nodes}
    line = retold(clinic())
    line.graph = CallGraph(clinic().graph.situations, dict.fromkeys(states.values(), ()))
    line.graph.keyless = {
        state: {states[after] for before, after in ways if before == name} for name, state in states.items()
    }
    return line


ALONE = (
    "menu.toml:25: error A1: A caller who does nothing is never connected. "
    'Let the silence of the menu lead to "person".'
)


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ((("hello", "main"), ("main", "ring")), []),
        ((("hello", "main"), ("hello", "away"), ("away", "ring")), []),
        ((("hello", "main"), ("main", "bye")), [ALONE]),
        ((("hello", "main"), ("main", "hello")), [ALONE]),
        ((("main", "ring"),), [ALONE]),
    ],
)
def test_a1_doing_nothing_reaches_a_person(ways: tuple[tuple[str, str], ...], expected: list[str]) -> None:
    assert told(doing_nothing_reaches_a_person, leading(*ways)) == expected


def test_a1_is_about_the_start_of_a_call_when_the_line_is_open() -> None:
    lost = ("hello", "bye")
    assert told(doing_nothing_reaches_a_person, leading(lost, situation=CLOSED)) == []
    assert told(doing_nothing_reaches_a_person, leading(lost, start=HELLO._replace(has_pressed=True))) == []


EMERGENCY = say("In an emergency, hang up and call 911.")


def documents(*places: Place, heard: Say) -> Evidence:
    line = retold(clinic())
    states = [State(Cue(place), OPEN) for place in places]
    graph = CallGraph(clinic().graph.situations, {})
    line.performance = Performance(dict.fromkeys(states, Document((), 0)), {}, graph)
    by_state = {state: (Prompt(state, state.cue.place, (GREETING, heard), 7, is_first=True),) for state in states}
    object.__setattr__(line.performance, "of", lambda state: iter(by_state[state]))
    return line


def unheard(node: str) -> str:
    return f'en/phrases.toml:2: error E1: "{node}" does not say the emergency line. It cannot be left out.'


def test_e1_the_emergency_line_is_heard_in_every_greeting_and_in_the_closed_message() -> None:
    owed = HELLO, Place("en", "away")
    others = MAIN, Place("en", "away", part=1), Place("en", "away", tries=1)
    assert told(the_emergency_line_is_heard, documents(*owed, *others, heard=EMERGENCY)) == []
    found = told(the_emergency_line_is_heard, documents(*others, *owed, heard=GREETING))
    assert found == [unheard("hello"), unheard("away")]


RULES: tuple[Find, ...] = (
    a_transfer_is_announced_in_a_sentence,
    doing_nothing_reaches_a_person,
    everything_can_be_read,
    no_call_is_recorded,
    nothing_uninterruptible_is_long,
    the_closed_message_says_when_we_are_back,
    the_emergency_line_is_heard,
    the_greeting_is_the_same_day_and_night,
    the_opening_hours_name_their_zone,
    the_whisper_names_no_illness,
)


@pytest.mark.parametrize("line", [shipped, spanish, clinic])
@pytest.mark.parametrize("rule", RULES)
def test_good_lines_keep_the_rules_over_reaching_somebody(rule: Find, line: Callable[[], Evidence]) -> None:
    assert told(rule, line()) == []
