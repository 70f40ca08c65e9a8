"""A page on a port of this machine, over TLS: what somebody else hosts."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What is answered to every GET; `ahead` is how wrong its clock is, `headers` what a cache adds."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/xml"
    ahead: timedelta = timedelta()
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        page = self.server.page
        self.send_response_only(page.status)
        self.send_header("Date", format_datetime(datetime.now(UTC) + page.ahead, usegmt=True))
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(page.body)))
        for name, value in page.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 because the library calls it so
        """The server writes no log."""


class _Server(ThreadingHTTPServer):
    def __init__(self, page: Page) -> None:
        self.page = page
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def web_page(certificate: ssl.SSLContext) -> Iterator[Page]:
    """Serve a page, which may be changed meanwhile."""
    page = Page()
    with _Server(page) as server:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
        page.url = f"https://127.0.0.1:{server.server_address[1]}/fallback.xml"
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield page
        finally:
            server.shutdown()
            serving.join()
