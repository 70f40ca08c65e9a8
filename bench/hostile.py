"""Throws requests at the line that no platform would send: `make hostile`, a million of them.

Each is answered by the application in this process, behind its guard. It has to be refused when it is not signed, and
answered with a document that the strict telephone accepts when it is; never an error, never a fault in the log.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import structlog
from werkzeug.test import run_wsgi_app

from bench.signed_bodies import KINDS, PUBLIC_URL, TOKEN
from ivr.checks.verify import load_verified
from ivr.config import load
from ivr.errors import TwimlFault
from ivr.model.approval import ALL_DRAFTS
from ivr.phone import parse, sign
from ivr.twiml.signature import parse_form
from ivr.web.application import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- hostile -->\n", "<!-- end of hostile -->"
SETTINGS = {
    "TWILIO_AUTH_TOKEN": TOKEN,
    "PUBLIC_URL": PUBLIC_URL,
    "TEAM_NUMBERS": "+18135550101,+18135550102",
    "PROMPTS": str(ROOT / "prompts"),
    "ALLOW_DRAFTS": "all",
}
COLUMNS = ("answered", "told", "refused", "wrong")
_REFUSALS = (400, 403, 404, 413)
_METHODS = (*["POST"] * 7, "GET", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW")
_NAMES = (
    "Digits",
    "DialCallStatus",
    "DialBridged",
    "DialCallDuration",
    "CallSid",
    "To",
    "From",
    "IvrProbe",
    "ErrorUrl",
)
_VALUES = ("", "0", "9", "#", "*", "completed", "true", "-1", "1e309", "٣", "x" * 2000, "\x00", "<Hangup/>", "☎")
_PIECES = (
    "en",
    "es",
    "menu",
    "what",
    "treat",
    "transfer",
    "whisper",
    "goodbye",
    "answer",
    "status",
    "..",
    "",
    "%00",
    "9",
)
# No empty query: the vendor's validator leaves its question mark out of what it signs, and the platform sends none.
_QUERIES = ("", "?tries=99", "?back=..", "?pace=slow&pressed=yes", "?language=es", "?%zz=%zz", "?" + "&" * 300)


def main() -> None:
    """Ask as often as told; exit 1 when one answer is wrong."""
    asked = _asked()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    began = time.perf_counter()
    counted = judged(asked.count, seed, say=lambda wrong: print(wrong, file=sys.stderr))
    on, minutes = datetime.now(UTC).date(), (time.perf_counter() - began) / 60
    told = (
        f"{asked.count:,} requests, chosen by the seed {seed}, on {on}, in {minutes:.0f} minutes.\n\n{_table(counted)}"
    )
    print(told)
    if asked.write:
        _write(told)
    if any(column == "wrong" for _, column in counted):
        sys.exit("The line answered wrongly.")


def judged(count: int, seed: int, say: Callable[[str], None]) -> Counter[tuple[str, str]]:
    """How many requests of each kind were answered, refused, or answered wrongly; `say` is told of the last."""
    app = create_app(load_verified(ROOT / "prompts", ALL_DRAFTS), load(SETTINGS))
    chance = random.Random(seed)  # noqa: S311 because the same seed has to choose the same ones
    counted: Counter[tuple[str, str]] = Counter()
    with structlog.testing.capture_logs() as lines:
        for number in range(count):
            kind = chance.choice(list(_ASKED))
            environ = _ASKED[kind](chance)
            column = _column(app, environ)
            if any(line["event"] == "fault" for line in lines):
                column = "wrong"
            lines.clear()
            counted[kind, column] += 1
            if column == "wrong":
                say(f"Request {number} of the seed {seed} ({kind}) was answered wrongly: {environ['RAW_URI']!r}")
    return counted


def _column(app: WSGIApplication, environ: dict[str, Any]) -> str:
    is_signed = environ.pop("is_signed")
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    code = int(status.split()[0])
    if code in _REFUSALS:
        return "wrong" if is_signed else "refused"
    if not is_signed:
        return "wrong"
    if code == 204:  # noqa: PLR2004 because it is what a status callback is answered with
        return "told"
    try:
        parse(b"".join(body), headers.get("Content-Type", ""))
    except TwimlFault:
        return "wrong"
    return "answered" if code == 200 else "wrong"  # noqa: PLR2004 because it is what a call is answered with


def _signed(chance: random.Random) -> dict[str, Any]:
    environ = _environ(_target(chance), KINDS[chance.choice(list(KINDS))](chance), is_signed=True)
    return {**environ, "REQUEST_METHOD": chance.choice(_METHODS)}


def _signed_fields(chance: random.Random) -> dict[str, Any]:
    fields = [(chance.choice(_NAMES), chance.choice(_VALUES)) for _ in range(chance.randrange(8))]
    return _environ(_target(chance), urlencode(fields).encode(), is_signed=True)


def _unsigned(chance: random.Random) -> dict[str, Any]:
    signature = chance.choice(("", "x", "é", "=" * 28, "A" * 5000, sign("", PUBLIC_URL, ())))
    return {
        **_environ(_target(chance), KINDS[chance.choice(list(KINDS))](chance), is_signed=False),
        "HTTP_X_TWILIO_SIGNATURE": signature.encode().decode("latin-1"),
        "REQUEST_METHOD": chance.choice(_METHODS),
    }


def _altered(chance: random.Random) -> dict[str, Any]:
    """Signed, and changed on the way: another body, another target, another host."""
    environ = _environ(_target(chance), b"CallSid=CA1&Digits=3", is_signed=False)
    change = chance.choice(("body", "target", "settings", "too long", "too many"))
    match change:
        case "body":
            altered: dict[str, Any] = _body(b"CallSid=CA1&Digits=0")
        case "target":
            altered = {"RAW_URI": environ["RAW_URI"] + "x", "PATH_INFO": environ["PATH_INFO"] + "x"}
        case "settings":
            altered = {
                "HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": chance.choice(("1", "{}", "HMAC-SHA256", "\xff"))
            } | {"HTTP_X_TWILIO_SIGNATURE": "x"}
        case "too long":
            altered = _body(b"a=" + b"x" * 70_000)
        case _:
            altered = _body(b"a=1&" * 300)
    return {**environ, **altered}


def _body(body: bytes) -> dict[str, Any]:
    return {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _target(chance: random.Random) -> str:
    path = "/".join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 5)))
    return f"/voice/{path}{chance.choice(_QUERIES)}"


def _environ(target: str, body: bytes, *, is_signed: bool) -> dict[str, Any]:
    form = parse_form(body) or ()
    path, _, query = target.partition("?")
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_NAME": "line.example.org",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_X_TWILIO_SIGNATURE": sign(TOKEN, PUBLIC_URL + target, form),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "is_signed": is_signed,
        **_body(body),
    }


_ASKED: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "signed, with a body of any kind": _signed,
    "signed, with senseless values": _signed_fields,
    "not signed": _unsigned,
    "signed, and altered on the way": _altered,
}


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="how many requests")
    parser.add_argument("--seed", type=int, help="chooses the same ones again")
    parser.add_argument("--write", action="store_true", help="write the table in docs/faults.md")
    return parser.parse_args()


def _table(counted: Counter[tuple[str, str]]) -> str:
    rows = [f"| requests | {' | '.join(COLUMNS)} |", f"| --- |{' --: |' * len(COLUMNS)}"]
    rows += [f"| {kind} | {' | '.join(f'{counted[kind, column]:,}' for column in COLUMNS)} |" for kind in _ASKED]
    return "\n".join(rows)


def _write(told: str) -> None:
    head, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    DOCUMENT.write_text(f"{head}{BEGIN}\n{told}\n\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
