"""Makes a written sentence into a text to be said, and refuses what a voice cannot say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ivr.content.found import At, listed
from ivr.model.numbers import PhoneNumber
from ivr.model.speech import Digits, Private, Respelled, Rest, Slot, SlowDigits, Span, Spans, Text, Whose, Words

SLOTS = frozenset(
    {
        "key", "part", "parts", "about", "opens", "number",
        "minutes", "time", "day", "month", "date", "hour", "minute", "daypart",
        "promise", "last_two", "typed", "count", "url",
    }
)  # fmt: skip
BETWEEN_NUMBERS_MS = 500
_PRIVATE = {whose.value: whose for whose in Whose}

_UNSPEAKABLE = re.compile(r"[^A-Za-zÀ-ÖØ-öø-ÿ0-9 .,;:?!'’¿¡{}-]")
_SLOT = re.compile(r"\{([^{}]*)\}")
_SLOT_NAME = re.compile(r"\{[a-z_]*\}")
_PIECE = re.compile(r"\{(?P<slot>[^{}]*)\}|(?<![\w-])(?P<digits>[0-9](?:-[0-9])+)(?![\w-])")
_ADDRESS = re.compile(r"\w+(?:\.[^\W\d_]+)+")
_NUMBER = re.compile(r"(?<![\w-])[0-9]+(?:-[0-9]+)+(?![\w-])")
_EMERGENCY = re.compile(r"(?<!\w)(?<![0-9][-,.])911(?!\w)(?![-,.][0-9])")  # and not as a part of 1,911
_LOOSE_HYPHEN = re.compile(r"(?<![^\W_])-|-(?![^\W_])")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_UNNAMED = {"\t": "tab", "\n": "line break", "\r": "carriage return", "\0": "nothing at all"}


@dataclass(frozen=True, slots=True)
class Slots:
    """The places to fill that a sentence may leave, and those that it must."""

    allowed: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


NO_SLOTS = Slots()


def needs(*names: str) -> Slots:
    """A sentence that must leave each of these places, and no other."""
    return Slots(frozenset(names), frozenset(names))


def may_have(*names: str) -> Slots:
    """A sentence that may leave these places."""
    return Slots(frozenset(names))


@dataclass(frozen=True)
class Wording:
    """How one language is said: its respellings (written words in small letters), and {number} at full length."""

    respellings: Mapping[str, str]
    number: Text = (Slot("number"),)

    def text(self, lines: Sequence[tuple[At, str]], slots: Slots = NO_SLOTS) -> Text:
        """The text of a sentence or passage, which may run over several lines; faults are noted on their own line."""
        for at, line in lines:
            note_unsayable(line, at, slots)
        sentence = " ".join(line.strip(" ") for _, line in lines)
        missing = sorted(slots.required - set(_SLOT.findall(sentence)))
        if missing:
            names = listed(f"{{{name}}}" for name in missing)
            lines[0][0].fault(f"{names} is missing from this sentence.", f"Write {names} where it is to be said.")
        return tuple(self._pieces(sentence))

    def spoken(self, words: str) -> Spans:
        """Words without places to fill, those that need it respelled."""
        return tuple(self._words(words))

    def _pieces(self, sentence: str) -> Iterable[Span | Slot]:
        end = 0
        for match in _PIECE.finditer(sentence):
            yield from self._words(sentence[end : match.start()])
            end = match.end()
            if match["digits"]:
                yield Digits(match["digits"].replace("-", ""))
            elif match["slot"] == "number":
                yield from self.number
            elif match["slot"] in _PRIVATE:
                yield Private(_PRIVATE[match["slot"]])
            else:
                yield Slot(match["slot"])
        yield from self._words(sentence[end:])

    def _words(self, words: str) -> Iterable[Span]:
        end = 0
        for match in self._respelled.finditer(words) if self.respellings else ():
            if words[end : match.start()]:
                yield Words(words[end : match.start()])
            yield self._respelling(match.group())
            end = match.end()
        if words[end:]:
            yield Words(words[end:])

    def _respelling(self, written: str) -> Respelled:
        possessive = _POSSESSIVE.search(written)
        ending = possessive.group() if possessive and written.lower() not in self.respellings else ""
        word = written.removesuffix(ending)
        return Respelled(written, self.respellings.get(word.lower(), word) + ending)

    @cached_property
    def _respelled(self) -> re.Pattern[str]:
        longest_first = sorted(self.respellings, key=len, reverse=True)
        words = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<![^\W_])(?:{words})(?:['’]s)?(?![^\W_])", re.IGNORECASE)


def note_unsayable(line: str, at: At, slots: Slots = NO_SLOTS) -> None:
    """Note every character, address, hyphen and brace of a line that cannot be said."""
    _note_unspeakable(line, at)
    _note_slots(line, slots, at)


def number_text(number: PhoneNumber, vanity: str | None, wording: Wording) -> Text:
    """The number said twice in groups, and once as the word it spells, with a rest between; commas are for eyes."""
    digits = SlowDigits(number.groups)
    between: Text = (Words(", "), Rest(BETWEEN_NUMBERS_MS))
    twice = (digits, *between, digits)
    return twice if vanity is None else (*twice, *between, *_vanity(vanity, wording))


def is_spoken_the_same(number: PhoneNumber, vanity: str) -> bool:
    """Whether the word of a vanity number is spelled by the keys of the number itself."""
    keypad = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
    return vanity.replace("-", "").translate(keypad) == number.e164.removeprefix("+")


def _vanity(vanity: str, wording: Wording) -> Text:
    parts = vanity.split("-")
    digits = tuple(part for part in parts if part.isdigit())
    letters = " ".join(part.title() for part in parts if not part.isdigit())
    return SlowDigits(digits), Words(" "), *wording.spoken(letters)


def _note_unspeakable(line: str, at: At) -> None:
    for character in sorted(set(_UNSPEAKABLE.findall(_SLOT_NAME.sub("{}", line)))):
        at.fault(f"{_named(character)} cannot be said.", "Write it in words, or take it out.")
    for address in sorted(set(_ADDRESS.findall(line))):
        at.fault(
            f'"{address}" would be said like a web address.', "Write it in words, with a space after each full stop."
        )
    for number in (number for number in _NUMBER.findall(line) if not _PIECE.fullmatch(number)):
        at.fault(
            f'"{number}" would be said as large numbers.',
            "Write {number} for the line's own number, or 9-1-1 digit by digit.",
        )
    if _EMERGENCY.search(line):
        at.fault('"911" would be said as a large number.', "Write 9-1-1, digit by digit.")
    if _LOOSE_HYPHEN.search(line):
        at.fault('A "-" stands outside a word.', "A hyphen may only join two words: use a comma or a full stop.")


def _note_slots(line: str, slots: Slots, at: At) -> None:
    if set("{}") & set(_SLOT.sub("", line)):
        at.fault("A brace is not closed, or not opened.", "Write both braces on one line, like {key}.")
    allowed = listed(f"{{{name}}}" for name in sorted(slots.allowed))
    for name in dict.fromkeys(_SLOT.findall(line)):
        if name not in SLOTS:
            at.fault(f'There is no placeholder "{{{name}}}".', f"Placeholders that can stand here: {allowed}.")
        elif name not in slots.allowed:
            at.fault(f"{{{name}}} cannot stand in this sentence.", f"Placeholders that can stand here: {allowed}.")


def _named(character: str) -> str:
    name = _UNNAMED.get(character) or unicodedata.name(character, f"U+{ord(character):04X}").lower()
    is_seen = character.isprintable() and not unicodedata.combining(character)
    return f'"{character}" ({name})' if is_seen else f"A hidden character ({name})"
