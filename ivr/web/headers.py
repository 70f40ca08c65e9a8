"""Security headers for every response, and plain words for every refusal."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def protect(app: Flask, *, is_https: bool) -> None:
    """Put the headers on every response of the application, and answer refusals without repeating what was asked."""
    headers = dict(HEADERS)
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def _with_headers(response: Response) -> Response:
        response.headers.update(headers)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.errorhandler(HTTPException)
    def _refusal(error: HTTPException) -> Response:
        refusal = Response(f"{error.code} {error.name}\n", status=error.code, content_type="text/plain; charset=utf-8")
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            refusal.headers["Allow"] = ", ".join(sorted(allowed))
        return refusal
