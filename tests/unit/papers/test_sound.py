"""Sound is brought to what a telephone carries."""

from __future__ import annotations

import io
import math
import wave
from array import array

import pytest

from ivr.papers.sound import RATE, quiet, read_wav, telephone, trimmed, write_wav

AS_MADE = 22050


def tone(hertz: float, rate: int = AS_MADE, seconds: float = 0.5) -> array[int]:
    return array("h", (round(10_000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(rate * seconds))))


def loudness(samples: array[int]) -> float:
    """Of the middle, where the filters have settled; 1 is as loud as a tone was made."""
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    return math.sqrt(2 * sum(each * each for each in middle) / len(middle)) / 10_000


@pytest.mark.parametrize("rate", [AS_MADE, 16_000, 44_100])
def test_a_sound_keeps_its_length_at_the_telephones_rate(rate: int) -> None:
    assert len(telephone(tone(1000, rate), rate)) == pytest.approx(RATE * 0.5, abs=1)


@pytest.mark.parametrize("hertz", [600, 1000, 2000, 3000])
def test_a_voices_tones_pass(hertz: int) -> None:
    assert loudness(telephone(tone(hertz), AS_MADE)) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("hertz", [50, 100, 4500, 7000, 10_000])
def test_what_no_telephone_carries_is_taken_away(hertz: int) -> None:
    assert loudness(telephone(tone(hertz), AS_MADE)) < 0.15


def test_the_loudest_sound_stays_within_its_16_bits() -> None:
    square = array("h", [32767 if n // 20 % 2 else -32768 for n in range(4000)])
    assert max(telephone(square, AS_MADE)) <= 32767


def test_silence_at_both_ends_is_taken_away_and_none_within() -> None:
    middle = array("h", [5000, 0, 0, -5000])
    assert trimmed(quiet(10) + middle + quiet(20)) == middle
    assert trimmed(quiet(10)) == array("h")


def test_what_is_written_can_be_read() -> None:
    file = io.BytesIO()
    samples = tone(500, RATE)
    write_wav(file, samples)
    file.seek(0)
    assert read_wav(file) == (samples, RATE)


def test_a_sound_of_another_kind_is_refused() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as stereo:
        stereo.setnchannels(2)
        stereo.setsampwidth(2)
        stereo.setframerate(RATE)
    file.seek(0)
    with pytest.raises(ValueError, match="mono"):
        read_wav(file)
