"""Whether the process is alive, and whether it is ready to answer calls."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

health = Blueprint("health", __name__, url_prefix="/health")


@health.get("/live")
def live() -> Response:
    """The process answers."""
    return jsonify(alive=True)


@health.get("/ready")
def ready() -> Response:
    """The line answers calls. An application only exists with a verified flow and sound settings, so it is ready."""
    return jsonify(ready=True)
