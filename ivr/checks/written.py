"""Where a heard sentence stands in the files, so that a finding names the very line to mend."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivr.content import Kind, Sentence
from ivr.model.speech import written

_SLOT = re.compile(r"\\\{\w+\\\}")  # a place to fill, as re.escape writes it


class Written:
    """Knows every sentence of a folder by the words that a caller hears, whatever its places were filled with."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        whole = [each for each in sentences if each.kind is not Kind.PIECE]
        self._shapes = [(_shape(each), each) for each in sorted(whole, key=lambda each: -len(written(each.text)))]
        self._known: dict[tuple[str, str, str], Sentence | None] = {}

    def sentence(self, language: str, heard: str, node: str) -> Sentence | None:
        """The sentence that was heard at a node, its own before any other; None for words that are in no file."""
        asked = (language, heard, node)
        if asked not in self._known:
            self._known[asked] = self._found(language, heard, node)
        return self._known[asked]

    def holding(self, language: str, words: str) -> tuple[Sentence, ...]:
        """Every sentence of a language that holds these words."""
        return tuple(each for _, each in self._shapes if each.language == language and words in written(each.text))

    def _found(self, language: str, heard: str, node: str) -> Sentence | None:
        fitting = [each for shape, each in self._shapes if each.language == language and shape.fullmatch(heard)]
        return next((each for each in fitting if each.node == node), fitting[0] if fitting else None)


def _shape(sentence: Sentence) -> re.Pattern[str]:
    return re.compile(_SLOT.sub(".+", re.escape(written(sentence.text))))
