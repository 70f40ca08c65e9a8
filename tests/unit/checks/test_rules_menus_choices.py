"""The rules over how choices are said, in which order, and how far apart: M2 and M3."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.performance import Prompt
from ivr.checks.rules_menus import (
    a_choice_says_what_it_does_then_the_key,
    choices_are_apart,
    choices_come_in_order,
    silences_are_short,
)
from ivr.content import Kind, Sentence
from ivr.engine.cues import Cue
from ivr.model.keys import Command, Key, Meaning, ReadSection
from ivr.model.place import Place
from ivr.phone import Say
from tests.evidence import clinic, spanish
from tests.heard import hearing, prompt, reading, say, sentence, words
from tests.rules_told import told, with_keys

MAIN, WHO = Place("en", "main"), Place("en", "who", 3)
PERSON = say("To talk with our team, press 0.")
WHO_OPTION = say("To hear who can have a flu shot, press 1.")


def pressing(*keys: str) -> tuple[Say, ...]:
    return tuple(say(f"To do this, press {key}.") for key in keys)


def with_rests(**rests_ms: int) -> Evidence:
    line = clinic().flow.line
    flow = replace(clinic().flow, line=replace(line, rests=replace(line.rests, **rests_ms)))
    return Evidence(flow, clinic().sources)


def option(text: str, language: str = "en") -> Sentence:
    return sentence(text, language, Kind.OPTION, node="", line=26, key="options.person")


def backwards(text: str, language: str, example: str) -> str:
    return (
        f'{language}/phrases.toml:26: error M2: The choice "{text}" is not said as what it does, then the key. '
        f'Say it like "{example}"'
    )


@pytest.mark.parametrize(
    "text", ["To talk with us, press {key}.", "For the next section, press {key}.", f"To {words(11)}, press {{key}}."]
)
def test_m2_a_choice_says_what_it_does_then_the_key(text: str) -> None:
    assert told(a_choice_says_what_it_does_then_the_key, reading(clinic(), option(text))) == []


@pytest.mark.parametrize(
    "text", ["Press {key} to talk.", "To talk press {key}.", "Talk with us, press {key}.", "To talk, press {key}. Now."]
)
def test_m2_tells_what_is_said_otherwise(text: str) -> None:
    assert told(a_choice_says_what_it_does_then_the_key, reading(clinic(), option(text))) == [
        backwards(text, "en", "To ..., press {key}.")
    ]


def test_m2_knows_how_it_is_said_in_spanish() -> None:
    good = option("Para hablar con nuestro equipo, oprima {key}.", "es")
    assert told(a_choice_says_what_it_does_then_the_key, reading(spanish(), good)) == []
    text = "To talk with us, oprima {key}."
    assert told(a_choice_says_what_it_does_then_the_key, reading(spanish(), option(text, "es"))) == [
        backwards(text, "es", "Para ..., oprima {key}.")
    ]


def test_m2_counts_the_words_of_a_choice() -> None:
    text = f"To {words(12)}, press {{key}}."
    assert told(a_choice_says_what_it_does_then_the_key, reading(clinic(), option(text))) == [
        f'en/phrases.toml:26: error M2: The choice "{text}" has 15 words. Say it in at most 14.'
    ]


def test_m2_is_about_choices_in_languages_that_it_knows() -> None:
    passage, french = sentence("Press {key} to talk."), sentence("Tapez {key}.", "fr", Kind.OPTION)
    assert told(a_choice_says_what_it_does_then_the_key, reading(clinic(), passage, french)) == []
    assert told(a_choice_says_what_it_does_then_the_key, reading(clinic(), passage, french, option("No.")))


def out_of_order(node: str, line: int) -> str:
    return (
        f'menu.toml:{line}: error M2: "{node}" says its choices out of order. '
        "Announce keys under [options] only: those are said in order."
    )


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (prompt(MAIN, *pressing("0", "5", "1", "2", "3", "4", "6", "7", "8", "9", "pound", "star")), []),
        (prompt(MAIN, *pressing("2", "1")), [out_of_order("main", 24)]),
        (prompt(MAIN, *pressing("star", "pound")), [out_of_order("main", 24)]),
        (prompt(WHO, *pressing("1", "0")), [out_of_order("who", 29)]),
        (prompt(WHO, *pressing("1", "0"), cue=Cue(WHO, wrong_key=Key.FOUR)), []),
        (prompt(MAIN, *pressing("1", "0"), cue=Cue(MAIN, wrong_key=Key.FOUR)), [out_of_order("main", 24)]),
    ],
)
def test_m2_choices_come_in_order(heard: Prompt, expected: list[str]) -> None:
    assert told(choices_come_in_order, hearing(clinic(), heard)) == expected


def test_m2_looks_on_after_help() -> None:
    helped = prompt(WHO, *pressing("1", "0"), cue=Cue(WHO, wrong_key=Key.FOUR))
    assert len(told(choices_come_in_order, hearing(clinic(), helped, prompt(MAIN, *pressing("2", "1"))))) == 1


def test_m2_sections_are_numbered_without_gaps() -> None:
    gap = with_keys(clinic(), THREE=None, FOUR=ReadSection("after"))
    gap.graph = clinic().graph
    assert told(choices_come_in_order, hearing(gap)) == [
        "menu.toml:4: error M2: The sections are on the keys 1, 2, 4. Number them 1, 2, 3 and 4 at most."
    ]


@pytest.mark.parametrize("changed", [{"ZERO": None}, {"SEVEN": Command.PACE}])
def test_m2_says_nothing_of_order_where_the_keys_mean_something_else(changed: dict[str, Meaning | None]) -> None:
    line = with_keys(clinic(), **changed)
    line.graph = clinic().graph
    assert told(choices_come_in_order, hearing(line, prompt(MAIN, *pressing("2", "1")))) == []


@pytest.mark.parametrize(("rest_ms", "is_found"), [(499, True), (500, False), (750, False), (751, True)])
def test_m3_choices_are_apart_by_as_much_as_the_line_says(rest_ms: int, is_found: bool) -> None:  # noqa: FBT001
    line = with_rests(after_option_ms=rest_ms)
    line.graph = clinic().graph
    found = (
        told(choices_are_apart, hearing(line, prompt(MAIN, say("To do this, press 1.", rest_ms=0)))) if is_found else []
    )
    told_of = f"line.toml:29: error M3: After each choice there are {rest_ms} ms of silence. Leave 500 to 750."
    assert found == [told_of] * is_found
    assert told(choices_are_apart, hearing(line, prompt(MAIN, say("To do this, press 1.")))) == found


def test_m3_listens_for_the_rest_after_each_key() -> None:
    heard = prompt(
        MAIN, say("No key.", 0), say(PERSON.written, 499), say(WHO_OPTION.written, 500), say("To go, press 2.", 0)
    )
    how = "Announce keys under [options], in sentences of their own."
    assert told(choices_are_apart, hearing(clinic(), heard)) == [
        f"en/phrases.toml:26: error M3: After a key is announced there are only 499 ms of silence. {how}",
        f"menu.toml:22: error M3: After a key is announced there are only 0 ms of silence. {how}",
    ]


@pytest.mark.parametrize(("rest_ms", "is_found"), [(499, True), (500, False), (3000, False), (3001, True)])
def test_m3_the_rest_after_a_key_has_its_limits(rest_ms: int, is_found: bool) -> None:  # noqa: FBT001
    line = with_rests(after_key_ms=rest_ms)
    line.graph = clinic().graph
    wrong = f"After a key there are {rest_ms} ms of silence before the line speaks."
    told_of = f"line.toml:30: error M3: {wrong} Leave 500 to 3000."
    assert told(silences_are_short, hearing(line)) == [told_of] * is_found
    too_long = say("Slow.", 3001)
    if is_found:
        assert told(silences_are_short, hearing(line, prompt(MAIN, too_long))) == [told_of]


@pytest.mark.parametrize(("silence_ms", "is_found"), [(3000, False), (3001, True)])
def test_m3_no_silence_within_a_prompt_is_long(silence_ms: int, is_found: bool) -> None:  # noqa: FBT001
    heard = prompt(MAIN, say("First.", 10), say("Slow.", silence_ms), say("Last.", 20))
    told_of = f"line.toml:31: error M3: The line is silent for {silence_ms} ms while it speaks. Leave at most 3000."
    assert told(silences_are_short, hearing(clinic(), prompt(MAIN), heard)) == [told_of] * is_found
