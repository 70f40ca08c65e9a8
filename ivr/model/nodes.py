"""The nodes of the call graph: what each is, what it offers, and where it leads when nobody presses a key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ivr.model.numbers import Role

PERSON = "person"  # as a `silence` edge: the way to a person, wherever it leads at the time


class Offer(Enum):
    """A choice that a node announces; listed in the order in which choices are always said."""

    PERSON = "person"
    CALLBACK = "callback"
    SECTIONS = "sections"
    TEXT = "text"
    AGAIN = "again"
    BACK = "back"
    PACE = "pace"
    LANGUAGE = "language"
    NEXT = "next"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Menu:
    """All the choices, on one level."""

    id: str
    offers: tuple[Offer, ...]
    silence: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and passages that are read one after another, then choices."""

    id: str
    offers: tuple[Offer, ...]
    silence: str


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a caller hears first: the name, the other language, the emergency line; it leads on to the menu."""

    id: str
    then: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a caller must know, then choices."""

    id: str
    offers: tuple[Offer, ...]
    silence: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One sentence, then turns of ringing; its edges are how the ringing can end."""

    id: str
    role: Role
    talked: str
    cut_off: str
    nobody: str


class Asks(Enum):
    """What a question asks: whether it is the caller's own number, or the one that was typed; and may we."""

    OWN_NUMBER = "own_number"
    TYPED_NUMBER = "typed_number"
    MESSAGE = "message"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """A question: 1 is yes and 2 is no. `failed` is where a yes leads that the line could not act on."""

    id: str
    asks: Asks
    yes: str
    no: str
    failed: str
    silence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a caller types a telephone number; while it is typed digits are digits."""

    id: str
    then: str
    failed: str
    offers: tuple[Offer, ...]
    silence: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The number, the last word, and the only hang-up of the line."""

    id: str


Node = Menu | Section | Greeting | Notice | Transfer | Question | Entry | Goodbye
Listening = Menu | Section | Notice | Question | Entry
