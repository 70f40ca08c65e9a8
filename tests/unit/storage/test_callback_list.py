"""The people of the desk see what waits, one of them takes it, and what is done is soon forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.desk.callbacks import Outcome, Refusal
from ivr.desk.ports import Origin
from ivr.model.hours import Hours
from ivr.model.numbers import PhoneNumber
from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.people import release
from ivr.storage.purge import Purge
from ivr.storage.store import Storage
from ivr.storage.tables import audit, call_requests, callbacks, counts
from ivr.storage.vault import Subject
from tests.callback_requests import AT, CALLER, HOUR, MINUTE, OTHER, asks, keep, rows, slots

DAY = timedelta(days=1)
HOURS = Hours("Mo-Fr 08:00-17:00; PH off", ZoneInfo("America/New_York"), "US")


def day_of(at: datetime) -> date | None:
    """Every day but a Sunday, in UTC."""
    return None if at.isoweekday() == 7 else at.date()


def only(storage: Storage) -> str:
    """The one callback there is."""
    (public_id,) = rows(storage, callbacks, "public_id")
    return str(public_id)


def taken(storage: Storage, listed: CallbackList, person: int, at: datetime = AT) -> str:
    """A callback that was asked for, with leave to leave a message, and that a person has taken."""
    keep(storage, asks())
    StoredCallbacks(storage.database, storage.vault).permit("CA1", AT)
    assert listed.claim(only(storage), person, at) is None
    return only(storage)


def called(listed: CallbackList, public_id: str, person: int, outcome: Outcome, at: datetime) -> Refusal | None:
    """A person is shown a number, calls it, and says how that ended."""
    assert isinstance(listed.reveal(public_id, person, at), PhoneNumber)
    return listed.settle(public_id, person, outcome, at, day_of)


def counted(storage: Storage) -> dict[tuple[str, str], int]:
    return {(kind, detail): times for kind, detail, times in rows(storage, counts, "kind", "detail", "count") if times}


def test_what_waits_is_shown_by_its_promise_and_without_a_number(storage: Storage, listed: CallbackList) -> None:
    keep(storage, asks("CA1", CALLER, at=AT - MINUTE), ())
    keep(storage, asks("CA2", OTHER, Origin.TYPED, language="es"), slots(9, after=AT + HOUR))
    keep(storage, asks("CA3", OTHER), slots(9))
    keep(storage, asks("CA4", "+18135550145", at=AT - HOUR), ())
    keep(storage, asks("CA5", "+18135550146", is_probe=True))
    shown = listed.open(AT)
    assert [(each.promised_by, each.asked_at, each.origin, each.language) for each in shown] == [
        (AT + 2 * HOUR, AT, Origin.OWN, "en"),
        (AT + 3 * HOUR, AT, Origin.TYPED, "es"),
        (None, AT - HOUR, Origin.OWN, "en"),
        (None, AT - MINUTE, Origin.OWN, "en"),
    ]
    assert "55501" not in repr(shown)


def test_lateness_begins_with_the_promise_and_ends_with_a_call(
    storage: Storage, listed: CallbackList, ana: int
) -> None:
    public_id = taken(storage, listed, ana)
    late = AT + 2 * HOUR + MINUTE
    (waiting,) = listed.open(late)
    assert (waiting.late_by(AT), waiting.late_by(late)) == (timedelta(), MINUTE)
    assert listed.claim(public_id, ana, late) is None
    assert called(listed, public_id, ana, Outcome.NO_ANSWER, late) is None
    assert [each.late_by(late + HOUR) for each in listed.open(late)] == [timedelta()]


def test_a_claim_is_one_persons_for_half_an_hour(storage: Storage, listed: CallbackList, ana: int, ben: int) -> None:
    public_id = taken(storage, listed, ana)
    assert listed.claim(public_id, ben, AT + 29 * MINUTE) is Refusal.NOT_YOURS
    (shown,) = listed.open(AT)
    assert shown.claim is not None
    assert (shown.claim.person_id, shown.claim.name, shown.claim.until) == (ana, "Ana", AT + 30 * MINUTE)
    assert listed.open(AT + 30 * MINUTE)[0].claim is None
    assert listed.claim(public_id, ben, AT + 30 * MINUTE) is None
    assert listed.reveal(public_id, ana, AT + 30 * MINUTE) is Refusal.NOT_YOURS


def test_a_claim_ends_when_it_is_given_back_taken_over_or_its_owner_leaves(
    storage: Storage, listed: CallbackList, ana: int, ben: int
) -> None:
    public_id = taken(storage, listed, ana)
    assert listed.release(public_id, ben, AT) is Refusal.NOT_YOURS
    assert listed.release(public_id, ana, AT) is None
    assert listed.claim(public_id, ben, AT) is None
    assert listed.take_over(public_id, ana, AT) is None
    assert listed.claim(public_id, ben, AT) is Refusal.NOT_YOURS
    with storage.database.begin() as connection:
        release(connection, ana)
    assert listed.claim(public_id, ben, AT) is None


def test_a_number_is_shown_to_who_has_it_and_that_is_recorded(
    storage: Storage, listed: CallbackList, ana: int, ben: int
) -> None:
    public_id = taken(storage, listed, ana)
    assert listed.reveal(public_id, ben, AT) is Refusal.NOT_YOURS
    assert listed.reveal(public_id, ana, AT) == PhoneNumber(CALLER)
    assert rows(storage, audit, "person", "action", "subject", "at") == [
        ("ana", "claimed", public_id, AT),
        ("ana", "number shown", public_id, AT),
    ]


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.MESSAGE])
def test_what_is_done_is_hidden_at_once_and_can_be_undone_within_a_minute(
    storage: Storage, listed: CallbackList, ana: int, ben: int, outcome: Outcome
) -> None:
    public_id = taken(storage, listed, ana)
    assert called(listed, public_id, ana, outcome, AT) is None
    assert listed.open(AT) == ()
    assert listed.reveal(public_id, ana, AT) is Refusal.GONE
    assert rows(storage, callbacks, "outcome", "done_by", "forget_at") == [(outcome.value, ana, AT + MINUTE)]
    assert counted(storage) == {("callback", outcome.value): 1, ("promise", "kept"): 1}
    (done,) = listed.undoable(ana, AT + timedelta(seconds=59))
    assert (done.public_id, done.outcome, done.until) == (public_id, outcome, AT + MINUTE)
    assert listed.undoable(ben, AT) == listed.undoable(ana, AT + MINUTE) == ()
    assert listed.undo(public_id, ben, AT) is Refusal.TOO_LATE
    assert listed.undo(public_id, ana, AT + timedelta(seconds=59)) is None
    assert counted(storage) == {}
    assert listed.reveal(public_id, ana, AT + MINUTE) == PhoneNumber(CALLER)
    assert listed.undo(public_id, ana, AT) is Refusal.TOO_LATE


def test_nothing_can_be_undone_after_a_minute(storage: Storage, listed: CallbackList, ana: int) -> None:
    public_id = taken(storage, listed, ana)
    assert called(listed, public_id, ana, Outcome.REACHED, AT) is None
    assert listed.undo(public_id, ana, AT + MINUTE) is Refusal.TOO_LATE


def test_nobody_can_have_called_a_number_that_was_not_shown(
    storage: Storage, listed: CallbackList, ana: int, ben: int
) -> None:
    public_id = taken(storage, listed, ben)
    assert isinstance(listed.reveal(public_id, ben, AT), PhoneNumber)
    assert listed.take_over(public_id, ana, AT) is None
    assert {listed.settle(public_id, ana, outcome, AT, day_of) for outcome in Outcome} == {Refusal.NOT_SHOWN}
    assert (listed.open(AT)[0].attempts, listed.open(AT)[0].last_attempt_at) == (0, None)
    assert isinstance(listed.reveal(public_id, ana, AT + MINUTE), PhoneNumber)
    assert listed.settle(public_id, ana, Outcome.NO_ANSWER, AT + 2 * MINUTE, day_of) is None
    assert listed.claim(public_id, ana, AT + 3 * MINUTE) is None
    assert listed.settle(public_id, ana, Outcome.NO_ANSWER, AT + 3 * MINUTE, day_of) is Refusal.NOT_SHOWN


def test_a_message_that_is_not_permitted_cannot_have_been_left(
    storage: Storage, listed: CallbackList, ana: int
) -> None:
    keep(storage, asks())
    assert listed.claim(only(storage), ana, AT) is None
    assert called(listed, only(storage), ana, Outcome.MESSAGE, AT) is Refusal.NOT_PERMITTED
    assert len(listed.open(AT)) == 1
    assert counted(storage) == {}


def test_a_wrong_number_is_deleted_at_once_with_its_hash(storage: Storage, listed: CallbackList, ana: int) -> None:
    public_id = taken(storage, listed, ana)
    assert called(listed, public_id, ana, Outcome.WRONG_NUMBER, AT) is None
    assert rows(storage, callbacks, "number", "number_hash", "outcome") == [(None, None, "wrong_number")]
    numbers = storage.vault.hash(Subject.NUMBER, CALLER), storage.vault.hash(Subject.TEXTED, CALLER)
    assert not {*numbers} & {*rows(storage, call_requests, "number_hash")}
    assert listed.undo(public_id, ana, AT) is Refusal.TOO_LATE


def test_a_number_that_is_wrong_is_wrong_wherever_it_was_typed(
    storage: Storage, listed: CallbackList, ana: int, ben: int
) -> None:
    keep(storage, asks("CA1", CALLER))
    for call in ("CA2", "CA3", "CA4"):
        keep(storage, asks(call, CALLER, Origin.TYPED))
    keep(storage, asks("CA5", OTHER, Origin.TYPED))
    own, first, second, third, other = rows(storage, callbacks, "public_id")
    assert listed.claim(second, ben, AT) is None
    assert listed.claim(first, ana, AT) is None
    assert called(listed, first, ana, Outcome.WRONG_NUMBER, AT) is None
    assert [each.public_id for each in listed.open(AT)] == [own, other]
    assert [number is None for number in rows(storage, callbacks, "number")] == [False, True, True, True, False]
    wrong = [row[1:] for row in rows(storage, audit, "action", "person", "subject") if row[0] == "wrong number"]
    assert set(wrong) == {("ana", first), ("ana", second), ("ana", third)}
    assert counted(storage) == {("callback", "wrong_number"): 3, ("promise", "kept"): 3}


@pytest.mark.parametrize(
    ("days", "tries"),
    [
        ((0, 0, 1), 3),
        ((0, 1, 1), 3),
        ((0, 1, 2), 3),
        ((0, 0, 0, 0, 1), 5),
        ((4, 5, 5, 6), 4),  # from a Saturday over a Sunday, which is no working day, to a Monday
    ],
)
def test_nobody_answers_three_times_on_two_working_days(
    storage: Storage, listed: CallbackList, ana: int, days: tuple[int, ...], tries: int
) -> None:
    public_id = taken(storage, listed, ana)
    for each, day in enumerate(days, start=1):
        at = AT + day * DAY + each * MINUTE
        assert listed.claim(public_id, ana, at) is None
        assert called(listed, public_id, ana, Outcome.NO_ANSWER, at) is None
        assert bool(listed.open(at)) is (each < tries)
        assert [shown.claim for shown in listed.open(at)] == [None] * (each < tries)
    assert counted(storage)["callback", "no_answer"] == 1


def test_the_last_try_can_be_undone_and_made_again(storage: Storage, listed: CallbackList, ana: int) -> None:
    public_id = taken(storage, listed, ana)
    for day in (0, 1, 1):
        assert listed.claim(public_id, ana, AT + day * DAY) is None
        assert called(listed, public_id, ana, Outcome.NO_ANSWER, AT + day * DAY) is None
    assert listed.undo(public_id, ana, AT + DAY) is None
    assert [each.attempts for each in listed.open(AT + DAY)] == [2]
    assert called(listed, public_id, ana, Outcome.NO_ANSWER, AT + DAY) is None
    assert listed.open(AT + DAY) == ()
    assert counted(storage) == {("callback", "no_answer"): 1, ("promise", "kept"): 1}


def test_a_promise_is_kept_by_the_first_call_and_late_after_its_time(
    storage: Storage, listed: CallbackList, ana: int
) -> None:
    public_id = taken(storage, listed, ana)
    late = AT + 2 * HOUR + MINUTE
    assert listed.claim(public_id, ana, late) is None
    assert called(listed, public_id, ana, Outcome.REACHED, late) is None
    assert counted(storage) == {("callback", "reached"): 1, ("promise", "late"): 1}


def test_who_was_promised_no_time_is_counted_apart(storage: Storage, listed: CallbackList, ana: int) -> None:
    keep(storage, asks(), ())
    assert listed.claim(only(storage), ana, AT) is None
    assert listed.settle(only(storage), ana, Outcome.REACHED, AT + 3 * DAY, day_of) == Refusal.NOT_YOURS
    assert listed.claim(only(storage), ana, AT + 3 * DAY) is None
    assert called(listed, only(storage), ana, Outcome.REACHED, AT + 3 * DAY) is None
    assert counted(storage) == {("callback", "reached"): 1, ("promise", "soon"): 1}


def test_who_asks_again_after_a_call_that_nobody_answered_has_a_promise_of_its_own(
    storage: Storage, listed: CallbackList, ana: int
) -> None:
    public_id = taken(storage, listed, ana)
    assert called(listed, public_id, ana, Outcome.NO_ANSWER, AT) is None
    assert keep(storage, asks("CA2", at=AT + 3 * HOUR), slots(9, after=AT + 3 * HOUR)) == AT + 5 * HOUR
    assert counted(storage) == {("promise", "kept"): 1}
    (waiting,) = listed.open(AT + 3 * HOUR)
    assert (waiting.promised_by, waiting.attempts, waiting.last_attempt_at) == (AT + 5 * HOUR, 0, None)


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.WRONG_NUMBER])
def test_a_request_that_is_repeated_when_it_is_done_keeps_nothing_and_says_the_same(
    storage: Storage, listed: CallbackList, ana: int, outcome: Outcome
) -> None:
    public_id = taken(storage, listed, ana)
    assert called(listed, public_id, ana, outcome, AT) is None
    purge = Purge(storage.database, HOURS)
    for after in (timedelta(), MINUTE, 3 * DAY - MINUTE):  # with its number there still, and when it is gone
        purge.run(AT + after)
        before = rows(storage, callbacks, *callbacks.c.keys())
        assert keep(storage, asks("CA1", at=AT + after), slots(9, after=AT + after)) == AT + 2 * HOUR
        StoredCallbacks(storage.database, storage.vault).permit("CA1", AT + after)
        assert rows(storage, callbacks, *callbacks.c.keys()) == before
    assert before[0][4:6] == (None, None)


def test_a_call_that_was_called_back_may_ask_for_another_number_and_other_calls_for_the_same(
    storage: Storage, listed: CallbackList, ana: int
) -> None:
    public_id = taken(storage, listed, ana)
    assert called(listed, public_id, ana, Outcome.WRONG_NUMBER, AT) is None
    keep(storage, asks("CA1", OTHER, Origin.TYPED))
    keep(storage, asks("CA2", CALLER))
    assert [each.origin for each in listed.open(AT)] == [Origin.TYPED, Origin.OWN]


def test_what_there_is_not_can_neither_be_taken_nor_finished(listed: CallbackList, ana: int) -> None:
    assert listed.claim("nothing", ana, AT) is listed.take_over("nothing", ana, AT) is Refusal.GONE
    assert listed.settle("nothing", ana, Outcome.REACHED, AT, day_of) is Refusal.GONE
    assert listed.reveal("nothing", ana, AT) is Refusal.GONE


def test_what_is_let_go_soon_is_shown_before(storage: Storage, listed: CallbackList) -> None:
    keep(storage, asks("CA1", CALLER), slots(9))
    keep(storage, asks("CA2", OTHER), ())
    assert listed.expiring(AT, AT) == ()
    assert [each.promised_by for each in listed.expiring(AT, AT + MINUTE)] == [None]
    assert len(listed.expiring(AT, AT + 2 * HOUR + MINUTE)) == 2
