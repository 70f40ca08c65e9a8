"""How long something takes to say: the caller standard's estimate, not the voice's own time.

English is counted in words at 150 a minute, Spanish in syllables at 5.5 a second; slow pace is four fifths of that, and
so is a telephone number at any pace. Rests are added as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivr.model.place import Pace
from ivr.model.speech import Digits, Private, Respelled, Rest, SlowDigits, Span, Utterance, Whose, Words

WORDS_A_SECOND = 150 / 60
SYLLABLES_A_SECOND = 5.5
SLOW = 0.8
REST_BETWEEN_GROUPS_MS = 300

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouáéíóúüy]+", re.IGNORECASE)
_STRONG = "aeoáéíóú"
_DIGIT_SYLLABLES = {"0": 2, "1": 2, "2": 1, "3": 1, "4": 2, "5": 2, "6": 1, "7": 2, "8": 2, "9": 2}


def seconds(said: Iterable[Utterance], pace: Pace = Pace.NORMAL) -> float:
    """The seconds that a caller listens to these utterances."""
    rate = SLOW if pace is Pace.SLOW else 1.0
    return sum(_span_s(span, utterance.language, rate) for utterance in said for span in utterance.spans)


def syllables(word: str) -> int:
    """The syllables of a Spanish word: two strong vowels side by side, or an accented weak one, make two."""
    groups = (_vowel_group(group.lower()) for group in _VOWELS.findall(re.sub("qu(?=[eiéí])|gu(?=[eiéí])", "g", word)))
    return max(1, sum(groups))


def _vowel_group(group: str) -> int:
    return max(1, sum(letter in _STRONG for letter in group))


def _span_s(span: Span, language: str, rate: float) -> float:
    match span:
        case Words(text=text) | Respelled(written=text):
            return _text_s(text, language) / rate
        case Digits(digits=digits):
            return _digits_s(digits, language) / rate
        case SlowDigits(groups=groups):
            rests_s = (len(groups) - 1) * REST_BETWEEN_GROUPS_MS / 1000
            return _digits_s("".join(groups), language) / min(rate, SLOW) + rests_s
        case Private(whose=Whose.LAST_TWO):
            return _digits_s("00", language) / rate
        case Private():
            return _span_s(SlowDigits(("000", "000", "0000")), language, rate)
        case Rest(ms=ms):
            return ms / 1000


def _text_s(text: str, language: str) -> float:
    words = _WORD.findall(text)
    if language == "es":
        return sum(_DIGIT_SYLLABLES.get(word, syllables(word)) for word in words) / SYLLABLES_A_SECOND
    return len(words) / WORDS_A_SECOND


def _digits_s(digits: str, language: str) -> float:
    if language == "es":
        return sum(_DIGIT_SYLLABLES[digit] for digit in digits) / SYLLABLES_A_SECOND
    return len(digits) / WORDS_A_SECOND
