"""The rules over the second language, each on what little of the clinic in two languages it judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.performance import Prompt
from ivr.checks.rules_language import (
    languages_say_the_same,
    nothing_is_left_in_the_first_language,
    reasons_are_in_every_language,
    the_offer_comes_again,
    the_offer_comes_early,
    words_are_in_their_own_language,
)
from ivr.content import Kind
from ivr.engine.cues import Cue
from ivr.model.place import Place
from ivr.model.speech import Slot, Text, Words
from tests.evidence import clinic, retold, shipped, spanish
from tests.heard import hearing, prompt, reading, say, sentence, words
from tests.rules_told import told, told_anywhere, with_script, with_words

HELLO = Place("en", "hello", has_pressed=False)
MAIN, BYE, WHO = Place("en", "main"), Place("en", "bye"), Place("en", "who", 3)
OFFER = say("Para español, oprima 9.", 500, "es")
ENGLISH = say("For English, press 9.")


def late(starts: str, ends: str) -> str:
    return (
        f"es/phrases.toml:3: error L1: The offer is heard from {starts} s to {ends} s after pickup. "
        "Shorten the greeting or the offer: 5 s and 7 s are the latest."
    )


NO_OFFER = (
    "es/phrases.toml:3: error L1: The greeting does not offer the other language in its own voice. "
    'End it with ", oprima {key}."'
)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (prompt(HELLO, say(words(10), 0), OFFER), []),
        (prompt(HELLO, say(words(12), 200), OFFER), []),
        (prompt(HELLO, say(words(6), 100), say(words(6), 100), OFFER), []),
        (prompt(HELLO, say(words(12), 300), OFFER), [late("5.1", "6.9")]),
        (prompt(HELLO, say(words(6), 100), say(words(6), 200), OFFER), [late("5.1", "6.9")]),
        (prompt(HELLO, say("Para " + "a " * 26 + "oprima 9.", 0, "es")), []),
        (prompt(HELLO, say("Para " + "a " * 31 + "oprima 9.", 700, "es")), []),
        (prompt(HELLO, say("Para " + "a " * 32 + "oprima 9.", 0, "es")), [late("0.0", "7.1")]),
        (prompt(HELLO, say("Hello."), say("To hear this in Spanish, press 9.")), [NO_OFFER]),
        (prompt(HELLO, say("Hello."), say("Para español, oprima 8.", 500, "es")), [NO_OFFER]),
        (prompt(HELLO), [NO_OFFER]),
    ],
)
def test_l1_the_offer_comes_early(heard: Prompt, expected: list[str]) -> None:
    assert told(the_offer_comes_early, hearing(spanish(), heard)) == expected
    again = prompt(HELLO, say("Hello."))
    assert told(the_offer_comes_early, hearing(spanish(), again, heard)) == [NO_OFFER, *expected]


@pytest.mark.parametrize(
    "heard",
    [
        prompt(HELLO._replace(has_pressed=True), say("Hello.")),
        prompt(HELLO._replace(part=1), say("In an emergency, call.")),
        prompt(HELLO, say("Hello."), cue=Cue(HELLO, is_after_key=True)),
        prompt(MAIN._replace(has_pressed=False), say("Welcome.")),
    ],
)
def test_l1_is_about_the_first_words_of_a_call(heard: Prompt) -> None:
    assert told(the_offer_comes_early, hearing(spanish(), heard)) == []


def test_l1_a_line_of_one_language_offers_none() -> None:
    heard = prompt(HELLO, say("Hello.")), prompt(MAIN, say("Welcome."))
    assert told(the_offer_comes_early, hearing(clinic(), *heard)) == []
    assert told(the_offer_comes_again, hearing(clinic(), *heard)) == []


def test_l1_the_offer_to_a_spanish_caller_is_in_english() -> None:
    hello = HELLO._replace(language="es")
    assert told(the_offer_comes_early, hearing(spanish(), prompt(hello, ENGLISH))) == []
    for before_ms, count in ((5400, 0), (5500, 1)):
        late_offer = prompt(hello, say(ENGLISH.written, before_ms=before_ms))
        assert len(told(the_offer_comes_early, hearing(spanish(), late_offer))) == count
    (found,) = told(the_offer_comes_early, hearing(spanish(), prompt(hello, OFFER)))
    assert found.startswith("en/phrases.toml:")
    assert found.endswith('End it with ", press {key}."')


def test_l1_an_offer_in_a_language_without_a_known_verb_is_not_heard_and_no_verb_is_made_up() -> None:
    flow = spanish().flow
    scripts = {"en": flow.scripts["en"], "fr": flow.scripts["es"]}
    french = replace(flow, line=replace(flow.line, languages=("en", "fr")), scripts=scripts)
    line = hearing(retold(spanish(), flow=french), prompt(HELLO, say("Hello.")))
    (found,) = told(the_offer_comes_early, line)
    assert found.startswith("fr/phrases.toml: error L1: The greeting does not offer")
    assert found.endswith(' End it with ",  {key}."')


def missing(node: str, line: int) -> str:
    return (
        f'menu.toml:{line}: error L1: "{node}" does not offer the other language again. Put "language" into its offers.'
    )


GREETED = prompt(HELLO, OFFER)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (prompt(MAIN, say("Welcome.")), [missing("main", 25)]),
        (prompt(MAIN, say("Welcome."), OFFER), []),
        (prompt(MAIN._replace(tries=1), say("Take your time.")), [missing("main", 25)]),
        (prompt(WHO._replace(tries=1), say("Take your time.")), [missing("who", 30)]),
        (prompt(WHO._replace(tries=1), OFFER), []),
        (prompt(WHO, say("That is the end.")), []),
        (prompt(WHO._replace(tries=2), say("I am still here.")), []),
        (prompt(MAIN._replace(tries=2), say("I am still here.")), []),
        (prompt(BYE._replace(tries=1), say("Goodbye.")), []),
        (prompt(MAIN._replace(language="es"), say("Hola.", 500, "es")), []),
    ],
)
def test_l1_the_offer_comes_again(heard: Prompt, expected: list[str]) -> None:
    assert told(the_offer_comes_again, hearing(spanish(), GREETED, heard)) == expected
    after = prompt(MAIN, say("Welcome."))
    assert told(the_offer_comes_again, hearing(spanish(), GREETED, heard, after)) == [*expected, missing("main", 25)]


def test_l1_who_types_a_number_is_not_offered_anything() -> None:
    typing = replace(prompt(MAIN._replace(tries=1), say("Your number, please.")), takes_digits=True)
    after = prompt(MAIN, say("Welcome."))
    assert told(the_offer_comes_again, hearing(spanish(), GREETED, typing, after)) == [missing("main", 25)]


def test_l1_who_was_never_offered_is_told_of_once() -> None:
    heard = prompt(HELLO, say("Hello.")), prompt(MAIN, say("Welcome."))
    assert told(the_offer_comes_again, hearing(spanish(), *heard)) == []


DIFFERS = "It does not have the passages and facts of en/who.md. Say the same, passage by passage."


@pytest.mark.parametrize("facts", [(("who.2",), ("who.1",)), (("who.1",), ("who.2",), ())])
def test_l3_languages_speak_of_the_same_facts(facts: tuple[tuple[str, ...], ...]) -> None:
    other = with_words(spanish(), "es", "who", facts=facts)
    assert told(languages_say_the_same, other) == [f"es/who.md:5: error L3: {DIFFERS}"]


def test_l3_languages_have_the_same_passages() -> None:
    words_ = spanish().flow.words("es", "who")
    shorter: tuple[Text, ...] = words_.passages[:1]
    other = with_words(spanish(), "es", "who", passages=shorter)
    assert told(languages_say_the_same, other) == [f"es/who.md:5: error L3: {DIFFERS}"]
    assert told(languages_say_the_same, spanish()) == told(languages_say_the_same, clinic()) == []
    both = with_words(other, "es", "when", facts=())
    assert [each.partition(":")[0] for each in told(languages_say_the_same, both)] == ["es/who.md", "es/when.md"]


@pytest.mark.parametrize(
    ("text", "language", "kind", "is_found"),
    [
        ("The flu shot is for everyone.", "en", Kind.PASSAGE, False),
        ("The flu shot is for everyone.", "es", Kind.PASSAGE, True),
        ("The Flu Shot Is for everyone.", "es", Kind.PHRASE, True),
        ("La vacuna es para todos.", "en", Kind.PASSAGE, True),
        ("La vacuna es para todos.", "es", Kind.PASSAGE, False),
        ("Influenza is it.", "es", Kind.PASSAGE, True),
        ("This flu.", "es", Kind.PASSAGE, False),
        ("The flu and el que.", "es", Kind.PASSAGE, False),
        ("The flu and of el que.", "es", Kind.PASSAGE, True),
        ("The flu shot is for everyone.", "es", Kind.PIECE, False),
        ("The flu shot is for everyone.", "fr", Kind.PASSAGE, False),
    ],
)
def test_l3_words_are_in_their_own_language(text: str, language: str, kind: Kind, is_found: bool) -> None:  # noqa: FBT001
    found = told(words_are_in_their_own_language, reading(spanish(), sentence(text, language, kind)))
    told_of = f'{language}/who.md:8: error L3: "{text}" is not in the language of its folder. Translate it.'
    assert found == [told_of] * is_found


def test_l3_looks_at_every_sentence() -> None:
    french, piece = sentence("The flu is it.", "fr"), sentence("The flu is it.", "es", Kind.PIECE)
    line = reading(spanish(), french, piece, sentence("It is the flu.", "es"))
    assert len(told(words_are_in_their_own_language, line)) == 1


@pytest.mark.parametrize(
    ("english", "spanish_", "kind", "is_found"),
    [
        ("Goodbye.", "GOODBYE", Kind.PHRASE, True),
        ("Monday", "Monday", Kind.PIECE, True),
        ("Monday", "lunes", Kind.PIECE, False),
        ("9 1 1", "9 1 1", Kind.PIECE, False),
        ("Elm Street Clinic", "Elm Street Clinic", Kind.PASSAGE, False),
        ("Elm Street Clinic, hello", "Elm Street Clinic, hello", Kind.PASSAGE, True),
    ],
)
def test_l3_nothing_is_left_in_the_first_language(english: str, spanish_: str, kind: Kind, is_found: bool) -> None:  # noqa: FBT001
    other = sentence("Elsewhere.", key="passage 2")
    line = reading(spanish(), sentence(english, kind=kind), other, sentence(spanish_, "es", kind))
    told_of = f'es/who.md:8: error L3: "{spanish_}" is word for word that of en. Translate it.'
    assert told(nothing_is_left_in_the_first_language, line) == [told_of] * is_found


def test_l3_what_a_place_is_filled_with_is_no_word_and_each_sentence_has_its_own_fellow() -> None:
    places: Text = (Slot("hour"), Words(" "), Slot("minute"))
    alone = sentence("Hello.", "es", node="when")
    line = reading(spanish(), sentence(places), sentence(places, "es"), sentence("Hello."), alone)
    assert told(nothing_is_left_in_the_first_language, line) == []


def test_l3_reasons_are_in_every_language() -> None:
    reason: Text = (Words("The weather is bad."),)
    one = with_script(spanish(), "en", lambda script: replace(script, reasons={"weather": reason, "phones": reason}))
    both = with_script(one, "es", lambda script: replace(script, reasons={"phones": reason, "meeting": reason}))
    wrong = 'The reason "{}" is missing, and another language has it. Add it under [reasons].'
    assert told_anywhere(reasons_are_in_every_language, both) == [
        f"en/phrases.toml: error L3: {wrong.format('meeting')}",
        f"es/phrases.toml: error L3: {wrong.format('weather')}",
    ]
    same = with_script(one, "es", lambda script: replace(script, reasons={"phones": reason, "weather": reason}))
    assert told(reasons_are_in_every_language, same) == []
    missing = with_script(shipped(), "es", lambda script: replace(script, reasons={}))
    line = shipped().sources.line("es/phrases.toml", "reasons")
    assert line
    assert {each.partition(": ")[0] for each in told(reasons_are_in_every_language, missing)} == {
        f"es/phrases.toml:{line}"
    }


@pytest.mark.parametrize("line", [shipped, spanish, clinic])
def test_good_lines_keep_the_rules_over_languages(line: Callable[[], Evidence]) -> None:
    for rule in (
        the_offer_comes_early,
        the_offer_comes_again,
        languages_say_the_same,
        nothing_is_left_in_the_first_language,
        reasons_are_in_every_language,
        words_are_in_their_own_language,
    ):
        assert told(rule, line()) == []
