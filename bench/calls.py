"""How many callers one machine holds: whole signed calls, with the time that people take, at a growing pace.

A server keeps nothing of a call between two requests, so that so many calls at once are so many requests a second: the
calls are made once by the strict telephone, which knows when each request is due, and their requests are then sent in
turn at a pace. `make calls ARGS=--write` writes the table in docs/capacity.md.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.asks import PUBLIC_URL, TOKEN, fields_beside
from bench.load import paced
from bench.machine import machine
from bench.rows import always_open
from bench.serving import Server, serving
from ivr.checks.verify import load_verified
from ivr.config import load
from ivr.logs import configure
from ivr.model.approval import ALL_DRAFTS
from ivr.phone import Answers, Request, Team, Telephone
from ivr.web.application import create_app
from ivr.web.in_process import in_process

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "capacity.md"
BEGIN, END = "<!-- calls -->\n", "<!-- end of calls -->"
PACES: Final = (50, 100, 200, 400, 800, 1600, 2400, 3200, 4000, 4800, 5600, 6400)  # requests a second
SECONDS: Final = 4.0
ROUNDS: Final = 3  # the best counts: the rest is what else the machine was doing
MOST_P99_MS: Final = 100.0

Acts = Callable[[Telephone], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of caller, and how many of a hundred are so: an assumption, to be replaced by the line's own counts."""

    name: str
    of_hundred: int
    acts: Acts


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made: its requests, and the seconds in which the line spoke with the caller."""

    kind: Kind
    raw: tuple[bytes, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """What a pace costs: cores that are busy, and what callers wait."""

    per_s: int
    cores: float
    p50_ms: float
    p99_ms: float


def main() -> None:
    """Make the calls, send them, print the table, and write it if told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table in docs/capacity.md")
    asked = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory() as folder:
        environ = _environ(Path(folder))
        calls = [_made(kind, environ) for kind in KINDS]
        with serving("app:app", {**os.environ, **environ}) as server:
            paces = list(_paces(server, calls))
    told = f"{datetime.now(UTC).date()}, {where}.\n\n{_tables(calls, paces)}"
    print(told)
    if asked.write:
        head, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
        DOCUMENT.write_text(f"{head}{BEGIN}\n{told}\n\n{END}{rest.partition(END)[2]}", "utf-8")


def _at_once(telephone: Telephone) -> None:
    telephone.press("0", after_s=4)


def _after_the_menu(telephone: Telephone) -> None:
    telephone.press_at("en menu", "0", after_s=20)


def _after_a_section(telephone: Telephone) -> None:
    telephone.press_at("en menu", "3", after_s=20)
    telephone.press("0", after_s=60)


def _all_in_spanish(telephone: Telephone) -> None:
    telephone.press("9", after_s=5)
    for key in "1234":
        telephone.press(key, after_s=15)
        telephone.press("#", after_s=15)
        telephone.press("7", after_s=15)
        telephone.press("*", after_s=20)
    telephone.press("0", after_s=10)


KINDS: Final = (
    Kind("presses 0 in the greeting", 35, _at_once),
    Kind("hears the choices, then presses 0", 30, _after_the_menu),
    Kind("hears a section, then presses 0", 25, _after_a_section),
    Kind("hears all four in Spanish, then presses 0", 10, _all_in_spanish),
)


def _environ(folder: Path) -> dict[str, str]:
    return {
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_URL": PUBLIC_URL,
        "TEAM_NUMBERS": "+18135550101&+18135550102,+18135550103",
        "PROMPTS": str(always_open(folder)),
        "ALLOW_DRAFTS": "all",
    }


def _made(kind: Kind, environ: dict[str, str]) -> Made:
    """One call of a kind: somebody of the team takes it, and they talk."""
    settings = load(environ)
    app = create_app(load_verified(settings.prompts, ALL_DRAFTS), settings)
    configure(io.StringIO())
    telephone = Telephone(
        in_process(app),
        now=datetime.now(UTC),
        public_url=PUBLIC_URL,
        token=TOKEN,
        team=Team(others=Answers(after_s=8, presses="1", talks_s=180)),
        extra=fields_beside(),
    )
    telephone.dial()
    kind.acts(telephone)
    while not telephone.rings:
        telephone.wait_silently()
    spoken_s = telephone.rings[0].began_at_s
    telephone.hang_up()
    return Made(kind, tuple(map(_raw, telephone.requests)), spoken_s)


def _raw(request: Request) -> bytes:
    body = urlencode(request.form).encode()
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    head = (
        f"POST {request.path_and_query} HTTP/1.1\r\nHost: line.example.org\r\n{headers}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _paces(server: Server, calls: list[Made]) -> Iterator[Pace]:
    """One pace after the other, until callers would wait too long."""
    raw = cycle([one for call in calls for _ in range(call.kind.of_hundred) for one in call.raw])
    paced(server.port, raw, PACES[0], SECONDS / 2)  # what is made once is made
    for per_s in PACES:
        pace = min((_pace(server, raw, per_s) for _ in range(ROUNDS)), key=lambda pace: pace.p99_ms)
        yield pace
        if pace.p99_ms > MOST_P99_MS:
            return


def _pace(server: Server, raw: Iterator[bytes], per_s: int) -> Pace:
    before_s = server.cpu_s()
    waits = paced(server.port, raw, per_s, SECONDS)
    return Pace(per_s, (server.cpu_s() - before_s) / SECONDS, waits.p50_ms, waits.p99_ms)


def _tables(calls: list[Made], paces: list[Pace]) -> str:
    requests = sum(len(call.raw) * call.kind.of_hundred for call in calls)
    seconds = sum(call.seconds * call.kind.of_hundred for call in calls)
    rows = ["| of 100 callers | who | requests a call | seconds before somebody answers |", "| --: | --- | --: | --: |"]
    rows += [f"| {call.kind.of_hundred} | {call.kind.name} | {len(call.raw)} | {call.seconds:.0f} |" for call in calls]
    rows += [
        "",
        f"A call makes {requests / 100:.1f} requests in {seconds / 100:.0f} s: one in {seconds / requests:.1f} s.",
        "",
        "| calls at once | requests a second | cores | p50 | p99 |",
        "| --: | --: | --: | --: | --: |",
    ]
    rows += [
        f"| {pace.per_s * seconds / requests:,.0f} | {pace.per_s:,} | {pace.cores:.2f} | {pace.p50_ms:.1f} ms "
        f"| {pace.p99_ms:.1f} ms |"
        for pace in paces
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
