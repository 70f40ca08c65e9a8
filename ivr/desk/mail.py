"""Mail to supervisors: that a callback is waiting, with the way to the desk and nothing else. No caller is in it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http import HTTPStatus

from ivr.deadline import connected
from ivr.desk.mail_server import MailServer, Secured
from ivr.model.outcome import Outcome, Refused, Sent, TryLater, Unknown

DEADLINE_S = 20.0
LATER_S = 120

SUBJECTS = {
    "new": "A callback is waiting",
    "due": "A callback is due within half an hour",
    "late": "A callback is late",
}


@dataclass(frozen=True, slots=True)
class Mailer:
    """Tells supervisors of callbacks. `desk_url` is all that a mail says besides its subject."""

    server: MailServer
    from_: str
    desk_url: str
    deadline_s: float = DEADLINE_S
    trust: ssl.SSLContext | None = None  # of tests; otherwise the certificates of this machine

    def send(self, to: str, about: str) -> Outcome:
        """Hand a mail over, once. Before its words were sent, certainly nothing was."""
        was_told = False
        try:
            words = self._message(to, about).as_bytes()
            with self._session() as session:
                _accepted(session.mail(self.from_))
                _accepted(session.rcpt(to))
                was_told = True
                _accepted(session.data(words))
                return Sent()
        except smtplib.SMTPResponseException as no:
            return _refusal(no.smtp_code, was_told=was_told)
        except OSError:  # every other fault of smtplib is one
            return _lost(was_told=was_told)
        except ValueError:  # an address that cannot be written, which it never will be
            return Refused("malformed")

    def try_out(self) -> None:
        """Do all that comes before a mail, and send none. OSError or ValueError is what was in the way."""
        with self._session() as session:
            _accepted(session.noop())

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        server, trust = self.server, self.trust or ssl.create_default_context()
        with connected(server.host, server.port, self.deadline_s) as plain:
            is_secure = server.secured is Secured.FROM_THE_START
            connection = trust.wrap_socket(plain, server_hostname=server.host) if is_secure else plain
            with _closing(_Session(server.host, connection, domain_of(self.from_))) as session:
                if server.secured is Secured.BEFORE_THE_MAIL:
                    session.starttls(context=trust)  # raises where it is not offered: nothing is sent in clear
                session.ehlo_or_helo_if_needed()
                if server.user:
                    session.login(server.user, server.password)
                yield session

    def _message(self, to: str, about: str) -> EmailMessage:
        message = EmailMessage(policy=policy.SMTP)
        message["Subject"] = SUBJECTS[about]
        message["From"] = self.from_
        message["To"] = to
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=domain_of(self.from_))
        message["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday notice answers
        message.set_content(f"{SUBJECTS[about]}.\n\n{self.desk_url}\n")
        return message


class _Session(smtplib.SMTP):
    """SMTP over a connection that is there already, and has an end of its own."""

    def __init__(self, host: str, connection: socket.socket, domain: str) -> None:
        self._connection = connection
        super().__init__(host, local_hostname=domain)  # given, because looking one's own name up can take long

    def _get_socket(self, *_: object) -> socket.socket:
        return self._connection


@contextmanager
def _closing(session: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    """Take leave if there is still someone to take leave of: the mail is safe before that."""
    try:
        yield session
    finally:
        with suppress(OSError):
            session.quit()
        session.close()


def domain_of(address: str) -> str:
    """What stands after the @ of an address."""
    return address.rpartition("@")[2]


def _accepted(reply: tuple[int, bytes]) -> None:
    code, words = reply
    if not HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
        raise smtplib.SMTPResponseException(code, words)


def _refusal(code: int, *, was_told: bool) -> Outcome:
    """The server has said no, for now (4xx) or for good (5xx), or something that no server says."""
    if HTTPStatus.BAD_REQUEST <= code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(LATER_S)
    return Refused(f"smtp {code}") if code >= HTTPStatus.INTERNAL_SERVER_ERROR else _lost(was_told=was_told)


def _lost(*, was_told: bool) -> Outcome:
    return Unknown("no answer") if was_told else TryLater(LATER_S)
