"""What is said, before any markup: words, respellings, digits and pauses, and sentences with places left to fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Words:
    """Words said as they are written."""

    text: str


@dataclass(frozen=True, slots=True)
class Respelled:
    """A word that a voice would say badly, with the spelling that makes it say the word well."""

    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits said one by one, as in 9-1-1."""

    digits: str


@dataclass(frozen=True, slots=True)
class SlowDigits:
    """The groups of a telephone number, said digit by digit at 120 words a minute or less, with a rest in between."""

    groups: tuple[str, ...]


class Whose(Enum):
    """A number of the caller that is spoken but never known here."""

    LAST_TWO = "last_two"  # of the number that the caller calls from
    TYPED = "typed"  # the whole number that the caller typed


@dataclass(frozen=True, slots=True)
class Private:
    """Digits of the caller, filled in where the document is written; nothing before that ever holds them."""

    whose: Whose


@dataclass(frozen=True, slots=True)
class Rest:
    """Silence inside what is said, in milliseconds."""

    ms: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sentence that is filled when it is said: {key}, {part} and so on."""

    name: str


Span = Words | Respelled | Digits | SlowDigits | Private | Rest
Spans = tuple[Span, ...]
Text = tuple[Span | Slot, ...]
Values = Mapping[str, Spans]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said in one language, in that language's voice."""

    language: str
    spans: Spans


def fill(text: Text, values: Values) -> Spans | None:
    """Put the values into a sentence; None when one of its slots has nothing to say: the sentence is then left out."""
    spans: list[Span] = []
    for piece in text:
        match piece:
            case Slot(name=name):
                if name not in values:
                    return None
                spans.extend(values[name])
            case _:
                spans.append(piece)
    return tuple(spans)


def plain(text: Text) -> Spans:
    """A sentence without slots, as what is said; any slot it has is left out."""
    return tuple(piece for piece in text if not isinstance(piece, Slot))


def slots(text: Text) -> frozenset[str]:
    """The names of the places that a sentence leaves to fill."""
    return frozenset(piece.name for piece in text if isinstance(piece, Slot))


def written(text: Iterable[Span | Slot]) -> str:
    """A sentence as it is read by eyes: respellings as they are written, slots in braces, no rests."""
    return " ".join("".join(_written(piece) for piece in text).split())


def _written(piece: Span | Slot) -> str:
    match piece:
        case Words(text=text):
            return text
        case Respelled(written=word):
            return word
        case Digits(digits=digits):
            return digits
        case SlowDigits(groups=groups):
            return "-".join(groups)
        case Private(whose=whose):
            return f"{{{whose.value}}}"
        case Rest():
            return " "
        case Slot(name=name):
            return f"{{{name}}}"
