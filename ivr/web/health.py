"""Whether the process is alive, and whether it is ready to answer calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify, request

from ivr.storage.deadlines import one_deadline
from ivr.web.watching import MayWatch

Parts = Mapping[str, Callable[[], bool]]  # what can fail without the line failing, and whether it works now


def health(parts: Parts, may_watch: MayWatch) -> Blueprint:
    """The routes under /health. Only who may look is told of the parts, and only then are they asked."""
    pages = Blueprint("health", __name__, url_prefix="/health")

    @pages.get("/live")
    def live() -> Response:
        return jsonify(alive=True)

    @pages.get("/ready")
    def ready() -> Response:
        # An application only exists with a verified flow and sound settings. Reading needs nothing else, so that a
        # line whose database is down stays in service.
        if not may_watch(request):
            return jsonify(ready=True)
        with one_deadline():  # several parts ask the store, and whoever looks waits for all of them
            degraded = [name for name, works in parts.items() if not _works(works)]
        return jsonify(ready=True, degraded=degraded)

    return pages


def _works(works: Callable[[], bool]) -> bool:
    try:
        return works()
    except Exception:  # noqa: BLE001 because a part that cannot even say is not working
        return False
