"""What a `<Say>` makes a voice say: its sounds in order, and a refusal of whatever a voice cannot say well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element

from ivr.errors import TwimlFault
from ivr.phone.vocabulary import in_ms


@dataclass(frozen=True, slots=True)
class Words:
    """Words said in one go. `said` is what the voice says, `written` what the page shows for it."""

    said: str
    written: str
    rate_percent: int = 100
    is_digit_by_digit: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence inside a prompt."""

    ms: int


Sound = Words | Silence


@dataclass(frozen=True, slots=True)
class Say:
    """One `<Say>`; `language` is that of its voice, for instance "en-US"."""

    voice: str
    language: str
    heard: tuple[Sound, ...]

    @property
    def said(self) -> str:
        """The words as the voice says them, substitutions made."""
        return _tidy(" ".join(sound.said for sound in self.heard if isinstance(sound, Words)))

    @property
    def written(self) -> str:
        """The words as a reader expects them."""
        return _tidy(" ".join(sound.written for sound in self.heard if isinstance(sound, Words)))

    @property
    def trailing_ms(self) -> int:
        """The silence after the last word."""
        return _silence_before_words(reversed(self.heard))

    @property
    def longest_silence_ms(self) -> int:
        """The longest silence, neighbouring ones taken together."""
        longest = current = 0
        for sound in self.heard:
            current = current + sound.ms if isinstance(sound, Silence) else 0
            longest = max(longest, current)
        return longest


def read_sounds(say: Element) -> tuple[Sound, ...]:
    """The sounds of a `<Say>` whose mark-up is known to be allowed; TwimlFault when a word of it cannot be said."""
    sounds = tuple(_join(_sounds(say, rate_percent=100)))
    if not any(isinstance(sound, Words) for sound in sounds):
        raise TwimlFault("<Say>: there are no words in it.")
    return sounds


def refuse_unspeakable(text: str, verb: str) -> None:
    """Raise TwimlFault when a voice would read `text` badly, spell it out, or read a symbol's name."""
    for shape, wrong in _UNSPEAKABLE:
        found = shape.search(text)
        if found:
            raise TwimlFault(f'<{verb}>: "{found.group()}" {wrong}.')


_UNSPEAKABLE: Final = tuple(
    (re.compile(shape), wrong)
    for shape, wrong in (
        (r"\{[^}]*\}", "is a placeholder that nothing filled"),
        (r"\['.*|\b(?:None\b(?! of)|True\b|False\b|NaN\b|null\b|undefined\b)", "is a program's value, not words"),
        (r"(?i:https?:\S*|www\.\S*|\b[a-z0-9-]+\.(?:com|org|net|edu|gov|html?)\b)", "is a web address"),
        (r"<[^>]*>|&\w+;", "is mark-up that was escaped: the voice would read it out"),
        (r"\d+(?:[-\u2013.]\d+)+", "is a number without a mark: put it in say-as, or in sub with an alias"),
        (r"\d{3,}\s\d{3,}|\d{5,}", "is a number without a mark: put it in say-as, or in sub with an alias"),
        (r"[^\W\d_a-zß-ÿ]{2,}|(?:\b[A-Z]\.){2,}", "is a bare abbreviation: write its words, or put it in sub"),
        (
            r"[^\sA-Za-zÀ-ÖØ-öø-ÿ0-9.,;:?!'\"‘’“”¿¡…\-–—]",
            "is a symbol that is not said as words",
        ),
    )
)


def _sounds(element: Element, rate_percent: int) -> Iterator[Sound]:
    yield from _plain(element.text, element.tag, rate_percent)
    for child in element:
        yield from _marked(child, rate_percent)
        yield from _plain(child.tail, element.tag, rate_percent)


def _marked(element: Element, rate_percent: int) -> Iterator[Sound]:
    match element.tag:
        case "break":
            yield Silence(in_ms(element.attrib["time"]))
        case "sub":
            alias = _tidy(element.attrib["alias"])
            refuse_unspeakable(alias, 'sub alias="..."')
            yield Words(alias, _tidy(element.text or ""), rate_percent)
        case "say-as":
            digits = _tidy(element.text or "")
            is_digit_by_digit = element.attrib["interpret-as"] in ("telephone", "digits")
            yield Words(digits, digits, rate_percent, is_digit_by_digit)
        case "prosody":
            yield from _sounds(element, int(element.attrib["rate"][:-1]))
        case _:
            yield from _sounds(element, rate_percent)


def _plain(text: str | None, verb: str, rate_percent: int) -> Iterator[Words]:
    tidy = _tidy(text or "")
    if tidy:
        refuse_unspeakable(tidy, verb)
        yield Words(tidy, tidy, rate_percent)


def _join(sounds: Iterator[Sound]) -> Iterator[Sound]:
    """Put a comma or full stop that follows a mark back to its word, so that it is not a sound of its own."""
    kept: Sound | None = None
    for sound in sounds:
        if isinstance(kept, Words) and isinstance(sound, Words) and not any(map(str.isalnum, sound.said)):
            kept = replace(kept, said=kept.said + sound.said, written=kept.written + sound.written)
            continue
        if kept is not None:
            yield kept
        kept = sound
    if kept is not None:
        yield kept


def _tidy(text: str) -> str:
    return re.sub(r"\s+([.,;:?!])", r"\1", " ".join(text.split()))


def _silence_before_words(sounds: Iterator[Sound]) -> int:
    total_ms = 0
    for sound in sounds:
        if isinstance(sound, Words):
            break
        total_ms += sound.ms
    return total_ms
