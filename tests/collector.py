"""A collector of OpenTelemetry on a port of this machine, which takes traces as OTLP over HTTP."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Collector:
    """What came in: bodies as they were sent. While `hangs`, nothing that is sent is answered."""

    url: str = ""
    hangs: bool = False
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def spans(self) -> list[Span]:
        """All spans that came in."""
        sent = (ExportTraceServiceRequest.FromString(body) for body in self.bodies)
        return [span for one in sent for of in one.resource_spans for scope in of.scope_spans for span in scope.spans]


@contextmanager
def collecting(*, hangs: bool = False) -> Iterator[Collector]:
    """A collector that listens."""
    collector = Collector(hangs=hangs)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if collector.hangs:
                collector.is_over.wait()
                return
            collector.paths.append(self.path)
            collector.bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        collector.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield collector
        finally:
            collector.is_over.set()
            server.shutdown()
            thread.join()
