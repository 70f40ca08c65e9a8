"""Words are found however they are typed, and told as they are written."""

from __future__ import annotations

import pytest

from ivr.model.wording import beginning_with, folded, found_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DON’T", "don't"),
        ("Oncólogo, LÍDER, pingüino", "oncologo, lider, pinguino"),
        ("àèìòù áéíóúü", "aeiou aeiouu"),
        ("El señor", "el señor"),
    ],
)
def test_capitals_accents_and_curly_apostrophes_make_no_difference(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_words_are_found_by_how_they_begin() -> None:
    words = beginning_with(("batall", "líder", "el mejor", "don't", "a.b"))
    text = "El Mejor líder, la batalla, LIDERES; Don’t. Un colíder. La batalla. A-B."
    assert found_in(text, words) == ("El Mejor", "líder", "batalla", "LIDERES", "Don’t")
