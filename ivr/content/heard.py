"""What is approved of each file: the words that are heard of it, as they are read by the eyes of who approves them.

The choices that lead to the sections are heard in the menu, so they are approved with it: a section's own file stands
for what is heard once a caller is there. So a section without an approval costs the line that section and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ivr.content.folder import PHRASES, Sources
from ivr.content.sentences import Sentence, sentences
from ivr.model.approval import HeardWords
from ivr.model.flow import Flow
from ivr.model.speech import Digits, Respelled, Text, Words, written

_NOWHERE = Sources({})
_IN_THE_MENU = ("title", "option")


def heard_words(flow: Flow) -> Mapping[str, HeardWords]:
    """What is heard of each file, in the order of its sentences; a file of which nothing is heard is left out."""
    told: dict[str, dict[str, str]] = defaultdict(dict)
    sounds: dict[str, dict[str, str]] = defaultdict(dict)
    for sentence in sentences(flow, _NOWHERE):
        file = approved_in(flow, sentence)
        key = sentence.key if file == sentence.file else f"{sentence.node}.{sentence.key}"
        told[file][key] = as_read(sentence.text)
        sounds[file] |= {piece.written.lower(): piece.spoken for piece in sentence.text if isinstance(piece, Respelled)}
    return {file: HeardWords(told[file], sounds[file]) for file in told}


def approved_in(flow: Flow, sentence: Sentence) -> str:
    """The file with which a sentence is approved: the choices that lead to the sections belong to the menu."""
    is_choice = sentence.node in flow.sections and sentence.key in _IN_THE_MENU
    return f"{sentence.language}/{flow.menu.id}.md" if is_choice else sentence.file


def sections_of(flow: Flow, language: str) -> Mapping[str, str]:
    """The files of a language in which only a section is heard, and which section."""
    return {f"{language}/{section}.md": section for section in flow.sections}


def names_of_words(flow: Flow) -> tuple[str, ...]:
    """What a setting may name of the words: the languages, the nodes, the phrases, and each of these in a language."""
    nodes = (*flow.nodes, PHRASES.partition(".")[0])
    languages = flow.line.languages
    return (*languages, *nodes, *(f"{language}/{node}" for language in languages for node in nodes))


def as_read(text: Text) -> str:
    """A sentence for eyes, in which digits that are said one by one differ from a number: 9-1-1 and 911."""
    return written(Words("-".join(piece.digits)) if isinstance(piece, Digits) else piece for piece in text)
