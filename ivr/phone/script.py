"""Calls written down: a `*.call` file says what a caller does and where that leads, one line for each thing.

    # A frightened caller skips to treatment and is connected.
    time 2026-11-24 10:00
    team +18135550101 answers after 6, presses 1, talks 180

    call
    at en welcome
    press 3                        # now, while the line speaks
    at en treat
    press # at en treat 2          # silent until that part is read, then the key
    press 8135550147 every 2       # several keys, two seconds apart
    press 0
    dials +18135550101
    talks
    at en talked
    silent
    ends

`#` begins a comment at the start of a line, or after two spaces. Nothing but `hears` looks at the line's wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ivr.errors import CallFault
from ivr.phone.people import behaviour_words, outcome_words
from ivr.phone.team import Groups
from ivr.phone.telephone import CALLER, FIRST_SID, Telephone


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something: its word, and the fields of its shape ("" where one was left out)."""

    number: int
    word: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A call that was written down. `name` is its file, for messages; `settings` come before `steps`."""

    name: str
    settings: tuple[Line, ...]
    steps: tuple[Line, ...]


def read(text: str, name: str) -> Script:
    """Read a script; CallFault with every line that cannot be read."""
    lines: list[Line] = []
    faults: list[str] = []
    for number, written in enumerate(text.splitlines(), start=1):
        said = _COMMENT.sub("", written).strip()
        line = _read_line(number, said) if said else None
        if line is not None:
            lines.append(line)
        elif said:
            faults.append(f'{name}:{number}: "{said}" is not understood. Write: {_advice(said)}.')
    faults.extend(_order_faults(lines, name))
    if faults:
        raise CallFault("\n".join(faults))
    begins = [line.word for line in lines].index("call")
    return Script(name, tuple(lines[:begins]), tuple(lines[begins:]))


def write(telephone: Telephone, title: str = "A call made by hand.") -> str:
    """The script of the call that a telephone has made. Played against the same line it passes."""
    body = "\n".join(str(happened) for happened in telephone.log)
    return "\n".join((f"# {title}", *_setting_lines(telephone), "", body, ""))


_SECONDS: Final = r"\d+(?:\.\d+)?"
_ADDRESS: Final = r"(\+\d{8,15}|sips?:\S+)"
_PLACE: Final = r"([a-z]{2} [a-z][a-z0-9-]*(?: [a-z0-9.-]+)*?)"
_WORDS: Final = r'"([^"]+)"'

# Every line there is: its first words, the shape of its rest, and what a message advises.
_SETTINGS: Final = (
    ("time", r" (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)", "time 2026-11-24 10:00"),
    ("language", r" ([a-z]{2})", "language es"),
    ("from", r"( \S+)?", "from anonymous"),
    ("to", r" (\S+)", "to +18886633488"),
    ("sid", r" (\w+)", "sid CA0123"),
)
_ANYWHERE: Final = (
    ("team", rf" {_ADDRESS} (.+)", "team NUMBER answers after 6, presses 1, talks 60"),
    ("groups", r" (ring on|stop at the first)", "groups ring on, or groups stop at the first"),
    (
        "platform",
        r" (says answered|leaves out bridged|leaves out star)",
        "platform says answered, platform leaves out bridged, or platform leaves out star",
    ),
    ("outcome", r" (\S+), bridged (yes|no|unknown), (\d+) seconds", "outcome completed, bridged unknown, 40 seconds"),
)
_STEPS: Final = (
    ("call", "", "call"),
    ("at", rf" {_PLACE}", "at LANGUAGE NODE [PART] [slow] [tries 1] [back treat.2]"),
    (
        "press",
        rf" ([0-9*#]+)(?: at {_PLACE})?(?: after ({_SECONDS}))?(?: every ({_SECONDS}))?",
        "press KEYS [at PLACE] [after SECONDS] [every SECONDS]",
    ),
    ("silent", "", "silent"),
    ("wait", rf" ({_SECONDS})", "wait SECONDS"),
    ("dials", r" (\S+(?: & \S+)*)", "dials NUMBER [& NUMBER]"),
    ("whisper", rf" {_ADDRESS} hears (no )?{_WORDS}", 'whisper NUMBER hears [no] "WORDS"'),
    ("hears", rf" (no )?{_WORDS}", 'hears [no] "WORDS"'),
    ("by", rf" ({_SECONDS}) s hears {_WORDS}", 'by SECONDS s hears "WORDS"'),
    ("talks", "", "talks"),
    ("nobody takes it", "", "nobody takes it"),
    ("rings nobody", "", "rings nobody"),
    ("retry", "", "retry"),
    ("hang up", rf"(?: after ({_SECONDS}))?", "hang up [after SECONDS]"),
    ("ends", r"( by the platform)?", "ends"),
)
_SHAPES: Final = {word: (re.compile(word + shape), advice) for word, shape, advice in (*_SETTINGS, *_ANYWHERE, *_STEPS)}
_COMMENT: Final = re.compile(r"^\s*#.*|\s\s+#\s.*")


def _read_line(number: int, said: str) -> Line | None:
    for word, (shape, _) in _SHAPES.items():
        found = shape.fullmatch(" ".join(said.split()))
        if found:
            return Line(number, word, tuple((field or "").strip() for field in found.groups()))
    return None


def _advice(said: str) -> str:
    meant = next((advice for word, (_, advice) in _SHAPES.items() if said.startswith(word.split()[0])), None)
    return meant or f"one of {', '.join(_SHAPES)}"


def _order_faults(lines: list[Line], name: str) -> Iterator[str]:
    calls = [line.number for line in lines if line.word == "call"]
    if len(calls) != 1:
        yield f"{name}: there must be one line that says call, and there are {len(calls)}."
        return
    settings, steps = ({word for word, _, _ in table} for table in (_SETTINGS, _STEPS))
    for line in lines:
        if line.number > calls[0] and line.word in settings:
            yield f"{name}:{line.number}: {line.word} must stand before the call."
        if line.number < calls[0] and line.word in steps:
            yield f"{name}:{line.number}: {line.word} must stand after the call."


def _setting_lines(telephone: Telephone) -> Iterator[str]:
    began, parties, team = telephone.began, telephone.call.parties, telephone.first_team
    yield f"time {began:%Y-%m-%d %H:%M}" + (f":{began:%S}" if began.second else "")
    if "language=" in telephone.requests[0].path_and_query:
        yield f"language {telephone.requests[0].path_and_query.rpartition('language=')[2]}"
    if parties.from_ != CALLER:
        yield f"from {parties.from_}".strip()
    if parties.call_sid != FIRST_SID:
        yield f"sid {parties.call_sid}"
    yield from (f"team {address} {behaviour_words(behaviour)}" for address, behaviour in dict(team.behaviours).items())
    if team.groups is not Groups.STOP_AT_FIRST:
        yield f"groups {team.groups.value}"
    yield from (f"platform {words}" for is_so, words in (
        (team.says_answered, "says answered"),
        (team.leaves_out_bridged, "leaves out bridged"),
        (team.leaves_out_star, "leaves out star"),
    ) if is_so)  # fmt: skip
    yield from (f"outcome {outcome_words(outcome)}" for outcome in team.forced)
