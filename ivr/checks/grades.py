"""Reading grades. English by Flesch-Kincaid (textstat 0.7.8), Spanish by INFLESZ (Szigriszt-Pazos)."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ivr.model.seconds import syllables

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def flesch_kincaid(text: str) -> float:
    """The US school grade that a text asks of its reader."""
    return float(_textstat().flesch_kincaid_grade(text))


def inflesz(text: str) -> float:
    """How easy a Spanish text is, from 0 (hard) to 100: 206.835 - 62.3 x syllables/words - words/sentences."""
    words = words_of(text)
    sentences = max(1, len(re.findall(r"[.?!]+", text)))
    return 206.835 - 62.3 * sum(map(syllables, words)) / max(1, len(words)) - len(words) / sentences


def words_of(text: str) -> list[str]:
    """The words of a text; the name of a placeholder counts as what it will be filled with."""
    return _WORD.findall(text)


def has_textstat() -> bool:
    """Whether the library that grades English is installed: development has it, a server does not."""
    try:
        _textstat()
    except ModuleNotFoundError:
        return False
    return True


@cache
def _textstat() -> Any:  # noqa: ANN401 because the library has no types
    import textstat  # noqa: PLC0415 because a start never needs it

    textstat.set_lang("en_US")
    return textstat
