"""What a caller makes of a prompt: the keys that it announces, in the order in which they are heard."""

from __future__ import annotations

import pytest

from ivr.checks.hearing import Ear
from ivr.model.keys import Key
from ivr.model.place import Place
from tests.evidence import spanish
from tests.heard import prompt, say

MAIN = Place("en", "main")


@pytest.mark.parametrize(
    ("text", "language", "keys"),
    [
        ("To talk with our team, press 0.", "en", [Key.ZERO]),
        ("To do this, Press star; to do that, press pound.", "en", [Key.STAR, Key.POUND]),
        ("Para esto, oprima la tecla de número.", "es", [Key.POUND]),
        ("To do this, press enter.", "en", []),
        ("To do this, express 1.", "en", []),
        ("To do this, oprima 1.", "en", []),
        ("Para esto, press 1.", "es", []),
        ("Press.", "en", []),
    ],
)
def test_a_key_is_announced_by_the_one_verb_of_its_language(text: str, language: str, keys: list[Key]) -> None:
    said = say(text, language=language)
    announced = Ear(spanish().flow).announced(prompt(MAIN, said))
    assert [each.key for each in announced] == keys
    assert all(each.say is said for each in announced)


def test_the_keys_of_a_prompt_are_those_of_its_sentences() -> None:
    says = say("To do this, press 1."), say("Welcome."), say("Para esto, oprima 2.", language="es")
    assert [each.key for each in Ear(spanish().flow).announced(prompt(MAIN, *says))] == [Key.ONE, Key.TWO]


def test_a_language_is_known_by_its_voice() -> None:
    ear = Ear(spanish().flow)
    assert [ear.language_of(say("Hello.", language=language)) for language in ("en", "es")] == ["en", "es"]
    strange = say("Tapez 1.", language="en")
    assert ear.language_of(type(strange)("A voice", "fr-FR", strange.heard)) == ""
    assert ear.announced(prompt(MAIN, type(strange)("A voice", "fr-FR", strange.heard))) == ()
