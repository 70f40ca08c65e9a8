"""Ready is whether callers are answered; who may look is also told what is degraded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ivr.web.health import health
from ivr.web.watching import watchers
from tests.platform_client import PlatformClient

NEAR: dict[str, Any] = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1"}
FAR: dict[str, Any] = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "192.0.2.1"}
TOKEN = "a token for who watches"


def broken() -> bool:
    raise OSError("postgresql://user:secret@db.example.org")


def client(**parts: Callable[[], bool]) -> PlatformClient:
    app = Flask("ivr.web")
    app.register_blueprint(health(parts, watchers(TOKEN)))
    return PlatformClient(app)


def told(response: Any) -> dict[str, Any]:
    assert response.status == 200
    answer = json.loads(response.body)
    assert isinstance(answer, dict)
    return answer


def test_a_line_that_was_made_is_ready(platform: PlatformClient) -> None:
    assert told(platform.send("/health/live", **FAR)) == {"alive": True}
    assert told(platform.send("/health/ready", **FAR)) == {"ready": True}
    assert told(platform.send("/health/ready", **NEAR)) == {"ready": True, "degraded": []}


def test_a_part_that_is_down_leaves_the_line_ready_and_is_told_to_who_may_look() -> None:
    some = client(callbacks=broken, texts=lambda: False, desk=lambda: True)
    expected = {"ready": True, "degraded": ["callbacks", "texts"]}
    assert told(some.send("/health/ready", **NEAR)) == expected
    assert told(some.send("/health/ready", **FAR, HTTP_AUTHORIZATION=f"Bearer {TOKEN}")) == expected


@pytest.mark.parametrize("more", [{}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_AUTHORIZATION": "Bearer x"}])
def test_others_are_told_nothing_of_the_parts_and_ask_nothing_of_them(more: dict[str, Any]) -> None:
    asked: list[str] = []

    def works() -> bool:
        asked.append("callbacks")
        return True

    some = client(callbacks=works)
    assert told(some.send("/health/ready", **FAR, **more)) == {"ready": True}
    assert not asked
    assert told(some.send("/health/ready", **NEAR)) == {"ready": True, "degraded": []}
    assert asked == ["callbacks"]


def test_why_a_part_is_down_is_not_told() -> None:
    assert b"secret" not in client(callbacks=broken).send("/health/ready", **NEAR).body
