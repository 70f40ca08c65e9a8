"""Requests to be called back: kept once however often they are asked, and found by keyed hashes only."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from ivr.desk.ports import Kept, Origin, Request, TooMany
from ivr.desk.promises import Slot
from ivr.storage.database import Database, insert
from ivr.storage.in_time import in_time
from ivr.storage.tables import call_requests, callbacks, typed_numbers
from ivr.storage.vault import Subject, Vault
from ivr.storage.waiting import AnyRow, count_promise, is_open, is_unkept

ALONE = "callbacks"  # to see how full a slot is and to fill it must be one act, over all processes
HELD = timedelta(hours=1)
_MOST_NUMBERS = 2
_MOST_TYPED = 3  # open rows of one number that callers typed: whoever types it as well joins the newest
_ID_BYTES = 9  # 12 letters, which nobody guesses

_REQUEST = (
    call_requests.c.id,
    call_requests.c.callback_id,
    call_requests.c.number_hash,
    call_requests.c.promised_by,
    call_requests.c.permitted_before,
    call_requests.c.asked_at,
)
_IS_TYPED = callbacks.c.origin == Origin.TYPED.value


@dataclass(frozen=True, slots=True)
class StoredCallbacks:
    """What the line asks of the store while a caller waits; see `ivr.desk.ports.Callbacks`. Times come back in UTC."""

    database: Database
    vault: Vault

    @in_time
    def ask(self) -> None:
        """Whether the store lets anything be written: a caller waits, so that a full disk is found by what follows."""
        with self.database.begin() as connection:
            connection.execute(typed_numbers.delete().where(sa.false()))

    @in_time
    def hold(self, call_sid: str, digits: str, at: datetime) -> None:
        """Hold the keys that a call typed last."""
        call = self.vault.hash(Subject.TYPING, call_sid)
        is_older = typed_numbers.c.call.in_(self.vault.hashes(Subject.TYPING, call_sid)[1:])
        with self.database.begin() as connection:
            connection.execute(typed_numbers.delete().where(is_older))
            row = insert(connection, typed_numbers).values(call=call, digits=self.vault.seal(digits), typed_at=at)
            newer = {"digits": row.excluded.digits, "typed_at": row.excluded.typed_at}
            connection.execute(row.on_conflict_do_update(index_elements=[typed_numbers.c.call], set_=newer))

    @in_time
    def held(self, call_sid: str, at: datetime) -> str | None:
        """The keys that a call typed within the hour."""
        calls = self.vault.hashes(Subject.TYPING, call_sid)
        chosen = sa.select(typed_numbers.c.digits).where(
            typed_numbers.c.call.in_(calls), typed_numbers.c.typed_at > at - HELD
        )
        with self.database.read() as connection:
            digits = connection.scalar(chosen.order_by(typed_numbers.c.typed_at.desc()).limit(1))
        return None if digits is None else self.vault.unseal(digits)

    @in_time
    def keep(self, request: Request, slots: Sequence[Slot]) -> Kept:
        """Keep a request, once: when it is asked for again and its callback is done, nothing is left to do."""
        with self.database.begin(alone=ALONE) as connection:
            asked = self._asked_by(connection, request.call_sid)
            these = self.vault.hashes(Subject.ASKED, _in_its_call(request))
            again = next((each for each in asked if each.number_hash in these), None)
            if again is not None:
                row = _locked(connection, callbacks.c.id == again.callback_id)
                return Kept(again.promised_by) if row is None else _ask_again(connection, again, row, request.at)
            if len(asked) >= _MOST_NUMBERS:
                raise TooMany
            promised_by = _promise(connection, slots, request)
            before = _open_of(connection, request, self.vault.hashes(Subject.NUMBER, request.number.e164))
            if before is None:
                self._make(connection, request, promised_by)
            elif request.origin is Origin.OWN:
                self._merge(connection, before, request, promised_by)
            else:
                self._join(connection, before, request, promised_by)
        return Kept(promised_by)

    @in_time
    def permit(self, call_sid: str, at: datetime) -> None:  # noqa: ARG002 because the port gives every act its time
        """Permit a message for what the call asked last, unless somebody who asked for the same did not."""
        with self.database.begin(alone=ALONE) as connection:
            asked = self._asked_by(connection, call_sid)
            last = max(asked, key=lambda each: (each.asked_at, each.id), default=None)
            if last is not None and last.permitted_before and _is_newest(connection, last):
                is_it = sa.and_(callbacks.c.id == last.callback_id, callbacks.c.done_at.is_(None))
                connection.execute(callbacks.update().where(is_it).values(may_leave_message=True))

    def _asked_by(self, connection: Connection, call_sid: str) -> Sequence[AnyRow]:
        calls = self.vault.hashes(Subject.CALL, call_sid)
        return connection.execute(sa.select(*_REQUEST).where(call_requests.c.call.in_(calls))).all()

    def _make(self, connection: Connection, request: Request, promised_by: datetime | None) -> None:
        row = {
            "public_id": secrets.token_urlsafe(_ID_BYTES),
            "origin": request.origin.value,
            "language": request.language,
            "number": self.vault.seal(request.number.e164),
            "number_hash": self.vault.hash(Subject.NUMBER, request.number.e164),
            "asked_at": request.at,
            "promised_by": promised_by,
            "is_probe": request.is_probe,
        }
        made = connection.execute(callbacks.insert().values(row).returning(callbacks.c.id)).scalar_one()
        self._note(connection, request, made, promised_by, permitted_before=True)

    def _merge(self, connection: Connection, row: AnyRow, request: Request, promised_by: datetime | None) -> None:
        """Make a caller's repeated request one with the first, and ask for the permission of a message anew."""
        change: dict[str, Any] = {"may_leave_message": False, "language": request.language}
        if row.first_attempt_at is None:
            change["promised_by"] = min(filter(None, (row.promised_by, promised_by)), default=None)
        else:  # somebody has called: that promise has had its end, and this is another
            count_promise(connection, row, row.first_attempt_at, at=request.at)
            begun = {"first_attempt_at": None, "last_attempt_at": None, "attempts": 0, "attempt_days": 0}
            change |= {"promised_by": promised_by, **begun}
        connection.execute(callbacks.update().where(callbacks.c.id == row.id).values(change))
        self._note(connection, request, row.id, promised_by, permitted_before=row.may_leave_message)

    def _join(self, connection: Connection, row: AnyRow, request: Request, promised_by: datetime | None) -> None:
        """Add nothing to what strangers typed, and give no leave; only a promise that is said is one that stands."""
        if row.first_attempt_at is None:
            earlier = min(filter(None, (row.promised_by, promised_by)), default=None)
            connection.execute(callbacks.update().where(callbacks.c.id == row.id).values(promised_by=earlier))
        self._note(connection, request, row.id, promised_by, permitted_before=False)

    def _note(
        self,
        connection: Connection,
        request: Request,
        callback_id: int,
        promised_by: datetime | None,
        *,
        permitted_before: bool,
    ) -> None:
        row = {
            "call": self.vault.hash(Subject.CALL, request.call_sid),
            "number_hash": self.vault.hash(Subject.ASKED, _in_its_call(request)),
            "callback_id": callback_id,
            "promised_by": promised_by,
            "permitted_before": permitted_before,
            "asked_at": request.at,
        }
        connection.execute(call_requests.insert().values(row))


def _in_its_call(request: Request) -> str:
    """A number together with its call: whoever does not know the call cannot try out numbers, key or no key."""
    return f"{request.number.e164} in {request.call_sid}"


def _locked(connection: Connection, *is_it: ColumnElement[bool]) -> AnyRow | None:
    """The oldest open callback that is meant, held until the transaction ends."""
    chosen = sa.select(callbacks).where(callbacks.c.done_at.is_(None), *is_it)
    return connection.execute(chosen.order_by(callbacks.c.id).limit(1).with_for_update()).one_or_none()


def _open_of(connection: Connection, request: Request, numbers: Sequence[bytes]) -> AnyRow | None:
    """What a request is one with: the row of the caller's own number, or the newest of too many that were typed.

    A typed number may be anybody's, so that it is never one with what its owner asked.
    """
    is_its = sa.and_(callbacks.c.number_hash.in_(numbers), callbacks.c.is_probe.is_(request.is_probe))
    if request.origin is Origin.OWN:
        return _locked(connection, is_its, callbacks.c.origin == Origin.OWN.value)
    typed = sa.select(callbacks.c.id).where(is_its, _IS_TYPED, callbacks.c.done_at.is_(None))
    newest = connection.scalars(typed.order_by(callbacks.c.id.desc()).limit(_MOST_TYPED)).all()
    return _locked(connection, callbacks.c.id == newest[0]) if len(newest) == _MOST_TYPED else None


def _promise(connection: Connection, slots: Sequence[Slot], request: Request) -> datetime | None:
    """The first time that has a place left; none while a promise that was given is not kept.

    Whoever was given none does not count: while they wait, others would be given none either, and so on for ever.
    Typed numbers get half of the places at most: they cost nothing to make up, and a caller's own finds the others.
    """
    if connection.scalar(sa.select(sa.exists().where(is_unkept(request.at)))):
        return None
    offered = [(slot.promised_by.astimezone(UTC), slot.most) for slot in slots]
    taken = _taken(connection, [promised_by for promised_by, _ in offered])
    typed = _taken(connection, [promised_by for promised_by, _ in offered], _IS_TYPED)
    for promised_by, most in offered:
        has_place = taken.get(promised_by, 0) < most
        if has_place and (request.origin is Origin.OWN or typed.get(promised_by, 0) < max(1, most // 2)):
            return promised_by
    return None


def _taken(
    connection: Connection, times: Sequence[datetime], *is_meant: ColumnElement[bool]
) -> dict[datetime | None, int]:
    """How many promises there are for each time."""
    is_taken = sa.and_(is_open(), callbacks.c.promised_by.in_(times), *is_meant)
    promises = sa.select(callbacks.c.promised_by, sa.func.count()).where(is_taken).group_by(callbacks.c.promised_by)
    return dict(connection.execute(promises).all())


def _ask_again(connection: Connection, again: AnyRow, row: AnyRow, at: datetime) -> Kept:
    """The platform asks again, or the caller does: nothing is kept twice, and a message is permitted anew."""
    if row.origin == Origin.TYPED.value and not again.permitted_before:  # it joined, and has no say in it
        return Kept(again.promised_by)
    permitted = again.permitted_before if _is_newest(connection, again) else row.may_leave_message
    asked = {"permitted_before": permitted, "asked_at": max(again.asked_at, at)}
    connection.execute(callbacks.update().where(callbacks.c.id == row.id).values(may_leave_message=False))
    connection.execute(call_requests.update().where(call_requests.c.id == again.id).values(asked))
    return Kept(again.promised_by)


def _is_newest(connection: Connection, request: AnyRow) -> bool:
    """Whether nobody has asked for the same callback since."""
    of_it = sa.select(call_requests.c.id).where(call_requests.c.callback_id == request.callback_id)
    newest = of_it.order_by(call_requests.c.asked_at.desc(), call_requests.c.id.desc()).limit(1)
    return bool(connection.scalar(newest) == request.id)
