"""The rules over what keys mean, how they are called, and the opening: M4 to M6."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, Asked
from ivr.checks.performance import Performance
from ivr.checks.rules_menus import (
    a_key_means_the_same_everywhere,
    choices_are_apart,
    keys_are_called_by_their_names,
    the_first_reprompt_offers_the_pace,
    the_opening_is_bare,
    what_is_announced_works,
    what_works_is_announced,
)
from ivr.content import Kind, Sentence
from ivr.engine.events import KeyPressed
from ivr.model.keys import Command, Key
from ivr.model.place import Place
from ivr.model.speech import Words
from ivr.model.words import Script
from ivr.phone import Say
from tests.evidence import clinic, shipped, spanish
from tests.heard import hearing, prompt, reading, say, sentence, words
from tests.rules_told import told, told_anywhere, with_keys, with_script

MAIN, WHO = Place("en", "main"), Place("en", "who", 3)
PERSON = say("To talk with our team, press 0.")


def pressing(*keys: str) -> tuple[Say, ...]:
    return tuple(say(f"To do this, press {key}.") for key in keys)


AGAIN = MAIN._replace(tries=1)
PACE = say("To hear me more slowly, press 8.")


@pytest.mark.parametrize(
    ("at", "said", "is_found"),
    [
        (AGAIN, PERSON, True),
        (AGAIN, PACE, False),
        (MAIN, PERSON, False),
        (MAIN._replace(tries=2), PERSON, False),
        (AGAIN._replace(node="bye"), PERSON, False),
    ],
)
def test_m6_the_first_reprompt_offers_the_slower_pace(at: Place, said: Say, is_found: bool) -> None:  # noqa: FBT001
    told_of = (
        'menu.toml:22: error M6: The first reprompt of "main" does not offer key 8. '
        "Offer the slower pace to who is asked again."
    )
    assert told(the_first_reprompt_offers_the_pace, hearing(clinic(), prompt(at, said))) == [told_of] * is_found


def test_m6_where_a_number_is_typed_no_pace_is_offered() -> None:
    typing = replace(prompt(AGAIN, PERSON), takes_digits=True)
    assert told(the_first_reprompt_offers_the_pace, hearing(clinic(), typing)) == []


def test_m6_a_pace_without_a_key_or_a_choice_is_for_other_rules() -> None:
    keyless = hearing(with_keys(clinic(), EIGHT=None), prompt(AGAIN, PERSON))
    assert told(the_first_reprompt_offers_the_pace, keyless) == []
    unworded = hearing(clinic(), prompt(AGAIN, PERSON))
    unworded.sentences = (sentence("Press 8 to hear me slowly.", kind=Kind.OPTION),)
    assert told(the_first_reprompt_offers_the_pace, unworded) == []


@pytest.mark.parametrize(
    ("name", "line", "command"),
    [("SEVEN", 9, "again"), ("EIGHT", 10, "pace"), ("STAR", 11, "choices"), ("POUND", 12, "next")],
)
def test_m4_a_key_keeps_its_meaning(name: str, line: int, command: str) -> None:
    key = Key[name].value
    told_of = (
        f'menu.toml:{line}: error M4: Key {key} does not mean "{command}". Write "{key}" = "{command}" under [keys].'
    )
    for other in (None, Command.PERSON):
        assert told(a_key_means_the_same_everywhere, with_keys(clinic(), **{name: other})) == [told_of]


def test_m4_the_key_of_the_language_is_for_two_languages() -> None:
    assert told(a_key_means_the_same_everywhere, clinic()) == []
    missing = told(a_key_means_the_same_everywhere, with_keys(spanish(), NINE=None))
    assert [each.partition(": ")[2] for each in missing] == [
        'error M4: Key 9 does not mean "language". Write "9" = "language" under [keys].'
    ]
    assert told(a_key_means_the_same_everywhere, with_keys(clinic(), NINE=Command.PACE))
    both = with_keys(clinic(), SEVEN=None, POUND=None)
    assert len(told(a_key_means_the_same_everywhere, both)) == 2


@pytest.mark.parametrize(("name", "command"), [("FIVE", "callback"), ("SIX", "text")])
def test_m4_what_a_line_has_is_on_its_own_key(name: str, command: str) -> None:
    key = Key[name].value
    told_of = f'menu.toml: error M4: Key {key} does not mean "{command}". Write "{key}" = "{command}" under [keys].'
    assert told_anywhere(a_key_means_the_same_everywhere, with_keys(shipped(), **{name: None})) == [told_of]
    flow = replace(with_keys(shipped(), **{name: None}).flow, callback=None, text=None)
    assert told(a_key_means_the_same_everywhere, Evidence(flow, shipped().sources)) == []


def opening(text: str, kind: Kind = Kind.PASSAGE, node: str = "hello") -> Sentence:
    return sentence(text, kind=kind, node=node, line=6)


NAME = "Elm Street Clinic"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{NAME}, flu shot line.", []),
        (f"{NAME} {words(6)}", []),
        (
            f"{NAME} {words(7)}.",
            ["The greeting has 7 words besides the name of the line. Say only the name of the line."],
        ),
        ("Flu shot line.", [f"The greeting does not say the name of the line. Say it: {NAME}."]),
        (f"{NAME}. Please listen carefully.", ['"listen carefully" keeps a caller waiting. Leave it out.']),
        (f"{NAME}. Our menu has changed.", ['"has changed" keeps a caller waiting. Leave it out.']),
    ],
)
def test_m5_the_opening_is_bare(text: str, expected: list[str]) -> None:
    found = told(the_opening_is_bare, reading(clinic(), opening(text)))
    assert found == [f"en/hello.md:6: error M5: {each}" for each in expected]


def test_m5_is_about_the_passages_of_the_greeting_but_empty_words_are_empty_everywhere() -> None:
    others = (
        opening(words(13), Kind.TITLE),
        opening(words(13), node="who"),
        opening("Your call is very important to us. Please listen closely.", node="who"),
    )
    found = told(the_opening_is_bare, reading(clinic(), *others))
    assert found == [
        f'en/who.md:6: error M5: "{empty}" keeps a caller waiting. Leave it out.'
        for empty in ("important to us", "listen closely")
    ]
    loud = told(the_opening_is_bare, reading(spanish(), sentence("Sus Opciones han cambiado.", "es")))
    assert loud == ['es/who.md:8: error M5: "han cambiado" keeps a caller waiting. Leave it out.']
    assert told(the_opening_is_bare, reading(clinic(), sentence("Ecoutez, listen carefully.", "fr"))) == []


def test_m6_what_is_announced_works() -> None:
    announced = prompt(MAIN, PERSON, say("To dance, press 4."), say("To sing, press 5."))
    how = "Give the key a meaning under [keys] in menu.toml, or do not announce it."
    assert told(what_is_announced_works, hearing(clinic(), announced)) == [
        f"menu.toml:22: error M6: Key {key} is announced, and does nothing. {how}" for key in (4, 5)
    ]


def test_m6_asks_in_the_situation_in_which_a_key_is_announced() -> None:
    line = hearing(clinic(), prompt(MAIN, PERSON, situation=CLOSED))
    asked = Asked(MAIN, KeyPressed(Key.ZERO))
    led = line.graph.answers[asked]
    mute = {**led, CLOSED: led[CLOSED]._replace(cue=led[CLOSED].cue._replace(wrong_key=Key.ZERO))}
    line.graph = replace(line.graph, answers={**line.graph.answers, asked: mute})
    (found,) = told(what_is_announced_works, line)
    assert found.startswith("en/phrases.toml:26: error M6: Key 0 is announced, and does nothing.")
    line.performance.__dict__["prompts"] = (prompt(MAIN, PERSON),)
    assert told(what_is_announced_works, line) == []


def test_m6_what_works_is_announced() -> None:
    told_of = (
        "menu.toml:10: error M6: Key 8 works, but no prompt ever says so. Offer it somewhere, or take its meaning away."
    )
    heard = prompt(MAIN, *pressing("0", "1", "2", "3")), prompt(WHO, *pressing("7", "pound", "star"))
    line = hearing(clinic(), *heard)
    assert told(what_works_is_announced, line) == [told_of]
    line.performance = Performance({}, {next(iter(line.graph.documents)): "No."}, line.graph)
    line.performance.__dict__["prompts"] = heard
    assert told(what_works_is_announced, line) == []


def naming(evidence: Evidence, language: str, **names: str) -> Evidence:
    def change(script: Script) -> Script:
        return replace(
            script, key_names={**script.key_names, **{Key[key]: (Words(name),) for key, name in names.items()}}
        )

    return with_script(evidence, language, change)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"STAR": "Star", "POUND": "hash"}, []),
        ({"ONE": "one"}, ['en/phrases.toml:48: error M6: The key 1 is called "one". Call it 1.']),
        ({"POUND": "gate"}, ['en/phrases.toml:58: error M6: The key # is called "gate". Call it pound or hash.']),
        ({"STAR": "Asterisk"}, ['en/phrases.toml:57: error M6: The key * is called "Asterisk". Call it star.']),
    ],
)
def test_m6_keys_are_called_by_their_names(names: dict[str, str], expected: list[str]) -> None:
    assert told(keys_are_called_by_their_names, naming(clinic(), "en", **names)) == expected


def test_m6_keys_have_names_in_every_language() -> None:
    for name in ("numeral", "gato", "almohadilla", "el signo de número", "la tecla de número"):
        assert told(keys_are_called_by_their_names, naming(spanish(), "es", POUND=name, STAR="estrella")) == []
    (found,) = told(keys_are_called_by_their_names, naming(spanish(), "es", STAR="star"))
    assert found.endswith('The key * is called "star". Call it asterisco or estrella.')


def test_what_is_heard_is_told_at_the_place_of_the_language_that_speaks() -> None:
    line = hearing(spanish(), prompt(MAIN, say("Para hablar con nuestro equipo, oprima 0.", 0, "es")))
    (found,) = told(choices_are_apart, line)
    assert found.startswith("es/phrases.toml:")
