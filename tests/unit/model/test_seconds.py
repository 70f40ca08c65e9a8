"""The estimate of how long something takes to say, against sentences counted by hand."""

from __future__ import annotations

import pytest

from ivr.model.place import Pace
from ivr.model.seconds import seconds, syllables
from ivr.model.speech import Digits, Respelled, Rest, SlowDigits, Span, Utterance, Words

NUMBER = SlowDigits(("1", "888", "663", "3488"))


def english(*spans: Span) -> float:
    return seconds([Utterance("en", spans)])


def spanish(*spans: Span) -> float:
    return seconds([Utterance("es", spans)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("To talk with our scheduling team, press 0.", 8),
        ("In an emergency, hang up and call ", 7),
        ("Moffitt's oncologists don't hurry.", 4),
        ("Cancer cells multiply much faster than healthy cells.", 8),
        ("", 0),
        (" , . ", 0),
    ],
)
def test_english_takes_a_second_for_two_and_a_half_words(text: str, words: int) -> None:
    assert english(Words(text)) == pytest.approx(words / 2.5)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Para español, oprima 9.", 2 + 3 + 3 + 2),  # nueve
        ("Aquí sigo.", 2 + 2),
        ("En una emergencia, cuelgue y llame al ", 1 + 2 + 4 + 2 + 1 + 2 + 1),
        ("Lo siento. Nadie pudo contestar.", 1 + 2 + 2 + 2 + 3),
        ("Moffitt ofrece una variedad de tratamientos.", 2 + 3 + 2 + 3 + 1 + 4),
        ("La quimioterapia y la inmunoterapia.", 1 + 5 + 1 + 1 + 6),
    ],
)
def test_spanish_takes_a_second_for_five_and_a_half_syllables(text: str, count: int) -> None:
    assert spanish(Words(text)) == pytest.approx(count / 5.5)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("y", 1), ("oír", 2), ("día", 2), ("línea", 3), ("cáncer", 2), ("cuándo", 2), ("guardia", 2), ("equipo", 3),
        ("sección", 2), ("opciones", 3), ("asterisco", 4), ("linfáticos", 4), ("metastásico", 5), ("cuelgue", 2),
        ("siguiente", 3), ("avanzar", 3), ("tecla", 2), ("leer", 2), ("teoría", 4), ("pst", 1),
    ],
)  # fmt: skip
def test_spanish_syllables_are_counted_by_ear(word: str, count: int) -> None:
    assert syllables(word) == count


def test_digits_are_said_one_by_one() -> None:
    assert english(Digits("911")) == pytest.approx(3 / 2.5)
    assert spanish(Digits("911")) == pytest.approx((2 + 2 + 2) / 5.5)  # nueve, uno, uno


def test_a_telephone_number_is_slow_and_has_rests_at_either_pace() -> None:
    once_s = 11 / 2.5 / 0.8 + 3 * 0.3
    said = [Utterance("en", (NUMBER,))]
    assert seconds(said) == pytest.approx(once_s)
    assert seconds(said, Pace.SLOW) == pytest.approx(once_s)


def test_a_respelling_counts_as_the_word_it_stands_for() -> None:
    assert english(Respelled("metastatic", "meta static")) == english(Words("metastatic"))


def test_slow_pace_stretches_words_and_not_rests() -> None:
    said = [Utterance("en", (Words("one two three four five"), Rest(600)))]
    assert seconds(said) == pytest.approx(2.6)
    assert seconds(said, Pace.SLOW) == pytest.approx(3.1)


def test_utterances_of_both_languages_add_up() -> None:
    said = [Utterance("en", (Words("one two three four five"),)), Utterance("es", (Words("Aquí sigo"), Rest(300)))]
    assert seconds(said) == pytest.approx(2 + 4 / 5.5 + 0.3)
