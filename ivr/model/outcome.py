"""What became of a text or a mail that was handed over. Only what certainly was not sent may be tried again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side has taken it over."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The other side will not have it, now or later. `code` is its own: it names nobody."""

    code: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Certainly nothing was sent, and in so many seconds it may be."""

    after_s: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent, or not. It is never sent again; `code` says what happened instead of an answer."""

    code: str


Outcome = Sent | Refused | TryLater | Unknown
