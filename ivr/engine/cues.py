"""A cue is where a caller is led, and what is said first; here are also the names of the parts that are no passages."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from ivr.engine.events import Effect, NumberGiven
from ivr.model.keys import Key
from ivr.model.place import Place

SHORT_FORM = 1  # the part of the closed message that a second 0 hears
EMERGENCY_LINE = 1  # the part of the greeting that is the emergency line
LAST_WORD = 1  # the part of the goodbye after which there is nothing to press
YES, NO = ANSWERS = (Key.ONE, Key.TWO)


class Remark(Enum):
    """Something said before a place itself, because of how the caller got there."""

    SLOWER = "slower"
    NORMAL = "normal"
    NOTHING_TO_SKIP = "nothing_to_skip"
    EMERGENCY = "emergency"
    NOBODY = "nobody"
    WHERE = "where"
    ENOUGH = "enough"
    NOT_NOTED = "not_noted"

    __hash__ = object.__hash__  # as in a place


class Cue(NamedTuple):
    """A place to speak from, and what to say first. A named tuple for the same reason as a place."""

    place: Place
    is_after_key: bool = False
    wrong_key: Key | None = None
    remarks: tuple[Remark, ...] = ()
    given: NumberGiven | None = None  # keys that were no number, to be told so
    effect: Effect | None = None  # to be done before anything is said
