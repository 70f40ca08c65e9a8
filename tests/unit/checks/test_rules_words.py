"""The emergency line is whole, and every fact of the page is heard where it belongs, in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.rules_words import (
    every_fact_is_heard_in_its_section,
    every_passage_says_a_fact,
    nothing_is_advised_or_foretold,
    the_emergency_line_is_whole,
)
from ivr.model.speech import Digits, Text, Words
from tests.evidence import clinic, shipped, spanish
from tests.heard import reading, sentence
from tests.rules_told import Find, saying, told, with_words

NUMBER = Digits("911")


RULES: tuple[Find, ...] = (
    the_emergency_line_is_whole,
    every_fact_is_heard_in_its_section,
    every_passage_says_a_fact,
    nothing_is_advised_or_foretold,
)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_holds_for_good_lines(rule: Find) -> None:
    assert [told(rule, line) for line in (shipped(), clinic(), spanish())] == [[], [], []]


@pytest.mark.parametrize(("words", "is_found"), [(9, False), (10, True)])
def test_e1_counts_each_digit_as_a_word(words: int, is_found: bool) -> None:  # noqa: FBT001
    text: Text = (Words(" ".join(["Emergencia cuelgue llame", *["ya"] * (words - 3)]) + " "), NUMBER, Words("."))
    found = told(the_emergency_line_is_whole, saying(spanish(), "es", emergency=text))
    told_of = "es/phrases.toml:2: error E1: The emergency line has 13 words. Say it in at most 12, each digit counted."
    assert found == [told_of] * is_found


def test_e1_counts_words_as_they_are_read_with_nothing_between_commas_and_stops() -> None:
    text: Text = (Words("Emergency,hang up.call,five six , seven . eight nine ten "), NUMBER, Words("."))
    (found,) = told(the_emergency_line_is_whole, saying(clinic(), "en", emergency=text))
    assert "has 13 words" in found


def test_e1_is_told_in_each_language_that_does_not_name_the_number() -> None:
    no_number: Text = (Words("Emergency: hang up and call. Emergencia: cuelgue y llame."),)
    broken = saying(saying(spanish(), "en", emergency=no_number), "es", emergency=no_number)
    assert told(the_emergency_line_is_whole, broken) == [
        f"{language}/phrases.toml:2: error E1: The emergency line does not say 9-1-1. Write 9-1-1 in it."
        for language in ("en", "es")
    ]


LIKE = {
    "en": 'Say it like "In an emergency, hang up and call 9-1-1."',
    "es": 'Say it like "En una emergencia, cuelgue y llame al 9-1-1."',
}


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("en", "In an EMERGENCY, Hang up and Call ", []),
        ("es", "En una emergencia, cuelgue y llame al ", []),
        ("en", "Call ", ['does not say "emergency".', 'does not say "hang up".']),
        ("en", "In an emergency, hang up and dial ", ['does not say "call".']),
        ("es", "Llame al ", ['does not say "emergencia".', 'does not say "cuelgue".']),
        ("es", "En una emergencia cuelgue y marque el ", ['does not say "llame".']),
        ("en", "Never hang up to call ", ['does not say "emergency".', 'says "Never".']),
        ("en", "In an emergency, don’t hang up: call ", ['says "don’t".']),
        ("en", "In an emergency, do not hang up and call ", ['says "not".']),
        ("es", "En una emergencia no cuelgue, jamás llame al ", ['says "no".', 'says "jamás".']),
    ],
)
def test_e1_says_to_hang_up_and_call_and_not_the_opposite(language: str, words: str, expected: list[str]) -> None:
    text: Text = (Words(words), NUMBER, Words("."))
    assert told(the_emergency_line_is_whole, saying(spanish(), language, emergency=text)) == [
        f"{language}/phrases.toml:2: error E1: The emergency line {each} {LIKE[language]}" for each in expected
    ]


@pytest.mark.parametrize("no", ["no", "never", "cannot", "without", "unless", "won't", "nunca", "sin", "ni", "tampoco"])
def test_e1_knows_the_words_that_deny(no: str) -> None:
    text: Text = (Words(f"In an emergency, hang up {no} call "), NUMBER, Words("."))
    assert told(the_emergency_line_is_whole, saying(clinic(), "en", emergency=text)) == [
        f'en/phrases.toml:2: error E1: The emergency line says "{no}". {LIKE["en"]}'
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("En cas d'urgence, appelez le ", []),
        ("En cas d'urgence, no ", [f'The emergency line says "no". {LIKE["en"]}']),
    ],
)
def test_e1_asks_for_no_words_of_a_language_that_nobody_here_speaks(words: str, expected: list[str]) -> None:
    flow = spanish().flow
    text: Text = (Words(words), NUMBER, Words("."))
    french = saying(spanish(), "es", emergency=text).flow.scripts["es"]
    line = Evidence(replace(flow, scripts={"en": flow.scripts["en"], "fr": french}), spanish().sources)
    assert told(the_emergency_line_is_whole, line) == [f"fr/phrases.toml: error E1: {each}" for each in expected]


def test_t4_tells_each_fact_that_is_not_heard_in_the_language_in_which_it_is_missing() -> None:
    assert told(every_fact_is_heard_in_its_section, with_words(spanish(), "es", "who", facts=((), ()))) == [
        f"es/who.md: error T4: The fact {fact.id} is not heard: {fact.text} "
        "Say it in a passage, and name it in that passage's facts."
        for fact in spanish().flow.facts
        if fact.section == "who"
    ]


def test_t4_tells_a_fact_that_is_also_heard_in_another_section() -> None:
    facts = (("who.1", "when.1"), ("who.2",))
    found = told(every_fact_is_heard_in_its_section, with_words(spanish(), "es", "who", facts=facts))
    assert found == ["es/who.md:5: error T4: The fact when.1 belongs to another section. Move it to when.md."]


def test_t4_tells_of_a_fact_in_two_wrong_places_twice() -> None:
    astray = with_words(
        with_words(clinic(), "en", "who", facts=(("when.1",), ())), "en", "after", facts=(("when.1",), ())
    )
    found = [each for each in told(every_fact_is_heard_in_its_section, astray) if "when.1 belongs" in each]
    assert [each.partition(":")[0] for each in found] == ["en/after.md", "en/who.md"]


def test_t4_tells_each_passage_that_says_no_fact() -> None:
    line = with_words(spanish(), "es", "who", facts=((), ("who.1", "who.2")))
    line = with_words(line, "en", "after", facts=((), ("after.1", "after.2"), ()))
    wrong = "error T4: This passage says no fact of the page. Name the fact that it says in its facts, or take it out."
    assert told(every_passage_says_a_fact, line) == [f"en/after.md:8: {wrong}", f"es/who.md:8: {wrong}"]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("You should stop taking your medicine.", "en", ["You should", "stop taking"]),
        ("Most patients live for less than three years.", "en", ["live for"]),
        ("Usted debería descansar.", "es", ["Usted debería"]),
        ("El pronostico es bueno.", "es", ["pronostico"]),
        ("Recommendations are made for each patient. The text should reach you.", "en", []),
        ("You should rest.", "fr", []),
    ],
)
def test_t4_nothing_is_advised_or_foretold(text: str, language: str, found: list[str]) -> None:
    line = reading(spanish(), sentence("You should.", "fr"), sentence(text, language))
    assert told(nothing_is_advised_or_foretold, line) == [
        f'{language}/who.md:8: error T4: "{each}" is advice or a prognosis. Say only the facts of the page.'
        for each in found
    ]
