from __future__ import annotations

import re

import pytest

from ivr.phone import Say, Silence, Words, said_within, seconds, seconds_before, syllables
from ivr.phone.estimate import _TENS, _TO_29
from ivr.phone.speech import Sound


def english(*heard: Sound) -> Say:
    return Say("Polly.Joanna-Neural", "en-US", heard)


def spanish(*heard: Sound) -> Say:
    return Say("Polly.Lupe-Neural", "es-US", heard)


def words(text: str, rate: int = 100, *, digits: bool = False) -> Words:
    return Words(text, text, rate, digits)


@pytest.mark.parametrize(
    ("say", "expected_s"),
    [
        (english(words("one two three four five")), 2.0),
        (english(words("it's our doctor’s well-known name")), 2.4),
        (english(words("one two three four", rate=80)), 2.0),
        (english(Silence(500), words("one two three four five"), Silence(250)), 2.75),
        (english(words("911", digits=True)), 1.2),
        (english(words("1-888-663-3488", digits=True)), 4.4),
        (english(words("part 12 of 24")), 1.6),
        (english(words("in 2026")), 2.0),
        (english(Words("meta static", "metastatic")), 0.4),
        (spanish(words("metastásico")), 5 / 5.5),
        (spanish(words("metastásico", rate=80)), 5 / 4.4),
        (spanish(words("oprima 9")), 5 / 5.5),
        (spanish(words("911", digits=True)), 6 / 5.5),
        (spanish(words("35")), 5 / 5.5),
        (spanish(words("40")), 3 / 5.5),
    ],
)
def test_seconds_follow_the_caller_standard(say: Say, expected_s: float) -> None:
    assert seconds(say) == pytest.approx(expected_s)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("a", 1), ("y", 1), ("hoy", 1), ("yo", 1), ("mayo", 2), ("país", 2), ("día", 2), ("hacia", 2), ("hacía", 3),
        ("también", 2), ("cuidado", 3), ("aeropuerto", 5), ("leer", 2), ("ahora", 3), ("guía", 2), ("agua", 2),
        ("averigüéis", 4), ("Paraguay", 3), ("quimioterapia", 5), ("inmunoterapia", 6), ("linfáticos", 4),
        ("ganglios", 2), ("asterisco", 4), ("construí", 3), ("pst", 1),
    ],
)  # fmt: skip
def test_spanish_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_spanish_numbers_are_counted_by_their_names() -> None:
    names = (
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
        "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco "
        "veintiséis veintisiete veintiocho veintinueve treinta cuarenta cincuenta sesenta setenta ochenta noventa"
    )
    assert tuple(syllables(name) for name in re.findall(r"\w+", names)) == _TO_29 + _TENS


def test_the_second_at_which_a_phrase_begins() -> None:
    say = english(Silence(500), words("one two three four five"), Silence(1000), words("Press 3 now"))
    assert seconds_before(say, "press") == pytest.approx(3.5)
    assert seconds_before(say, "ONE") == pytest.approx(0.5)
    assert seconds_before(say, "never") is None


def test_what_was_said_when_a_key_cut_it_short() -> None:
    say = english(words("one two three four five"), Silence(1000), words("six seven eight nine ten"))
    assert said_within(say, 1.0).said == "one two"
    assert said_within(say, 2.5).heard == (words("one two three four five"), Silence(500))
    assert said_within(say, 4.0).said == "one two three four five six seven"
    assert said_within(say, 60.0) == say
    assert said_within(say, 0.1).heard == ()
