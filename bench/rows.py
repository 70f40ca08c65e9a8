"""What is served and asked, a row of the table each: the same server for all of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench.asks import PUBLIC_URL, TOKEN, Ask, asks, callers

ROOT = Path(__file__).parents[1]
LINE = "app:app"
CALLS = 200  # that take turns in a row, so that nothing is kept for one call
BARE, FLASK, USUAL, MENU = "bare WSGI", "Flask, the same bytes", "the usual way, a short menu", "a key press: the menu"
CALLBACKS_PER_S = 100.0
MIXED = "everything in turn"
SETTINGS = {
    "TWILIO_AUTH_TOKEN": TOKEN,
    "PUBLIC_URL": PUBLIC_URL,
    "TEAM_NUMBERS": "+18135550101,+18135550102",
    "ALLOW_DRAFTS": "all",
}
_OPEN = re.compile(r'^open = ".*?"', re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """An application as gunicorn names it, what is asked of it, and settings that differ from the others'."""

    name: str
    application: str
    asks: tuple[Ask, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    per_s: float | None = None  # a pace that it is only measured at, instead of with as much as the server takes

    @cached_property
    def raw(self) -> list[bytes]:
        """The requests as they are sent."""
        return [ask.raw() for ask in self.asks]


def rows(document: Path) -> Iterator[Row]:
    """The rows that need no store; `document` is a file with the bytes of the menu."""
    menu = tuple(asks("/voice/en/menu", CALLS, Digits="#"))
    yield Row(BARE, f"bench.fixed:served('bare', '{document}')", menu)
    yield Row(FLASK, f"bench.fixed:served('flask', '{document}')", menu)
    yield Row(USUAL, "bench.usual:served()", menu)
    yield Row(MENU, LINE, menu)
    yield Row("a key press: a section", LINE, tuple(asks("/voice/en/menu", CALLS, Digits="1")))
    yield Row("a key press: the transfer", LINE, tuple(asks("/voice/en/menu", CALLS, Digits="0")))
    yield Row("the whisper", LINE, tuple(asks("/voice/en/whisper", CALLS)))
    yield Row("the status callback", LINE, tuple(asks("/voice/status", CALLS, CallStatus="completed")))


def stored(name: str, environ: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a store: a call that has nothing to do with it, and callers who each ask to be called back once."""
    yield Row(f"the menu, with callbacks in {name}", LINE, tuple(asks("/voice/en/menu", CALLS, Digits="#")), environ)
    kept = tuple(callers("/voice/en/call-back", Digits="1"))
    yield Row(f"a callback is kept in {name}", LINE, kept, environ, CALLBACKS_PER_S)


def mixed() -> Row:
    """Whole calls, one request of each kind after the other, a few thousand of them all different."""
    kinds = [
        asks("/voice/answer", CALLS),
        asks("/voice/answer?language=es", CALLS),
        *(asks(f"/voice/{language}/menu", CALLS, Digits=key) for language in ("en", "es") for key in "0123456789*#"),
        *(asks(f"/voice/en/what/{part}", CALLS, Digits="#") for part in range(6)),
        asks("/voice/en/transfer/1", CALLS, DialCallStatus="busy", DialBridged="false"),
        asks("/voice/en/whisper", CALLS, Digits="1"),
        asks("/voice/status", CALLS, CallStatus="completed"),
    ]
    return Row(MIXED, LINE, tuple(ask for turn in zip(*kinds, strict=True) for ask in turn))


def always_open(folder: Path) -> Path:
    """A copy of the prompts whose team is always there, so that the hour of a run changes nothing."""
    prompts = folder / "prompts"
    shutil.copytree(ROOT / "prompts", prompts)
    line = prompts / "line.toml"
    line.write_text(_OPEN.sub('open = "24/7"', line.read_text("utf-8"), count=1), "utf-8")
    return prompts
