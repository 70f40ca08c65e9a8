"""The people of the desk: added, disabled and reset, and each act of it recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ivr.desk.callbacks import Claim
from ivr.storage.audit import Trail
from ivr.storage.callback_list import CallbackList
from ivr.storage.people import DeskFault, Newcomer, People, Role
from ivr.storage.sessions import Sessions
from ivr.storage.store import Storage
from ivr.storage.tables import people
from tests.desk import ask, hire
from tests.platform_client import OPEN_AT

ANA = Newcomer("ana", "Ana Ruiz", Role.SUPERVISOR, "ana@example.org")


def address(storage: Storage) -> str | None:
    """Where the mails of the one person there is go."""
    with storage.database.read() as connection:
        sealed = connection.execute(sa.select(people.c.email)).scalar_one()
    return None if sealed is None else storage.vault.unseal(sealed)


@pytest.fixture
def everybody(storage: Storage) -> People:
    return People(storage.database, storage.vault)


def acts(storage: Storage) -> list[tuple[str, str, str]]:
    return [(entry.person, entry.action, entry.subject) for entry in Trail(storage.database).page(100)]


def begun(storage: Storage, person_id: int) -> str:
    with storage.database.begin() as connection:
        sessions = Sessions(storage.database, storage.vault)
        return sessions.begin(connection, person_id, OPEN_AT, is_complete=True)


def test_who_is_added_must_choose_a_password_and_set_up_a_second_factor(everybody: People, storage: Storage) -> None:
    password = everybody.add(ANA, OPEN_AT, "command line")
    (ana,) = everybody.all()
    assert (ana.login, ana.name, ana.role, ana.is_enabled) == ("ana", "Ana Ruiz", Role.SUPERVISOR, True)
    assert (ana.must_change_password, ana.has_second_factor) == (True, False)
    assert len(password) == 19
    assert acts(storage) == [("command line", "person added", "ana")]


def test_neither_password_nor_mail_address_can_be_read_in_the_table(everybody: People, storage: Storage) -> None:
    password = everybody.add(ANA, OPEN_AT, "command line")
    with storage.database.read() as connection:
        row = repr(connection.execute(sa.select(people)).one())
        sealed = connection.execute(sa.select(people.c.email)).scalar_one()
    assert password not in row
    assert "example.org" not in row
    assert storage.vault.unseal(sealed) == "ana@example.org"


def test_an_address_is_mended_or_taken_away_and_stands_in_no_trail(everybody: People, storage: Storage) -> None:
    everybody.add(ANA, OPEN_AT, "command line")
    everybody.mail_to("ana", "ruiz@example.org", OPEN_AT, "ben")
    assert address(storage) == "ruiz@example.org"
    everybody.mail_to("ana", "", OPEN_AT, "ben")
    assert address(storage) is None
    assert [each.has_email for each in everybody.all()] == [False]
    assert acts(storage)[:2] == [("ben", "mail address changed", "ana")] * 2
    assert "ruiz@" not in repr(Trail(storage.database).page(100))


def test_an_address_is_one_and_a_supervisors(everybody: People) -> None:
    everybody.add(ANA, OPEN_AT, "command line")
    everybody.add(Newcomer("dee", "Dee Park", Role.SCHEDULER), OPEN_AT, "command line")
    for login, email in (("ana", "ana@localhost"), ("dee", "dee@example.org"), ("nobody", "nobody@example.org")):
        with pytest.raises(DeskFault):
            everybody.mail_to(login, email, OPEN_AT, "ben")
    assert [each.has_email for each in everybody.all()] == [True, False]


def test_a_login_is_given_once(everybody: People) -> None:
    everybody.add(ANA, OPEN_AT, "command line")
    with pytest.raises(DeskFault, match="The login ana is taken"):
        everybody.add(ANA, OPEN_AT, "command line")


@pytest.mark.parametrize("login", ["", "a", "Ana", "ana ruiz", "ana@example.org", "-ana", "a" * 41, "ána", "ana\n"])
def test_a_login_is_plain(login: str) -> None:
    with pytest.raises(DeskFault, match="login"):
        Newcomer(login, "Ana Ruiz", Role.SCHEDULER)


@pytest.mark.parametrize("name", ["", " ", "a" * 81, "Ana\nRuiz", "Ana\x00"])
def test_a_name_is_a_line_of_text(name: str) -> None:
    with pytest.raises(DeskFault, match="name"):
        Newcomer("ana", name, Role.SCHEDULER)


@pytest.mark.parametrize(
    "email",
    [
        "ana",
        "ana@",
        "@example.org",
        "a@b@c",
        "ana@example.org\nBcc: x@example.org",
        "a b@c.org",
        "a\x00b@c.org",
        "é@c.org",
        "a@c.org" * 40,
    ],
)
def test_a_mail_address_is_one(email: str) -> None:
    with pytest.raises(DeskFault, match="mail"):
        Newcomer("ana", "Ana Ruiz", Role.SCHEDULER, email)


@pytest.mark.parametrize("way", ["disable", "enable", "reset"])
@pytest.mark.parametrize("login", ["nobody", "", "a\x00b"])
def test_what_is_done_to_nobody_is_told(everybody: People, way: str, login: str) -> None:
    with pytest.raises(DeskFault, match="There is nobody with this login"):
        getattr(everybody, way)(login, OPEN_AT, "command line")


@pytest.mark.parametrize("way", ["disable", "reset"])
def test_who_is_sent_away_has_no_session_and_no_callback_left(everybody: People, storage: Storage, way: str) -> None:
    ben = hire(storage, "ben", Role.SCHEDULER)
    token, name = begun(storage, ben.id), ask(storage)
    callbacks = CallbackList(storage.database, storage.vault)
    assert callbacks.claim(name, ben.id, OPEN_AT) is None
    assert callbacks.open(OPEN_AT)[0].claim == Claim(ben.id, "Ben", OPEN_AT + timedelta(minutes=30))
    getattr(everybody, way)("ben", OPEN_AT, "ana")
    assert Sessions(storage.database, storage.vault).find(token, OPEN_AT) is None
    assert callbacks.open(OPEN_AT)[0].claim is None
    assert acts(storage)[0] == ("ana", f"person {way}d" if way == "disable" else "person reset", "ben")


def test_who_is_disabled_has_no_session_even_one_that_begins_later(everybody: People, storage: Storage) -> None:
    ben = hire(storage, "ben", Role.SCHEDULER)
    everybody.disable("ben", OPEN_AT, "ana")
    token = begun(storage, ben.id)
    assert Sessions(storage.database, storage.vault).find(token, OPEN_AT) is None
    everybody.enable("ben", OPEN_AT, "ana")
    assert Sessions(storage.database, storage.vault).find(token, OPEN_AT) is not None


def test_who_is_reset_begins_anew(everybody: People, storage: Storage) -> None:
    hire(storage, "ben", Role.SCHEDULER)
    everybody.reset("ben", OPEN_AT, "ana")
    (ben,) = everybody.all()
    assert (ben.must_change_password, ben.has_second_factor) == (True, False)
