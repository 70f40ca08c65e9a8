"""How the outbox stands, for the desk and for whoever watches: what waits, and what did not arrive or may not have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from ivr.storage.outbox import FAILED, TEXT, UNKNOWN, WAITING, Outbox, is_at_ceiling
from ivr.storage.tables import outbox

SHOWN_FOR = timedelta(days=7)
MOST_SHOWN = 50

# What the platform says of a number that cannot have a text, or whose owner wants none: nobody at the desk can mend it.
_OF_THE_NUMBER = ("21211", "21266", "21408", "21610", "21612", "21614", "21635")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A letter that was not sent though it could have been, or of which nobody knows. Its address is deleted."""

    kind: str
    about: str
    language: str
    made_at: datetime
    is_unknown: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The outbox at one moment. `is_at_ceiling`: so many texts went out within the hour that no more may.

    `troubled` are all of the week's troubles; `troubles` are as many as a person would read.
    """

    waiting: int
    oldest_waiting_at: datetime | None
    is_at_ceiling: bool
    troubled: int
    troubles: tuple[Trouble, ...]  # of a week, the newest first


def standing(box: Outbox, at: datetime) -> Standing:
    """How the outbox stands; StoreUnavailable when the store does not say, or not within its deadline."""

    def ask() -> Standing:
        with box.storage.database.read() as connection:
            is_full = is_at_ceiling(connection, box.most_texts_an_hour, at)
            return Standing(*_waiting(connection), is_full, _troubled(connection, at), _troubles(connection, at))

    return box.storage.database.within(ask)


@dataclass(slots=True)
class CeilingWatch:
    """Knows whether the texts of an hour are spoken for, and says so in the log once while it lasts.

    What is asked for then would wait so long that it may be given up, so that no caller is promised it.
    """

    box: Outbox
    is_full: bool = False

    def look(self, at: datetime) -> bool:
        """Look whether one text more could go out soon."""
        with self.box.storage.database.read() as connection:
            waits = sa.select(sa.func.count()).where(outbox.c.kind == TEXT, outbox.c.state == WAITING)
            most = self.box.most_texts_an_hour - (connection.scalar(waits) or 0)
            is_full = is_at_ceiling(connection, most, at)
        if is_full and not self.is_full:
            _log.warning("ceiling", route="outbox.text", outcome=f"{self.box.most_texts_an_hour} texts an hour")
        self.is_full = is_full
        return False


def _waiting(connection: Connection) -> tuple[int, datetime | None]:
    chosen = sa.select(sa.func.count(), sa.func.min(outbox.c.made_at)).where(outbox.c.state == WAITING)
    number, oldest = connection.execute(chosen).one()
    return number, oldest


def _troubled(connection: Connection, at: datetime) -> int:
    return connection.scalar(sa.select(sa.func.count()).where(_is_trouble(at))) or 0


def _troubles(connection: Connection, at: datetime) -> tuple[Trouble, ...]:
    columns = (outbox.c.kind, outbox.c.about, outbox.c.language, outbox.c.made_at, outbox.c.state, outbox.c.problem)
    newest = sa.select(*columns).where(_is_trouble(at)).order_by(outbox.c.id.desc()).limit(MOST_SHOWN)
    return tuple(
        Trouble(kind, about, language, made_at, state == UNKNOWN, problem or "")
        for kind, about, language, made_at, state, problem in connection.execute(newest)
    )


def _is_trouble(at: datetime) -> sa.ColumnElement[bool]:
    is_ours = outbox.c.problem.not_in(_OF_THE_NUMBER)
    return sa.and_(outbox.c.state.in_((FAILED, UNKNOWN)), outbox.c.settled_at > at - SHOWN_FOR, is_ours)
