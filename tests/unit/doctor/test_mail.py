"""The examination tries the mail server as the line uses it, sends nothing, and says what is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.desk.mail_server import MailServer
from ivr.doctor.finding import Verdict
from ivr.doctor.mail import mail
from tests.certificates import Certificate
from tests.mail_server import CLOSE, DRIP, HANG, PASSWORD, USER, Post, mail_server

KNOWN = f"{USER}:{PASSWORD.replace(' ', '%20')}"
FROM = "line@example.org"


def told(post: Post, address: str, deadline_s: float = 5) -> str:
    """What is said of a server that does not let the line in."""
    with mail_server(post) as port:
        seen = mail(MailServer.parse(address.format(port=port)), FROM, deadline_s=deadline_s)
    assert seen.verdict is Verdict.WARNING
    assert "canary" not in seen.said + seen.mend
    assert seen.said.endswith(": nobody is told of a callback.")
    assert seen.mend
    return seen.said


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    made = Certificate.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
def test_a_server_that_lets_the_line_in_is_well_and_gets_no_mail(certificate: Certificate, scheme: str) -> None:
    post = Post(certificate=certificate.server(), is_secure_from_the_start=scheme == "smtps", wants_password=True)
    with mail_server(post) as port:
        seen = mail(MailServer.parse(f"{scheme}://{KNOWN}@127.0.0.1:{port}"), FROM)
    assert seen.verdict is Verdict.OK
    assert post.commands[-3:] == ["AUTH", "NOOP", "QUIT"]


@pytest.mark.parametrize(
    ("instead", "address", "said"),
    [
        ({}, "smtp://canary:wrong@127.0.0.1:{port}", "does not accept the password"),
        ({}, "smtp://canary:se%C3%B1a@127.0.0.1:{port}", "does not accept the password"),
        ({}, "starttls://canary:wrong@127.0.0.1:{port}", "offers no TLS"),
        ({}, "smtps://127.0.0.1:{port}", "does not speak TLS"),
        ({"CONNECT": "554 canary"}, "smtp://127.0.0.1:{port}", "answers 554"),
        ({"CONNECT": CLOSE}, "smtp://127.0.0.1:{port}", "gave no answer"),
        ({}, "smtp://127.0.0.1:1", "refuses connections"),
        ({}, "smtp://canary.invalid", "is a name without an address"),
    ],
)
def test_what_is_in_the_way_is_told(instead: dict[str, str], address: str, said: str) -> None:
    assert f"SMTP_URL {said}" in told(Post(instead, wants_password=True), address)


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
def test_a_server_that_nobody_vouches_for_is_told(tmp_path: Path, scheme: str) -> None:
    post = Post(certificate=Certificate.make(tmp_path).server(), is_secure_from_the_start=scheme == "smtps")
    assert "shows a certificate that is not trusted" in told(post, f"{scheme}://{KNOWN}@127.0.0.1:{{port}}")
    assert "AUTH" not in post.commands


@pytest.mark.parametrize("instead", [HANG, DRIP])
@pytest.mark.parametrize("at", ["CONNECT", "NOOP"])
def test_a_server_that_never_ends_is_told_at_the_deadline(at: str, instead: str) -> None:
    assert "gave no answer that can be used within 0.3 s" in told(Post({at: instead}), "smtp://127.0.0.1:{port}", 0.3)
