"""The usual way: the vendor's validator, TwiML built at every request, and the log line and counters of the line."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from flask import Flask, Response, abort, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from bench.asks import PUBLIC_URL, TOKEN
from bench.fixed import CONTENT_TYPE
from ivr.logs import CallNames, configure
from ivr.web.metrics import BUCKETS_S

_CHOICES = (
    "To talk with a person, press 0.",
    "To hear what this illness is, press 1.",
    "To hear how far an illness can spread, press 2.",
    "To hear how it is treated, press 3.",
    "To make an appointment, press 4.",
    "Para español, oprima el nueve.",
)
_log = structlog.get_logger()


def short_menu() -> bytes:
    """One Gather with six Say, as the vendor's samples write a menu: less than the line says, no help in silence."""
    response = VoiceResponse()
    gather = response.gather(input="dtmf", num_digits=1, timeout=7, action="/voice/en/menu", method="POST")
    for choice in _CHOICES:
        gather.say(choice, voice="Polly.Joanna-Neural", language="en-US")
    response.redirect("/voice/en/menu", method="POST")
    return str(response).encode()


def usual(build: Callable[[], bytes] = short_menu) -> Flask:
    """An application that answers every signed POST with what is built for it."""
    app, validator, names, own = Flask("bench.usual"), RequestValidator(TOKEN), CallNames(TOKEN), CollectorRegistry()
    seconds = Histogram("usual_seconds", "Seconds.", ("route", "outcome"), registry=own, buckets=BUCKETS_S)
    keys = Counter("usual_keys", "Keys.", ("node", "key"), registry=own)

    @app.post("/voice/<path:_>")
    def answer(_: str) -> Response:
        began_s = time.perf_counter()
        url = PUBLIC_URL + request.environ["RAW_URI"]
        if not validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
            abort(403)
        call = names.name(request.form["CallSid"])
        keys.labels("menu", request.form["Digits"]).inc()
        body = build()
        took_s = time.perf_counter() - began_s
        told = {"route": "answer", "node": "menu", "outcome": "KeyPressed", "call": call}
        _log.info("voice", milliseconds=round(took_s * 1000, 1), **told)
        seconds.labels("answer", "KeyPressed").observe(took_s)
        return Response(body, content_type=CONTENT_TYPE)

    return app


def served() -> Flask:
    """The same, with a log that is written."""
    configure()
    return usual()
