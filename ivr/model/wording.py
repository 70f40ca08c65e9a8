"""Words that are looked for in what is said, however somebody typed them."""

from __future__ import annotations

import re
from collections.abc import Iterable

ILLNESS = re.compile(
    r"\w*(?:breast|cancer|carcinom|tumou?r|oncolog|metasta|chemo|quimio)\w*|\b(?:seno|mama|mamogra|mammogra)\w*"
)  # of a folded text

_TYPED = str.maketrans("áéíóúüàèìòù’", "aeiouuaeiou'")  # not ñ: a señor is no seno


def folded(text: str) -> str:
    """A text of the same length in small letters, without accents and with straight apostrophes."""
    return text.lower().translate(_TYPED)


def beginning_with(words: Iterable[str]) -> re.Pattern[str]:
    """Finds, in a folded text, whatever begins with one of these, up to the end of its last word."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(folded(each)) for each in words)})\w*")


def found_in(text: str, words: re.Pattern[str]) -> tuple[str, ...]:
    """What a pattern finds in a text, once folded, each once and as it is written."""
    spans = (found.span() for found in words.finditer(folded(text)))
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))
