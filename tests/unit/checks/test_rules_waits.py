"""The rules over waiting, silence, mistakes and ringing, each on what little of the clinic it judges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import OPEN, CallGraph, State
from ivr.checks.performance import Performance
from ivr.checks.rules_waits import (
    a_silent_call_is_short,
    a_talk_is_told_from_a_cut,
    nobody_is_blamed,
    ringing_is_short,
    the_goodbye_says_the_number,
    the_last_try_warns_and_waits,
    waits_are_long_enough,
)
from ivr.engine.cues import Cue
from ivr.model.place import Pace, Place
from ivr.model.speech import SlowDigits, Text, Words
from ivr.phone import Document, Gather
from tests.evidence import clinic, retold, shipped, spanish
from tests.heard import hearing, prompt, reading, say, sentence
from tests.rules_told import told, with_script, with_words

MAIN, WHO = Place("en", "main"), Place("en", "who", 3)


def waiting(pace: Pace, **waits_s: int) -> Evidence:
    line = clinic().flow.line
    waits = {**line.waits, pace: replace(line.waits[pace], **waits_s)}
    return Evidence(replace(clinic().flow, line=replace(line, waits=waits)), clinic().sources)


def ringing(**limits: int) -> Evidence:
    line = clinic().flow.line
    return Evidence(
        replace(clinic().flow, line=replace(line, ringing=replace(line.ringing, **limits))), clinic().sources
    )


WAITS = (
    (Pace.NORMAL, "first", 17, "waits", 7),
    (Pace.NORMAL, "second", 18, "waits", 10),
    (Pace.NORMAL, "passage", 20, "waits", 1),
    (Pace.SLOW, "first", 23, "waits.slow", 11),
    (Pace.SLOW, "second", 24, "waits.slow", 15),
    (Pace.SLOW, "passage", 26, "waits.slow", 2),
)


@pytest.mark.parametrize(("pace", "name", "line", "table", "needs_s"), WAITS)
def test_w2_each_wait_is_as_long_as_the_standard_says(
    pace: Pace, name: str, line: int, table: str, needs_s: int
) -> None:
    for has_s in (needs_s - 1, needs_s + 1):
        assert told(waits_are_long_enough, waiting(pace, **{f"{name}_s": has_s})) == [
            f'line.toml:{line}: error W2: The wait "{name}" of [{table}] is {has_s} s. Write {needs_s}.'
        ]
    assert told(waits_are_long_enough, clinic()) == []


@pytest.mark.parametrize(
    ("pace", "line", "wait_s", "is_found"),
    [(Pace.NORMAL, 19, 9, True), (Pace.NORMAL, 19, 10, False), (Pace.SLOW, 25, 9, True), (Pace.SLOW, 25, 10, False)],
)
def test_w3_the_last_wait_is_long(pace: Pace, line: int, wait_s: int, is_found: bool) -> None:  # noqa: FBT001
    evidence = waiting(pace, still_here_s=wait_s)
    evidence.graph = clinic().graph
    wrong = f"Before anything happens the line waits {2 * wait_s} s in all."
    told_of = f"line.toml:{line}: error W3: {wrong} Write at least 10: it is waited twice."
    assert told(the_last_try_warns_and_waits, hearing(evidence)) == [told_of] * is_found


NO_MORE_TIME = (
    "en/phrases.toml:37: error W3: The last warning does not offer more time. "
    "Say that a key gives more time, and name it with {key}."
)
WARNING = say("If I hear no key, I will say our number, and then goodbye.")
STILL_HERE = say("I am still here.")
MORE_TIME = say("For more time, press star.")


@pytest.mark.parametrize("at", [MAIN, WHO])
def test_w3_the_last_warning_offers_more_time(at: Place) -> None:
    last = at._replace(tries=2)
    heard = prompt(Place("en", "bye", tries=2), WARNING, STILL_HERE), prompt(last, WARNING, STILL_HERE)
    assert told(the_last_try_warns_and_waits, hearing(clinic(), *heard)) == [NO_MORE_TIME]


@pytest.mark.parametrize(
    ("tries", "says"),
    [(2, (WARNING, MORE_TIME)), (2, (STILL_HERE,)), (1, (WARNING, STILL_HERE)), (3, (WARNING, STILL_HERE))],
)
def test_w3_only_a_warning_without_the_key_is_told(tries: int, says: tuple[Any, ...]) -> None:
    heard = prompt(MAIN._replace(tries=tries), *says)
    assert told(the_last_try_warns_and_waits, hearing(clinic(), heard)) == []


@pytest.mark.parametrize("place", [Place("en", "promised", tries=2), Place("en", "number", 1, tries=2)])
@pytest.mark.parametrize(("key", "is_found"), [("star", True), ("7", False)])
def test_w3_more_time_where_something_is_asked_is_the_key_that_asks_again(
    place: Place,
    key: str,
    is_found: bool,  # noqa: FBT001 as a row of the table
) -> None:
    heard = prompt(place, WARNING, say(f"For more time, press {key}."))
    assert bool(told(the_last_try_warns_and_waits, hearing(shipped(), heard))) is is_found


def test_w3_who_types_a_number_is_warned_of_nothing() -> None:
    typing = replace(prompt(MAIN._replace(tries=2), WARNING, STILL_HERE), takes_digits=True)
    after = prompt(MAIN._replace(tries=2), WARNING, STILL_HERE)
    assert told(the_last_try_warns_and_waits, hearing(clinic(), typing, after)) == [NO_MORE_TIME]


def test_w3_does_not_listen_where_choices_are_not_worded() -> None:
    unworded = with_script(
        clinic(), "en", lambda script: replace(script, options=replace(script.options, pace=(Words("Slowly."),)))
    )
    unworded.graph = clinic().graph
    heard = prompt(MAIN._replace(tries=2), WARNING, STILL_HERE)
    assert told(the_last_try_warns_and_waits, hearing(unworded, heard)) == []


NUMBER: Text = (Words("Our number is "), SlowDigits(("1", "800")))
THANKS: Text = (Words("Goodbye."),)


@pytest.mark.parametrize(
    ("passages", "is_found"), [((NUMBER, THANKS), False), ((THANKS, NUMBER), True), ((NUMBER,), True)]
)
def test_w5_the_number_comes_before_the_last_word(passages: tuple[Text, ...], is_found: bool) -> None:  # noqa: FBT001
    told_of = (
        "error W5: The goodbye does not say the number before its last word. "
        "Write {number} in a passage before the last one."
    )
    evidence = with_words(clinic(), "en", "bye", passages=passages, lines=(6, 8)[: len(passages)])
    assert told(the_goodbye_says_the_number, evidence) == [f"en/bye.md:6: {told_of}"] * is_found
    unplaced = with_words(clinic(), "en", "bye", passages=passages, lines=())
    assert told(the_goodbye_says_the_number, unplaced) == [f"en/bye.md: {told_of}"] * is_found


def test_w5_is_asked_in_every_language() -> None:
    evidence = with_words(spanish(), "es", "bye", passages=(THANKS,), lines=(7,))
    (found,) = told(the_goodbye_says_the_number, evidence)
    assert found.startswith("es/bye.md:7: ")


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"turns": 3, "ring_s": 28}, []),
        ({"turns": 3, "ring_s": 29}, ["line.toml:34: error P3: It rings for 102 s in all. Ring for 100 s at most."]),
        ({"turns": 2, "ring_s": 45}, []),
        ({"turns": 2, "ring_s": 46}, ["line.toml:34: error P3: It rings for 102 s in all. Ring for 100 s at most."]),
        ({"turns": 4, "ring_s": 5}, ["line.toml:35: error P3: The team is rung in 4 turns. Write at most 3."]),
        ({"turns": 4, "ring_s": 60}, ["line.toml:35: error P3: The team is rung in 4 turns. Write at most 3."]),
    ],
)
def test_p3_ringing_is_short(limits: dict[str, int], expected: list[str]) -> None:
    assert told(ringing_is_short, ringing(**limits)) == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, []),
        ({"talk_limit_s": 3599}, ["36: error P4: A talk is cut off after 3599 s. Write at least 3600."]),
        ({"short_talk_s": 19}, ["37: error P4: A talk of 19 s is short. Write 20."]),
        ({"short_talk_s": 21}, ["37: error P4: A talk of 21 s is short. Write 20."]),
    ],
)
def test_p4_a_talk_is_told_from_a_cut(limits: dict[str, int], expected: list[str]) -> None:
    assert told(a_talk_is_told_from_a_cut, ringing(**limits)) == [f"line.toml:{each}" for each in expected]


@pytest.mark.parametrize(
    ("language", "text", "blame"),
    [
        ("en", "That is an Invalid key.", "Invalid"),
        ("en", "An error, and the wrong key.", "error"),
        ("en", "That was incorrectly pressed.", "incorrectly"),
        ("en", "An illegal key.", "illegal"),
        ("es", "Una tecla inválida.", "inválida"),
        ("en", "You made a mistake. 6 is not there.", "mistake"),
        ("en", "6 is not valid.", "not valid"),
        ("es", "Está equivocado.", "equivocado"),
        ("es", "Usted se equivoco. 6 no es valida.", "equivoco"),
    ],
)
def test_w6_nobody_is_blamed(language: str, text: str, blame: str) -> None:
    (found, *_) = told(nobody_is_blamed, reading(spanish(), sentence(text, language, node="", line=9)))
    assert found == f'{language}/phrases.toml:9: error W6: "{blame}" blames the caller. Say what happened without it.'


def test_w6_lets_other_words_be() -> None:
    harmless = sentence("A terror. The wronged."), sentence("Error.", "fr")
    assert [each.partition('"')[2] for each in told(nobody_is_blamed, reading(clinic(), *harmless))] == [
        'wronged" blames the caller. Say what happened without it.'
    ]


def silently(spans_s: dict[str, int], leads: dict[str, str]) -> Evidence:
    """A line of these documents, each so many seconds long, and where silence leads from each."""
    states = {node: State(Cue(Place("en", node)), OPEN) for node in spans_s}
    graph = CallGraph(clinic().graph.situations)
    graph.keyless = {states[node]: {states[after] for after in leads.get(node, "").split()} for node in spans_s}
    documents = {
        states[node]: Document((Gather("", span_s, 1, "", posts_silence=False, heard=()),), 0)
        for node, span_s in spans_s.items()
    }
    evidence = retold(clinic())
    evidence.graph, evidence.performance = graph, Performance(documents, {}, graph)
    return evidence


@pytest.mark.parametrize(
    ("spans_s", "leads", "expected"),
    [
        ({"who": 300, "main": 299}, {"who": "main"}, []),
        ({"who": 300, "main": 300}, {"who": "main"}, ['27: error W7: From "who" {} 10.0']),
        ({"main": 300, "who": 300}, {"main": "who"}, ['22: error W7: From "main" {} 10.0']),
        (
            {"who": 500, "main": 90, "away": 110},
            {"who": "main away"},
            ['27: error W7: From "who" {} 10.2'],
        ),
        ({"who": 500, "main": 500}, {}, []),
        ({"who": 500, "main": 500}, {"who": "main", "main": "who"}, []),
    ],
)
def test_w7_a_silent_call_is_short(spans_s: dict[str, int], leads: dict[str, str], expected: list[str]) -> None:
    kept = "a caller who presses nothing is kept for"
    mend = "Say less on that way, or ring fewer turns."
    found = told(a_silent_call_is_short, silently(spans_s, leads))
    assert found == [f"menu.toml:{each.format(kept)} minutes. {mend}" for each in expected]


def test_the_rules_hold_for_good_lines() -> None:
    for line in (shipped(), clinic(), spanish()):
        for rule in (waits_are_long_enough, the_last_try_warns_and_waits, ringing_is_short, a_talk_is_told_from_a_cut):
            assert told(rule, line) == []
