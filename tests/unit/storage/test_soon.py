"""Whoever is called back "as soon as we can" is due within a day, and whoever was tried comes after the others."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ivr.desk.callbacks import Outcome
from ivr.model.numbers import PhoneNumber
from ivr.storage.callback_list import CallbackList
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks
from tests.callback_requests import AT, CALLER, HOUR, MINUTE, OTHER, THIRD, asks, keep, rows, slots

DAY = timedelta(days=1)


def day_of(at: datetime) -> date | None:
    return at.date()


def order(storage: Storage, listed: CallbackList, at: datetime) -> list[int]:
    """Which callbacks are shown, by the place in which they were asked for."""
    asked = rows(storage, callbacks, "public_id")
    return [asked.index(each.public_id) for each in listed.open(at)]


def nobody_answers(storage: Storage, listed: CallbackList, place: int, person: int, at: datetime) -> None:
    public_id = rows(storage, callbacks, "public_id")[place]
    assert listed.claim(public_id, person, at) is None
    assert isinstance(listed.reveal(public_id, person, at), PhoneNumber)
    assert listed.settle(public_id, person, Outcome.NO_ANSWER, at, day_of) is None


def test_who_was_promised_no_time_is_late_after_a_day_until_somebody_calls(
    storage: Storage, listed: CallbackList, ana: int
) -> None:
    keep(storage, asks(), ())
    (waiting,) = listed.open(AT)
    assert [waiting.late_by(AT + DAY + after) for after in (-MINUTE, timedelta(), MINUTE)] == [
        timedelta(),
        timedelta(),
        MINUTE,
    ]
    nobody_answers(storage, listed, 0, ana, AT + DAY)
    assert [each.late_by(AT + 2 * DAY) for each in listed.open(AT + 2 * DAY)] == [timedelta()]


def test_who_was_promised_no_time_moves_up_as_others_are_promised_later_ones(
    storage: Storage, listed: CallbackList
) -> None:
    keep(storage, asks("CA1", CALLER), ())
    keep(storage, asks("CA2", OTHER), slots(9))
    keep(storage, asks("CA3", THIRD), slots(9, after=AT + DAY))
    assert order(storage, listed, AT) == [1, 0, 2]


def test_whom_somebody_has_tried_comes_after_those_whom_nobody_has(
    storage: Storage, listed: CallbackList, ana: int
) -> None:
    keep(storage, asks("CA1", CALLER), slots(9))
    keep(storage, asks("CA2", OTHER), slots(9, after=AT + HOUR))
    keep(storage, asks("CA3", THIRD), ())
    late = AT + 5 * HOUR
    assert order(storage, listed, late) == [0, 1, 2]
    nobody_answers(storage, listed, 0, ana, late)
    assert order(storage, listed, late) == [1, 2, 0]
    nobody_answers(storage, listed, 1, ana, late)
    assert order(storage, listed, late) == [2, 0, 1]


def test_who_was_promised_no_time_and_is_late_keeps_nobody_from_a_promise(storage: Storage) -> None:
    keep(storage, asks("CA1", CALLER), ())
    later = AT + 2 * DAY
    assert keep(storage, asks("CA2", OTHER, at=later), slots(9, after=later)) == later + 2 * HOUR
