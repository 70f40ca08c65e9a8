"""Structured logs with a closed list of fields: what is not on it cannot be written, so no caller can be.

A log must never make a caller wait. What reads it may hang, so that lines are written by a thread of their own, and
those that it cannot get rid of in time are counted and dropped.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import json
import os
import time
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Final, TextIO, cast

import structlog

_encode = json.JSONEncoder(sort_keys=True, default=repr).encode
FIELDS = frozenset({"time", "level", "event", "route", "node", "outcome", "milliseconds", "call", "fault"})

MOST_WAITING: Final = 10_000  # lines; at 250 bytes each 2.5 MB a process
_STANDARD_OUTPUT: Final = 1
_BLOCK_CHARACTERS: Final = 3_500  # and a line more: no pipe divides 4,096 bytes
_REST_S: Final = 0.02  # lines gather meanwhile: to wake the thread for each costs an answer more than the line does
_LAST_WORDS_S: Final = 2.0  # how long an ending process waits for what reads its log


def configure(stream: TextIO | None = None) -> None:
    """Write one line of JSON an event: to standard output by a thread, to any other stream at once."""
    structlog.configure(
        processors=[keep_listed_fields, as_json],
        logger_factory=structlog.WriteLoggerFactory(
            cast("TextIO", Unbreakable(stream) if stream else Unhurried(_STANDARD_OUTPUT))
        ),
        cache_logger_on_first_use=True,
    )


def as_json(_: object, level: str, fields: MutableMapping[str, Any]) -> str:
    """One line of JSON, with the level and the time. One step instead of three, because every answer waits for it."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat() + "Z"
    return _encode({**fields, "level": level, "time": now})


class Unbreakable(io.TextIOBase):
    """A stream that loses what cannot be written: a full disk or a closed pipe must not end a call."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        with suppress(OSError, ValueError):
            self._stream.flush()


class Unhurried(io.TextIOBase):
    """A stream to a file descriptor that whoever writes to it never waits for.

    A line is kept in memory and written by a thread, which every process makes at its first line: threads do not
    survive a fork. While more than `most` lines wait, new ones are lost, and how many is told as soon as there is room.
    """

    def __init__(self, descriptor: int, most: int = MOST_WAITING) -> None:
        self.lost = 0
        self._descriptor = descriptor
        self._most = most
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def write(self, text: str) -> int:
        """Keep a line for the thread, or lose it; never wait."""
        if not self._has_thread:
            self._begin()
        if self._waiting.qsize() < self._most:
            self._waiting.put(text)
        else:
            self._lose()
        return len(text)

    def flush(self) -> None:
        """Nothing: see `settle`."""

    def settle(self, most_s: float = _LAST_WORDS_S) -> None:
        """Wait until every line so far is written, but no longer than `most_s`."""
        if self._has_thread:
            written = Event()
            self._waiting.put(written)
            written.wait(most_s)

    def _begin_anew(self) -> None:
        self._lock, self._has_thread = Lock(), False
        self._waiting: SimpleQueue[str | Event] = SimpleQueue()
        self.lost = 0

    def _begin(self) -> None:
        with self._lock:
            if not self._has_thread:
                Thread(target=self._write_on, name="log", daemon=True).start()
                atexit.register(self.settle)
                self._has_thread = True

    def _lose(self, count: int = 1) -> None:
        with self._lock:
            self.lost += count

    def _write_on(self) -> None:
        told = 0
        while True:
            (lines, waiter), lost = self._next(), self.lost
            if not self._has_written("".join(lines)):
                self._lose(len(lines))
            elif lines and lost > told and self._has_written(_lost_line(lost - told)):
                told = lost
            if waiter is not None:
                waiter.set()
            if self._waiting.empty():
                time.sleep(_REST_S)

    def _next(self) -> tuple[list[str], Event | None]:
        """The lines that wait, as many as a pipe takes whole, or until somebody waits for those so far."""
        lines: list[str] = []
        size = 0
        while size < _BLOCK_CHARACTERS and (not lines or not self._waiting.empty()):
            match self._waiting.get():
                case Event() as waiter:
                    return lines, waiter
                case str() as line:
                    lines.append(line)
                    size += len(line)
        return lines, None

    def _has_written(self, block: str) -> bool:
        """Write lines by themselves: a pipe takes so few bytes whole, so that no other process writes amid them."""
        rest = block.encode(errors="replace")
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            return False
        return True


def _lost_line(count: int) -> str:
    return as_json(None, "warning", {"event": "lost", "outcome": f"{count} lines"}) + "\n"


def keep_listed_fields(_: object, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {name: value for name, value in fields.items() if name in FIELDS}


class CallNames:
    """Names calls in the logs: the same call always the same, and nobody can tell which call from the name."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"call names in logs " + secret.encode()).digest()

    def name(self, call_sid: str) -> str:
        """The name of a call: 16 hexadecimal digits, empty for an empty CallSid."""
        if not call_sid:
            return ""
        return hashlib.blake2s(call_sid.encode(errors="replace"), key=self._key, digest_size=8).hexdigest()
