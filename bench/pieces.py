"""What the pieces of an answer cost, in one process, without a server: a key press that is answered with the menu.

The variants take turns, a batch each, so that whatever else the machine does meets them all alike; of each the fastest
batch counts, in processor time, less what the asking itself costs.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, Response

from bench.asks import CONTENT_TYPE, IDEMPOTENCY, PUBLIC_URL, TOKEN, Ask, asks
from bench.fixed import Application, bare, flask
from bench.usual import usual
from ivr.checks.verify import load_verified
from ivr.config import load
from ivr.desk.turns import Plan
from ivr.engine.documents import document
from ivr.engine.events import KeyPressed
from ivr.engine.moves import move
from ivr.logs import configure
from ivr.model.approval import ALL_DRAFTS
from ivr.model.flow import Flow
from ivr.model.keys import Key
from ivr.model.numbers import Roster
from ivr.model.place import Place
from ivr.twiml import render as twiml
from ivr.web import voice as voices
from ivr.web.answers import circumstances
from ivr.web.application import Line, create_app
from ivr.web.headers import protect
from ivr.web.voice import AnyPath, Document, Voice

(MENU,) = asks("/voice/en/menu", Digits=Key.POUND.value)
BATCH = 50
ASKING = "asking"
BARE, FLASK = "bare WSGI", "Flask, the same bytes"
USUAL, USUAL_SAME = "the usual way, a short menu", "the usual way, the same bytes"
SIGNATURE, STEP = "signature, the same bytes", "signature, step, document"
HEADERS, LOG, ALL = "the same and security headers", "the same and the log line", "the same and counters: everything on"
WRITTEN = "a document written anew"
LOGGED = frozenset({USUAL, USUAL_SAME, LOG, ALL})


def main() -> None:
    """Print microseconds a request as JSON. The arguments: a prompts folder, how many rounds, a file for the menu."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        configure(nowhere)
        whole = line(Path(sys.argv[1]))
        Path(sys.argv[3]).write_bytes(asked(whole))
        variants = applications(whole)
        gc.collect()
        gc.freeze()
        fastest = measured(variants, int(sys.argv[2]))
    print(json.dumps({name: fastest[name] - fastest[ASKING] for name in fastest if name != ASKING}))


def line(prompts: Path) -> Flask:
    """The line as it is served."""
    settings = load({"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": PUBLIC_URL, "TEAM_NUMBERS": "+18135550101"})
    return create_app(load_verified(prompts, ALL_DRAFTS), settings)


def applications(whole: Flask) -> dict[str, Application]:
    """The variants by their names. All but the asking answer with a menu."""
    voice: Voice = vars(whole.view_functions["voice.place"])["__wrapped__"].__self__
    nothing: Any = _Nothing()
    uncounted = replace(voice, metrics=nothing)
    mute = replace(uncounted, names=nothing)
    body, write = asked(whole), _writer(voice.answers.flow)
    return {
        ASKING: lambda *_: (),
        BARE: bare(body),
        FLASK: flask(body),
        USUAL: usual(),
        USUAL_SAME: usual(write),
        SIGNATURE: _routed(mute.guarded(lambda _: Document(body))),
        STEP: _routed(mute.guarded(mute.place)),
        HEADERS: _routed(mute.guarded(mute.place), has_headers=True),
        LOG: _routed(uncounted.guarded(uncounted.place), has_headers=True),
        ALL: whole,
        WRITTEN: lambda *_: (write(),),
    }


def asked(app: Application, ask: Ask = MENU) -> bytes:
    """The answer to a request."""
    environ = {**_environ(ask), "wsgi.input": BytesIO(ask.body)}
    return b"".join(app(environ, lambda *_: None))


def measured(variants: dict[str, Application], rounds: int) -> dict[str, float]:
    """Microseconds a request, of the fastest batch of each."""
    fastest = dict.fromkeys(variants, float("inf"))
    for _ in range(rounds):
        for name, app in variants.items():
            with _left_out(is_logged=name in LOGGED, is_counted=name == ALL):
                fastest[name] = min(fastest[name], _batch_us(app))
    return fastest


class _Nothing:
    """Stands in for what a variant leaves out: asked for anything, it says nothing."""

    def __getattr__(self, _: str) -> Any:  # noqa: ANN401 because it is anything
        return _say_nothing


def _say_nothing(*_: object, **__: object) -> str:
    return ""


def _routed(view: Callable[..., Response], *, has_headers: bool = False) -> Flask:
    app = Line("bench.pieces")
    app.url_map.converters["any_path"] = AnyPath
    app.add_url_rule("/voice/<any_path:_>", "place", view, methods=["POST"])
    if has_headers:
        protect(app, is_https=True)
    return app


def _writer(flow: Flow) -> Callable[[], bytes]:
    """Builds the document of the menu anew."""
    now = circumstances(flow.line.hours, Plan(Roster(), (True,), ()), datetime.now(UTC))
    cue = move(flow, Place("en", flow.menu.id), KeyPressed(Key.POUND), now)
    return lambda: twiml.render(flow, document(flow, cue, now), Roster())


@contextmanager
def _left_out(*, is_logged: bool, is_counted: bool) -> Iterator[None]:
    """Take the log and the tally out of the voice routes, and put them back."""
    kept = {name: vars(voices)[name] for name in ("_log", "count_call")}
    vars(voices).update(
        {} if is_logged else {"_log": _Nothing()}, **({} if is_counted else {"count_call": _say_nothing})
    )
    try:
        yield
    finally:
        vars(voices).update(kept)


def _batch_us(app: Application) -> float:
    environ = _environ(MENU)
    began_s = time.process_time()
    for _ in range(BATCH):
        answer = app({**environ, "wsgi.input": BytesIO(MENU.body)}, _say_nothing)
        for _ in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()
    return (time.process_time() - began_s) / BATCH * 1e6


def _environ(ask: Ask) -> dict[str, Any]:
    """What a server makes of a request."""
    path, _, query = ask.target.partition("?")
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "RAW_URI": ask.target,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": CONTENT_TYPE,
        "CONTENT_LENGTH": str(len(ask.body)),
        "HTTP_HOST": "line.example.org",
        "HTTP_USER_AGENT": "TwilioProxy/1.1",
        "HTTP_ACCEPT": "*/*",
        "HTTP_X_TWILIO_SIGNATURE": ask.signature,
        "HTTP_I_TWILIO_IDEMPOTENCY_TOKEN": IDEMPOTENCY,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


if __name__ == "__main__":
    main()
