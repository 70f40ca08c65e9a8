"""A verified flow and settings to a Flask application. Anything that is wrong is found here, at start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Request, Response, request
from werkzeug.routing import MapAdapter

from ivr.checks.verify import VerifiedFlow
from ivr.config import Settings
from ivr.desk.ports import NO_SERVICES
from ivr.logs import CallNames
from ivr.twiml.signature import SignatureCheck
from ivr.web.answers import Answers
from ivr.web.fit import refuse_misfits
from ivr.web.headers import protect
from ivr.web.health import Parts, health
from ivr.web.metrics import Metrics
from ivr.web.transcript import transcript
from ivr.web.voice import AnyPath, Voice, now
from ivr.web.watching import FAULT, Step, count, metrics_page, watchers, went

if TYPE_CHECKING:
    from ivr.web.beside import Beside

_MOST_BYTES = 64 * 1024  # of a body to a page; the guard of the voice routes takes less

_log = structlog.get_logger()


class Line(Flask):
    """Flask without two looks that it takes at every request and that cannot find anything here.

    A file that was opened only to say that it has not changed is closed too.
    """

    def send_static_file(self, filename: str) -> Response:
        """A file of the folder `static`, or that it has not changed."""
        answer = super().send_static_file(filename)
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            answer.close()  # its body is never asked for, and with it nobody would close the file
        return answer

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401 because the library has a tuple for it, in two kinds
        """Tell of a fault outside a call by its kind; a traceback says what was asked, and the exception of whom."""
        went(Step(FAULT))
        _log.error("fault", route=request.endpoint or "none", fault=type(exc_info[1]).__name__)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is: none is a coroutine."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Routes are found by the path alone: nobody may trust the host that was asked for, and no route needs it."""
        if request is None:
            return None
        environ = request.environ
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        decoded = path.encode("latin-1").decode(errors="replace")
        return MapAdapter(self.url_map, "line", "/", "", "https", decoded, request.method, query)


def create_app(verified: VerifiedFlow, settings: Settings) -> Flask:
    """Make the application that answers calls; SettingsFaults when the settings do not fit the prompts."""
    refuse_misfits(verified.flow, settings)
    beside = _beside(verified, settings)
    services = beside.services if beside else NO_SERVICES
    app = Line("ivr.web")
    app.config.update(MAX_CONTENT_LENGTH=_MOST_BYTES, MAX_FORM_MEMORY_SIZE=_MOST_BYTES, MAX_FORM_PARTS=200)
    app.url_map.merge_slashes = False  # a redirect would lose the key that was pressed
    app.url_map.strict_slashes = False
    app.url_map.converters["any_path"] = AnyPath
    metrics = Metrics(verified.flow, len(settings.tokens))
    hours = verified.flow.line.hours
    metrics.gauge("ivr_open", "Whether the team is there, by the hours of the line.", lambda: hours.is_open(now()))
    if hours.checked_until is not None:
        checked_s = datetime.combine(hours.checked_until, time(), hours.zone).timestamp()
        metrics.gauge("ivr_holidays_checked_until", "Until when somebody has looked at them.", lambda: checked_s)
    parts: Parts = beside.parts(now) if beside else {}
    may_watch = watchers(settings.watch_token)
    voice = Voice(
        Answers(verified.flow, settings.telephones, services),
        SignatureCheck.of(settings.public_url, settings.tokens),
        CallNames(settings.secret),
        metrics,
        services.tally,
    )
    app.register_blueprint(voice.blueprint())
    app.register_blueprint(health(parts, may_watch))
    app.register_blueprint(metrics_page(metrics, may_watch))
    app.register_blueprint(transcript(verified.flow, settings))
    if settings.phone_page:
        from ivr.web.telephone import telephone  # noqa: PLC0415 because a line without the page need not load it

        app.register_blueprint(telephone(verified.flow, settings))
    if beside:
        beside.join(app, metrics, now)
    count(app, metrics)
    if settings.otel_exporter_otlp_endpoint:
        from ivr.web.tracing import trace  # noqa: PLC0415 because a line without traces need not load what sends them

        trace(app, settings.otel_exporter_otlp_endpoint)
    protect(app, is_https=settings.public_url.startswith("https:"))
    return app


def _beside(verified: VerifiedFlow, settings: Settings) -> Beside | None:
    if not settings.keeps_something:
        return None
    from ivr.web.beside import open_beside  # noqa: PLC0415 because a line that keeps nothing loads no database

    return open_beside(verified.flow, settings)
