"""The platform's signature of a request, made by our own code, so that the line's check is tried against another hand.

Source: the vendor's page on webhook security. base64(HMAC-SHA1(token, URL + every different name and value, sorted)).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urldefrag

SIGNATURE_HEADER = "X-Twilio-Signature"


def sign(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """Sign a POST of `form` to `url`: with its query, without its fragment, which the platform never sends."""
    text = urldefrag(url).url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
