"""The platform's REST API on a port of this machine. It refuses what the public rules of the API do not allow."""

from __future__ import annotations

import json
import re
import ssl
import threading
from base64 import b64decode
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.rest_numbers import Json, changed, listed, refused

ACCOUNT = "AC" + "5" * 32
TOKEN = "a token of the tests"
FROM = "+18886633488"

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST_BODY = 1600
_FORM = "application/x-www-form-urlencoded"
_OF_A_MESSAGE = {"To", "From", "Body"}  # the API knows more; the line has no business with them
_VERIFICATIONS = "/v1/Tollfree/Verifications"
_RESOURCE = re.compile(r"/2010-04-01/Accounts/([^/]+)/([A-Za-z]+)(?:/([A-Z]{2}[0-9a-f]{32}))?\.json")


class Mood(Enum):
    """How the server fails for once, instead of answering by its rules."""

    NONE = auto()  # it does not fail
    HANG = auto()  # never answers what it was asked
    CLOSE = auto()  # closes the connection instead of answering
    GARBAGE = auto()  # answers what is not HTTP
    NOT_JSON = auto()  # says that it did it, in words that are no JSON
    CUT = auto()  # does it, and closes in the middle of saying so
    DRIP = auto()  # does it, and says so a byte at a time, for ever
    BROKEN = auto()  # does it, and says that it failed
    BUSY = auto()  # 429, with a wish
    BUSY_WITHOUT_A_WISH = auto()
    REDIRECT = auto()


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was taken over."""

    to: str
    from_: str
    body: str


@dataclass
class Rules:
    """What the account is, and what was asked of it."""

    token: str = TOKEN
    numbers: tuple[str, ...] = (FROM,)
    stopped: frozenset[str] = frozenset()  # numbers that have answered STOP
    incoming: dict[str, Json] = field(default_factory=dict)  # the account's numbers by their SID, as they are set
    verified: dict[str, str] = field(default_factory=dict)  # how far the verification of a number is, by its SID
    is_hard_of_hearing: bool = False  # takes changes of a number, and makes none
    moods: deque[Mood] = field(default_factory=deque)
    texts: list[Text] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # method and target of each request
    has_text: threading.Event = field(default_factory=threading.Event)
    has_failed: threading.Event = field(default_factory=threading.Event)  # in one of its moods
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Json]:
        """A status and a JSON object, by the rules."""
        if not self._knows(headers.get("Authorization", "")):
            return problem(401, 20003, "Authenticate")
        if method == "GET" and urlsplit(target).path == _VERIFICATIONS:
            return self._verifications(dict(parse_qsl(urlsplit(target).query)))
        found = _RESOURCE.fullmatch(unquote(urlsplit(target).path))
        if found is None or found[1] != ACCOUNT:
            return problem(404, 20404, f"The requested resource {target} was not found")
        if method == "POST" and headers.get("Content-Type") != _FORM:
            return problem(415, 20415, "Unsupported media type")
        told = urlsplit(target).query if method == "GET" else body.decode()
        fields = parse_qsl(told, keep_blank_values=True, strict_parsing=bool(told))
        if len(dict(fields)) != len(fields):
            return problem(400, 20001, "A parameter is repeated")
        return self._resource(method, found[2], found[3], dict(fields))

    def _verifications(self, query: Mapping[str, str]) -> tuple[int, Json]:
        if set(query) - {"TollfreePhoneNumberSid", "Status", "PageSize"}:
            return problem(400, 20001, "Unknown parameter")
        status = self.verified.get(query.get("TollfreePhoneNumberSid", ""))
        found = [{"sid": "HH" + "1" * 32, "status": status}] if status else []
        return 200, {"verifications": found, "meta": {"page": 0, "page_size": 50, "key": "verifications"}}

    def _resource(self, method: str, resource: str, sid: str | None, fields: Mapping[str, str]) -> tuple[int, Json]:
        match method, resource, sid:
            case "POST", "Messages", None:
                return self._message(fields)
            case "GET", "IncomingPhoneNumbers", None:
                page = listed(self.incoming, fields)
                return (200, page) if page else problem(400, 20001, "Unknown parameter")
            case "GET" | "POST", "IncomingPhoneNumbers", str() if sid in self.incoming:
                return self._number(self.incoming[sid], fields)
            case "GET" | "POST", "IncomingPhoneNumbers", str():
                return problem(404, 20404, "The requested resource was not found")
            case _, "Messages" | "IncomingPhoneNumbers", _:
                return problem(405, 20004, "Method not allowed")
            case _:
                return problem(404, 20404, "The requested resource was not found")

    def _number(self, number: Json, fields: Mapping[str, str]) -> tuple[int, Json]:
        if refusal := refused(fields):
            return problem(400, *refusal)
        if not self.is_hard_of_hearing:
            changed(number, fields)
        return 200, {**number, "account_sid": ACCOUNT}

    def _message(self, fields: Mapping[str, str]) -> tuple[int, Json]:
        refusal = self._refusal(fields)
        if refusal is not None:
            code, words = refusal
            return problem(400, code, words)
        self.texts.append(Text(fields["To"], fields["From"], fields["Body"]))
        self.has_text.set()
        made = {"sid": f"SM{len(self.texts):032x}", "status": "queued", "error_code": None, "error_message": None}
        return 201, {**made, "account_sid": ACCOUNT, "to": fields["To"], "from": fields["From"], "body": fields["Body"]}

    def _refusal(self, fields: Mapping[str, str]) -> tuple[int, str] | None:
        to, from_, body = (fields.get(name, "") for name in ("To", "From", "Body"))
        refusals = (
            (bool(set(fields) - _OF_A_MESSAGE), 20001, "Unknown parameter"),
            (not to, 21604, "A 'To' phone number is required."),
            (not from_, 21603, "A 'From' phone number is required."),
            (not body, 21602, "Message body is required."),
            (len(body) > _LONGEST_BODY, 21617, "The concatenated message body exceeds the 1600 character limit."),
            (not _E164.fullmatch(to), 21211, f"The 'To' number {to} is not a valid phone number."),
            (not _E164.fullmatch(from_), 21212, f"The 'From' number {from_} is not a valid phone number."),
            (from_ not in self.numbers, 21606, f"The 'From' phone number {from_} is not owned by the account."),
            (to == from_, 21266, "'To' and 'From' number cannot be the same."),
            (to in self.stopped, 21610, "Attempt to send to unsubscribed recipient"),
        )
        return next(((code, words) for is_so, code, words in refusals if is_so), None)

    def _knows(self, authorization: str) -> bool:
        scheme, _, credentials = authorization.partition(" ")
        with suppress(ValueError):
            return scheme == "Basic" and b64decode(credentials, validate=True).decode() == f"{ACCOUNT}:{self.token}"
        return False


def problem(status: int, code: int, message: str) -> tuple[int, Json]:
    """An error as the API writes it: its words quote what was asked, numbers included."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": message, "more_info": more, "status": status}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 because the library calls it so
        """The server writes no log."""

    def _answer(self) -> None:
        rules = self.server.rules
        headers = {name.title(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        rules.asked.append(f"{self.command} {self.path}")
        mood = rules.moods.popleft() if rules.moods else None
        if mood:
            rules.has_failed.set()
        self.close_connection = True
        match mood:
            case None | Mood.NONE:
                self._say(*rules.answer(self.command, self.path, headers, body))
            case Mood.HANG:
                rules.over.wait()
            case Mood.CLOSE:
                pass
            case Mood.GARBAGE:
                self.wfile.write(b"\x00\xff no HTTP \r\n\r\n")
            case Mood.BUSY | Mood.BUSY_WITHOUT_A_WISH:
                wish = (("Retry-After", "7"),) if mood is Mood.BUSY else ()
                self._say(*problem(429, 20429, "Too Many Requests"), *wish)
            case Mood.REDIRECT:
                self._say(307, {}, ("Location", "https://elsewhere.example.org/"))
            case Mood.NOT_JSON | Mood.CUT | Mood.DRIP | Mood.BROKEN:
                self._do_and_fail(mood, *rules.answer(self.command, self.path, headers, body))

    def _do_and_fail(self, mood: Mood, status: int, said: Json) -> None:
        """It is done; only the answer is not as it should be."""
        whole = json.dumps(said).encode()
        match mood:
            case Mood.NOT_JSON:
                self._write(status, b"<html>done</html>")
            case Mood.CUT:
                self._write(status, whole[: len(whole) // 2], length=len(whole))
            case Mood.BROKEN:
                self._say(*problem(500, 20500, "Internal Server Error"))
            case _:
                self._write(status, b"", length=len(whole))
                with suppress(OSError):  # who asked has had enough
                    while not self.server.rules.over.wait(0.02):
                        self.wfile.write(b" ")

    def _say(self, status: int, said: Json, *headers: tuple[str, str]) -> None:
        self._write(status, json.dumps(said).encode(), *headers)

    def _write(self, status: int, body: bytes, *headers: tuple[str, str], length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")  # a client that keeps connections must not ask over one that ends
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def rest_server(rules: Rules, certificate: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve these rules, with TLS if there is a certificate; the base URL. Whatever hangs is let go at the end."""
    with _Server(rules) as server:
        if certificate is not None:
            server.socket = certificate.wrap_socket(server.socket, server_side=True)
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
        finally:
            rules.over.set()
            server.shutdown()
            serving.join()
