"""Mail to supervisors, over real sockets: what is in it, what became of it, and that no password goes out in clear."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from ivr.desk.mail import LATER_S, SUBJECTS, Mailer
from ivr.desk.mail_server import MailServer
from ivr.model.outcome import Outcome, Refused, Sent, TryLater, Unknown
from tests.certificates import Certificate
from tests.mail_server import CLOSE, DRIP, HANG, PASSWORD, USER, Mail, Post, mail_server

FROM, TO, DESK = "line@example.org", "supervisor@example.org", "https://line.example.org/desk"
SHORT_S = 0.3

MakeMailer = Callable[..., Mailer]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def make_mailer(certificate: Certificate) -> Iterator[MakeMailer]:
    """Starts a server, and makes what sends to it by an address in which {port} is filled in."""
    with ExitStack() as servers:

        def make(post: Post, address: str = "smtp://127.0.0.1:{port}", deadline_s: float = 5) -> Mailer:
            port = servers.enter_context(mail_server(post))
            server = MailServer.parse(address.format(port=port))
            return Mailer(server, FROM, DESK, deadline_s, certificate.trust())

        yield make


def the_only(mails: list[Mail]) -> Mail:
    (mail,) = mails
    return mail


@pytest.mark.parametrize("about", SUBJECTS)
def test_a_mail_says_what_it_is_about_and_the_way_to_the_desk(make_mailer: MakeMailer, about: str) -> None:
    post = Post()
    assert make_mailer(post).send(TO, about) == Sent()
    mail = the_only(post.mails)
    assert (mail.from_, mail.to) == (FROM, TO)
    assert mail.message["Subject"] == SUBJECTS[about]
    assert mail.message.get_content().splitlines() == [f"{SUBJECTS[about]}.", "", DESK]
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert {*mail.message.keys()} == {
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
def test_a_password_goes_out_under_tls(make_mailer: MakeMailer, certificate: Certificate, scheme: str) -> None:
    post = Post(certificate=certificate.server(), is_secure_from_the_start=scheme == "smtps", wants_password=True)
    mailer = make_mailer(post, f"{scheme}://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{{port}}")
    assert mailer.send(TO, "new") == Sent()
    assert the_only(post.mails).to == TO
    assert ("STARTTLS" in post.commands) is (scheme == "starttls")


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
def test_a_server_that_nobody_vouches_for_is_told_nothing(
    make_mailer: MakeMailer, certificate: Certificate, scheme: str
) -> None:
    post = Post(certificate=certificate.server(), is_secure_from_the_start=scheme == "smtps")
    mailer = make_mailer(post, f"{scheme}://{USER}:secret@127.0.0.1:{{port}}")
    stranger = Mailer(mailer.server, FROM, DESK, 5)
    assert stranger.send(TO, "new") == TryLater(LATER_S)
    assert not {"AUTH", "MAIL", "DATA"} & set(post.commands)


def test_without_the_tls_that_was_asked_for_nothing_is_sent(make_mailer: MakeMailer) -> None:
    post = Post(wants_password=True)
    assert make_mailer(post, f"starttls://{USER}:x@127.0.0.1:{{port}}").send(TO, "new") == TryLater(LATER_S)
    assert post.commands == ["EHLO", "QUIT"]


def test_a_wrong_password_is_refused(make_mailer: MakeMailer) -> None:
    post = Post(wants_password=True)
    assert make_mailer(post, f"smtp://{USER}:wrong@127.0.0.1:{{port}}").send(TO, "new") == Refused("smtp 535")
    assert post.mails == []


@pytest.mark.parametrize(
    ("at", "instead", "outcome"),
    [
        ("CONNECT", "421 too busy", TryLater(LATER_S)),
        ("CONNECT", "554 go away", Refused("smtp 554")),
        ("CONNECT", CLOSE, TryLater(LATER_S)),
        ("EHLO", CLOSE, TryLater(LATER_S)),
        ("MAIL", "451 not now", TryLater(LATER_S)),
        ("MAIL", "no code", TryLater(LATER_S)),
        ("RCPT", "450 not now", TryLater(LATER_S)),
        ("RCPT", "550 nobody here", Refused("smtp 550")),
        ("RCPT", CLOSE, TryLater(LATER_S)),
        ("DATA", "452 no room", TryLater(LATER_S)),
        ("DATA", "554 no", Refused("smtp 554")),
        (".", "452 no room", TryLater(LATER_S)),
        (".", "554 spam", Refused("smtp 554")),
        (".", "no code", Unknown("no answer")),
        (".", CLOSE, Unknown("no answer")),
        ("QUIT", CLOSE, Sent()),
    ],
)
def test_only_what_was_certainly_not_sent_may_be_tried_again(
    make_mailer: MakeMailer, at: str, instead: str, outcome: Outcome
) -> None:
    assert make_mailer(Post({at: instead})).send(TO, "new") == outcome


@pytest.mark.parametrize(
    ("at", "outcome"),
    [("CONNECT", TryLater(LATER_S)), ("MAIL", TryLater(LATER_S)), (".", Unknown("no answer")), ("QUIT", Sent())],
)
@pytest.mark.parametrize("instead", [HANG, DRIP])
def test_whoever_never_ends_is_cut_off_at_the_deadline(
    make_mailer: MakeMailer, at: str, instead: str, outcome: Outcome
) -> None:
    began = time.monotonic()
    assert make_mailer(Post({at: instead}), deadline_s=SHORT_S).send(TO, "new") == outcome
    assert SHORT_S * 0.9 < time.monotonic() - began < 5


def test_where_nobody_listens_nothing_was_sent() -> None:
    assert Mailer(MailServer.parse("smtp://mail.invalid"), FROM, DESK).send(TO, "new") == TryLater(LATER_S)


@pytest.mark.parametrize("to", ["two\r\nlines@example.org", "señora@example.org"])
def test_an_address_that_cannot_be_written_is_refused(make_mailer: MakeMailer, to: str) -> None:
    post = Post()
    assert make_mailer(post).send(to, "new") == Refused("malformed")
    assert post.mails == []


def test_an_address_of_a_server_is_read() -> None:
    server = MailServer.parse("starttls://a%40b:p%3Aw@mail.example.org")
    assert (server.host, server.port, server.user, server.password) == ("mail.example.org", 587, "a@b", "p:w")
    assert "p:w" not in repr(server)
    assert [MailServer.parse(f"{scheme}://h.example").port for scheme in ("smtp", "smtps")] == [25, 465]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("mail.example.org", "is not an address in the form"),
        ("http://mail.example.org", "is not an address in the form"),
        ("smtp://", "is not an address in the form"),
        ("smtp://mail.example.org:port", "is not an address in the form"),
        ("smtp://mail.example.org/path", "is not an address in the form"),
        ("smtps://user@mail.example.org", "names a user without a password"),
        ("smtp://user:word@mail.example.org", "would send its password in clear"),
    ],
)
def test_an_address_that_is_none_says_why(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        MailServer.parse(text)
