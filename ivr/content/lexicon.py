"""lexicon.toml: words that a voice would say badly, and the spelling that makes it say them well, by language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr.content.found import one_of
from ivr.content.table import Table
from ivr.content.text import note_unsayable


def read_lexicon(table: Table, languages: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """The respellings of each language, by the written word in small letters."""
    known = tuple(languages)
    for extra in (key for key in table.values if key not in known):
        table.at(extra).fault(f'"{extra}" is no language of the line.', one_of(extra, known))
    return {language: _respellings(table.table(language, is_required=False)) for language in known}


def _respellings(table: Table) -> Mapping[str, str]:
    respellings: dict[str, str] = {}
    for word in table.values:
        if not any(letter.isalnum() for letter in word):
            table.at(word).fault(f'"{word}" is no word.', "Write a word as it stands in the prompts.")
        elif word.lower() in respellings:
            table.at(word).fault(f'"{word}" is here twice; capital letters make no difference.', "Take one out.")
        else:
            note_unsayable(word, table.at(word))
            respellings[word.lower()] = _spoken(table, word)
    return respellings


def _spoken(table: Table, word: str) -> str:
    spoken = table.text(word)
    note_unsayable(spoken, table.at(word))
    return spoken
