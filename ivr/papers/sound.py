"""Sound as a telephone carries it: 8,000 samples a second, 300 to 3,400 hertz. Standard library only."""

from __future__ import annotations

import math
import sys
import wave
from array import array
from functools import lru_cache
from math import gcd
from operator import mul
from typing import IO

RATE = 8000
LOWEST_HZ, HIGHEST_HZ = 300, 3400
LOUDEST = 32767

_HALF = 32  # samples on each side that the filter looks at: a slope of about 600 hertz at 22,050 a second
_SILENT = 200  # less than this is no sound, in 32767ths


def read_wav(file: IO[bytes]) -> tuple[array[int], int]:
    """The samples of a 16-bit mono sound, and their rate."""
    with wave.open(file, "rb") as sound:
        if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
            raise ValueError("The sound is not 16-bit mono.")
        # A stream does not know its own length, so that its header may promise too much: read what there is.
        return _swapped(array("h", sound.readframes(sound.getnframes()))), sound.getframerate()


def write_wav(file: IO[bytes], samples: array[int]) -> None:
    """Write samples at the telephone's rate as a 16-bit mono sound."""
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(_swapped(array("h", samples)).tobytes())


def telephone(samples: array[int], rate: int) -> array[int]:
    """The sound at the telephone's rate, with nothing above or below the telephone's band."""
    return array("h", (max(-LOUDEST, min(LOUDEST, round(each))) for each in _high_passed(_resampled(samples, rate))))


def quiet(ms: int) -> array[int]:
    """Silence."""
    return array("h", bytes(2 * (RATE * ms // 1000)))


def trimmed(samples: array[int]) -> array[int]:
    """The sound without the silence at both ends."""
    heard = [index for index, each in enumerate(samples) if abs(each) > _SILENT]
    return samples[heard[0] : heard[-1] + 1] if heard else samples[:0]


def _resampled(samples: array[int], rate: int) -> list[float]:
    """One filter a phase: the places of the new samples between the old ones repeat."""
    step, phases = rate // gcd(rate, RATE), RATE // gcd(rate, RATE)
    filters = _filters(rate, phases)
    padded = array("h", [0] * _HALF) + samples + array("h", [0] * (_HALF + 1))
    count = len(samples) * phases // step
    places = (divmod(index * step, phases) for index in range(count))
    return [sum(map(mul, filters[phase], padded[at : at + 2 * _HALF])) for at, phase in places]


@lru_cache(maxsize=4)
def _filters(rate: int, phases: int) -> tuple[tuple[float, ...], ...]:
    """Windowed sincs that let pass what is below the highest tone of a telephone."""
    cut = 2 * min(HIGHEST_HZ / rate, 0.5)
    made = []
    for phase in range(phases):
        taps = [_tap(index - _HALF - phase / phases, cut) for index in range(2 * _HALF)]
        total = sum(taps)
        made.append(tuple(tap / total for tap in taps))
    return tuple(made)


def _tap(at: float, cut: float) -> float:
    sinc = cut if at == 0 else math.sin(math.pi * cut * at) / (math.pi * at)
    return sinc * (0.5 + 0.5 * math.cos(math.pi * max(-1.0, min(1.0, at / _HALF))))


def _high_passed(samples: list[float]) -> list[float]:
    """A Butterworth filter of second order (the RBJ cookbook's high-pass with Q = 1 / sqrt 2)."""
    turn = 2 * math.pi * LOWEST_HZ / RATE
    alpha, cosine = math.sin(turn) / math.sqrt(2), math.cos(turn)
    scale = (1 + cosine) / 2 / (1 + alpha)
    back_1, back_2 = -2 * cosine / (1 + alpha), (1 - alpha) / (1 + alpha)
    passed: list[float] = []
    in_1 = in_2 = out_1 = out_2 = 0.0
    for each in samples:
        out = scale * (each - 2 * in_1 + in_2) - back_1 * out_1 - back_2 * out_2
        in_1, in_2, out_1, out_2 = each, in_1, out, out_1
        passed.append(out)
    return passed


def _swapped(samples: array[int]) -> array[int]:
    """A wav is written with the small end first."""
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
