"""Whether a request was signed by the platform. The vendor's validator is the authority; every trap ends as a no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

MOST_FIELDS = 200

Form = MultiDict[str, str]


def parse_form(body: bytes) -> Form | None:
    """The fields of a form-encoded body, in order, blanks kept; None when it is no such body."""
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return MultiDict(fields)


@dataclass(frozen=True)
class SignatureCheck:
    """Checks signatures over the public address and the raw request target, with every token in rotation."""

    public_url: str
    validators: tuple[RequestValidator, ...]

    @classmethod
    def of(cls, public_url: str, tokens: Iterable[str]) -> SignatureCheck:
        """Make a check; ValueError without a token, because the vendor's validator would accept an empty one."""
        kept = tuple(tokens)
        if not kept or not all(kept):
            raise ValueError("A signature check needs at least one token, and no token may be empty.")
        return cls(public_url, tuple(RequestValidator(token) for token in kept))

    def accepts(self, target: str, form: Form, signature: str) -> bool:
        """Whether the platform signed this form for this raw request target (path and query as they were sent)."""
        url = self.public_url + target
        return bool(signature) and any(_is_valid(validator, url, form, signature) for validator in self.validators)


def _is_valid(validator: RequestValidator, url: str, form: Form, signature: str) -> bool:
    try:
        return bool(validator.validate(url, form, signature))
    except (ValueError, TypeError, UnicodeError):  # a malformed URL raises; that is a no like any other
        return False
