"""The voice routes: every signed request gets a document that helps the caller, whatever happens to us."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Response, abort, request
from flask.globals import request_ctx
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter, Rule

from ivr.desk.ports import Tally
from ivr.engine.events import Event
from ivr.logs import CallNames
from ivr.model.place import ROOT, WHISPER, Place
from ivr.twiml import request as platform
from ivr.twiml.render import CONTENT_TYPE, EMPTY
from ivr.twiml.signature import SignatureCheck
from ivr.web.answers import Answer, Answers
from ivr.web.counting import count_call, count_fault, what_was_asked
from ivr.web.guard import Signed, signed
from ivr.web.metrics import Metrics
from ivr.web.watching import FAULT, PROBE, UNSIGNED, Step, went

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NOW = "ivr.now"  # a time in the environ, for a telephone in this process; no header of a request can set it

View = Callable[[Signed], Response]

_log = structlog.get_logger()


class AnyPath(BaseConverter):
    """Whatever comes after /voice/, slashes and nothing included: nothing that is signed is turned away."""

    regex = ".*"
    part_isolating = False


@dataclass(frozen=True)
class Voice:
    """What the voice routes need: the documents, the signature check, the names of calls in the log, the counters."""

    answers: Answers
    check: SignatureCheck
    names: CallNames
    metrics: Metrics
    tally: Tally

    def blueprint(self) -> Blueprint:
        """The routes under /voice/, each behind the guard, which judges every method alike."""
        voice = Blueprint("voice", __name__)
        for rule, name, view in (("status", "status", status), ("<any_path:_>", "place", self.place)):
            endpoint = f"{voice.name}.{name}"
            voice.endpoint(endpoint)(self.guarded(view))
            voice.record(_with_any_method(ROOT + rule, endpoint))
        return voice

    def guarded(self, view: View) -> Callable[..., Response]:
        """Let only signed requests through to a view. It is given what was checked, and so reads nothing else."""

        @wraps(view)
        def signed_only(**_: str) -> Response:  # of the path as the framework decodes it
            asked = signed(request_ctx.request, self.check)
            if asked is None:
                self.metrics.refused()
                went(Step(UNSIGNED))
                _log.warning("refused", route=request.endpoint, outcome=UNSIGNED)
                abort(403)
            if platform.PROBE not in asked.form:  # which signs with the first, whatever the platform does
                self.metrics.signed(asked.token)
            return view(asked)

        return signed_only

    def place(self, asked: Signed) -> Response:
        """Answer with the next document; a fault of ours with the one that was made at start."""
        started = time.perf_counter()
        call = self.names.name(platform.call_sid(asked.form))
        try:
            short_talk_s = self.answers.flow.line.ringing.short_talk_s
            heard = platform.read(asked.path, asked.query, asked.form, short_talk_s)
            answer = self._answer(heard.place, heard.event, asked)
        except Exception as error:  # noqa: BLE001 because nothing that goes wrong here may leave a caller in silence
            with suppress(Exception):  # who is helped must not be lost because it could not be counted
                self._tell_fault(error, asked, call)
            return Document(self._last_resort(asked))
        with suppress(Exception):
            self._tell(heard.place, answer, asked, call, started)
        return Document(answer.body)

    def _tell(self, place: Place, answer: Answer, asked: Signed, call: str, started: float) -> None:
        outcome = type(answer.event).__name__
        went(Step(outcome, answer.node, call))
        self.metrics.heard(place, answer.event, is_probe=platform.PROBE in asked.form)
        _log.info(
            "voice",
            route="voice.place",
            node=answer.node,
            outcome=outcome,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
            call=call,
        )

    def _tell_fault(self, error: Exception, asked: Signed, call: str) -> None:
        went(Step(FAULT, call=call))
        _log.error("fault", route="voice.place", fault=type(error).__name__, call=call)
        self.metrics.broke()
        is_whisper = platform.place(asked.path, asked.query).node == WHISPER
        count_fault(self.tally, asked.form, now(), is_whisper=is_whisper)

    def _answer(self, place: Place, event: Event, asked: Signed) -> Answer:
        if place.node == WHISPER:
            return self.answers.whisper(place, event)
        at, caller = now(), platform.caller(asked.form)
        answer = self.answers.answer(place, event, at, caller)
        count_call(self.tally, self.answers.flow, place, answer, at, is_probe=caller.is_probe)
        if (request_made := what_was_asked(answer.stored)) and not caller.is_probe:
            self.metrics.asked(*request_made)
        return answer

    def _last_resort(self, asked: Signed) -> bytes:
        """An apology and the way to a person; on the leg of who is rung an empty document, which connects the call."""
        place = platform.place(asked.path, asked.query)
        return EMPTY if place.node == WHISPER else self.answers.apology(place.language, now())


def status(asked: Signed) -> Response:
    """The platform tells how a call went; late, twice and out of order, so that nothing depends on it.

    A probe tells it too, and says nothing of how the platform's own calls go: it is counted apart.
    """
    if platform.PROBE in asked.form:
        went(Step(PROBE))
    return Response(status=204)


def now() -> datetime:
    """The time of this request."""
    simulated = request.environ.get(NOW)
    return simulated if isinstance(simulated, datetime) else datetime.now(UTC)


class Document(Response):
    """A document, sent as it is: at every response Flask looks for much that this one cannot have."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body, content_type=CONTENT_TYPE)
        self._body = body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it."""
        start_response(self.status, self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self._body,)


def _with_any_method(rule: str, endpoint: str) -> Callable[[BlueprintSetupState], None]:
    """A route for whatever method, which Flask has no word for."""
    return lambda state: state.app.url_map.add(Rule(rule, endpoint=endpoint))
