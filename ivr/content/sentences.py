"""Every sentence that a caller can hear, one by one, with the file and line that it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum

from ivr.content.folder import Sources
from ivr.model.flow import Flow
from ivr.model.speech import Text
from ivr.model.words import NodeWords, Script


class Kind(Enum):
    """What a sentence is for."""

    PASSAGE = "passage"
    OPTION = "option"
    TITLE = "title"
    PHRASE = "phrase"
    PIECE = "piece"  # a word or two that stands in another sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the prompts folder: `key` names it in its file; `node` is empty for one that belongs to no node."""

    language: str
    file: str
    line: int
    kind: Kind
    key: str
    text: Text
    node: str = ""


def sentences(flow: Flow, sources: Sources) -> tuple[Sentence, ...]:
    """All of them: by language, the phrases first, then node by node in the order of menu.toml."""
    return tuple(
        sentence
        for language in flow.line.languages
        for sentence in (
            *_of_phrases(language, flow.scripts[language], sources),
            *(each for node in flow.nodes for each in _of_node(flow, language, node, sources)),
        )
    )


def _of_node(flow: Flow, language: str, node: str, sources: Sources) -> Iterator[Sentence]:
    words, file = flow.words(language, node), f"{language}/{node}.md"
    for key, kind, text in _header(words, is_section=node in flow.sections):
        yield Sentence(language, file, sources.line(file, key), kind, key, text, node)
    for number, (text, line) in enumerate(zip(words.passages, words.lines, strict=True), start=1):
        yield Sentence(language, file, line, Kind.PASSAGE, f"passage {number}", text, node)


def _header(words: NodeWords, *, is_section: bool) -> Iterator[tuple[str, Kind, Text]]:
    if is_section:
        yield "title", Kind.TITLE, words.title
    if words.option is not None:
        yield "option", Kind.OPTION, words.option
    yield from ((f"options.{name}", Kind.OPTION, text) for name, text in words.options.items())


def _of_phrases(language: str, script: Script, sources: Sources) -> Iterator[Sentence]:
    file = f"{language}/phrases.toml"
    for key, kind, text in _phrases(script):
        if text:
            yield Sentence(language, file, sources.line(file, key), kind, key, text)


def _phrases(script: Script) -> Iterator[tuple[str, Kind, Text]]:
    yield from _table("said", script.said, Kind.PHRASE)
    yield from _table("options", script.options, Kind.OPTION)
    if script.whisper is not None:
        yield "whisper.call", Kind.PHRASE, script.whisper.call
        yield "whisper.accept", Kind.PHRASE, script.whisper.accept
        yield from ((f"whisper.languages.{name}", Kind.PHRASE, text) for name, text in script.whisper.languages.items())
    yield from ((f"key_names.{key.value}", Kind.PIECE, text) for key, text in script.key_names.items())
    yield from _table("about", script.about, Kind.PIECE)
    yield from _table("opens", script.opens, Kind.PIECE)
    if script.promise is not None:
        yield from _table("promise", script.promise, Kind.PIECE)
    if script.text is not None:
        yield from _table("text", script.text, Kind.PIECE)
    yield from ((f"reasons.{name}", Kind.PHRASE, text) for name, text in script.reasons.items())


def _table(name: str, table: object, kind: Kind) -> Iterator[tuple[str, Kind, Text]]:
    """The sentences of one table of words; a list of words, such as the days, is one sentence a word."""
    for field in fields(table):  # type: ignore[arg-type]  # because every table of words is a dataclass
        value = getattr(table, field.name)
        if field.name in ("days", "months"):
            yield from ((f"{name}.{field.name}.{index}", kind, text) for index, text in enumerate(value))
        elif value is not None:
            yield f"{name}.{field.name}", kind, value
