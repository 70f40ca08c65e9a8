"""Texts and mails that wait to be sent. Each is marked before it is sent, and nothing that was marked is sent again.

What was marked and never settled, because a process ended in between, has an unknown fate: it is told at the desk.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ivr.model.numbers import PhoneNumber
from ivr.model.outcome import Outcome, Refused, Sent, TryLater, Unknown
from ivr.storage.clocks import is_ahead
from ivr.storage.store import Storage
from ivr.storage.tables import outbox
from ivr.storage.vault import Subject, Unreadable

AnyRow = sa.Row[*tuple[Any, ...]]

TEXT, MAIL = "text", "mail"
WAITING, SENDING, SENT, FAILED, UNKNOWN = "waiting", "sending", "sent", "failed", "unknown"

ONE_TEXT_IN = timedelta(hours=24)
MOST_TEXTS_AN_HOUR = 60
GIVEN_UP_AFTER = timedelta(hours=2)  # a text that comes later than that frightens more than it helps
DOUBTED_AFTER = timedelta(minutes=5)  # longer than any send can take

_ALONE = "outbox"
_MOST_PROBLEM = 40


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that is marked and must be sent now, or never."""

    id: int
    kind: str
    about: str
    language: str
    to: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits, over all processes. Every method raises StoreUnavailable when the store fails."""

    storage: Storage
    most_texts_an_hour: int = MOST_TEXTS_AN_HOUR

    def add_text(self, number: PhoneNumber, language: str, at: datetime) -> bool:
        """Have the link sent to a number; False when it was sent one within 24 hours, or will be."""
        vault = self.storage.vault
        is_its = outbox.c.to_hash.in_(vault.hashes(Subject.TEXTED, number.e164))
        is_recent = sa.and_(outbox.c.made_at > at - ONE_TEXT_IN, ~is_ahead(outbox.c.made_at, at))
        is_fresh = sa.and_(is_recent, outbox.c.state != FAILED)
        with self.storage.database.begin(alone=_ALONE) as connection:
            if connection.scalar(sa.select(sa.exists().where(outbox.c.kind == TEXT, is_its, is_fresh))):
                return False
            letter = {"kind": TEXT, "about": "link", "language": language, "to": vault.seal(number.e164)}
            to_hash = vault.hash(Subject.TEXTED, number.e164)
            connection.execute(outbox.insert().values(_new(at, **letter, to_hash=to_hash)))
        return True

    def claim(self, kinds: Collection[str], at: datetime) -> Letter | None:
        """Mark the letter that has waited longest, and give it to be sent; None when none may be sent now."""
        with self.storage.database.read() as connection:  # most of the time there is nothing, which takes no lock
            if self._next(connection, kinds, at) is None:
                return None
        with self.storage.database.begin(alone=_ALONE) as connection:
            row = self._next(connection, kinds, at)
            if row is None or not _mark(connection, row.id, at):
                return None
        return self._letter(row, at)

    def settle(self, letter_id: int, outcome: Outcome, at: datetime) -> None:
        """Keep what became of a letter. The address is deleted with it, unless it may be tried again."""
        match outcome:
            case Sent():
                settled = _settled(SENT, None, at)
            case Refused(code=code):
                settled = _settled(FAILED, code, at)
            case Unknown(code=code):
                settled = _settled(UNKNOWN, code, at)
            case TryLater(after_s=after_s):
                settled = {"state": WAITING, "not_before": at + timedelta(seconds=after_s)}
            case _:
                assert_never(outcome)
        # A letter whose sender took very long may have been doubted meanwhile; now its fate is known after all.
        is_open = outbox.c.state.in_((SENDING,) if isinstance(outcome, TryLater) else (SENDING, UNKNOWN))
        with self.storage.database.begin() as connection:
            connection.execute(outbox.update().where(outbox.c.id == letter_id, is_open).values(settled))

    def tidy(self, at: datetime) -> bool:
        """Doubt what was marked long ago, give up what has waited too long, and forget whom texts went to.

        What a clock that ran ahead has left to be sent waits no longer. False, because there is never more to do at
        once.
        """
        is_doubted = sa.and_(outbox.c.state == SENDING, outbox.c.not_before <= at - DOUBTED_AFTER)
        is_late, is_of_later = _is_late(at), _is_of_later(at)
        is_over = sa.and_(outbox.c.to_hash.is_not(None), outbox.c.made_at <= at - ONE_TEXT_IN)
        with self.storage.database.read() as connection:
            has_something = sa.select(sa.exists().where(sa.or_(is_doubted, is_late, is_over, is_of_later)))
            if not connection.scalar(has_something):
                return False
        with self.storage.database.begin(alone=_ALONE) as connection:
            connection.execute(outbox.update().where(is_of_later).values(made_at=at, not_before=at))
            connection.execute(outbox.update().where(is_doubted).values(_settled(UNKNOWN, "no word", at)))
            give_up(connection, at)
            connection.execute(outbox.update().where(is_over).values(to_hash=None))
        return False

    def _next(self, connection: Connection, kinds: Collection[str], at: datetime) -> AnyRow | None:
        may_go = set(kinds) - ({TEXT} if is_at_ceiling(connection, self.most_texts_an_hour, at) else set())
        columns = (outbox.c.id, outbox.c.kind, outbox.c.about, outbox.c.language, outbox.c.to)
        is_fresh = outbox.c.made_at > at - GIVEN_UP_AFTER  # out of a backup may come what is days old
        is_ready = sa.and_(outbox.c.state == WAITING, outbox.c.not_before <= at, is_fresh, outbox.c.kind.in_(may_go))
        return connection.execute(sa.select(*columns).where(is_ready).order_by(outbox.c.id).limit(1)).first()

    def _letter(self, row: AnyRow, at: datetime) -> Letter | None:
        try:
            to = self.storage.vault.unseal(row.to)
        except Unreadable:
            self.settle(row.id, Refused("unreadable"), at)
            return None
        return Letter(row.id, row.kind, row.about, row.language, to)


def add_mail(connection: Connection, about: str, once: str, address: bytes, at: datetime) -> None:
    """Have a mail sent to a sealed address. `once` names the occasion, and of one occasion there is one mail."""
    connection.execute(outbox.insert().values(_new(at, kind=MAIL, about=about, to=address, once=once)))


def give_up(connection: Connection, at: datetime) -> int:
    """End what has waited too long to be sent. How many there were."""
    return connection.execute(outbox.update().where(_is_late(at)).values(_settled(FAILED, "too late", at))).rowcount


def is_at_ceiling(connection: Connection, most: int, at: datetime) -> bool:
    """Whether as many texts as may be were sent within the hour, what became of them known or not."""
    within_the_hour = sa.and_(outbox.c.not_before > at - timedelta(hours=1), ~is_ahead(outbox.c.not_before, at))
    was_marked = sa.and_(outbox.c.state.in_((SENDING, SENT, UNKNOWN)), within_the_hour)
    sent = connection.scalar(sa.select(sa.func.count()).where(outbox.c.kind == TEXT, was_marked))
    return (sent or 0) >= most


def _is_late(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(outbox.c.state == WAITING, outbox.c.made_at <= at - GIVEN_UP_AFTER)


def _is_of_later(at: datetime) -> sa.ColumnElement[bool]:
    """What is not settled and was written by a clock that ran ahead: nothing waits for longer than it is kept."""
    was_written = sa.or_(is_ahead(outbox.c.made_at, at), outbox.c.not_before > at + GIVEN_UP_AFTER)
    return sa.and_(outbox.c.state.in_((WAITING, SENDING)), was_written)


def _new(at: datetime, **letter: object) -> dict[str, object]:
    return {"state": WAITING, "attempts": 0, "not_before": at, "made_at": at, **letter}


def _mark(connection: Connection, letter_id: int, at: datetime) -> bool:
    """Mark a letter; `not_before` becomes the time of the mark, by which it is doubted and counted."""
    is_it = sa.and_(outbox.c.id == letter_id, outbox.c.state == WAITING)
    marked = {"state": SENDING, "attempts": outbox.c.attempts + 1, "not_before": at}
    return connection.execute(outbox.update().where(is_it).values(marked)).rowcount == 1


def _settled(state: str, problem: str | None, at: datetime) -> dict[str, object]:
    return {"state": state, "problem": problem and problem[:_MOST_PROBLEM], "settled_at": at, "to": None}
