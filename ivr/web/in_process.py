"""Takes a telephone's requests to the application in this process, and with them the time that it is in the call.

No network client can set that time: it travels in the environ under a name that no header can have.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from werkzeug.test import run_wsgi_app

from ivr.phone import Request, Response, Transport
from ivr.web.voice import NOW

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def in_process(app: WSGIApplication) -> Transport:
    """A transport to a WSGI application: it is asked directly, with the target as it was sent."""

    def carry(request: Request) -> Response:
        body, status, headers = run_wsgi_app(app, _environ(request), buffered=True)
        sent = tuple((name, value) for name, value in headers)
        return Response(int(status.split()[0]), headers.get("Content-Type", ""), b"".join(body), sent)

    return carry


def _environ(request: Request) -> WSGIEnvironment:
    url = urlsplit(request.url)
    body = urlencode(request.form).encode()
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": url.path,
        "QUERY_STRING": url.query,
        "RAW_URI": request.path_and_query,
        "SERVER_NAME": url.hostname or "",
        "SERVER_PORT": str(url.port or 443),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers})
    if request.now is not None:
        environ[NOW] = request.now
    return environ
