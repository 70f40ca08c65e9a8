"""The address of a mail server, as a setting has it. Apart from what sends, which a line without mail need not load."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Secured(Enum):
    """How a mail server is spoken with, named by the beginning of its address."""

    NEVER = "smtp"
    FROM_THE_START = "smtps"
    BEFORE_THE_MAIL = "starttls"


_PORTS = {Secured.NEVER: 25, Secured.FROM_THE_START: 465, Secured.BEFORE_THE_MAIL: 587}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and as whom."""

    secured: Secured
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> MailServer:
        """Read smtp://, smtps:// or starttls://, then USER:PASSWORD@HOST:PORT; ValueError says what is wrong."""
        try:
            url = urlsplit(text)
            secured, host, port = Secured(url.scheme), url.hostname, url.port
        except ValueError:
            raise ValueError("is not an address in the form starttls://user:password@mail.example.org:587") from None
        if not host or url.path.strip("/") or url.query or url.fragment:
            raise ValueError("is not an address in the form starttls://user:password@mail.example.org:587")
        user, password = unquote(url.username or ""), unquote(url.password or "")
        if bool(user) != bool(password):
            raise ValueError("names a user without a password, or a password without a user")
        if user and secured is Secured.NEVER and not _is_this_machine(host):
            raise ValueError("would send its password in clear: write starttls:// or smtps:// instead of smtp://")
        return cls(secured, host, port or _PORTS[secured], user, password)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
