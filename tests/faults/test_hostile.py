"""Broken, forged and senseless requests are refused or answered, and take nothing from anybody who calls."""

from __future__ import annotations

import random
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator

from bench.hostile import judged
from tests.faults.callers import Heard
from tests.faults.line import Line
from tests.faults.table import NOTHING, USUAL, write_down
from tests.gunicorn_server import request
from tests.nginx_server import HOST

SHARE = 3_000
FIRST_BYTES = (
    b"\x00\x01\x02\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: " + b"x" * 9000 + b"\r\n\r\n",
    b"POST /voice/answer HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    b"POST /voice/answer HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
    b"POST /voice/answer HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /voice/answer HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /voice/answer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"POST /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    request("/voice/answer", b"CallSid=CA1", "X-Twilio-Signature: forged"),
    request("/voice/" + "%2e" * 600, b"", "X-Twilio-Signature: x"),
    request("/desk/../voice/answer", b"CallSid=CA1"),
)


def statuses(line: Line, seed: int, enough: threading.Event) -> Iterator[bytes]:
    """What the proxy says to hostile bytes, until there are enough of them."""
    chance, context = random.Random(seed), line.nginx.certificate.trust()
    while not enough.is_set():
        with (
            socket.create_connection(("127.0.0.1", line.nginx.port), 30) as plain,
            context.wrap_socket(plain, server_hostname=HOST) as secure,
        ):
            try:
                secure.sendall(chance.choice(FIRST_BYTES))
                yield secure.recv(65536).partition(b"\r\n")[0].partition(b" ")[2]
            except (ConnectionError, ssl.SSLError):
                yield b"reset"


def test_a_share_of_the_million_is_answered_rightly() -> None:
    wrong: list[str] = []
    counted = judged(SHARE, random.SystemRandom().randrange(1_000_000), wrong.append)
    assert wrong == []
    assert min(counted["not signed", "refused"], counted["signed, with a body of any kind", "answered"]) > 100


def test_hostile_requests_take_nothing_from_a_caller(line: Line, usual: Heard) -> None:
    caller, enough = line.caller(), threading.Event()
    told: Counter[bytes] = Counter()
    hostile = [
        threading.Thread(target=lambda seed=seed: told.update(statuses(line, seed, enough))) for seed in range(4)
    ]
    for thread in hostile:
        thread.start()
    try:
        assert caller.call() == usual
    finally:
        enough.set()
        for thread in hostile:
            thread.join(30)
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    assert not [status for status in told if status.startswith((b"2", b"5"))], told
    assert len(told) > 3
    write_down("hostile", USUAL, NOTHING, "they are refused, each by itself")
