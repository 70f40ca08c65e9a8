"""The line as gunicorn serves it: what the platform sends over a wire is what the guard sees."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.phone import SIGNATURE_HEADER, parse, sign
from tests.conftest import ENVIRON
from tests.gunicorn_server import Served, request, serving
from tests.platform_client import CALLER, PUBLIC_URL, TOKEN, call_form

CANARY = "+12025550199"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Served]:
    with serving({**ENVIRON, "HOME": str(home)}) as served:
        yield served


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    "target",
    [
        "/voice/answer",
        "/voice/answer?language=es",
        "/voice/%65s/menu?x=%2F%27%7C%C3%A9",
        "/voice/en/what/1?back=%2F%27%7C%C3%A9&pace=slow",
        "/voice/en//menu/%2E%2E/?x=a+b%20c",
        "/voice/en/menu?x=//..//&y='|",
        "/voice//",
    ],
)
def test_what_is_signed_as_it_was_sent_is_answered(server: Served, target: str) -> None:
    response = server.post(target, PUBLIC_URL, TOKEN, call_form())
    assert response.status == 200
    assert parse(response.body, response.content_type).verbs


@pytest.mark.parametrize("host", ["line.example.org", "127.0.0.1", "evil.example.com:1", ""])
def test_the_host_that_was_asked_for_does_not_matter(server: Served, host: str) -> None:
    assert server.post("/voice/answer", PUBLIC_URL, TOKEN, call_form(), host=host).status == 200


def test_what_is_not_signed_for_the_public_address_is_refused(server: Served) -> None:
    here = f"http://127.0.0.1:{server.port}"
    assert server.post("/voice/answer", here, TOKEN, call_form(), host=here.removeprefix("http://")).status == 403
    forwarded = "X-Forwarded-Host: evil.example.com", "X-Forwarded-Proto: https"
    assert server.post("/voice/answer", "https://evil.example.com", TOKEN, call_form(), *forwarded).status == 403
    assert server.exchange(request("/voice/answer", b"CallSid=CA1")).status == 403


@pytest.mark.parametrize("origin", [PUBLIC_URL, "http://127.0.0.1"])
def test_a_target_with_a_host_in_it_is_refused(server: Served, origin: str) -> None:
    assert server.post(f"{origin}/voice/answer", "", TOKEN, call_form()).status == 403


def test_a_fragment_in_a_target_opens_nothing(server: Served) -> None:
    assert server.post("/x#/voice/answer", PUBLIC_URL, TOKEN, call_form()).status in (400, 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_the_guard_stands_before_every_method(server: Served, method: str) -> None:
    signature = f"{SIGNATURE_HEADER}: {sign(TOKEN, PUBLIC_URL + '/voice/answer?CallSid=CA1', ())}"
    assert server.exchange(request("/voice/answer?CallSid=CA1", b"", method=method)).status == 403
    assert server.exchange(request("/voice/answer?CallSid=CA1", b"", signature, method=method)).status == 200


def test_nothing_follows_the_head_of_an_answer_to_head(server: Served) -> None:
    signature = f"{SIGNATURE_HEADER}: {sign(TOKEN, PUBLIC_URL + '/voice/answer', ())}"
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(request("/voice/answer", b"", signature, method="HEAD"))
        told = b"".join(iter(lambda: connection.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 200 OK")
    assert told.endswith(b"\r\n\r\n")


def test_a_chunked_body_is_read_like_any_other(server: Served) -> None:
    header = f"{SIGNATURE_HEADER}: {sign(TOKEN, PUBLIC_URL + '/voice/answer', (('CallSid', 'CA1'),))}"
    raw = request("/voice/answer", chunked(b"CallSid=CA1"), header, "Transfer-Encoding: chunked")
    assert server.exchange(raw).status == 200
    altered = request("/voice/answer", chunked(b"CallSid=CA2"), header, "Transfer-Encoding: chunked")
    assert server.exchange(altered).status == 403


def test_a_body_of_two_lengths_is_refused(server: Served) -> None:
    both = "Transfer-Encoding: chunked", "Content-Length: 5"
    assert server.exchange(request("/voice/answer", chunked(b"CallSid=CA1"), *both)).status == 400


def test_a_body_that_would_be_too_long_is_refused_before_it_comes(server: Served) -> None:
    assert server.exchange(request("/voice/answer", b"", "Content-Length: 1048576")).status == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"POST /voice/answer\r\n\r\n",
        b"POST /voice/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /voice/" + b"a" * 3000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /voice/answer HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100 + b"\r\n",
        b"POST /voice/answer HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 9000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_the_server_goes_on(server: Served, raw: bytes) -> None:
    assert 400 <= server.exchange(raw).status < 500
    assert server.post("/voice/answer", PUBLIC_URL, TOKEN, call_form()).status == 200


def test_one_connection_serves_many_requests(server: Served) -> None:
    signature = f"{SIGNATURE_HEADER}: {sign(TOKEN, PUBLIC_URL + '/voice/answer', (('CallSid', 'CA1'),))}"
    closing = request("/voice/answer", b"CallSid=CA1", signature)
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(closing.replace(b"Connection: close\r\n", b"") + closing)
        told = b"".join(iter(lambda: connection.recv(65536), b""))
    assert told.count(b"HTTP/1.1 200 OK") == 2


def test_no_socket_of_control_is_opened(server: Served, home: Path) -> None:
    assert server.process.poll() is None
    assert not list(home.rglob("*"))


def test_the_log_tells_nothing_of_callers_paths_or_refusals(home: Path) -> None:
    with serving({**ENVIRON, "HOME": str(home)}) as served:
        served.post("/voice/en/menu", PUBLIC_URL, TOKEN, call_form(From=CANARY, Caller=CANARY, Digits="3"))
        served.post(f"/voice/{CANARY}", PUBLIC_URL, TOKEN, call_form(From=CANARY))
        served.exchange(request(f"/voice/{CANARY}?{CANARY}", CANARY.encode(), f"User-Agent: {CANARY}"))
        served.exchange(request(f"/{CANARY}", b"", method="GET"))
        served.exchange(b"POST /voice/" + CANARY.encode() * 300 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert served.stop() == 0
    written = "".join(served.told)
    assert "5550199" not in written
    lines = [json.loads(line) for line in served.told if line.startswith("{")]
    assert [line["event"] for line in lines] == ["voice", "voice", "refused"]
    assert CALLER not in written


def test_settings_that_are_wrong_stop_the_start_with_every_fault(home: Path) -> None:
    with pytest.raises(AssertionError, match="The line does not start") as raised, serving({"HOME": str(home)}):
        pass
    for name in ("TWILIO_AUTH_TOKEN", "PUBLIC_URL", "TEAM_NUMBERS"):
        assert f"{name}: is not set." in str(raised.value)
    assert "Traceback" not in str(raised.value)
