"""The telephone's way over a network: what is asked arrives as it was signed, and what is no answer is told plainly."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ivr.errors import CallFault
from ivr.phone import Request, over_network
from ivr.phone.network import MOST_ANSWER_BYTES
from tests.certificates import Certificate
from tests.gunicorn_server import free_port

Serve = Callable[[socket.socket], None]
FORM = (("CallSid", "CA1"), ("From", "+18135550100"), ("Digits", "#"), ("City", "Doña Ana"))
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>"


@contextmanager
def server(serve: Serve, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server of one connection, on a port of this machine."""

    def take() -> None:
        try:
            connection, _ = listener.accept()
            with context.wrap_socket(connection, server_side=True) if context else connection as there:
                serve(there)
        except OSError:
            return  # the client has gone, or never came

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            with socket.socket() as last:  # so that nobody waits for a client that never came
                last.connect_ex(("127.0.0.1", listener.getsockname()[1]))
            thread.join(30)


def answers(raw: bytes, asked: list[bytes] | None = None) -> Serve:
    def serve(connection: socket.socket) -> None:
        told = connection.recv(65536)
        while b"City=" not in told:
            told += connection.recv(65536)
        if asked is not None:
            asked.append(told)
        connection.sendall(raw)

    return serve


def to(url: str) -> Request:
    return Request("keys", f"{url}/voice/en/menu?x=%2F%27", FORM, (("X-Twilio-Signature", "abc="),))


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    made = Certificate.make(tmp_path, "line.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def test_what_is_asked_arrives_as_it_was_signed() -> None:
    asked: list[bytes] = []
    with server(answers(ANSWER, asked)) as port:
        response = over_network()(to(f"http://127.0.0.1:{port}"))
    assert (response.status, response.content_type, response.body) == (200, "text/xml", b"<Response/>")
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /voice/en/menu?x=%2F%27 HTTP/1.1\r\n")
    assert b"X-Twilio-Signature: abc=" in head
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"CallSid=CA1&From=%2B18135550100&Digits=%23&City=Do%C3%B1a+Ana"


def test_over_tls_the_certificate_is_that_of_the_public_address(trusted: Certificate) -> None:
    asked: list[bytes] = []
    with server(answers(ANSWER, asked), trusted.server()) as port:
        response = over_network(via=f"https://127.0.0.1:{port}")(to("https://line.example.org"))
    assert response.status == 200
    assert b"\r\nHost: line.example.org\r\n" in asked[0]


@pytest.mark.parametrize(
    ("names", "days", "wrong"),
    [
        (("other.example.org",), 30, "not valid for 'line.example.org'"),
        (("line.example.org",), -1, "certificate has expired"),
    ],
)
def test_a_certificate_that_is_not_right_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], days: int, wrong: str
) -> None:
    made = Certificate.make(tmp_path, *names, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    with server(answers(ANSWER), made.server()) as port, pytest.raises(CallFault, match=wrong):
        over_network(via=f"https://127.0.0.1:{port}")(to("https://line.example.org"))


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    context = Certificate.make(tmp_path, "line.example.org").server()
    with server(answers(ANSWER), context) as port, pytest.raises(CallFault, match="certificate that is not trusted"):
        over_network(via=f"https://127.0.0.1:{port}")(to("https://line.example.org"))


def test_a_server_without_tls_is_told() -> None:
    def plain(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with server(plain) as port, pytest.raises(CallFault, match="does not speak TLS"):
        over_network(via=f"https://127.0.0.1:{port}")(to("https://line.example.org"))


def test_nobody_listening_is_told() -> None:
    port = free_port()
    with pytest.raises(CallFault, match=f"127.0.0.1:{port} refuses connections") as raised:
        over_network()(to(f"http://127.0.0.1:{port}"))
    assert str(raised.value).startswith("/voice/en/menu?x=%2F%27: ")


def test_a_name_without_an_address_is_told() -> None:
    with pytest.raises(CallFault, match="is a name without an address"):
        over_network()(to("http://line.invalid"))


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<Res", b"SSH-2.0-OpenSSH\r\n"])
def test_half_an_answer_is_none(raw: bytes) -> None:
    with server(answers(raw)) as port, pytest.raises(CallFault, match="closed the connection before its answer"):
        over_network()(to(f"http://127.0.0.1:{port}"))


def dripping(beginning: bytes, drop: bytes) -> Serve:
    """Never silent for long, and never done, until the client has gone."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(beginning)
        connection.settimeout(0.02)
        with suppress(ConnectionError):
            while True:
                try:
                    if not connection.recv(65536):
                        return
                except TimeoutError:
                    connection.sendall(drop)

    return serve


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"x"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_answer_that_does_not_come_or_drips_is_cut_at_the_deadline(
    trusted: Certificate, beginning: bytes, drop: bytes, scheme: str
) -> None:
    context = trusted.server() if scheme == "https" else None
    with server(dripping(beginning, drop), context) as port, pytest.raises(CallFault, match=r"no answer within 0\.3 s"):
        over_network(0.3, via=f"{scheme}://127.0.0.1:{port}")(to("https://line.example.org"))


def test_a_server_that_greets_nobody_is_cut_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(CallFault, match="gave no answer within"):
        over_network(0.3, via=f"https://127.0.0.1:{silent.getsockname()[1]}")(to("https://line.example.org"))


def test_an_answer_without_end_is_read_no_further_than_a_document_can_be() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + b"x" * (2 * MOST_ANSWER_BYTES)
    with server(answers(endless)) as port:
        response = over_network()(to(f"http://127.0.0.1:{port}"))
    assert len(response.body) == MOST_ANSWER_BYTES + 1
