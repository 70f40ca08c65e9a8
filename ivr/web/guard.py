"""The guard of every voice route: a signed request goes on, anything else is 403. There is no bypass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ivr.model.place import ROOT
from ivr.twiml.signature import Form, SignatureCheck, parse_form

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that the platform signed: the very path, query and fields that were checked, and no others.

    Of a field that is repeated, `form` holds the first value.
    """

    path: str
    query: str
    form: Mapping[str, str]


def signed(request: Request, check: SignatureCheck) -> Signed | None:
    """Read and check a request; None when it is not the platform's. A body over the limit raises 413 as it is read."""
    body = _body(request)
    target = raw_target(request)
    form = parse_form(body)
    if target is None or form is None or not _is_signed(request, check, target, form):
        return None
    path, _, query = target.partition("?")
    return Signed(path, query, dict(reversed(form)))


def _is_signed(request: Request, check: SignatureCheck, target: str, form: Form) -> bool:
    headers = request.headers
    return check.accepts(target, form, headers.get(SIGNATURE, ""), has_settings=SETTINGS in headers)


def _body(request: Request) -> bytes:
    """The whole body; nothing when the server could not make sense of how it was sent, which then fits no signature."""
    try:
        body = request.get_data(cache=False)
    except HTTPException:
        raise
    except Exception:  # noqa: BLE001 because servers differ in what they raise, and their words quote the body
        return b""
    most = request.max_content_length
    if request.content_length is None and most is not None and len(body) >= most:
        raise RequestEntityTooLarge  # a chunked body is cut at the limit, not refused
    return body


def raw_target(request: Request) -> str | None:
    """The request target as it was sent, escapes and all: what Flask decodes is not what was signed."""
    target = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    return target if target.startswith(ROOT) else None
