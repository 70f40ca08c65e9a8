"""Takes a telephone's requests to a real server, over HTTP or HTTPS: one deadline from the first byte to the last.

A certificate is checked against the machine's own list; SSL_CERT_FILE names another.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, IncompleteRead
from typing import Final, Literal
from urllib.parse import SplitResult, urlencode, urlsplit

from ivr.deadline import connected
from ivr.errors import CallFault
from ivr.phone.handset import Request, Response
from ivr.phone.wire import Transport

MOST_ANSWER_BYTES: Final = 64 * 1024  # the platform's own limit of a document
DEADLINE_S: Final = 4.0  # as long as the platform waits for one of our documents before it tries again


def over_network(deadline_s: float = DEADLINE_S, via: str | None = None) -> Transport:
    """A transport to where a request's URL leads, or to the address `via` instead, with the same Host and certificate.

    What is no answer within `deadline_s` raises CallFault, as does a server that cannot be reached or trusted.
    """

    def carry(request: Request) -> Response:
        headers = dict(request.headers) | {"Content-Type": "application/x-www-form-urlencoded"}
        asked = _Asked("POST", request.url, headers, urlencode(request.form).encode(), request.path_and_query)
        return _exchange(asked, urlsplit(via or request.url), deadline_s)

    return carry


def fetch(url: str, deadline_s: float = DEADLINE_S) -> Response:
    """GET a page that anybody may have; CallFault as above."""
    target = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return _exchange(_Asked("GET", url, {}, b"", target), urlsplit(url), deadline_s)


def certificate_ends(url: str, deadline_s: float = DEADLINE_S) -> datetime:
    """When the certificate of an address runs out, which is trusted now; CallFault as above."""
    address = urlsplit(url)
    try:
        with _secured(address.hostname or "", address, deadline_s) as connection:
            assert isinstance(connection, ssl.SSLSocket)  # noqa: S101 because the address is https, for types only
            told = connection.getpeercert() or {}
    except OSError as error:
        raise CallFault(f"{address.netloc} {_reason(error)}.") from None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)


@dataclass(frozen=True, slots=True)
class _Asked:
    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str]
    body: bytes
    target: str


def _exchange(asked: _Asked, to: SplitResult, deadline_s: float) -> Response:
    there, end_s = urlsplit(asked.url), time.monotonic() + deadline_s
    try:
        with _secured(there.hostname or "", to, deadline_s) as connection:
            response = _ask(connection, asked, there.netloc)
        if time.monotonic() >= end_s:
            raise TimeoutError  # what was cut off may look like an answer
    except (OSError, HTTPException) as error:
        is_late = time.monotonic() >= end_s or isinstance(error, TimeoutError)
        why = f"gave no answer within {deadline_s:g} s" if is_late else _reason(error)
        raise CallFault(f"{asked.target}: {to.netloc} {why}.") from None
    return response


def _ask(connection: socket.socket, asked: _Asked, host: str) -> Response:
    http = HTTPConnection(host)
    http.sock = connection  # it would not connect to another address than the one it names
    http.request(asked.method, asked.target, asked.body or None, {**asked.headers, "Host": host, "Connection": "close"})
    answer = http.getresponse()
    body = answer.read(MOST_ANSWER_BYTES + 1)
    if answer.length and len(body) <= MOST_ANSWER_BYTES:
        raise IncompleteRead(body, answer.length)  # which it only says itself when it is asked for everything
    return Response(answer.status, answer.getheader("Content-Type", ""), body, tuple(answer.getheaders()))


@contextmanager
def _secured(host: str, to: SplitResult, deadline_s: float) -> Iterator[socket.socket]:
    """A connection to an address, in TLS if it says so, with the certificate of `host`."""
    port = to.port or (443 if to.scheme == "https" else 80)
    with connected(to.hostname or "", port, deadline_s) as plain:
        if to.scheme != "https":
            yield plain
            return
        with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure:
            yield secure


def _reason(error: OSError | HTTPException) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"shows a certificate that is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"does not speak TLS as it should ({error.reason})"
        case socket.gaierror():
            return "is a name without an address"
        case ConnectionRefusedError():
            return "refuses connections: nothing listens there"
        case HTTPException() | ConnectionError():
            return "closed the connection before its answer was whole"
        case _:
            return f"cannot be reached ({type(error).__name__})"
