"""How long a voice takes: the caller standard's estimate, so that seconds can be judged without a telephone call.

English is counted in words (150 a minute), Spanish in syllables (5.5 a second); a slower rate stretches both, and
silences are added as they are written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ivr.phone.speech import Say, Silence, Sound, Words

WORDS_A_MINUTE: Final = 150
SYLLABLES_A_SECOND: Final = 5.5


@lru_cache(maxsize=8192)
def seconds(say: Say) -> float:
    """How long `say` takes, its silences included."""
    return sum(_seconds(sound, say.language) for sound in say.heard)


def seconds_before(say: Say, phrase: str) -> float | None:
    """How long `say` takes before `phrase` is begun; None when it is not said. Looks at what is said, then written."""
    wanted, passed_s = phrase.casefold(), 0.0
    for sound in say.heard:
        if isinstance(sound, Words):
            for text in (sound.said, sound.written):
                at = text.casefold().find(wanted)
                if at >= 0:
                    return passed_s + _seconds(replace(sound, said=text[:at], written=text[:at]), say.language)
        passed_s += _seconds(sound, say.language)
    return None


def said_within(say: Say, limit_s: float) -> Say:
    """As much of `say` as is heard in its first `limit_s` seconds, in whole words."""
    heard: list[Sound] = []
    left_s = limit_s
    for sound in say.heard:
        takes_s = _seconds(sound, say.language)
        if takes_s > left_s + 1e-6:
            heard.extend(_beginning(sound, left_s / takes_s))
            break
        heard.append(sound)
        left_s -= takes_s
    return Say(say.voice, say.language, tuple(heard))


def syllables(word: str) -> int:
    """The syllables of a Spanish word: vowel groups, with diphthongs taken together and accented hiatus apart."""
    plain = re.sub(r"qu(?=[eiéí])", "q", word.casefold())
    plain = re.sub(r"gu(?=[eiéí])", "g", plain)
    plain = re.sub(r"y(?![aeiouáéíóúü])", "i", plain)
    return max(1, len(_NUCLEUS.findall(plain)))


_NUCLEUS: Final = re.compile(r"[iuü]?[aeoáéó](?:[iuü](?![aeoáéóíú]))?|[íú]|i[uü]?|[uü]i?")
_MOST_ONE_WORD: Final = 99
_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
# The syllables of cero to veintinueve, and of treinta, cuarenta and so on; "y" is one more.
_TO_29: Final = (2, 2, 1, 1, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 3, 2, 3, 4, 3, 4, 2, 3, 3, 3, 4, 4, 3, 4, 3, 4)
_TENS: Final = (2, 3, 3, 3, 3, 3, 3)


def _seconds(sound: Sound, language: str) -> float:
    if isinstance(sound, Silence):
        return sound.ms / 1000
    rate = sound.rate_percent / 100
    if language.startswith("es"):
        return sum(map(_syllables_of, _tokens(sound, sound.said))) / (SYLLABLES_A_SECOND * rate)
    # As written: a word that is respelt in two ("meta static") does not become two words.
    return len(_tokens(sound, sound.written)) * 60 / (WORDS_A_MINUTE * rate)


def _tokens(words: Words, text: str) -> list[str]:
    found = _TOKEN.findall(text)
    return [part for token in found for part in _spoken(token, is_digit_by_digit=words.is_digit_by_digit)]


def _spoken(token: str, *, is_digit_by_digit: bool) -> list[str]:
    """A number of two digits is one word; a longer one is counted digit by digit, which is how ours are said."""
    if token[0].isdigit() and (is_digit_by_digit or int(token) > _MOST_ONE_WORD):
        return list(token)
    return [token]


def _syllables_of(token: str) -> int:
    if not token[0].isdigit():
        return syllables(token)
    number = int(token)
    if number < len(_TO_29):
        return _TO_29[number]
    ten, unit = divmod(number, 10)
    return _TENS[ten - 3] + (1 + _TO_29[unit] if unit else 0)


def _beginning(sound: Sound, share: float) -> tuple[Sound, ...]:
    if isinstance(sound, Silence):
        return (Silence(int(sound.ms * share)),)
    said, written = (_first_words(text, share) for text in (sound.said, sound.written))
    return (Words(said, written, sound.rate_percent, sound.is_digit_by_digit),) if said else ()


def _first_words(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * share)])
