"""The platform's REST API: one request, one connection, one hard deadline, and a plain word on what became of it.

The standard library's client, because the vendor's costs a second of processor time to load.
"""

from __future__ import annotations

import json
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import quote, urlencode, urlsplit

from ivr.deadline import connected

PLATFORM = "https://api.twilio.com"
DEADLINE_S = 10.0
MOST_BYTES = 256 * 1024  # of an answer: a page of fifty numbers has about 100 kB

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """The API answered. `said` is its JSON object, empty when there was none; `retry_after_s` is its wish, if any."""

    status: int
    said: Mapping[str, object]
    retry_after_s: int | None = None

    @property
    def code(self) -> str:
        """The platform's number for what is wrong, or else the status. Its words are not kept: they name callers."""
        code = self.said.get("code")
        return str(code) if isinstance(code, int) else f"http {self.status}"


@dataclass(frozen=True, slots=True)
class NotReached:
    """There was no connection, so that certainly nothing was asked."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It was asked, at least in part, and there was no answer that can be understood. It may have been done."""


Exchange = Answered | NotReached | NoAnswer


@dataclass(frozen=True, slots=True)
class RestApi:
    """An account at the API. The base URL is code's to choose: no setting can lead the token elsewhere."""

    account_sid: str
    token: str = field(repr=False)
    base_url: str = PLATFORM
    deadline_s: float = DEADLINE_S

    def of_account(self, resource: str) -> str:
        """The path of a resource of the account, such as Messages.json."""
        return f"/2010-04-01/Accounts/{quote(self.account_sid, safe='')}/{resource}"

    def get(self, path: str, query: Fields) -> Exchange:
        """Ask for a resource."""
        return self._exchange("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, fields: Fields) -> Exchange:
        """Make or change a resource. Nothing is ever asked twice."""
        return self._exchange("POST", path, urlencode(fields).encode())

    def _exchange(self, method: str, target: str, body: bytes | None) -> Exchange:
        was_asked = False
        try:
            with self._connection() as connection:
                was_asked = True
                connection.request(method, target, body, self._headers(has_body=body is not None))
                return _read(connection.getresponse())
        except (OSError, HTTPException, ValueError):  # ValueError: an answer that is none
            return NoAnswer() if was_asked else NotReached()

    @contextmanager
    def _connection(self) -> Iterator[HTTPConnection]:
        url = urlsplit(self.base_url)
        host, is_secure = url.hostname or "", url.scheme == "https"
        with connected(host, url.port or (443 if is_secure else 80), self.deadline_s) as plain:
            connection = HTTPConnection(host, url.port)
            connection.sock = _trust().wrap_socket(plain, server_hostname=host) if is_secure else plain
            try:
                yield connection
            finally:
                connection.close()

    def _headers(self, *, has_body: bool) -> dict[str, str]:
        credentials = b64encode(f"{self.account_sid}:{self.token}".encode()).decode()
        headers = {
            "Authorization": f"Basic {credentials}",
            "Accept": "application/json",
            "Connection": "close",
            "User-Agent": "ivr",
        }
        return {**headers, "Content-Type": "application/x-www-form-urlencoded"} if has_body else headers


def _read(response: HTTPResponse) -> Exchange:
    with response:
        body = response.read(MOST_BYTES + 1)
    wish = response.headers.get("Retry-After", "")
    retry_after_s = int(wish) if wish.isascii() and wish.isdigit() else None
    return Answered(response.status, _object(body), retry_after_s)


def _object(body: bytes) -> Mapping[str, object]:
    """The JSON object of a body; empty when it is anything else, or was cut off."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


@cache
def _trust() -> ssl.SSLContext:
    """The certificates of this machine: read once, and only by who really asks."""
    return ssl.create_default_context()
