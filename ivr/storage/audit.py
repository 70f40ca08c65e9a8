"""Who did what at the desk, kept longer than what it is about. No number of a caller stands here, nor any digit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy import Connection

from ivr.storage.database import Database
from ivr.storage.in_time import in_time
from ivr.storage.tables import audit

COMMAND_LINE = "command line"
THE_LINE = "the line"
_MOST_SUBJECT = 64
_MOST_DETAIL = 200


class Action(Enum):
    """Everything that is recorded. The words are those of the page that shows the trail."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 because it names what was done
    SECOND_FACTOR_SET = "second factor set up"
    CLAIMED = "claimed"
    RELEASED = "given back"
    TAKEN_OVER = "taken over"
    REVEALED = "number shown"
    REACHED = "reached"
    MESSAGE = "message left"
    NO_ANSWER = "no answer"
    WRONG_NUMBER = "wrong number"
    UNDONE = "undone"
    EXPIRED = "expired"
    LINE_CLOSED = "line closed"
    LINE_OPENED = "line opened"
    USUAL_HOURS = "usual hours again"
    PERSON_ADDED = "person added"
    PERSON_DISABLED = "person disabled"
    PERSON_ENABLED = "person enabled"
    PERSON_RESET = "person reset"
    MAIL_CHANGED = "mail address changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `person` is a login, "command line" or "the line"."""

    id: int
    at: datetime
    person: str
    action: str
    subject: str
    detail: str


def record(
    connection: Connection, at: datetime, person: str, action: Action, subject: str = "", detail: str = ""
) -> None:
    """Record an act in the transaction that does it, so that nothing is done unrecorded."""
    connection.execute(
        audit.insert().values(
            at=at,
            person=person,
            action=action.value,
            subject=subject[:_MOST_SUBJECT],
            detail=detail[:_MOST_DETAIL],
        )
    )


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail, to read."""

    database: Database

    @in_time
    def page(self, most: int, before: int | None = None) -> tuple[Entry, ...]:
        """The newest lines, or those before a line, newest first."""
        chosen = sa.select(*_ENTRY).order_by(audit.c.id.desc()).limit(most)
        if before is not None:
            chosen = chosen.where(audit.c.id < before)
        with self.database.read() as connection:
            return tuple(Entry(*row) for row in connection.execute(chosen))


_ENTRY = (audit.c.id, audit.c.at, audit.c.person, audit.c.action, audit.c.subject, audit.c.detail)
