"""Whom a call rings, in which order: pure, from the settings, the language and a spread that is the call's own."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.model.numbers import Roster, Turn


@dataclass(frozen=True, slots=True)
class Telephones:
    """All the turns that the settings name. `by_language` holds those that ring first for callers in a language."""

    team: tuple[Turn, ...]
    backup: Turn | None = None
    by_language: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)
    after_hours: tuple[Turn, ...] = ()
    fallback: tuple[Turn, ...] = ()

    @property
    def ways(self) -> int:
        """In how many ways calls can be spread over the turns."""
        return math.lcm(*(len(turns) or 1 for turns in (self.team, *self.by_language.values())))


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom one call rings, and for each turn whether it answers in the caller's language."""

    roster: Roster
    speaks_language: tuple[bool, ...]
    after_hours_speaks_language: tuple[bool, ...]


def spread(call_sid: str) -> int:
    """A number that spreads calls: always the same for a call, whichever process answers."""
    return int.from_bytes(hashlib.blake2s(call_sid.encode(), digest_size=4).digest())


def plan(telephones: Telephones, language: str, first_language: str, way: int, most: int) -> Plan:
    """The turns of one call: those of the language, the team beginning where `way` says, the backup last."""
    is_first_language = language == first_language
    own = _rotated(telephones.by_language.get(language, ()), way)
    others = _rotated(telephones.team, way)
    backup = (telephones.backup,) if telephones.backup else ()
    ahead = (own + others)[: max(1, most - len(backup))]
    speaks = tuple(is_first_language or index < len(own) for index in range(len(ahead)))
    after_hours = telephones.after_hours[:most]
    roster = Roster((ahead + backup)[:most], after_hours, telephones.fallback)
    speaks_all = (speaks + (is_first_language,) * len(backup))[:most]
    return Plan(roster, speaks_all, (is_first_language,) * len(after_hours))


def _rotated(turns: tuple[Turn, ...], way: int) -> tuple[Turn, ...]:
    start = way % len(turns) if turns else 0
    return turns[start:] + turns[:start]
