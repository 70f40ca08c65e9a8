"""Signing in, step by step: a password, then a code. What is refused is refused in the same words, and as slowly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from ivr.storage import codes, failures, passwords
from ivr.storage.audit import Action, record
from ivr.storage.database import Database
from ivr.storage.failures import Counted, Counters, Origin
from ivr.storage.in_time import in_time
from ivr.storage.marks import Marks
from ivr.storage.people import Person, change, held, is_login, release
from ivr.storage.sessions import Sessions
from ivr.storage.tables import audit, people
from ivr.storage.vault import Vault

_STRANGERS_ONCE_IN = timedelta(hours=1)
SOMEBODY = "somebody"  # how the trail names a login that nobody has: what was typed may be a password


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not work, and how many seconds to wait before the next try."""

    wait_s: int


@dataclass(frozen=True, slots=True)
class Entered:
    """It worked: the token from now on, and the mark of the browser once somebody is in. Earlier ones are void."""

    token: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The steps of a sign-in. Each begins a new session and ends the one before.

    Somebody may be disabled or reset while a step is under way: whoever began it before does not come in after it.
    """

    database: Database
    vault: Vault
    sessions: Sessions

    def knows(self, login: str, origin: Origin, at: datetime) -> bool:
        """Whether this login has signed in with this browser, perhaps with another password. It asks no store."""
        return self._marks.is_of(origin.browser, login, at)

    @in_time
    def password(self, login: str, password: str, origin: Origin, at: datetime) -> Entered | Refused:
        """The first step; the session is complete at once for who has no second factor yet."""
        row = self._row(people.c.login == login) if is_login(login) else None
        nonce = self._nonce(row, origin, at)
        counted = self._counters.of_password(login, origin.address, nonce)
        wait_s = self._try(counted, at)
        if wait_s:
            return Refused(wait_s)
        is_right = passwords.fits(password, row.password if row and row.is_enabled else None)
        if row is None or not is_right:
            return self._refuse(login if row else SOMEBODY, counted, at)
        with self.database.begin() as connection:
            now = held(connection, row.id)
            if now is not None and now.password == row.password:
                failures.take_back(connection, counted)
                if now.second_factor is None:
                    return self._let_in(connection, now, counted, nonce, at)
                return Entered(self.sessions.begin(connection, row.id, at, is_complete=False))
        return self._refuse(login, counted, at)

    @in_time
    def code(self, token: str, person: Person, code: str, origin: Origin, at: datetime) -> Entered | Refused:
        """The second step. A code is good once, whoever else tries it at the same moment."""
        row = self._row(people.c.id == person.id)
        nonce = self._nonce(row, origin, at)
        counted = self._counters.of_codes(person.login, nonce)
        wait_s = self._try(counted, at)
        if wait_s:
            return Refused(wait_s)
        step = codes.step_of(self.vault.unseal(row.second_factor), code, at) if row and row.second_factor else None
        if row is None or step is None or not self._use(row.id, step):
            return self._refuse(person.login, counted, at)
        with self.database.begin() as connection:
            now = self._held(connection, token, person)
            if now is not None:
                self.sessions.end(connection, token)
                counted += self._counters.of_password(person.login, origin.address, nonce)
                return self._let_in(connection, now, counted, nonce, at)
        return self._refuse(person.login, counted, at)

    @in_time
    def new_password(self, token: str, person: Person, password: str, origin: Origin, at: datetime) -> Entered | None:
        """Change the password; every other session of the person ends, and so does what other browsers are known by.

        None when this session has ended meanwhile.
        """
        kept = passwords.hashed(password)
        with self.database.begin() as connection:
            before = self._held(connection, token, person)
            if before is None:
                return None
            change(connection, person.id, password=kept, must_change_password=False)
            record(connection, at, person.login, Action.PASSWORD_CHANGED)
            mark = self._marks.made(person.login, kept, self._nonce(before, origin, at), at)
            return Entered(self._afresh(connection, person, at), mark)

    @in_time
    def has_password(self, person: Person, password: str, origin: Origin, at: datetime) -> Refused | None:
        """Whether this is the person's password now; None when it is. Tries are counted as those of codes are."""
        row = self._row(people.c.id == person.id)
        counted = self._counters.of_codes(person.login, self._nonce(row, origin, at))
        wait_s = self._try(counted, at)
        if wait_s:
            return Refused(wait_s)
        if row is None or not passwords.fits(password, row.password):
            return self._refuse(person.login, counted, at)
        with self.database.begin() as connection:
            failures.forgive(connection, counted)
        return None

    @in_time
    def second_factor(self, token: str, person: Person, sealed: bytes, code: str, at: datetime) -> Entered | None:
        """Set up the second factor with a first code of it; None when the code is not one, or the session has ended."""
        step = codes.step_of(self.vault.unseal(sealed), code, at)
        if step is None:
            return None
        with self.database.begin() as connection:
            if self._held(connection, token, person) is None:
                return None
            change(connection, person.id, second_factor=sealed, last_code_at=step)
            record(connection, at, person.login, Action.SECOND_FACTOR_SET)
            return Entered(self._afresh(connection, person, at))

    @in_time
    def out(self, token: str, person: Person, at: datetime) -> None:
        """Sign out; what the person has claimed is free again."""
        with self.database.begin() as connection:
            self.sessions.end(connection, token)
            release(connection, person.id)
            record(connection, at, person.login, Action.SIGNED_OUT)

    @property
    def _counters(self) -> Counters:
        return Counters(self.vault)

    @property
    def _marks(self) -> Marks:
        return Marks(self.vault)

    def _nonce(self, row: sa.Row[Any] | None, origin: Origin, at: datetime) -> str:
        """The nonce of a browser that is known to be this person's; empty for any other, and for nobody."""
        return self._marks.nonce(origin.browser, row.login, row.password, at) if row else ""

    def _row(self, which: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
        with self.database.read() as connection:
            return connection.execute(sa.select(people).where(which)).one_or_none()

    def _held(self, connection: Connection, token: str, person: Person) -> sa.Row[Any] | None:
        """The row of who holds a token, for this transaction; None when the session has ended since the door."""
        row = held(connection, person.id)
        return row if row is not None and self.sessions.lives(connection, token) else None

    def _try(self, counted: tuple[Counted, ...], at: datetime) -> int:
        """Count a try before it is looked at; or the seconds to wait, and nothing is counted."""
        with self.database.begin(alone="sign-in") as connection:  # or tries at the same moment would all find no wait
            wait_s = failures.wait_s(connection, counted, at)
            if not wait_s:
                failures.add(connection, counted, at)
            return wait_s

    def _refuse(self, login: str, counted: tuple[Counted, ...], at: datetime) -> Refused:
        with self.database.begin() as connection:
            if login != SOMEBODY or not _knows_of_strangers(connection, at):
                record(connection, at, login, Action.SIGN_IN_REFUSED)
            return Refused(failures.wait_s(connection, counted, at))

    def _let_in(
        self, connection: Connection, row: sa.Row[Any], counted: tuple[Counted, ...], nonce: str, at: datetime
    ) -> Entered:
        failures.forgive(connection, counted)
        record(connection, at, row.login, Action.SIGNED_IN)
        token = self.sessions.begin(connection, row.id, at, is_complete=True)
        return Entered(token, self._marks.made(row.login, row.password, nonce, at))

    def _afresh(self, connection: Connection, person: Person, at: datetime) -> str:
        """A new session in the place of every one of the person's, for who has changed what they sign in with."""
        self.sessions.end_all(connection, person.id)
        return self.sessions.begin(connection, person.id, at, is_complete=True)

    def _use(self, person_id: int, step: int) -> bool:
        is_new = sa.or_(people.c.last_code_at.is_(None), people.c.last_code_at < step)
        with self.database.begin() as connection:
            used = people.update().where(people.c.id == person_id, is_new).values(last_code_at=step)
            return connection.execute(used).rowcount > 0


def _knows_of_strangers(connection: Connection, at: datetime) -> bool:
    """Whether the trail says so of this hour: it must not be buried under logins that somebody made up."""
    is_it = sa.and_(audit.c.person == SOMEBODY, audit.c.action == Action.SIGN_IN_REFUSED.value)
    return bool(connection.scalar(sa.select(sa.exists().where(audit.c.at > at - _STRANGERS_ONCE_IN, is_it))))
