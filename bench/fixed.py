"""What a server and Flask cost by themselves: ready bytes, and nothing of ours in the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response

CONTENT_TYPE = "text/xml; charset=utf-8"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def bare(body: bytes) -> Application:
    """A WSGI function that answers everything with these bytes."""
    headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body)))]

    def application(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return (body,)

    return application


def flask(body: bytes) -> Flask:
    """A Flask view that answers every POST under /voice/ with these bytes."""
    app = Flask("bench.fixed")
    app.add_url_rule("/voice/<path:_>", "fixed", lambda _: Response(body, content_type=CONTENT_TYPE), methods=["POST"])
    return app


def served(kind: str, document: str) -> Application:
    """One of them for a server, with the bytes of a file."""
    body = Path(document).read_bytes()
    return bare(body) if kind == "bare" else flask(body)
