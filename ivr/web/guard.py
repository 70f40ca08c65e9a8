"""The guard of every voice route: a signed request goes on, anything else is 403. There is no bypass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from flask import Request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ivr.model.place import ROOT
from ivr.twiml.signature import Form, SignatureCheck, parse_form

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_BODY_BYTES = 16 * 1024  # a webhook of the platform has about 1 kB, and what is forged is looked at as carefully
_SIGNATURE = "HTTP_X_TWILIO_SIGNATURE"
_SETTINGS = "HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"


class Signed(NamedTuple):
    """A request that the platform signed: the very path, query and fields that were checked, and no others.

    Of a field that is repeated, `form` holds the first value. It holds those of the query too, unless it was a POST.
    """

    path: str
    query: str
    form: Mapping[str, str]
    token: int  # which of those in rotation, the first being 1


def signed(request: Request, check: SignatureCheck) -> Signed | None:
    """Read and check a request; None when it is not the platform's. A body over the limit raises 413 as it is read."""
    environ = request.environ
    form = parse_form(_body(request))
    target = _raw_target(environ)
    if target is None or form is None or not (token := _signer(environ, check, target, form)):
        return None
    path, _, query = target.partition("?")
    if environ["REQUEST_METHOD"] != "POST":
        query, fields = _divided(query)
        form = (*form, *fields)
    return Signed(path, query, dict(reversed(form)), token)


def _divided(query: str) -> tuple[str, Form]:
    """What an address of ours asks, and the fields that the platform put behind it, as it does where it was told GET.

    Its fields begin with a capital, and nothing of ours does. What says who calls must be in no address from here on.
    """
    told = parse_form(query.encode()) or ()
    ours = [pair for pair in told if pair[0].islower()]
    return urlencode(ours), tuple(pair for pair in told if not pair[0].islower())


def _signer(environ: WSGIEnvironment, check: SignatureCheck, target: str, form: Form) -> int:
    return check.signer(target, form, environ.get(_SIGNATURE, ""), has_settings=_SETTINGS in environ)


def _body(request: Request) -> bytes:
    """The whole body; nothing when the server could not make sense of how it was sent, which then fits no signature."""
    length = request.environ.get("CONTENT_LENGTH", "")
    try:
        if length.isdecimal() and int(length) <= MOST_BODY_BYTES:
            return bytes(request.environ["wsgi.input"].read(int(length)))
        request.max_content_length = MOST_BODY_BYTES
        body = request.get_data(cache=False)  # of no known length, or too long
    except HTTPException:
        raise
    except Exception:  # noqa: BLE001 because servers differ in what they raise, and their words quote the body
        return b""
    if request.content_length is None and len(body) >= MOST_BODY_BYTES:
        raise RequestEntityTooLarge  # a chunked body is cut at the limit, not refused
    return body


def _raw_target(environ: WSGIEnvironment) -> str | None:
    """The request target as it was sent, escapes and all: what Flask decodes is not what was signed."""
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    return target if target.startswith(ROOT) else None
