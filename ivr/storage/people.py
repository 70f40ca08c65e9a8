"""The people of the desk. Nobody is ever deleted, so that the trail keeps its names; who leaves is disabled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ivr.desk.mail_server import ADDRESS
from ivr.errors import IvrError
from ivr.storage import passwords
from ivr.storage.audit import COMMAND_LINE, Action, record
from ivr.storage.database import Database
from ivr.storage.in_time import in_time
from ivr.storage.tables import callbacks, people, sessions
from ivr.storage.vault import Vault

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")  # so that no database ever refuses to compare one
_MOST_NAME = 80
_MOST_EMAIL = 200
_NO_AUDITORS = "Auditors are looked after on the command line only: python -m ivr desk."


class Role(Enum):
    """What somebody may do at the desk."""

    SCHEDULER = "scheduler"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


CALL_BACK = frozenset({Role.SCHEDULER, Role.SUPERVISOR})  # who may see callers' requests


class DeskFault(IvrError):  # noqa: N818 because it is a fault of what was asked, not of the program
    """What was asked of the desk cannot be done. The message says why, to whoever asked."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk."""

    id: int
    login: str
    name: str
    role: Role
    is_enabled: bool
    must_change_password: bool
    has_second_factor: bool
    has_email: bool


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to be added; DeskFault when something is malformed. An address is only for a supervisor's mails."""

    login: str
    name: str
    role: Role
    email: str = ""

    def __post_init__(self) -> None:
        if not is_login(self.login):
            raise DeskFault("A login has 2 to 40 small letters, digits, dots, hyphens or underscores.")
        if not self.name.strip() or len(self.name) > _MOST_NAME or not self.name.isprintable():
            raise DeskFault(f"A name has 1 to {_MOST_NAME} letters.")
        _refuse_no_address(self.email)


@dataclass(frozen=True, slots=True)
class People:
    """Adds, disables and resets people; each act is recorded with who did it, a login or "command line".

    Whoever hands over an auditor's password could sign in with it, so that nobody at the desk makes one.
    """

    database: Database
    vault: Vault

    @in_time
    def all(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(*PERSON).order_by(people.c.name, people.c.login))
            return tuple(person_of(row) for row in rows)

    @in_time
    def add(self, newcomer: Newcomer, at: datetime, by: str) -> str:
        """Add somebody; the password for the first sign-in. DeskFault when the login is taken."""
        if newcomer.role is Role.AUDITOR and by != COMMAND_LINE:
            raise DeskFault(_NO_AUDITORS)
        password = passwords.one_time_password()
        row = {
            "login": newcomer.login,
            "name": newcomer.name.strip(),
            "role": newcomer.role.value,
            "email": self.vault.seal(newcomer.email) if newcomer.email else None,
            "password": passwords.hashed(password),
        }
        with self.database.begin(alone="people") as connection:
            if _find(connection, newcomer.login):
                raise DeskFault(f"The login {newcomer.login} is taken.")
            connection.execute(people.insert().values(**row, made_at=at))
            record(connection, at, by, Action.PERSON_ADDED, newcomer.login, newcomer.role.value)
        return password

    @in_time
    def disable(self, login: str, at: datetime, by: str) -> None:
        """End somebody's sessions and claims, and let nobody in with this login any more."""
        with self.database.begin() as connection:
            person = _known(connection, login)
            _refuse_auditor(person, by)
            change(connection, person.id, is_enabled=False)
            _send_away(connection, person.id)
            record(connection, at, by, Action.PERSON_DISABLED, login)

    @in_time
    def enable(self, login: str, at: datetime, by: str) -> None:
        """Let somebody in again."""
        with self.database.begin() as connection:
            person = _known(connection, login)
            _refuse_auditor(person, by)
            change(connection, person.id, is_enabled=True)
            record(connection, at, by, Action.PERSON_ENABLED, login)

    @in_time
    def reset(self, login: str, at: datetime, by: str) -> str:
        """Forget somebody's password and second factor and end their sessions; the password for the next sign-in."""
        password = passwords.one_time_password()
        kept = passwords.hashed(password)
        with self.database.begin() as connection:
            person = _known(connection, login)
            _refuse_auditor(person, by)
            change(connection, person.id, password=kept, must_change_password=True, second_factor=None)
            _send_away(connection, person.id)
            record(connection, at, by, Action.PERSON_RESET, login)
        return password

    @in_time
    def mail_to(self, login: str, email: str, at: datetime, by: str) -> None:
        """Have a supervisor's mails go to this address, or to none; it stands in no trail."""
        _refuse_no_address(email)
        with self.database.begin() as connection:
            person = _known(connection, login)
            if person.role is not Role.SUPERVISOR:
                raise DeskFault("Only supervisors have mails.")
            change(connection, person.id, email=self.vault.seal(email) if email else None)
            record(connection, at, by, Action.MAIL_CHANGED, login)


def is_login(text: str) -> bool:
    """Whether a text could be a login."""
    return _LOGIN.fullmatch(text) is not None


# What is read of a person: never the password, nor the secret of the second factor.
PERSON = (
    people.c.id,
    people.c.login,
    people.c.name,
    people.c.role,
    people.c.is_enabled,
    people.c.must_change_password,
    people.c.second_factor.is_not(None).label("has_second_factor"),
    people.c.email.is_not(None).label("has_email"),
)


def person_of(row: sa.Row[Any]) -> Person:
    """The person of a row that has the columns PERSON, and perhaps more."""
    return Person(
        row.id,
        row.login,
        row.name,
        Role(row.role),
        row.is_enabled,
        row.must_change_password,
        row.has_second_factor,
        row.has_email,
    )


def _refuse_no_address(email: str) -> None:
    if email and (len(email) > _MOST_EMAIL or not ADDRESS.fullmatch(email)):
        raise DeskFault("The mail address is not one.")


def change(connection: Connection, person_id: int, **columns: object) -> None:
    """Change columns of somebody's row."""
    connection.execute(people.update().where(people.c.id == person_id).values(**columns))


def held(connection: Connection, person_id: int) -> sa.Row[Any] | None:
    """Somebody's whole row as it is now, which nobody else changes before this transaction ends; None when disabled."""
    enabled = sa.select(people).where(people.c.id == person_id, people.c.is_enabled)
    return connection.execute(enabled.with_for_update()).one_or_none()


def _find(connection: Connection, login: str) -> Person | None:
    row = connection.execute(sa.select(*PERSON).where(people.c.login == login)).one_or_none()
    return person_of(row) if row else None


def _known(connection: Connection, login: str) -> Person:
    person = _find(connection, login) if is_login(login) else None
    if person is None:
        raise DeskFault("There is nobody with this login.")
    return person


def _refuse_auditor(person: Person, by: str) -> None:
    """Whom the trail watches must not choose who reads it."""
    if person.role is Role.AUDITOR and by != COMMAND_LINE:
        raise DeskFault(_NO_AUDITORS)


def _send_away(connection: Connection, person_id: int) -> None:
    connection.execute(sessions.delete().where(sessions.c.person_id == person_id))
    release(connection, person_id)


def release(connection: Connection, person_id: int) -> None:
    """Give back what somebody has claimed, so that others can take it."""
    claimed = callbacks.update().where(callbacks.c.claimed_by == person_id, callbacks.c.done_at.is_(None))
    connection.execute(claimed.values(claimed_by=None, claimed_until=None))
