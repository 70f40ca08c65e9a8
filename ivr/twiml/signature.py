"""Whether a request was signed by the platform. The vendor's validator is the authority; every trap ends as a no.

The validator costs more than all the rest of an answer, so that one pass over the fields is tried first. It may only
accept: whatever it does not accept, the validator decides. They are held against each other by `make signatures`.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote_to_bytes

import werkzeug.urls  # noqa: F401 because it makes the way of reading below known
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

MOST_FIELDS = 100  # the platform sends about 31, and a few more for a call by SIP
_KEEP_ESCAPED = "werkzeug.url_quote"  # as Flask does with what is not UTF-8 when it is decoded

Form = tuple[tuple[str, str], ...]  # names and values in the order in which they were sent

# What our own documents write. The validator signs some other targets not as they are written: it drops an empty query.
_PLAIN_TARGET = re.compile(r"/[A-Za-z0-9/._~%+=-]*(?:\?[A-Za-z0-9/._~%+=&-]+)?", re.ASCII)
_ESCAPED_BORDER = re.compile("%26|%3[Dd]")  # between fields, or between a name and its value
_PROBE = "/voice/answer"


def parse_form(body: bytes) -> Form | None:
    """The fields of a body as Flask reads them, none when it is not UTF-8; None when there are too many to look at."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return ()
    if text.count("&") >= MOST_FIELDS:
        return None
    if _ESCAPED_BORDER.search(text):
        return tuple(parse_qsl(text, keep_blank_values=True, errors=_KEEP_ESCAPED))
    # The same in a third of the time: where no border is escaped, all can be decoded at once and divided after.
    decoded = unquote_to_bytes(text.replace("+", " ")).decode(errors=_KEEP_ESCAPED)
    return tuple([pair.partition("=")[::2] for pair in decoded.split("&") if pair])


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """Checks signatures over the public address and the raw request target, with every token in rotation."""

    public_url: str
    keys: tuple[hmac.HMAC, ...] = field(repr=False)
    validators: tuple[RequestValidator, ...]
    is_signed_as_written: bool  # the public address, by the validator itself

    @classmethod
    def of(cls, public_url: str, tokens: Iterable[str]) -> SignatureCheck:
        """Make a check; ValueError without a token, because the vendor's validator would accept an empty one."""
        kept = tuple(tokens)
        if not kept or not all(kept):
            raise ValueError("A signature check needs at least one token, and no token may be empty.")
        keys = tuple(hmac.new(token.encode(), digestmod="sha1") for token in kept)
        validators = tuple(RequestValidator(token) for token in kept)
        probe = public_url + _PROBE
        return cls(public_url, keys, validators, _is_valid(validators[0], probe, (), _sign(keys[0], probe, ())))

    def accepts(self, target: str, form: Form, signature: str, *, has_settings: bool = False) -> bool:
        """Whether the platform signed this form for this raw request target (path and query as they were sent)."""
        return self.signer(target, form, signature, has_settings=has_settings) > 0

    def signer(self, target: str, form: Form, signature: str, *, has_settings: bool = False) -> int:
        """Which of the tokens it was signed with, the first being 1; 0 for none.

        `has_settings` is whether the request says how it was signed, which only the validator may judge.
        """
        if not signature:
            return 0
        if not has_settings and (at_once := self.signer_at_once(target, form, signature)):
            return at_once
        for number, validator in enumerate(self.validators, 1):
            if _is_valid(validator, self.public_url + target, form, signature):
                return number
        return 0

    def signer_at_once(self, target: str, form: Form, signature: str) -> int:
        """The same by one pass. That it knows of none says nothing."""
        if not self.is_signed_as_written or not _PLAIN_TARGET.fullmatch(target) or not signature.isascii():
            return 0
        url = self.public_url + target
        for number, key in enumerate(self.keys, 1):
            if hmac.compare_digest(_sign(key, url, form), signature):
                return number
        return 0


def _sign(key: hmac.HMAC, url: str, form: Form) -> str:
    """The signature of the platform: of fields that are repeated word for word, one counts."""
    signed = url + "".join([name + value for name, value in sorted(set(form))])
    signing = key.copy()
    signing.update(signed.encode())
    return b64encode(signing.digest()).decode()


def _is_valid(validator: RequestValidator, url: str, form: Form, signature: str) -> bool:
    try:
        return bool(validator.validate(url, MultiDict(form), signature))
    except (ValueError, TypeError, UnicodeError):  # a malformed URL raises; that is a no like any other
        return False
