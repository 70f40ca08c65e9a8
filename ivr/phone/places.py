"""A URL of the line in words: `/voice/en/treat/2?pace=slow&tries=1` is "en treat 2 slow tries 1"."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

_TOLD = ("slow", "tries", "back")  # what else a line keeps in its URLs says how the caller got there, not where that is


def place_of(url: str) -> str:
    """The words for a URL: where a caller is."""
    name, modifiers = _read(url)
    return " ".join((*name, *(each for each in modifiers if each.startswith(_TOLD))))


def is_place(url: str, stated: str) -> bool:
    """Whether `url` is the place that was stated: a path that it begins with, or its words.

    Language, node and part are compared whole (no part is part 0). Of the rest only what is stated is compared;
    `tries 0` and `normal` state that there is none.
    """
    if stated.startswith("/"):
        return url.startswith(stated)
    name, modifiers = _read(url)
    language, node, *rest = (*stated.split(), "", "")
    part = [rest.pop(0)] if rest[0].isdigit() else []
    return (language, node, *part) == name and all(_holds(wanted, modifiers) for wanted in _pairs(rest))


def _read(url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = urlsplit(url)
    name = tuple(word for word in parts.path.removeprefix("/voice/").split("/") if word)
    pairs = parse_qsl(parts.query)
    return name, tuple(value if key == "pace" else f"{key} {value}" for key, value in pairs)


def _pairs(words: list[str]) -> Iterator[str]:
    rest = filter(None, words)
    for word in rest:
        yield word if word in ("slow", "normal") else f"{word} {next(rest, '')}".strip()


def _holds(wanted: str, modifiers: tuple[str, ...]) -> bool:
    if wanted == "normal":
        return "slow" not in modifiers
    name, _, value = wanted.partition(" ")
    if value == "0":
        return not any(modifier.startswith(f"{name} ") for modifier in modifiers)
    return wanted in modifiers
