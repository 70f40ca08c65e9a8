"""Who is signed in, in which browser. A browser holds a random token, the table only a keyed hash of it.

The token changes at every step of a sign-in, so that nobody can sit in a session that somebody else goes on with.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from ivr.storage.database import Database
from ivr.storage.in_time import in_time
from ivr.storage.people import PERSON, Person, person_of
from ivr.storage.tables import people, sessions
from ivr.storage.vault import Subject, Vault

LONGEST = timedelta(hours=12)
LONGEST_IDLE = timedelta(minutes=30)
LONGEST_HALF = timedelta(minutes=10)  # between the password and the second factor
_SEEN_EVERY = timedelta(minutes=1)  # so that not every page writes
_TOKEN_BYTES = 32

_LIVE = (
    sa.select(*PERSON, sessions.c.is_complete, sessions.c.began_at, sessions.c.seen_at)
    .join_from(sessions, people)
    .where(people.c.is_enabled)
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A person in a browser. It is not complete between the password and the second factor."""

    person: Person
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of the desk."""

    database: Database
    vault: Vault

    @in_time
    def find(self, token: str, at: datetime, *, is_seen: bool = True) -> Visit | None:
        """Who holds a token; None when it has run out. `is_seen` is whether a person asks, not a page by itself."""
        with self.database.read() as connection:
            row = connection.execute(_LIVE.where(self._is(token))).one_or_none()
        if row is None:
            return None
        age, idle = at - row.began_at, at - row.seen_at
        if age >= (LONGEST if row.is_complete else LONGEST_HALF) or idle >= LONGEST_IDLE:
            return None
        if is_seen and idle >= _SEEN_EVERY:
            with self.database.begin() as connection:
                connection.execute(sessions.update().where(self._is(token)).values(seen_at=at))
        return Visit(person_of(row), row.is_complete)

    def begin(self, connection: Connection, person_id: int, at: datetime, *, is_complete: bool) -> str:
        """Begin a session; its token, which is kept nowhere."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {"token_hash": self.vault.hash(Subject.SESSION, token), "person_id": person_id, "began_at": at}
        connection.execute(sessions.insert().values(**row, seen_at=at, is_complete=is_complete))
        return token

    def lives(self, connection: Connection, token: str) -> bool:
        """Whether a session has not been ended since it was found. Ask once its person's row is `held`."""
        return bool(connection.scalar(sa.select(sa.exists().where(self._is(token)))))

    def end(self, connection: Connection, token: str) -> None:
        """End a session."""
        connection.execute(sessions.delete().where(self._is(token)))

    def end_all(self, connection: Connection, person_id: int) -> None:
        """End every session of a person."""
        connection.execute(sessions.delete().where(sessions.c.person_id == person_id))

    def _is(self, token: str) -> ColumnElement[bool]:
        return sessions.c.token_hash.in_(self.vault.hashes(Subject.SESSION, token))
