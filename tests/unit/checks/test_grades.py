"""How hard words are: English by Flesch-Kincaid, Spanish by INFLESZ."""

from __future__ import annotations

import pytest

from ivr.checks import grades
from ivr.checks.grades import flesch_kincaid, has_textstat, inflesz, words_of


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("The cat sat on the mat.", -1.4),
        ("Radiation therapy destroys microscopic malignancies systematically.", 29.3),
        ("The {key} sat on the mat.", -1.4),
    ],
)
def test_english_is_graded_in_years_of_school(text: str, grade: float) -> None:
    assert flesch_kincaid(text) == pytest.approx(grade, abs=1.0)


@pytest.mark.parametrize(
    ("text", "ease"),
    [
        ("La casa es mi casa.", 206.835 - 62.3 * 7 / 5 - 5),
        ("La casa. Mi casa.", 206.835 - 62.3 * 6 / 4 - 4 / 2),
        ("La casa... ¿Mi casa?", 206.835 - 62.3 * 6 / 4 - 4 / 2),
        ("Mar.", 206.835 - 62.3 * 1 / 1 - 1),
        ("La casa", 206.835 - 62.3 * 3 / 2 - 2),
        ("", 206.835),
    ],
)
def test_spanish_is_graded_by_its_syllables_and_sentences(text: str, ease: float) -> None:
    assert inflesz(text) == pytest.approx(ease)


def test_a_placeholder_is_one_word_and_a_number_is_one_too() -> None:
    found = words_of("Press {key}, don't wait: well-known 9_9.")
    assert found == ["Press", "key", "don't", "wait", "well-known", "9", "9"]
    assert words_of("... !") == []


def test_the_library_that_grades_english_is_there_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_textstat()

    def missing() -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(grades, "_textstat", missing)
    assert not has_textstat()
