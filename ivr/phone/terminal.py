"""The telephone in a terminal: a call by keyboard, with all that is heard and when, and its script at the end."""

from __future__ import annotations

import os
import re
import termios
import textwrap
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TextIO

from ivr.phone import handset
from ivr.phone.handset import KEYS, Heard
from ivr.phone.places import place_of
from ivr.phone.script import write
from ivr.phone.team import Leg, Ring
from ivr.phone.telephone import Telephone

WIDTH = 80
SILENT, HANG_UP = ".", "q"
HELP = "0-9 * #  press a key     Enter  stay silent     q  hang up"


def run_terminal(
    telephone: Telephone, keys: TextIO, out: TextIO, *, path: str = "/voice/answer", shows_script: bool = True
) -> None:
    """Call `path` and let a person press keys, or anything that writes them to `keys`.

    A key is pressed when the prompt that listens has been said. At a terminal one stroke is enough; elsewhere each line
    holds keys, and an empty line or "." stays silent. At the end of `keys` the caller hangs up.
    """
    face = _Face(telephone, out, is_coloured=out.isatty())
    with _single_strokes(keys) as strokes:
        face.open()
        telephone.dial(path)
        face.catch_up()
        while not telephone.has_ended:
            _take_turn(face, strokes)
            face.catch_up()
    face.close()
    if shows_script:
        out.write("\n" + textwrap.indent(write(telephone), "    "))


@dataclass(slots=True)
class _Face:
    """What is shown, and how much of the call has been shown."""

    telephone: Telephone
    out: TextIO
    is_coloured: bool
    shown: int = 0
    rings_shown: int = 0

    def open(self) -> None:
        parties, began = self.telephone.call.parties, self.telephone.began
        self.line(f"A call to {_grouped(parties.to)}", _BOLD)
        self.line(f"{began:%A} {began.day} {began:%B %Y}, {began:%H:%M}")
        self.line(f"{HELP}\n", _DIM)

    def catch_up(self) -> None:
        """Show what was heard and who was rung since the last time, in the order in which it happened."""
        rings, heard = self.telephone.rings[self.rings_shown :], self.telephone.heard[self.shown :]
        self.rings_shown, self.shown = len(self.telephone.rings), len(self.telephone.heard)
        items: list[Heard | Ring] = [*heard, *rings]
        for item in sorted(items, key=lambda item: item.at_s if isinstance(item, Heard) else item.began_at_s):
            if isinstance(item, Heard):
                self.spoken(item)
            else:
                self.ring(item)

    def spoken(self, heard: Heard) -> None:
        if _has_words(heard):
            self.paragraph(heard.at_s, heard.language[:2], _words(heard))

    def ring(self, ring: Ring) -> None:
        for leg in ring.legs:
            self.note(ring.began_at_s, f"☎ {leg.address}: {_fate_words(leg)}", _DIM)
            for heard in filter(_has_words, leg.heard):
                self.paragraph(heard.at_s, "  ", f"“{_words(heard)}”", _DIM)
        if ring.has_talked:
            self.note(ring.bridged_at_s or 0.0, f"The caller and the team talk for {ring.outcome.seconds} s.", _GREEN)
        else:
            self.note(ring.ended_at_s, f"Nobody takes the call ({ring.outcome.status}).", _GREEN)

    def listening(self, action: str, timeout_s: int) -> None:
        self.note(self.telephone.at_s, f"┆ listens {timeout_s} s at {place_of(action)}", _DIM)

    def close(self) -> None:
        who = {"caller": "You hung up.", "line": "The line said goodbye and hung up."}
        self.note(self.telephone.at_s, who.get(self.telephone.ended_by or "", "THE PLATFORM CUT THE CALL OFF."), _BOLD)

    def paragraph(self, at_s: float, language: str, text: str, colour: str = "") -> None:
        lead = f"{at_s:7.1f} s  {language}  "
        wrapped = textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))
        self.line("\n".join(wrapped), colour)

    def note(self, at_s: float, text: str, colour: str = "") -> None:
        self.line(f"{at_s:7.1f} s      {text}", colour)

    def line(self, text: str, colour: str = "") -> None:
        self.out.write(f"{colour}{text}{_PLAIN}\n" if colour and self.is_coloured else f"{text}\n")
        self.out.flush()


_BOLD, _DIM, _GREEN, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[0m"


def _take_turn(face: _Face, strokes: Iterator[str]) -> None:
    """Hear the prompt that listens to its end, then do what the person does."""
    telephone = face.telephone
    if telephone.ringing or telephone.listening_at is None:
        telephone.wait_silently()
        return
    telephone.hear_out()
    if _is_asked_next(telephone):
        telephone.wait(handset.span_left_s(telephone.call))
        telephone.hear_out()
    face.catch_up()
    gather = telephone.call.listening
    if gather is None:
        return
    face.listening(gather.action, gather.timeout_s)
    stroke = next(strokes, HANG_UP)
    if stroke == HANG_UP:
        telephone.hang_up()
    elif stroke in KEYS:
        face.note(telephone.at_s, f"▸ {stroke}", _GREEN)
        telephone.press(stroke)
    else:
        # Only this wait: the next prompt of the document may listen too.
        telephone.wait(handset.span_left_s(telephone.call))


def _is_asked_next(telephone: Telephone) -> bool:
    """Whether what listens is a question that has only just been said, and its answers come next, at the same place."""
    paths = [gather.action.partition("#")[0].partition("?")[0] for _, gather in handset.schedule(telephone.call)]
    return any(now == f"{later}/1" for now, later in pairwise(paths[:2]))


def _has_words(heard: Heard) -> bool:
    return bool(heard.written)


def _words(heard: Heard) -> str:
    return heard.written + (" …" if heard.is_cut else "")


def _fate_words(leg: Leg) -> str:
    words = {
        "bridged": "takes the call",
        "declined": "picks up, but does not take the call",
        "lost": "picks up, and is lost",
        "cancelled": "stops ringing",
        "unanswered": "does not answer",
    }
    return words.get(leg.fate, leg.fate)


def _grouped(number: str) -> str:
    match = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return "-".join(("1", *match.groups())) if match else number


@contextmanager
def _single_strokes(keys: TextIO) -> Iterator[Iterator[str]]:
    """Keys one by one. A terminal gives each stroke as it is made, and gets its own mode back afterwards."""
    if not keys.isatty():
        yield _from_lines(keys)
        return
    before = termios.tcgetattr(keys)
    try:
        tty.setcbreak(keys, termios.TCSANOW)  # what was typed ahead is kept
        yield iter(lambda: os.read(keys.fileno(), 1).decode("ascii", "replace"), "")
    finally:
        termios.tcsetattr(keys, termios.TCSADRAIN, before)


def _from_lines(keys: TextIO) -> Iterator[str]:
    for line in keys:
        yield from line.strip() or SILENT
