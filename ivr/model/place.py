"""Where a caller is: all the state of a call, written in the URL that the next document names.

Nothing about the caller is in it. The platform signs every URL it asks for, so a place is what we said it was.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from enum import Enum
from typing import NamedTuple
from urllib.parse import parse_qsl

from ivr.model.hours import Day, Opening

ROOT = "/voice/"
WHISPER = "whisper"
MOST_TRIES = 3
TYPING, HELPED, ONE_MORE = 0, 1, 2  # the parts of an entry: ten keys are awaited; one key; the eleventh
ASKED, BEING_ASKED = 0, 1  # the parts of a question: a yes to what is still being asked does not count
MOST_QUERY = 200  # characters: more than any place needs

_WORD = re.compile(r"[a-z][a-z0-9-]{0,31}")
_NUMBER = re.compile(r"[0-9]{1,2}")
_DAYS = {day.value: day for day in Day}
_MOST = (6, 12, 31, 23, 59)  # of a weekday, a month, a date, an hour, a minute


class Pace(Enum):
    """How fast the line speaks and how long it waits."""

    NORMAL = "normal"
    SLOW = "slow"

    __hash__ = object.__hash__  # members are single, and hashing the name of one would be most of hashing a place


@dataclass(frozen=True, slots=True)
class Back:
    """The part of a section that a caller left, and may return to."""

    node: str
    part: int


class Place(NamedTuple):
    """All the state of a call. A named tuple, because the proof of a start makes and compares a million of them.

    `part` is what is being said within the node: in a section 0 is the heading, 1 to n its passages and n + 1 its end;
    in a transfer it counts the turns that have rung; in an entry it says what is awaited; in a question it is 1 while
    that is being asked; elsewhere it is 0, or 1 for the short form of the closed message and for the last word of the
    goodbye. `tries` counts silences and keys that were no choice, at this place only.
    """

    language: str
    node: str
    part: int = 0
    pace: Pace = Pace.NORMAL
    tries: int = 0
    back: Back | None = None
    has_pressed: bool = True
    has_changed_language: bool = False
    is_unwarned: bool = False  # the emergency line has not been said yet
    promise: Opening | None = None  # by when the caller is called back; None is as soon as we can

    def to_url(self) -> str:
        """Write the place as the path and query that names it; the same place is always written the same way."""
        path = f"{ROOT}{self.language}/{self.node}" + (f"/{self.part}" if self.part else "")
        query = "&".join(_query_of(self))
        return f"{path}?{query}" if query else path

    @classmethod
    def parse(cls, path: str, query: str) -> Place:
        """Read a path and query. Total: what is not understood is left empty or takes its default.

        So an older and a newer version of the line answer each other. Whether there is such a language, node or part is
        for `Flow.settle` to say: it turns an empty or unknown name into the menu.
        """
        language, _, rest = path.removeprefix(ROOT).partition("/")
        node, _, part = rest.partition("/")
        fields = dict(parse_qsl(query[:MOST_QUERY]))
        return cls(
            language=_name(language),
            node=_name(node),
            part=_number(part),
            pace=Pace.SLOW if fields.get("pace") == Pace.SLOW.value else Pace.NORMAL,
            tries=min(_number(fields.get("tries", "")), MOST_TRIES),
            back=_back(fields.get("back", "")),
            has_pressed=fields.get("pressed") != "no",
            has_changed_language=fields.get("changed") == "yes",
            is_unwarned=fields.get("warned") == "no",
            promise=_promise(fields.get("promise", "")),
        )


def _query_of(place: Place) -> list[str]:
    written = []
    if place.pace is Pace.SLOW:
        written.append("pace=slow")
    if place.tries:
        written.append(f"tries={place.tries}")
    if place.back is not None:
        written.append(f"back={place.back.node}.{place.back.part}")
    if not place.has_pressed:
        written.append("pressed=no")
    if place.has_changed_language:
        written.append("changed=yes")
    if place.is_unwarned:
        written.append("warned=no")
    if place.promise is not None:
        day, *numbers = astuple(place.promise)
        written.append(f"promise={'.'.join((day.value, *map(str, numbers)))}")
    return written


def _name(text: str) -> str:
    return text if _WORD.fullmatch(text) else ""


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _promise(text: str) -> Opening | None:
    day, *numbers = text.split(".")
    if day not in _DAYS or len(numbers) != len(_MOST) or not all(map(_NUMBER.fullmatch, numbers)):
        return None
    weekday, month, date, hour, minute = map(int, numbers)
    is_sane = all(number <= most for number, most in zip((weekday, month, date, hour, minute), _MOST, strict=True))
    is_whole = _DAYS[day] is not Day.DATE or (month and date)
    return Opening(_DAYS[day], weekday, month, date, hour, minute) if is_sane and is_whole else None


def _back(text: str) -> Back | None:
    node, _, part = text.partition(".")
    return Back(node, _number(part)) if _WORD.fullmatch(node) and _NUMBER.fullmatch(part) else None
