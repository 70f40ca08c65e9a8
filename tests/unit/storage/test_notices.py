"""Supervisors are told of new work, of what is due and of what is late: once each, and never too often."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from ivr.model.outcome import Sent
from ivr.storage.notices import Notices
from ivr.storage.outbox import Outbox, add_mail
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks, outbox, people

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_ids = count()


@pytest.fixture(autouse=True)
def supervisor(storage: Storage) -> str:
    person(storage, "supervisor@example.org")
    return "supervisor@example.org"


def person(storage: Storage, email: str, role: str = "supervisor", *, is_enabled: bool = True) -> None:
    sealed = storage.vault.seal(email) if email else None
    row = {"login": f"p{next(_ids)}", "name": "A person", "role": role, "email": sealed, "password": "x"}
    with storage.database.begin() as connection:
        connection.execute(people.insert().values(**row, is_enabled=is_enabled, made_at=AT))


def callback(storage: Storage, asked_at: datetime, promised_by: datetime | None = None, **more: object) -> int:
    row = {"public_id": f"c{next(_ids)}", "origin": "own", "language": "en", "asked_at": asked_at, **more}
    with storage.database.begin() as connection:
        made = callbacks.insert().values(**row, promised_by=promised_by).returning(callbacks.c.id)
        return int(connection.execute(made).scalar_one())


def change(storage: Storage, callback_id: int, **values: object) -> None:
    with storage.database.begin() as connection:
        connection.execute(callbacks.update().where(callbacks.c.id == callback_id).values(values))


def told(storage: Storage, *times: datetime) -> list[str]:
    """What supervisors have been told altogether, after looking at these times."""
    for at in times:
        Notices(storage.database).notice(at)
    with storage.database.read() as connection:
        return list(connection.scalars(sa.select(outbox.c.about).order_by(outbox.c.id)))


def test_nothing_to_do_is_nothing_to_tell(storage: Storage) -> None:
    assert told(storage, AT) == []


def test_a_new_callback_is_told_once_to_whom_it_concerns(storage: Storage, supervisor: str) -> None:
    person(storage, "another@example.org")
    person(storage, "scheduler@example.org", "scheduler")
    person(storage, "gone@example.org", is_enabled=False)
    person(storage, "")
    callback(storage, AT)
    assert told(storage, AT + SECOND, AT + 2 * SECOND, AT + HOUR) == ["new", "new"]
    box = Outbox(storage)
    letters = [box.claim(["mail"], AT + SECOND) for _ in range(3)]
    assert {letter.to for letter in letters if letter} == {supervisor, "another@example.org"}
    assert {letter.about for letter in letters if letter} == {"new"}


def test_new_callbacks_are_told_at_most_every_five_minutes_and_none_is_forgotten(storage: Storage) -> None:
    callback(storage, AT)
    assert told(storage, AT) == ["new"]
    callback(storage, AT + MINUTE)
    callback(storage, AT + 2 * MINUTE)
    assert told(storage, AT + 2 * MINUTE, AT + 5 * MINUTE - SECOND) == ["new"]
    assert told(storage, AT + 5 * MINUTE) == ["new", "new"]
    assert told(storage, AT + 20 * MINUTE) == ["new", "new"]


def test_a_request_that_is_kept_after_a_mail_is_told_though_it_was_asked_before(storage: Storage) -> None:
    callback(storage, AT)
    assert told(storage, AT + 5 * SECOND) == ["new"]
    slow = callback(storage, AT + 4 * SECOND)
    assert told(storage, AT + 20 * SECOND, AT + 6 * MINUTE) == ["new", "new"]
    change(storage, slow, done_at=AT + 7 * MINUTE)
    assert told(storage, AT + 12 * MINUTE) == ["new", "new"], "the first is told already"


def test_a_mail_of_the_version_before_tells_of_nothing_newer(storage: Storage, supervisor: str) -> None:
    callback(storage, AT)
    with storage.database.begin() as connection:
        add_mail(connection, "new", f"new:{AT:%Y%m%dT%H%M}:1", storage.vault.seal(supervisor), AT)
    assert told(storage, AT + MINUTE) == ["new"]
    assert told(storage, AT + 6 * MINUTE, AT + 12 * MINUTE) == ["new", "new"]


def test_what_was_done_at_once_is_not_told(storage: Storage) -> None:
    change(storage, callback(storage, AT), done_at=AT, outcome="reached")
    callback(storage, AT, AT + MINUTE, is_probe=True)
    assert told(storage, AT, AT + HOUR) == []


def test_a_promise_is_told_half_an_hour_before_and_when_it_is_late(storage: Storage) -> None:
    callback(storage, AT, AT + 2 * HOUR)
    at_first = told(storage, AT, AT + 90 * MINUTE - SECOND)
    assert at_first == ["new"]
    assert told(storage, AT + 90 * MINUTE, AT + 119 * MINUTE) == ["new", "due"]
    assert told(storage, AT + 2 * HOUR, AT + 3 * HOUR, AT + 40 * HOUR) == ["new", "due", "late"]


def test_a_callback_without_a_promise_is_late_after_a_day(storage: Storage) -> None:
    callback(storage, AT)
    assert told(storage, AT, AT + 24 * HOUR - SECOND) == ["new"]
    assert told(storage, AT + 24 * HOUR, AT + 40 * HOUR) == ["new", "late"]


def test_whom_somebody_has_called_is_not_late_without_a_promise(storage: Storage) -> None:
    change(storage, callback(storage, AT), first_attempt_at=AT + HOUR, last_attempt_at=AT + HOUR, attempts=1)
    assert told(storage, AT, AT + 40 * HOUR) == ["new"]


def test_of_all_that_is_late_without_a_promise_one_mail_an_hour_tells(storage: Storage) -> None:
    for minutes in (1, 20, 59, 60, 80):
        callback(storage, AT + minutes * MINUTE)
    looks = [AT + 24 * HOUR + minutes * MINUTE for minutes in range(0, 120, 5)]
    assert told(storage, AT + 2 * HOUR, *looks) == ["new", "late", "late"]


def test_promises_of_one_hour_are_one_mail_and_each_hour_has_its_own(storage: Storage) -> None:
    first = callback(storage, AT, AT + HOUR)
    callback(storage, AT, AT + HOUR)
    callback(storage, AT, AT + 2 * HOUR)
    assert told(storage, AT, AT + 31 * MINUTE, AT + HOUR) == ["new", "due", "late"]
    change(storage, first, done_at=AT + HOUR)
    assert told(storage, AT + 91 * MINUTE, AT + 2 * HOUR) == ["new", "due", "late", "due", "late"]


def test_what_somebody_has_claimed_is_not_told_until_the_claim_lapses(storage: Storage) -> None:
    claimed = callback(storage, AT, AT + HOUR)
    told(storage, AT)
    change(storage, claimed, claimed_until=AT + 50 * MINUTE)
    assert told(storage, AT + 31 * MINUTE, AT + 49 * MINUTE) == ["new"]
    assert told(storage, AT + 50 * MINUTE) == ["new", "due"]
    change(storage, claimed, done_at=AT + 55 * MINUTE)
    assert told(storage, AT + 2 * HOUR) == ["new", "due"]


@pytest.mark.parametrize("called_at", [AT + 20 * MINUTE, AT + 45 * MINUTE])
def test_whom_somebody_has_called_in_time_is_not_told_as_due_or_late(storage: Storage, called_at: datetime) -> None:
    called = callback(storage, AT, AT + HOUR)
    told(storage, AT)
    change(storage, called, first_attempt_at=called_at, last_attempt_at=called_at, attempts=1)
    assert told(storage, called_at, AT + 50 * MINUTE, AT + HOUR, AT + 40 * HOUR) == ["new"]


def test_a_supervisor_who_comes_later_is_told_of_what_is_late_still(storage: Storage) -> None:
    callback(storage, AT, AT + HOUR)
    assert told(storage, AT, AT + HOUR) == ["new", "late"]
    person(storage, "later@example.org")
    assert told(storage, AT + 2 * HOUR) == ["new", "late", "late"]


def test_a_mail_that_was_sent_is_not_sent_again(storage: Storage) -> None:
    callback(storage, AT, AT + HOUR)
    box = Outbox(storage)
    for at in (AT, AT + HOUR):
        Notices(storage.database).notice(at)
        letter = box.claim(["mail"], at)
        assert letter is not None
        box.settle(letter.id, Sent(), at)
    assert told(storage, AT + HOUR, AT + 2 * HOUR) == ["new", "late"]
    assert box.claim(["mail"], AT + 2 * HOUR) is None


def test_many_who_look_at_once_tell_once(storage: Storage) -> None:
    callback(storage, AT, AT + MINUTE)
    start = threading.Barrier(6)

    def look() -> None:
        start.wait()
        Notices(storage.database).notice(AT)

    looking = [threading.Thread(target=look) for _ in range(6)]
    for thread in looking:
        thread.start()
    for thread in looking:
        thread.join()
    assert sorted(told(storage)) == ["due", "new"]
