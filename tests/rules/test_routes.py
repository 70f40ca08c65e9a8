"""Every route there is, and every one there will be: behind the guard under /voice/, with security headers anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule

from ivr.phone import sign
from ivr.web.headers import HEADERS
from tests.conftest import MakeApplication
from tests.platform_client import PlatformClient, call_form, header

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
APPLICATIONS = {
    "in service": {},
    "on this machine": {"PUBLIC_URL": "http://127.0.0.1:8000", "PHONE_PAGE": "on"},
}
BODY = urlencode(call_form()).encode()


@pytest.fixture(scope="module", params=APPLICATIONS)
def client(request: pytest.FixtureRequest, make_application: MakeApplication) -> PlatformClient:
    environ = APPLICATIONS[request.param]
    return PlatformClient(make_application(**environ), public_url=environ.get("PUBLIC_URL", "https://line.example.org"))


def targets(app: Flask, *, under_voice: bool | None = None) -> Iterator[tuple[str, Rule]]:
    """Paths of every route, with something in the place of what varies."""
    for rule in app.url_map.iter_rules():
        for something in ("en/menu", "x", "") if rule.arguments else ("",):
            path = re.sub(r"<[^>]*>", something, rule.rule)
            if under_voice is None or path.startswith("/voice/") is under_voice:
                yield path, rule


def test_there_are_voice_routes(client: PlatformClient) -> None:
    assert len(list(targets(client.app, under_voice=True))) >= 2


def test_every_voice_route_refuses_what_is_not_signed(client: PlatformClient) -> None:
    for target, _ in targets(client.app, under_voice=True):
        for signature in (None, "", "x", sign("", client.public_url + target, call_form())):
            assert client.send(target, BODY, signature).status == 403, target


def test_every_voice_route_answers_what_is_signed(client: PlatformClient) -> None:
    for target, _ in targets(client.app, under_voice=True):
        assert client.post(target).status in (200, 204), target


def test_every_voice_route_judges_every_method_alike(client: PlatformClient) -> None:
    for target, rule in targets(client.app, under_voice=True):
        assert rule.methods is None
        signature = sign(client.token, client.public_url + target, call_form())
        for method in METHODS:
            assert client.send(target, BODY, signature, REQUEST_METHOD=method).status in (200, 204), (method, target)
            assert client.send(target, BODY, None, REQUEST_METHOD=method).status == 403, (method, target)


def test_no_page_takes_anything_but_get_unless_it_is_the_telephone(client: PlatformClient) -> None:
    for target, rule in targets(client.app, under_voice=False):
        if not target.startswith("/phone"):
            assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}, target


def test_the_telephone_is_only_on_this_machine(client: PlatformClient) -> None:
    has_telephone = any(target.startswith("/phone") for target, _ in targets(client.app))
    assert has_telephone is client.public_url.startswith("http://127.0.0.1")


def test_every_response_has_the_security_headers(client: PlatformClient) -> None:
    for target, _ in targets(client.app):
        for method in METHODS:
            response = client.send(target, BODY, None, REQUEST_METHOD=method, HTTP_HOST="127.0.0.1:8000")
            for name, value in HEADERS.items():
                assert header(response, name) == value, (method, target, name)
            is_https = client.public_url.startswith("https:")
            assert (header(response, "Strict-Transport-Security") is not None) is is_https
            assert header(response, "Set-Cookie") is None, target


def test_refusals_and_answers_to_calls_are_never_kept_by_anybody(client: PlatformClient) -> None:
    for target, _ in targets(client.app, under_voice=True):
        for response in (client.post(target), client.send(target, BODY)):
            assert header(response, "Cache-Control") == "no-store", target


def test_no_route_redirects_however_its_path_is_written(client: PlatformClient) -> None:
    for target, _ in targets(client.app):
        doubled = "/" + target[1:].replace("/", "//")
        for written in (target, f"{target}/", target.rstrip("/"), doubled, f"/{target}", target.upper(), f"{target}?x"):
            for method in ("GET", "POST"):
                environ = {"REQUEST_METHOD": method, "HTTP_HOST": "127.0.0.1:8000"}
                status = client.send(written or "/", BODY, None, **environ).status
                assert not 300 <= status < 400, (method, written)
                assert status < 500, (method, written)


def test_the_page_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert not [word for word in ("unsafe", "http", "*", "data:", "blob:") if word in policy]
    assert "frame-ancestors 'none'" in policy
