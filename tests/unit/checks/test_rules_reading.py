"""The rules over the sections, each on what little of the clinic it judges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.performance import Prompt
from ivr.checks.rules_reading import (
    a_passage_is_short,
    a_section_ends_with_few_choices,
    a_section_says_where_the_caller_is,
    hard_words_have_a_respelling,
    sentences_of,
    the_number_is_said_well,
)
from ivr.content import Kind
from ivr.engine.cues import Cue
from ivr.model.place import Place
from ivr.model.speech import Respelled, SlowDigits, Text, Words
from ivr.phone import Say
from tests.evidence import clinic, retold, shipped, spanish
from tests.heard import hearing, prompt, reading, say, sentence, words
from tests.rules_told import told, with_script

WHO, MAIN = Place("en", "who"), Place("en", "main")
SPLIT = "Split it with a blank line"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (words(50), []),
        (words(55), [f"warning S1: This passage takes 22 seconds. {SPLIT}: 20 seconds are enough to remember."]),
        (words(75), [f"warning S1: This passage takes 30 seconds. {SPLIT}: 20 seconds are enough to remember."]),
        (words(80), [f"error S1: This passage takes 32 seconds. {SPLIT}: 20 seconds are enough to remember."]),
        ("One. Two. Three. Four.", []),
        ("One. Two. Three. Four. Five.", [f"error S1: This passage has 5 sentences. {SPLIT}: one idea a passage."]),
    ],
)
def test_s1_a_passage_is_short(text: str, expected: list[str]) -> None:
    found = told(a_passage_is_short, reading(clinic(), sentence(text)))
    assert found == [f"en/who.md:8: {each}" for each in expected]


def test_s1_is_about_the_passages_of_sections() -> None:
    long = words(80)
    others = sentence(long, kind=Kind.TITLE), sentence(long, node="main"), sentence(long, node="")
    assert told(a_passage_is_short, reading(clinic(), *others)) == []
    assert len(told(a_passage_is_short, reading(clinic(), *others, sentence(long)))) == 1


def test_s1_counts_in_the_language_of_the_passage() -> None:
    assert told(a_passage_is_short, reading(spanish(), sentence("a " * 110, "es"))) == []
    assert told(a_passage_is_short, reading(spanish(), sentence("a " * 111, "es")))


LOST = '"who" does not say where the caller is in it. Name the part and the number of parts.'


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (prompt(WHO, say("This section has 2 parts.")), []),
        (prompt(WHO, say("This section has 3 parts.")), [f"en/phrases.toml:3: error S4: {LOST}"]),
        (prompt(WHO._replace(part=1), say("Part 1 of 2."), say("It is for everyone.")), []),
        (prompt(WHO._replace(part=1), say("Part 1."), say("One of 2.")), []),
        (prompt(WHO._replace(part=1), say("Part 2 of 2.")), [f"en/phrases.toml:4: error S4: {LOST}"]),
        (prompt(WHO._replace(part=2), say("Part 2.")), []),
        (prompt(WHO._replace(part=1), say("Part 1.")), [f"en/phrases.toml:4: error S4: {LOST}"]),
        (prompt(WHO._replace(part=3), say("That is the end.")), []),
        (prompt(WHO._replace(part=1), say("It is for everyone."), cue=Cue(WHO)), []),
        (prompt(MAIN, say("Welcome.")), []),
    ],
)
def test_s4_a_section_says_where_the_caller_is(heard: Prompt, expected: list[str]) -> None:
    after = prompt(WHO, say("Nothing of it."))
    assert told(a_section_says_where_the_caller_is, hearing(clinic(), heard)) == expected
    assert len(told(a_section_says_where_the_caller_is, hearing(clinic(), heard, after))) == len(expected) + 1


END = WHO._replace(part=3)


def choices(*keys: str) -> tuple[Say, ...]:
    return tuple(say(f"To do this, press {key}.") for key in keys)


NEEDED = (
    'menu.toml:29: error S5: "who" does not end with a person, again and all the choices. '
    'Write offers = ["person", "again", "next", "choices"].'
)
MANY = 'menu.toml:29: error S5: "who" ends with 5 choices. Offer at most 4.'


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (prompt(END, *choices("0", "7", "pound", "star")), []),
        (prompt(END, *choices("0", "7", "star")), []),
        (prompt(END, *choices("0", "7", "8", "pound", "star")), [MANY]),
        (prompt(END, *choices("7", "star")), [NEEDED]),
        (prompt(END, *choices("0", "star")), [NEEDED]),
        (prompt(END, *choices("0", "7")), [NEEDED]),
        (prompt(END, *choices("1", "2", "3", "7", "star")), [MANY, NEEDED]),
        (prompt(END._replace(tries=1), *choices("0")), []),
        (prompt(WHO._replace(part=2), *choices("0")), []),
        (prompt(MAIN._replace(part=3), *choices("0")), []),
    ],
)
def test_s5_a_section_ends_with_few_choices(heard: Prompt, expected: list[str]) -> None:
    assert told(a_section_ends_with_few_choices, hearing(clinic(), heard)) == expected
    after = prompt(END, *choices("0"))
    assert told(a_section_ends_with_few_choices, hearing(clinic(), heard, after)) == [*expected, NEEDED]


@pytest.mark.parametrize(
    ("keys", "is_found"), [(("0", "7", "star"), False), (("5", "7", "star"), False), (("7", "star"), True)]
)
def test_s5_a_callback_stands_for_a_person(keys: tuple[str, ...], is_found: bool) -> None:  # noqa: FBT001
    end = Place("en", "what", 9)
    assert bool(told(a_section_ends_with_few_choices, hearing(shipped(), prompt(end, *choices(*keys))))) == is_found


def test_s5_does_not_listen_where_choices_are_not_worded() -> None:
    unworded = with_script(
        clinic(), "en", lambda script: replace(script, options=replace(script.options, pace=(Words("Slowly."),)))
    )
    unworded.graph = clinic().graph
    assert told(a_section_ends_with_few_choices, hearing(unworded, prompt(END, *choices("0")))) == []


GROUPS = ("1", "800", "555", "0199")
TWICE: Text = (Words("Call "), SlowDigits(GROUPS), Words(", "), SlowDigits(GROUPS))


def with_vanity(vanity: str | None) -> Evidence:
    flow = replace(clinic().flow, line=replace(clinic().flow.line, vanity=vanity))
    return retold(clinic(), flow=flow)


@pytest.mark.parametrize(
    ("vanity", "text", "is_good"),
    [
        (None, TWICE, True),
        (None, (Words("No number."),), True),
        (None, TWICE[:2], False),
        (None, (SlowDigits(GROUPS), SlowDigits(("1", "800"))), False),
        (None, (SlowDigits(("1", "800")), SlowDigits(GROUPS)), False),
        ("1-800-FLU-SHOT", (*TWICE, SlowDigits(("1", "800"))), True),
        ("1-800-FLU-SHOT", TWICE, False),
        ("1-800-FLU-SHOT", (*TWICE, SlowDigits(("1", "888"))), False),
    ],
)
def test_s6_the_number_is_said_well(vanity: str | None, text: Text, is_good: bool) -> None:  # noqa: FBT001
    evidence = reading(with_vanity(vanity), sentence("No number."), sentence(text))
    told_of = (
        "en/who.md:8: error S6: The number is not said twice in its groups and by its word. "
        "Write {number}, and nothing else, for the number."
    )
    assert told(the_number_is_said_well, evidence) == [told_of] * (not is_good)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ((Words("Metastatic cancer and Lymph nodes"),), "en", ["lymph", "metastatic"]),
        ((Respelled("Metastatic", "meta static"), Words(" or metastatic cancer")), "en", []),
        ((Words("The lymph"), Respelled("node", "no d"), Words("s of it.")), "en", ["lymph"]),
        ((Words("La metástasis y los ganglios linfáticos."),), "es", ["ganglios", "linfáticos"]),
        ((Words("It is plain: 2024metastatic_lymph."),), "en", ["lymph", "metastatic"]),
        ((Words("Ganglios"),), "en", []),
        ((Words("Metastatic"),), "fr", []),
    ],
)
def test_s8_hard_words_have_a_respelling(text: Text, language: str, expected: list[str]) -> None:
    found = told(hard_words_have_a_respelling, reading(clinic(), sentence(text, language)))
    mend = f"Write under [{language}] in lexicon.toml how the voice should say it."
    assert found == [
        f'{language}/who.md:8: error S8: "{word}" has no entry in the lexicon. {mend}' for word in expected
    ]


@pytest.mark.parametrize(
    ("text", "count"), [("One. Two? Three!", 3), ("At 8.30 or 9.", 1), ("", 0), ("No stop", 1), (" One.  Two. ", 2)]
)
def test_a_reader_tells_sentences_apart(text: str, count: int) -> None:
    assert len(sentences_of((Words(text),))) == count
