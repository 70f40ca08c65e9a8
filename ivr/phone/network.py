"""Takes a telephone's requests to a real server, over HTTP or HTTPS: one deadline from the first byte to the last.

A certificate is checked against the machine's own list; SSL_CERT_FILE names another.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, IncompleteRead
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urlencode, urlsplit

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
        there = urlsplit(request.url)
        return _exchange(request, there, urlsplit(via) if via else there, deadline_s)

    return carry


def _exchange(request: Request, url: SplitResult, to: SplitResult, deadline_s: float) -> Response:
    deadline = _Deadline()
    guard = Timer(deadline_s, deadline.pass_)
    guard.daemon = True
    guard.start()
    try:
        with _connected(url.hostname or "", to, deadline_s, deadline) as connection:
            response = _ask(connection, request, url.netloc)
        if deadline.has_passed:
            raise TimeoutError  # what was cut off may look like an answer
    except (OSError, HTTPException) as error:
        late = deadline.has_passed or isinstance(error, TimeoutError)
        why = f"gave no answer within {deadline_s:g} s" if late else _reason(error)
        raise CallFault(f"{request.path_and_query}: {to.netloc} {why}.") from None
    finally:
        guard.cancel()
    return response


def _ask(connection: socket.socket, request: Request, host: str) -> Response:
    http = HTTPConnection(host)
    http.sock = connection  # it would not connect to another address than the one it names
    headers = dict(request.headers) | {"Host": host, "Content-Type": "application/x-www-form-urlencoded"}
    http.request(request.method, request.path_and_query, urlencode(request.form).encode(), headers)
    answer = http.getresponse()
    body = answer.read(MOST_ANSWER_BYTES + 1)
    if answer.length and len(body) <= MOST_ANSWER_BYTES:
        raise IncompleteRead(body, answer.length)  # which it only says itself when it is asked for everything
    return Response(answer.status, answer.getheader("Content-Type", ""), body, tuple(answer.getheaders()))


@dataclass(slots=True)
class _Deadline:
    """What cuts a connection when time is up: a time-out of the socket begins anew with every byte that drips in."""

    connections: list[socket.socket] = field(default_factory=list)
    has_passed: bool = False

    def pass_(self) -> None:
        self.has_passed = True
        for connection in self.connections:
            self._cut(connection)

    def cut_later(self, connection: socket.socket) -> None:
        self.connections.append(connection)
        if self.has_passed:
            self._cut(connection)

    def _cut(self, connection: socket.socket) -> None:
        with suppress(OSError):  # it is closed already
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not TLS's own, which another thread may be inside


@contextmanager
def _connected(host: str, to: SplitResult, deadline_s: float, deadline: _Deadline) -> Iterator[socket.socket]:
    port = to.port or (443 if to.scheme == "https" else 80)
    with socket.create_connection((to.hostname or "", port), deadline_s) as plain:
        if to.scheme != "https":
            deadline.cut_later(plain)
            yield plain
            return
        context = ssl.create_default_context()
        with context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False) as secure:
            deadline.cut_later(secure)
            secure.do_handshake()
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
