"""Whether mails could be handed over now: everything that the line does before one is done, and none is sent."""

from __future__ import annotations

import smtplib
import socket
import ssl

from ivr.desk.mail import DEADLINE_S, Mailer
from ivr.desk.mail_server import MailServer
from ivr.doctor.finding import Seen, ok, warning


def mail(server: MailServer, from_: str, *, deadline_s: float = DEADLINE_S) -> Seen:
    """What the server of SMTP_URL says to whom it knows. Nothing that it says is quoted."""
    try:
        Mailer(server, from_, "", deadline_s).try_out()
    except (OSError, ValueError) as error:
        wrong, mend = _reason(error, deadline_s)
        return warning(f"The mail server of SMTP_URL {wrong}: nobody is told of a callback.", mend)
    return ok("A supervisor is told of callbacks by mail, and the mail server lets the line in.")


def _reason(error: OSError | ValueError, deadline_s: float) -> tuple[str, str]:
    """What was in the way, and what mends it."""
    match error:
        case smtplib.SMTPAuthenticationError() | UnicodeError():
            return "does not accept the password", "Set user and password anew, where @ is written %40 and : is %3A."
        case smtplib.SMTPNotSupportedError():
            return "offers no TLS, or no way to sign in", "Is it the port for starttls, 587? With smtps it is 465."
        case smtplib.SMTPResponseException(smtp_code=code) if code > 0:
            return f"answers {code}", "Ask whoever looks after it to let this machine in."
        case ssl.SSLCertVerificationError():
            mend = "Name it in SMTP_URL as its certificate does, and have it show one that this machine trusts."
            return "shows a certificate that is not trusted", mend
        case ssl.SSLError():
            return "does not speak TLS as it should", "Port 587 is for starttls://, and 465 for smtps://."
        case socket.gaierror():
            return "is a name without an address", "Mend its name in SMTP_URL, or the DNS of this machine."
        case ConnectionRefusedError():
            return "refuses connections", "Mend its port in SMTP_URL, or start it."
        case _:
            mend = "Let its port through the firewall. Port 587 is for starttls://, and 465 for smtps://."
            return f"gave no answer that can be used within {deadline_s:g} s", mend
