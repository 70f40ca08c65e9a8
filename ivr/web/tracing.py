"""What happened as OpenTelemetry traces, for a collector of the hospital's. A call is one trace, a step of it a span.

A span has a route, an outcome and a node, which are words of ours, and no address, because one ties a topic to a call.
It is sent by a thread of each process, and nothing waits for it: what a collector does not take is lost, and told once.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, request
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from ivr.web.watching import FAULT, UNSIGNED, Step, step

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SERVICE = "ivr"
PATH = "/v1/traces"
MOST_S = 5.0  # for a batch, and so for the last one of a process that ends
_STRANGERS = frozenset({UNSIGNED, "401", "403", "404", "405", "413"})  # who floods the line shall not flood it

_log = structlog.get_logger()


def trace(app: Flask, collector: str) -> None:
    """Send a span for every request that was let in. The library obeys its own OTEL_ variables beside the address."""
    library = logging.getLogger("opentelemetry")
    library.addHandler(logging.NullHandler())  # it would tell every failure at length, and not in lines of ours
    library.propagate = False
    inner, tracers = app.wsgi_app, _Tracers(collector.rstrip("/") + PATH)

    def traced(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began_ns = time.time_ns()

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401 as WSGI has it
            with suppress(Exception):  # nobody is answered later or otherwise because of a span
                _send(tracers.here, step(environ, status), began_ns)
            return start_response(status, headers, error)

        return inner(environ, start)

    app.wsgi_app = traced  # type: ignore[method-assign]  # Flask's own advice


def _send(tracer: Tracer, went: Step, began_ns: int) -> None:
    if request.endpoint is None or went.outcome in _STRANGERS:
        return
    told = {"ivr.outcome": went.outcome, "ivr.node": went.node}
    span = tracer.start_span(
        request.endpoint,
        _call(went.call),
        SpanKind.SERVER,
        {name: value for name, value in told.items() if value},
        start_time=began_ns,
    )
    if went.outcome == FAULT:
        span.set_status(StatusCode.ERROR)
    span.end()


def _call(name: str) -> Context:
    """The trace of a call: its name in the logs, twice. Every machine that answers the call finds the same."""
    if not name:
        return Context()
    call = SpanContext(int(name * 2, 16), int(name, 16), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(call), Context())


class _Tracers:
    """A tracer for each process: its thread does not outlive a fork."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._processes: dict[int, Tracer] = {}

    @property
    def here(self) -> Tracer:
        pid = os.getpid()
        return self._processes.get(pid) or self._processes.setdefault(pid, self._make())

    def _make(self) -> Tracer:
        provider = TracerProvider(resource=Resource.create({SERVICE_NAME: SERVICE}))
        provider.add_span_processor(BatchSpanProcessor(_Told(OTLPSpanExporter(self._url, timeout=MOST_S))))
        return provider.get_tracer(SERVICE)


class _Told(SpanExporter):
    """Says in the log when spans begin to be lost, and when they arrive again."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._arrives = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._inner.export(spans)
        arrives = result is SpanExportResult.SUCCESS
        if arrives is not self._arrives:
            self._arrives = arrives
            _log.warning("traces", outcome="sent" if arrives else "lost")
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)
