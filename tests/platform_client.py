"""The platform as a client: it signs by another hand than the line's, and sends request targets as they are written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.test import run_wsgi_app

from ivr.phone import SIGNATURE_HEADER, Document, Request, Response, parse, sign
from ivr.web.voice import NOW

PUBLIC_URL = "https://line.example.org"
TOKEN = "a token of the tests"
LINE = "+18886633488"
CALLER = "+18135550100"
CALL_SID = "CA" + "5" * 32
EASTERN = ZoneInfo("America/New_York")
OPEN_AT = datetime(2026, 11, 24, 10, 0, tzinfo=EASTERN)  # a Tuesday
CLOSED_AT = datetime(2026, 12, 25, 17, 5, tzinfo=EASTERN)

Form = tuple[tuple[str, str], ...]


def call_form(**fields: str) -> Form:
    """The fields of every request of the platform, and more; a field given as empty stays, empty."""
    usual = {
        "CallSid": CALL_SID,
        "AccountSid": "AC" + "5" * 32,
        "From": CALLER,
        "To": LINE,
        "CallStatus": "in-progress",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
    }
    return tuple({**usual, **fields}.items())


@dataclass(frozen=True)
class PlatformClient:
    """Sends signed requests to a WSGI object in this process, at a simulated time."""

    app: Flask
    token: str = TOKEN
    public_url: str = PUBLIC_URL
    at: datetime = OPEN_AT
    environ: dict[str, Any] = field(default_factory=dict)

    def later(self, at: datetime) -> PlatformClient:
        """The same client at another time."""
        return replace(self, at=at)

    def post(self, target: str, form: Form | None = None, **environ: Any) -> Response:
        """A signed POST of a form to a raw request target."""
        fields = call_form() if form is None else form
        signature = sign(self.token, self.public_url + target, fields)
        return self.send(target, urlencode(fields).encode(), signature, **environ)

    def press(self, target: str, key: str, **fields: str) -> Response:
        """A signed POST of one key."""
        return self.post(target, call_form(Digits=key, **fields))

    def hear(self, target: str, form: Form | None = None, *, is_whisper: bool = False) -> Document:
        """The document that a signed POST is answered with, judged by the strict telephone."""
        return document(self.post(target, form), is_whisper=is_whisper)

    def send(self, target: str, body: bytes = b"", signature: str | None = None, **environ: Any) -> Response:
        """A POST as it is told, signed or not; `environ` overrules anything of it."""
        signed = {} if signature is None else {_header(SIGNATURE_HEADER): signature.encode().decode("latin-1")}
        given = {**_environ(target, body), NOW: self.at, **signed, **self.environ, **environ}
        told, status, headers = run_wsgi_app(self.app, given, buffered=True)
        return Response(
            int(status.split()[0]), headers.get("Content-Type", ""), b"".join(told), tuple(headers.to_wsgi_list())
        )

    def transport(self, request: Request) -> Response:
        """The client as a transport of the telephone, which signs for itself."""
        headers = {_header(name): value for name, value in request.headers}
        at = {} if request.now is None else {NOW: request.now}
        return self.send(request.path_and_query, urlencode(request.form).encode(), None, **headers, **at)


def document(response: Response, *, is_whisper: bool = False) -> Document:
    """The document in an answer, judged by the strict telephone."""
    assert response.status == 200, response
    return parse(response.body, response.content_type, is_whisper=is_whisper)


def header(response: Response, name: str) -> str | None:
    """The value of a header."""
    return {key.lower(): value for key, value in response.headers}.get(name.lower())


def _header(name: str) -> str:
    return "HTTP_" + name.upper().replace("-", "_")


def _environ(target: str, body: bytes) -> dict[str, Any]:
    """What a server makes of a POST: the path decoded, and the target as it was sent."""
    path, _, query = target.partition("?")
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "line.example.org",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
