"""The callbacks that wait, for the people of the desk. No number is read here, but when it is asked to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from ivr.desk.callbacks import Claim, DayOf, DoneCallback, OpenCallback, Outcome, Refusal
from ivr.desk.ports import Origin
from ivr.model.numbers import PhoneNumber
from ivr.storage.audit import Action, record
from ivr.storage.callbacks import ALONE
from ivr.storage.clocks import was_ahead
from ivr.storage.counts import count
from ivr.storage.database import Database
from ivr.storage.in_time import in_time
from ivr.storage.tables import audit, callbacks, people
from ivr.storage.vault import Subject, Vault
from ivr.storage.waiting import AnyRow, count_promise, is_open

CLAIM_LASTS = timedelta(minutes=30)
UNDO_LASTS = timedelta(minutes=1)
SHOWN_COUNTS = timedelta(hours=1)  # a claim may be renewed while somebody calls
_TRIES = 3
_TRY_DAYS = 2


@dataclass(frozen=True, slots=True)
class CallbackList:
    """Shows, takes and finishes callbacks. Each act is recorded in the audit trail in the transaction that does it.

    What cannot be done is a Refusal, and None is that it is done.
    """

    database: Database
    vault: Vault

    @in_time
    def open(self, at: datetime) -> tuple[OpenCallback, ...]:
        """All that wait, by when they are due; whom somebody has tried to call comes after all others."""
        return self._shown(at, is_open())

    @in_time
    def expiring(self, at: datetime, kept_from: datetime) -> tuple[OpenCallback, ...]:
        """Those that are let go when it is `kept_from` from which numbers are kept; see `ivr.desk.promises`."""
        return self._shown(at, is_open(), is_promised_before(kept_from))

    @in_time
    def undoable(self, person_id: int, at: datetime) -> tuple[DoneCallback, ...]:
        """What a person has done within the minute, the newest first."""
        columns = (callbacks.c.public_id, callbacks.c.outcome, callbacks.c.forget_at)
        chosen = sa.select(*columns).where(_is_undoable(person_id, at)).order_by(callbacks.c.done_at.desc())
        with self.database.read() as connection:
            rows = connection.execute(chosen).all()
        return tuple(DoneCallback(row.public_id, Outcome(row.outcome), row.forget_at) for row in rows)

    @in_time
    def claim(self, public_id: str, person_id: int, at: datetime) -> Refusal | None:
        """Take a callback for half an hour, or go on having it. One person has it."""
        with self.database.begin() as connection:
            row = _locked(connection, public_id)
            if row is None:
                return Refusal.GONE
            if row.claimed_by not in (None, person_id) and row.claimed_until > at:
                return Refusal.NOT_YOURS
            _give(connection, row, person_id, at, Action.CLAIMED)
        return None

    @in_time
    def take_over(self, public_id: str, person_id: int, at: datetime) -> Refusal | None:
        """Take a callback whoever has it: for supervisors."""
        with self.database.begin() as connection:
            row = _locked(connection, public_id)
            if row is None:
                return Refusal.GONE
            _give(connection, row, person_id, at, Action.TAKEN_OVER)
        return None

    @in_time
    def release(self, public_id: str, person_id: int, at: datetime) -> Refusal | None:
        """Give a callback back to all."""
        with self.database.begin() as connection:
            row = _mine(connection, public_id, person_id, at)
            if isinstance(row, Refusal):
                return row
            _change(connection, row, claimed_by=None, claimed_until=None)
            _record(connection, row, person_id, at, Action.RELEASED)
        return None

    @in_time
    def reveal(self, public_id: str, person_id: int, at: datetime) -> PhoneNumber | Refusal:
        """The number of a callback, to the person who has it."""
        with self.database.begin() as connection:
            row = _mine(connection, public_id, person_id, at)
            if isinstance(row, Refusal):
                return row
            number = PhoneNumber(self.vault.unseal(row.number))
            _record(connection, row, person_id, at, Action.REVEALED)
        return number

    @in_time
    def settle(self, public_id: str, person_id: int, outcome: Outcome, at: datetime, day_of: DayOf) -> Refusal | None:
        """Say how a call ended. A number that nobody answers is done after three tries on two working days.

        A number that is wrong is so wherever it was typed: whatever else waits under it is deleted as well. It is taken
        only from who was shown the number: a slip must not lose a caller, or pass for a promise kept.
        """
        with self.database.begin(alone=ALONE) as connection:  # it may end several, which others may be ending
            row = _mine(connection, public_id, person_id, at)
            if isinstance(row, Refusal):
                return row
            if not _was_shown(connection, row, person_id, at):
                return Refusal.NOT_SHOWN
            if outcome is Outcome.MESSAGE and not row.may_leave_message:
                return Refusal.NOT_PERMITTED
            if outcome is Outcome.WRONG_NUMBER:
                for typed in _typed_as(connection, row, self.vault):
                    _finish(connection, typed, person_id, outcome, at)
                    _record(connection, typed, person_id, at, Action.WRONG_NUMBER)
            is_to_be_tried = outcome is Outcome.NO_ANSWER and _try_again(connection, row, at, day_of)
            if not is_to_be_tried:
                _finish(connection, row, person_id, outcome, at)
            _record(connection, row, person_id, at, Action[outcome.name])
        return None

    @in_time
    def undo(self, public_id: str, person_id: int, at: datetime) -> Refusal | None:
        """Open a callback again within a minute of its end: whoever ended it has it as before."""
        with self.database.begin() as connection:
            is_it = sa.and_(callbacks.c.public_id == public_id, _is_undoable(person_id, at))
            row = connection.execute(sa.select(callbacks).where(is_it).with_for_update()).one_or_none()
            if row is None:
                return Refusal.TOO_LATE
            _count_end(connection, row, row.outcome, row.done_at, times=-1)
            _change(connection, row, outcome=None, done_at=None, done_by=None, forget_at=None)
            _change(connection, row, claimed_by=person_id, claimed_until=at + CLAIM_LASTS)
            _record(connection, row, person_id, at, Action.UNDONE)
        return None

    def _shown(self, at: datetime, *is_meant: ColumnElement[bool]) -> tuple[OpenCallback, ...]:
        chosen = sa.select(*_SHOWN).join_from(callbacks, people, callbacks.c.claimed_by == people.c.id, isouter=True)
        with self.database.read() as connection:
            rows = connection.execute(chosen.where(*is_meant).order_by(callbacks.c.id)).all()
        return tuple(sorted((_shown(row, at) for row in rows), key=_turn))


_SHOWN = (
    callbacks.c.public_id,
    callbacks.c.origin,
    callbacks.c.language,
    callbacks.c.may_leave_message,
    callbacks.c.asked_at,
    callbacks.c.promised_by,
    callbacks.c.attempts,
    callbacks.c.last_attempt_at,
    callbacks.c.claimed_by,
    callbacks.c.claimed_until,
    people.c.name,
)


def is_promised_before(kept_from: datetime) -> ColumnElement[bool]:
    """A callback whose promise, or asking where there is none, was before a time."""
    return sa.func.coalesce(callbacks.c.promised_by, callbacks.c.asked_at, type_=callbacks.c.asked_at.type) < kept_from


def _turn(callback: OpenCallback) -> tuple[bool, datetime, datetime]:
    return callback.last_attempt_at is not None, callback.due_at, callback.asked_at


def _shown(row: AnyRow, at: datetime) -> OpenCallback:
    has_claim = row.claimed_by is not None and row.claimed_until > at
    return OpenCallback(
        row.public_id,
        Origin(row.origin),
        row.language,
        row.may_leave_message,
        row.asked_at,
        row.promised_by,
        row.attempts,
        row.last_attempt_at,
        Claim(row.claimed_by, row.name, row.claimed_until) if has_claim else None,
    )


def _locked(connection: Connection, public_id: str) -> AnyRow | None:
    """An open callback, held until the transaction ends."""
    chosen = sa.select(callbacks).where(callbacks.c.public_id == public_id, is_open())
    return connection.execute(chosen.with_for_update()).one_or_none()


def _mine(connection: Connection, public_id: str, person_id: int, at: datetime) -> AnyRow | Refusal:
    """An open callback that a person has, held until the transaction ends."""
    row = _locked(connection, public_id)
    if row is None:
        return Refusal.GONE
    return row if row.claimed_by == person_id and row.claimed_until > at else Refusal.NOT_YOURS


def _was_shown(connection: Connection, row: AnyRow, person_id: int, at: datetime) -> bool:
    """Whether a person has seen the number within the hour, and since somebody called it last."""
    called_at = row.last_attempt_at
    is_known = called_at is not None and not was_ahead(called_at, at)
    since = max(called_at, at - SHOWN_COUNTS) if is_known else at - SHOWN_COUNTS
    is_hers = audit.c.person == sa.select(people.c.login).where(people.c.id == person_id).scalar_subquery()
    is_it = sa.and_(audit.c.subject == row.public_id, audit.c.action == Action.REVEALED.value, is_hers)
    return bool(connection.scalar(sa.select(sa.exists().where(audit.c.at >= since, is_it))))


def _typed_as(connection: Connection, row: AnyRow, vault: Vault) -> Sequence[AnyRow]:
    """What else waits because somebody typed the number of a callback, held until the transaction ends."""
    numbers = vault.hashes(Subject.NUMBER, vault.unseal(row.number))
    is_typed = sa.and_(callbacks.c.origin == Origin.TYPED.value, callbacks.c.number_hash.in_(numbers))
    others = sa.select(callbacks).where(is_open(), is_typed, callbacks.c.id != row.id)
    return connection.execute(others.order_by(callbacks.c.id).with_for_update()).all()


def _is_undoable(person_id: int, at: datetime) -> ColumnElement[bool]:
    return sa.and_(callbacks.c.done_by == person_id, callbacks.c.forget_at > at, callbacks.c.number.is_not(None))


def _give(connection: Connection, row: AnyRow, person_id: int, at: datetime, action: Action) -> None:
    _change(connection, row, claimed_by=person_id, claimed_until=at + CLAIM_LASTS)
    _record(connection, row, person_id, at, action)


def _try_again(connection: Connection, row: AnyRow, at: datetime, day_of: DayOf) -> bool:
    """Note a try that nobody answered; False when it was the last one, which is not noted but the end of it."""
    day = day_of(at)
    is_new_day = day is not None and (row.last_attempt_at is None or day_of(row.last_attempt_at) != day)
    attempts, days = row.attempts + 1, row.attempt_days + is_new_day
    if attempts >= _TRIES and days >= _TRY_DAYS:
        return False
    tried = {"attempts": attempts, "attempt_days": days, "last_attempt_at": at}
    first = row.first_attempt_at or at
    _change(connection, row, **tried, first_attempt_at=first, claimed_by=None, claimed_until=None)
    return True


def _finish(connection: Connection, row: AnyRow, person_id: int, outcome: Outcome, at: datetime) -> None:
    """End a callback: its number is hidden at once, and forgotten after a minute; a wrong one now."""
    done: dict[str, Any] = {"outcome": outcome.value, "done_at": at, "done_by": person_id, "claimed_by": None}
    if outcome is Outcome.WRONG_NUMBER:
        done |= {"number": None, "number_hash": None}
    else:
        done["forget_at"] = at + UNDO_LASTS
    _change(connection, row, **done, claimed_until=None)
    _count_end(connection, row, outcome.value, at, times=1)


def _count_end(connection: Connection, row: AnyRow, outcome: str, at: datetime, *, times: int) -> None:
    count(connection, "callback", at=at, language=row.language, detail=outcome, times=times)
    count_promise(connection, row, row.first_attempt_at or at, at=at, times=times)


def _change(connection: Connection, row: AnyRow, **values: Any) -> None:  # noqa: ANN401 because columns hold anything
    connection.execute(callbacks.update().where(callbacks.c.id == row.id).values(values))


def _record(connection: Connection, row: AnyRow, person_id: int, at: datetime, action: Action) -> None:
    login = connection.execute(sa.select(people.c.login).where(people.c.id == person_id)).scalar_one()
    record(connection, at, login, action, row.public_id)
