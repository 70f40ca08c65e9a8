"""The whole text of the line for eyes, one plain page a language, made from the words that callers hear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import assert_never

from flask import Blueprint, render_template

from ivr.config import Settings
from ivr.engine.cues import NO, YES
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import Greeting, Menu, Node, Offer, Section
from ivr.model.reach import reached
from ivr.model.speech import Private, Rest, Slot, SlowDigits, Span, Text, Words, written
from ivr.model.words import OF_CALLBACKS, OF_TEXTS, NodeWords, Options, Said
from ivr.web.page_words import Calendar, page_words
from ivr.web.voice import now
from ivr.web.week import week_from

# Which key the sentence of a choice speaks of.
_COMMANDS = {
    "person": Command.PERSON,
    "cannot_wait": Command.PERSON,
    "hours": Command.PERSON,
    "again": Command.AGAIN,
    "again_part": Command.AGAIN,
    "back": Command.AGAIN,
    "pace": Command.PACE,
    "pace_normal": Command.PACE,
    "skip": Command.NEXT,
    "next": Command.NEXT,
    "choices": Command.CHOICES,
    "more_time": Command.CHOICES,
    "callback": Command.CALLBACK,
    "enter": Command.CALLBACK,
    "text": Command.TEXT,
}
_ANSWERS = {"yes": YES, "no": NO}
_ELSEWHERE = frozenset({"emergency", "language"})  # said at the top of the page, and in the table of keys
_NOT_HEARD = frozenset({"message_left"})  # by who calls: our team says it to an answering machine


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words for eyes: plain, a stand-in for what changes from call to call, or a number to call."""

    text: str
    is_stand_in: bool = False
    href: str = ""


Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key, its name where it is no digit, and what it does in the words of the line."""

    key: str
    name: str
    does: str
    language: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The words of one node: its title, its passages, and choices that it words in its own way."""

    id: str
    title: str
    passages: tuple[Sentence, ...]


def transcript(flow: Flow, settings: Settings) -> Blueprint:
    """The pages `/` (the first language) and `/LANGUAGE` for each other one."""
    pages = Blueprint("transcript", __name__)
    for language in flow.line.languages:
        view = _view(Page(flow, settings, language))
        pages.add_url_rule(address(flow, language), f"in_{language}", view, methods=["GET"])
    return pages


def _view(page: Page) -> Callable[[], str]:
    """The page of today, made once a day: who reads it must not slow down who calls."""
    on_day = lru_cache(maxsize=2)(page.render)
    return lambda: on_day(now().astimezone(page.flow.line.hours.zone).date())


def address(flow: Flow, language: str) -> str:
    """Where the page of a language is."""
    return "/" if language == flow.line.languages[0] else f"/{language}"


@dataclass(frozen=True)
class Page:
    """Everything that the template of one language shows."""

    flow: Flow
    settings: Settings
    language: str

    def render(self, today: date) -> str:
        """The page as HTML, with the opening hours from a day on."""
        week = week_from(self.flow.line.hours, today)
        return render_template("transcript.html", page=self, words=page_words(self.language), week=week)

    @property
    def calendar(self) -> Calendar:
        """Days and times as this language writes them."""
        return Calendar(self.flow, self.language)

    @property
    def translations(self) -> tuple[tuple[str, str, str], ...]:
        """The other pages: language, name in its own words, address."""
        others = (language for language in self.flow.line.languages if language != self.language)
        return tuple((other, page_words(other).own_name, address(self.flow, other)) for other in others)

    @property
    def number(self) -> Piece:
        """The number of the line, to call."""
        number = self.flow.line.number
        return Piece("-".join(number.groups), href=f"tel:{number.e164}")

    @property
    def greeting(self) -> str:
        """What a caller hears first, as a heading."""
        return " ".join(written(passage) for passage in self._node_words(self.flow.start).passages).removesuffix(".")

    @property
    def emergency(self) -> str:
        """The emergency line."""
        return written(self.flow.scripts[self.language].said.emergency)

    @property
    def keys(self) -> tuple[KeyRow, ...]:
        """What every key does, in the order of a keypad."""
        order = {key: place for place, key in enumerate(Key)}
        off = self._off
        keys = (key for key, meaning in self.flow.keys.items() if meaning not in off)
        rows = (self._key_row(key) for key in sorted(keys, key=order.__getitem__))
        return tuple(row for row in rows if row is not None)

    @property
    def sections(self) -> tuple[Chapter, ...]:
        """The sections in the order of their keys."""
        return tuple(self._chapter(section) for section in self.flow.sections)

    @property
    def other_chapters(self) -> tuple[Chapter, ...]:
        """What else a caller may meet on a line that is set like this one."""
        off = self._off
        met = reached(self.flow, calls_back=Command.CALLBACK not in off, texts=Command.TEXT not in off)
        return tuple(self._chapter(id_) for id_, node in self.flow.nodes.items() if id_ in met and self._is_other(node))

    @property
    def choices(self) -> tuple[Sentence, ...]:
        """The sentences that announce a key."""
        options = self.flow.scripts[self.language].options
        named = ((field.name, getattr(options, field.name)) for field in fields(options))
        return tuple(
            self._sentence(text, self._key_word(key))
            for name, text in named
            if text is not None and self._is_needed(Options, name)
            for key in self._keys_of(name)
        )

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence that belongs to no one node and is nowhere else on the page."""
        script = self.flow.scripts[self.language]
        names = (field.name for field in fields(Said) if field.name not in _ELSEWHERE | _NOT_HEARD)
        said = (getattr(script.said, name) for name in names if self._is_needed(Said, name))
        reasons = script.reasons.values() if self.settings.keeps_something else ()  # else there is no desk to give one
        return tuple(self._sentence(text) for text in (*said, *reasons) if text is not None)

    def _node_words(self, node: str) -> NodeWords:
        return self.flow.words(self.language, node)

    @property
    def _off(self) -> frozenset[Command]:
        """What callers could ask for if the line were set otherwise."""
        is_on = {Command.CALLBACK: self.settings.callbacks, Command.TEXT: self.settings.texting_from is not None}
        return frozenset(command for command, on in is_on.items() if not on)

    def _is_needed(self, kind: type, name: str) -> bool:
        """Whether a sentence can be heard on a line that is set like this one."""
        if name == "cannot_wait":
            return bool(self.settings.after_hours_numbers)
        asked = {Command.CALLBACK: OF_CALLBACKS, Command.TEXT: OF_TEXTS}
        of = {command for command, names in asked.items() if name in names[kind]}
        return not of or bool(of - self._off)

    def _is_other(self, node: Node) -> bool:
        if node.id == self.flow.person.after_hours and not self.settings.after_hours_numbers:
            return False
        return not isinstance(node, Section | Greeting | Menu)

    def _chapter(self, id_: str) -> Chapter:
        words = self._node_words(id_)
        person = self._key_word(self.flow.key_of(Command.PERSON))
        said = (*(self._sentence(text) for text in words.passages),)
        own = (self._sentence(text, person) for name, text in words.options.items() if name == Offer.PERSON.value)
        return Chapter(id_, written(words.title), (*said, *own))

    def _key_row(self, key: Key) -> KeyRow | None:
        name = written(self.flow.scripts[self.language].key_names[key])
        text, language = self._meaning(key)
        return KeyRow(key.value, "" if name == key.value else name, _before_key(text), language) if text else None

    def _meaning(self, key: Key) -> tuple[Text | None, str]:
        """The sentence that announces a key, and its language: the other language is offered in itself."""
        options = self.flow.scripts[self.language].options
        match self.flow.keys[key]:
            case ReadSection(node=node):
                return self._node_words(node).option, self.language
            case Command.PERSON:
                return options.person, self.language
            case Command.AGAIN:
                return options.again_part, self.language
            case Command.PACE:
                return options.pace, self.language
            case Command.NEXT:
                return options.skip, self.language
            case Command.CHOICES:
                return options.choices, self.language
            case Command.CALLBACK:
                return options.callback, self.language
            case Command.TEXT:
                return options.text, self.language
            case Command.LANGUAGE:
                other = self.flow.other_language(self.language) or self.language
                return self.flow.scripts[other].said.language, other
            case meaning:
                assert_never(meaning)

    def _key_of(self, option: str) -> Key | None:
        """The key that the sentence of a choice speaks of."""
        return _ANSWERS[option] if option in _ANSWERS else self.flow.key_of(_COMMANDS[option])

    def _keys_of(self, option: str) -> tuple[Key | None, ...]:
        """More time has two keys where questions are asked: see the narrator."""
        is_asked = option == "more_time" and not {Command.CALLBACK, Command.TEXT} <= self._off
        return (self._key_of(option), self.flow.key_of(Command.AGAIN)) if is_asked else (self._key_of(option),)

    def _key_word(self, key: Key | None) -> Mapping[str, str]:
        return {} if key is None else {"key": written(self.flow.scripts[self.language].key_names[key])}

    def _sentence(self, text: Text, values: Mapping[str, str] | None = None) -> Sentence:
        return tuple(self._pieces(once(text), values or {}))

    def _pieces(self, text: Iterable[Span | Slot], values: Mapping[str, str]) -> Iterator[Piece]:
        stand_ins = page_words(self.language).stand_ins
        for piece in text:
            match piece:
                case Slot(name=name) if name in values:
                    yield Piece(values[name])
                case Slot(name=name):
                    yield Piece(stand_ins.get(name, name), is_stand_in=True)
                case Private(whose=whose):
                    yield Piece(stand_ins[whose.value], is_stand_in=True)
                case SlowDigits(groups=groups) if groups == self.flow.line.number.groups:
                    yield self.number
                case Words(text=words):
                    yield Piece(words)
                case _:
                    yield Piece(written((piece,)))


def once(text: Text) -> Iterator[Span | Slot]:
    """A number is said twice for the ear; for eyes once is enough, without the comma and the rest before it."""
    kept: list[Span | Slot] = []
    for piece in text:
        if isinstance(piece, SlowDigits) and piece in kept:
            while kept and kept[-1] != piece and (isinstance(kept[-1], Rest) or kept[-1] == Words(", ")):
                kept.pop()
        else:
            kept.append(piece)
    yield from kept


def _before_key(text: Text) -> str:
    """What a choice does, without the key that takes it: "To hear all the choices"."""
    begins = text[: next((index for index, piece in enumerate(text) if isinstance(piece, Slot)), len(text))]
    does, comma, _ = written(begins).rpartition(",")
    return does if comma else written(text)
