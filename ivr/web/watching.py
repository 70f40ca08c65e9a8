"""Who may look inside the line, and the page of its metrics."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, Flask, Request, Response, abort, request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from ivr.web.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MayWatch = Callable[[Request], bool]

UNSIGNED, FAULT, PROBE = "unsigned", "fault", "probe"

_STEP = "ivr.step"  # in the environ, where no header of a request can set it

# What proxies add: with one of these a request comes from elsewhere, although its sender is this machine.
_FORWARDED = frozenset({"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "Cf-Connecting-Ip", "True-Client-Ip"})


class Step(NamedTuple):
    """How a request went: in words of ours, but for a status where there are none."""

    outcome: str
    node: str = ""
    call: str = ""  # its name in the logs


def watchers(token: str) -> MayWatch:
    """Who may look: this machine itself, or whoever bears the token, if there is one."""

    def may_watch(asked: Request) -> bool:
        return _is_from_this_machine(asked) or (bool(token) and _bears(asked, token))

    return may_watch


def metrics_page(metrics: Metrics, may_watch: MayWatch) -> Blueprint:
    """GET /metrics; nothing is there for others."""
    page = Blueprint("metrics", __name__)

    @page.get("/metrics")
    def show() -> Response:
        if not may_watch(request):
            abort(404)
        return Response(metrics.exposed(), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return page


def count(app: Flask, metrics: Metrics) -> None:
    """Count every request of the application by how it went, or else by its status."""
    inner = app.wsgi_app

    def counted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began_s = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401 as WSGI has it
            outcome = step(environ, status).outcome
            metrics.answered(request.endpoint or "none", outcome, time.perf_counter() - began_s)
            return start_response(status, headers, error)

        return inner(environ, start)

    app.wsgi_app = counted  # type: ignore[method-assign]  # Flask's own advice


def went(how: Step) -> None:
    """Say how the request of now went."""
    request.environ[_STEP] = how


def step(environ: WSGIEnvironment, status: str) -> Step:
    """How a request went: as somebody said, or else by its status."""
    told = environ.get(_STEP)
    return told if isinstance(told, Step) else Step(status[:3])


def _is_from_this_machine(asked: Request) -> bool:
    return is_near(asked.remote_addr or "") and not _is_forwarded(asked)


def is_near(sender: str) -> bool:
    """Whether the address of a sender is this machine's own."""
    try:
        address = ip_address(sender)
    except ValueError:  # a socket that has no address
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _is_forwarded(asked: Request) -> bool:
    return any(name.startswith("X-Forwarded") or name in _FORWARDED for name, _ in asked.headers)


def _bears(asked: Request, token: str) -> bool:
    kind, _, borne = asked.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(borne.strip().encode(), token.encode())
