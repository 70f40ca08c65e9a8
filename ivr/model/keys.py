"""The twelve keys of a telephone, and what a key can mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Key(Enum):
    """One key of the keypad; the value is what the platform posts as a digit."""

    ZERO = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"
    SEVEN = "7"
    EIGHT = "8"
    NINE = "9"
    STAR = "*"
    POUND = "#"

    __hash__ = object.__hash__  # as of a pace


class Command(Enum):
    """What a key does when it does not read a section; the value is its word in menu.toml."""

    PERSON = "person"
    AGAIN = "again"
    PACE = "pace"
    LANGUAGE = "language"
    NEXT = "next"
    CHOICES = "choices"
    CALLBACK = "callback"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A key that reads a section from its heading."""

    node: str


Meaning = Command | ReadSection
