"""A mail server on a port of this machine: SMTP as the standard has it, with the faults that a test asks for."""

from __future__ import annotations

import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

USER, PASSWORD = "line", "a password of the tests"

CLOSE = "close"
HANG = "hang"
DRIP = "drip"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was taken over, with the addresses of its envelope."""

    from_: str
    to: str
    message: EmailMessage


@dataclass
class Post:
    """What a server says instead of what it should, by command (such as RCPT, or . for the end of the words)."""

    instead: dict[str, str] = field(default_factory=dict)
    certificate: ssl.SSLContext | None = None
    is_secure_from_the_start: bool = False
    wants_password: bool = False
    mails: list[Mail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Closed(Exception):  # noqa: N818 because it is no error
    """This session is over."""


class _Session(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.post, self.is_secure, self.is_known = self.server.post, False, False
        self.from_ = self.to = ""
        with suppress(_Closed, OSError):
            if self.post.is_secure_from_the_start:
                self._secure()
            self.lines = self.request.makefile("rb")
            self._say("220 mail.example.org ready", "CONNECT")
            while True:
                self._obey(self._line())
        with suppress(AttributeError):
            self.lines.close()
        self.request.close()

    def _obey(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        self.post.commands.append(command.upper())
        replies: Mapping[str, str] = {
            "EHLO": self._greeting(),
            "RSET": "250 ok",
            "NOOP": "250 ok",
            "AUTH": self._auth(rest) if command.upper() == "AUTH" else "",
            "MAIL": self._mail(rest) if command.upper() == "MAIL" else "",
            "RCPT": self._rcpt(rest) if command.upper() == "RCPT" else "",
            "STARTTLS": "220 go ahead" if self.post.certificate else "502 not here",
            "DATA": "354 go on" if self.to else "503 to whom?",
            "QUIT": "221 bye",
        }
        self._say(replies.get(command.upper(), "500 what?"), command.upper())
        match command.upper():
            case "QUIT":
                raise _Closed
            case "STARTTLS" if self.post.certificate and "STARTTLS" not in self.post.instead:
                self.lines.close()
                self._secure()
                self.lines = self.request.makefile("rb")
            case "DATA" if self.to and "DATA" not in self.post.instead:
                self._take(self._words())

    def _greeting(self) -> str:
        offers = ["mail.example.org", "8BITMIME"]
        if self.post.certificate and not self.is_secure:
            offers.append("STARTTLS")
        if self.post.wants_password and (self.is_secure or not self.post.certificate):
            offers.append("AUTH PLAIN")
        return "\r\n".join(f"250-{offer}" for offer in offers[:-1]) + f"\r\n250 {offers[-1]}"

    def _auth(self, rest: str) -> str:
        mechanism, _, initial = rest.partition(" ")
        told = b64decode(initial).decode().split("\0")
        self.is_known = mechanism == "PLAIN" and told[1:] == [USER, PASSWORD]
        return "235 welcome" if self.is_known else "535 who?"

    def _mail(self, rest: str) -> str:
        if self.post.wants_password and not self.is_known:
            return "530 who?"
        self.from_ = rest.partition("<")[2].partition(">")[0]
        return "250 ok" if rest.startswith("FROM:<") and "@" in self.from_ else "501 from whom?"

    def _rcpt(self, rest: str) -> str:
        if not self.from_:
            return "503 from whom?"
        self.to = rest.partition("<")[2].partition(">")[0]
        return "250 ok" if rest.startswith("TO:<") and "@" in self.to else "501 to whom?"

    def _words(self) -> bytes:
        lines = []
        while (line := self.lines.readline(1002)) != b".\r\n":
            if not line.endswith(b"\r\n"):
                raise _Closed  # a line that is too long or ends otherwise is no mail
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _take(self, words: bytes) -> None:
        message = message_from_bytes(words, policy=policy.default)
        assert isinstance(message, EmailMessage)
        missing = {"From", "To", "Date", "Message-ID", "Subject"} - set(message.keys())
        if missing:
            self._say("554 it lacks a header", ".")
            return
        self.post.mails.append(Mail(self.from_, self.to, message))
        self._say("250 taken", ".")

    def _line(self) -> str:
        line = bytes(self.lines.readline(512))
        if not line.endswith(b"\r\n"):
            raise _Closed
        return line.decode("ascii").removesuffix("\r\n")

    def _say(self, reply: str, at: str) -> None:
        match self.post.instead.get(at, reply):
            case "close":
                raise _Closed
            case "hang":
                self.post.over.wait()
                raise _Closed
            case "drip":
                while not self.post.over.wait(0.02):
                    self.request.sendall(b"250-more\r\n")
                raise _Closed
            case said:
                self.request.sendall(said.encode() + b"\r\n")

    def _secure(self) -> None:
        assert self.post.certificate is not None
        self.request = self.post.certificate.wrap_socket(self.request, server_side=True)
        self.is_secure = True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, post: Post) -> None:
        self.post = post
        super().__init__(("127.0.0.1", 0), _Session)


@contextmanager
def mail_server(post: Post) -> Iterator[int]:
    """Serve; the port. Whatever hangs is let go at the end."""
    with _Server(post) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield server.server_address[1]
        finally:
            post.over.set()
            server.shutdown()
            serving.join()
