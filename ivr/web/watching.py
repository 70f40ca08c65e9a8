"""Who may look inside the line, and the page of its metrics."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Flask, Request, Response, abort, g, request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from ivr.web.metrics import Metrics

MayWatch = Callable[[Request], bool]

# What proxies add: with one of these a request comes from elsewhere, although its sender is this machine.
_FORWARDED = frozenset({"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "Cf-Connecting-Ip", "True-Client-Ip"})


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


def count(app: Flask, metrics: Metrics, clock: Callable[[], float]) -> None:
    """Count every request of the application. A view says how it went in `g.outcome`; otherwise the status does."""

    @app.before_request
    def _begin() -> None:
        g.began_s = clock()

    @app.after_request
    def _counted(response: Response) -> Response:
        began_s = g.get("began_s")
        if began_s is not None:
            outcome = g.get("outcome") or str(response.status_code)
            metrics.answered(request.endpoint or "none", outcome, clock() - began_s)
        return response


def _is_from_this_machine(asked: Request) -> bool:
    return _is_near(asked.remote_addr or "") and not _is_forwarded(asked)


def _is_near(sender: str) -> bool:
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
