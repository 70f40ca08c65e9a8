"""What the line does next, as values; `twiml.render` writes them for the platform."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.engine.events import Effect
from ivr.model.numbers import Role
from ivr.model.place import Pace, Place
from ivr.model.speech import Utterance

Said = tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class Speak:
    """Say something that cannot be interrupted, because it leads on by itself."""

    said: Said
    pace: Pace = Pace.NORMAL


@dataclass(frozen=True, slots=True)
class Listen:
    """Say something and take one key, from the first word until `wait_s` seconds after the last, as pressed at `at`."""

    at: Place
    said: Said
    wait_s: int


@dataclass(frozen=True, slots=True)
class Enter:
    """Say something and take up to `most_keys` keys, `wait_s` seconds between them. Star ends them and is not one."""

    at: Place
    said: Said
    wait_s: int
    most_keys: int


@dataclass(frozen=True, slots=True)
class Perform:
    """Do this outside of the call, and ask again at once with what came of it. It stands alone in its document."""

    effect: Effect
    at: Place


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring one turn of a role. `ends` is where the caller is afterwards; None when the document itself goes on."""

    role: Role
    turn: int
    ring_s: int
    talk_limit_s: int
    ends: Place | None


@dataclass(frozen=True, slots=True)
class Continue:
    """Nobody pressed a key: ask the line what happens next, from `at`."""

    at: Place


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Action = Speak | Listen | Enter | Perform | Dial | Continue | HangUp
Actions = tuple[Action, ...]
