"""The rules over what a whole call does: the greeting, the way to a person without a key, the emergency line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, OPEN, Answers, Asked, CallGraph, State
from ivr.checks.performance import Performance, Prompt
from ivr.checks.rules_person import (
    a_transfer_is_announced_in_a_sentence,
    doing_nothing_reaches_a_person,
    everything_can_be_read,
    no_call_is_recorded,
    nothing_uninterruptible_is_long,
    the_closed_message_says_when_we_are_back,
    the_emergency_line_is_heard,
    the_emergency_line_is_heard_in_both_languages,
    the_emergency_line_is_not_said_at_every_star,
    the_greeting_is_the_same_day_and_night,
    the_opening_hours_name_their_zone,
    the_whisper_names_no_illness,
)
from ivr.engine.cues import Cue
from ivr.engine.events import KeyPressed
from ivr.model.keys import Key
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


def documents(*places: Place, heard: Say, of: Callable[[], Evidence] = clinic) -> Evidence:
    line = retold(of())
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


AGAIN = "en/phrases.toml:2: error E1: Who asks for the choices at {} hears the emergency line again."
SILENT = "en/phrases.toml:2: error E1: Who changes the language at {} does not hear the emergency line."
OTHER = MAIN._replace(language="es")


def pressing(key: Key, at: Place, led: Place, heard: Say) -> Evidence:
    """A line on which one key leads from a place to a document."""
    line = documents(led, heard=heard, of=spanish)
    (state,) = line.performance.documents
    unheard_of = State(Cue(led._replace(tries=2)), OPEN)
    answers: dict[Asked, Answers] = {Asked(at, KeyPressed(key)): {OPEN: state, CLOSED: unheard_of}}
    line.graph = CallGraph(spanish().graph.situations, {}, answers)
    return line


@pytest.mark.parametrize(
    ("key", "at", "heard", "is_found"),
    [
        (Key.NINE, OTHER, GREETING, True),
        (Key.NINE, OTHER, EMERGENCY, False),
        (Key.NINE, OTHER._replace(has_changed_language=True), GREETING, False),
        (Key.STAR, OTHER, GREETING, False),
    ],
)
def test_e1_the_first_change_of_language_says_the_emergency_line(
    key: Key,
    at: Place,
    heard: Say,
    is_found: bool,  # noqa: FBT001
) -> None:
    found = told(the_emergency_line_is_heard_in_both_languages, pressing(key, at, MAIN, heard))
    assert found == [SILENT.format('"main"') + " Say it at the first change of language."] * is_found


@pytest.mark.parametrize(
    ("key", "at", "led", "heard", "is_found"),
    [
        (Key.STAR, MAIN, MAIN, EMERGENCY, True),
        (Key.STAR, MAIN, MAIN, GREETING, False),
        (Key.STAR, MAIN._replace(is_unwarned=True), MAIN, EMERGENCY, False),
        (Key.STAR, MAIN, Place("en", "away"), EMERGENCY, False),
        (Key.NINE, MAIN, MAIN, EMERGENCY, False),
    ],
)
def test_e1_the_emergency_line_is_not_said_at_every_star(
    key: Key,
    at: Place,
    led: Place,
    heard: Say,
    is_found: bool,  # noqa: FBT001
) -> None:
    found = told(the_emergency_line_is_not_said_at_every_star, pressing(key, at, led, heard))
    assert found == [AGAIN.format('"main"') + " Say it once before the first menu."] * is_found


def test_e1_a_line_of_one_language_has_no_change_to_say_it_at() -> None:
    line = documents(MAIN, heard=GREETING)
    line.graph = pressing(Key.NINE, OTHER, MAIN, GREETING).graph
    assert told(the_emergency_line_is_heard_in_both_languages, line) == []


RULES: tuple[Find, ...] = (
    a_transfer_is_announced_in_a_sentence,
    doing_nothing_reaches_a_person,
    everything_can_be_read,
    no_call_is_recorded,
    nothing_uninterruptible_is_long,
    the_closed_message_says_when_we_are_back,
    the_emergency_line_is_heard,
    the_emergency_line_is_heard_in_both_languages,
    the_emergency_line_is_not_said_at_every_star,
    the_greeting_is_the_same_day_and_night,
    the_opening_hours_name_their_zone,
    the_whisper_names_no_illness,
)


@pytest.mark.parametrize("line", [shipped, spanish, clinic])
@pytest.mark.parametrize("rule", RULES)
def test_good_lines_keep_the_rules_over_reaching_somebody(rule: Find, line: Callable[[], Evidence]) -> None:
    assert told(rule, line()) == []
