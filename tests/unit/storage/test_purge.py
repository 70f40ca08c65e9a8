"""What is over is deleted, to the minute; what is not over stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from ivr.desk.callbacks import Outcome
from ivr.desk.ports import StoreUnavailable
from ivr.model.hours import Hours
from ivr.model.numbers import PhoneNumber
from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.outbox import Outbox
from ivr.storage.purge import Purge
from ivr.storage.store import Storage
from ivr.storage.tables import (
    audit,
    call_requests,
    callbacks,
    counts,
    failures,
    leases,
    metadata,
    outbox,
    overrides,
    sessions,
    typed_numbers,
)
from tests.callback_requests import AT, CALLER, HOUR, MINUTE, OTHER, asks, keep, rows, slots, somebody

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
HOURS = Hours("Mo-Fr 08:00-17:00; PH off", ZoneInfo("America/New_York"), "US")

# For each table a row that is over at a time, and by which of its columns and how long after it that is.
KEPT: dict[sa.Table, tuple[str, timedelta, dict[str, Any]]] = {
    typed_numbers: ("typed_at", HOUR, {"call": b"x", "digits": b"x"}),
    outbox: ("made_at", 30 * DAY, {"kind": "text", "about": "link", "state": "sent", "not_before": AT}),
    sessions: ("seen_at", 12 * HOUR, {"token_hash": b"x", "person_id": 1, "began_at": AT}),
    failures: ("last_at", DAY, {"subject": b"x", "count": 1}),
    audit: ("at", 730 * DAY, {"person": "ana", "action": "claimed"}),
    overrides: ("ends_at", 730 * DAY, {"is_open": False, "reason": "storm", "begins_at": AT, "made_by": "ana"}),
    leases: ("until", DAY, {"name": "work", "holder": "x"}),
}


def day_of(at: datetime) -> date | None:
    return at.date()


@pytest.fixture
def purge(storage: Storage) -> Purge:
    return Purge(storage.database, HOURS)


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
def test_what_goes_by_its_age_stays_until_then(storage: Storage, purge: Purge, table: sa.Table) -> None:
    assert somebody(storage) == 1
    column, kept, row = KEPT[table]
    with storage.database.begin() as connection:
        connection.execute(table.insert().values({**row, column: AT}))
    purge.run(AT + kept - SECOND)
    assert len(rows(storage, table, column)) == 1
    purge.run(AT + kept)
    assert rows(storage, table, column) == []


def test_every_table_that_grows_is_purged() -> None:
    assert {*metadata.tables.values()} - {*KEPT} == {callbacks, call_requests, counts, metadata.tables["people"]}


def test_counts_stay_for_two_years(storage: Storage, purge: Purge) -> None:
    hour = AT.replace(minute=0)
    with storage.database.begin() as connection:
        connection.execute(counts.insert().values(hour=hour, kind="call", count=1))
    purge.run(hour + 730 * DAY - SECOND)
    assert len(rows(storage, counts, "hour")) == 1
    purge.run(hour + 730 * DAY)
    assert rows(storage, counts, "hour") == []


def test_the_number_of_what_is_done_is_gone_after_its_minute_with_its_hash(storage: Storage, purge: Purge) -> None:
    listed, ana = CallbackList(storage.database, storage.vault), somebody(storage)
    keep(storage, asks("CA1"))
    keep(storage, asks("CA2", OTHER))
    done, _ = rows(storage, callbacks, "public_id")
    assert listed.claim(done, ana, AT) is None
    assert isinstance(listed.reveal(done, ana, AT), PhoneNumber)
    assert listed.settle(done, ana, Outcome.REACHED, AT, day_of) is None
    purge.forget(AT + MINUTE - SECOND)
    assert None not in rows(storage, callbacks, "number")
    assert purge.forget(AT + MINUTE)["numbers of callbacks that are done"] == 1
    number, other = rows(storage, callbacks, "number", "number_hash", "outcome")
    assert number == (None, None, "reached")
    assert None not in other[:2]
    purge.run(AT + 90 * DAY - SECOND)
    assert len(rows(storage, callbacks, "id")) == 2
    purge.run(AT + 90 * DAY)
    assert len(rows(storage, callbacks, "id")) == 1


def test_what_nobody_did_is_let_go_after_seven_working_days_and_counts_as_broken(
    storage: Storage, purge: Purge
) -> None:
    keep(storage, asks("CA1"), slots(9))
    keep(storage, asks("CA2", OTHER, language="es"), ())
    (promised, asked) = rows(storage, callbacks, "public_id")
    last_moment = datetime(2026, 12, 5, 4, 59, 59, tzinfo=UTC)  # Friday the 4th of December, the seventh, in Tampa
    purge.run(last_moment)
    assert None not in rows(storage, callbacks, "number")
    assert purge.run(last_moment + SECOND)["callbacks that nobody made"] == 2
    assert purge.run(last_moment + SECOND)["callbacks that nobody made"] == 0
    assert set(rows(storage, callbacks, "number", "number_hash", "outcome")) == {(None, None, "expired")}
    assert rows(storage, call_requests, "id") == []
    assert set(rows(storage, counts, "kind", "detail", "language", "count")) == {
        (kind, detail, language, 1)
        for kind, detail in (("callback", "expired"), ("promise", "broken"))
        for language in ("en", "es")
    }
    assert set(rows(storage, audit, "person", "action", "subject")) == {
        ("the line", "expired", promised),
        ("the line", "expired", asked),
    }


def test_requests_of_calls_go_after_three_days_and_their_callbacks_stay(storage: Storage, purge: Purge) -> None:
    keep(storage, asks())
    purge.run(AT + 3 * DAY - SECOND)
    assert len(rows(storage, call_requests, "id")) == 1
    purge.run(AT + 3 * DAY)
    assert rows(storage, call_requests, "id") == []
    assert len(rows(storage, callbacks, "number")) == 1


def test_what_a_probe_asked_is_gone_in_an_hour_and_breaks_no_promise(storage: Storage, purge: Purge) -> None:
    keep(storage, asks(is_probe=True))
    purge.forget(AT + HOUR - SECOND)
    assert len(rows(storage, callbacks, "id")) == 1
    purge.forget(AT + HOUR)
    assert rows(storage, callbacks, "id") == rows(storage, counts, "kind") == []


def test_what_waited_too_long_to_be_sent_is_given_up_and_forgotten(storage: Storage, purge: Purge) -> None:
    box = Outbox(storage)
    for number, made_at in ((CALLER, AT), (OTHER, AT + SECOND)):
        assert box.add_text(PhoneNumber(number), "en", made_at)
    assert purge.run(AT + 2 * HOUR)["texts and mails that waited too long"] == 1
    assert rows(storage, outbox, "state") == ["failed", "waiting"]
    assert [to is None for to in rows(storage, outbox, "to")] == [True, False]


def test_addresses_of_letters_that_nobody_sent_go_after_two_days(storage: Storage, purge: Purge) -> None:
    letter = {"kind": "text", "about": "link", "state": "sending", "not_before": AT, "made_at": AT}
    with storage.database.begin() as connection:
        connection.execute(outbox.insert().values(**letter, to=storage.vault.seal(CALLER), to_hash=b"x"))
    purge.run(AT + 2 * DAY - SECOND)
    assert None not in rows(storage, outbox, "to")
    purge.run(AT + 2 * DAY)
    assert rows(storage, outbox, "to", "to_hash") == [(None, None)]


def test_each_minute_numbers_are_forgotten_and_each_hour_one_process_does_the_rest(
    storage: Storage, purge: Purge
) -> None:
    def old_line() -> None:
        with storage.database.begin() as connection:
            connection.execute(audit.insert().values(at=AT - 1000 * DAY, person="x", action="x"))

    for minutes, is_left in ((0, False), (1, True), (59, True), (60, False)):
        StoredCallbacks(storage.database, storage.vault).hold("CA1", "1", AT - HOUR)
        old_line()
        assert purge.do(AT + minutes * MINUTE) is False
        assert rows(storage, typed_numbers, "call") == []
        assert bool(rows(storage, audit, "id")) is is_left


def test_a_clock_that_leaps_is_believed_an_hour_later(storage: Storage, purge: Purge) -> None:
    """What nobody did is let go when it is old; until then a wrong clock must not make a promise old."""
    keep(storage, asks())
    purge.do(AT)
    far = AT + 20_000 * DAY
    for at in (far, far + 59 * MINUTE, AT + 2 * HOUR, far + 3 * HOUR):  # it is mended in between
        purge.do(at)
        assert None not in rows(storage, callbacks, "number")
    purge.do(far + 4 * HOUR)
    assert rows(storage, callbacks, "outcome", "number") == [("expired", None)]


def test_a_clock_that_was_ahead_keeps_nobody_from_forgetting(storage: Storage, purge: Purge) -> None:
    with storage.database.begin() as connection:
        connection.execute(audit.insert().values(at=AT - 1000 * DAY, person="x", action="x"))
    purge.do(AT + DAY + 2 * HOUR)
    with storage.database.begin() as connection:
        connection.execute(audit.insert().values(at=AT - 1000 * DAY, person="x", action="x"))
    purge.do(AT)
    assert rows(storage, leases, "until") == [AT + HOUR]
    assert len(rows(storage, audit, "id")) == 1
    purge.do(AT + HOUR)
    assert rows(storage, audit, "id") == []


@pytest.mark.parametrize("table", [typed_numbers, outbox, sessions, failures, leases], ids=lambda table: table.name)
def test_what_a_clock_that_ran_ahead_has_written_goes(storage: Storage, purge: Purge, table: sa.Table) -> None:
    assert somebody(storage) == 1
    made, _, row = KEPT[table]
    column = "settled_at" if table is outbox else made
    with storage.database.begin() as connection:
        connection.execute(table.insert().values({**row, made: AT, column: AT + DAY + SECOND}))
    assert purge.run(AT + SECOND)["what a clock that ran ahead has written"] == 0
    assert purge.run(AT)["what a clock that ran ahead has written"] == 1
    assert rows(storage, table, column) == []


def test_what_was_done_while_a_clock_ran_ahead_is_forgotten(storage: Storage, purge: Purge) -> None:
    listed, ana = CallbackList(storage.database, storage.vault), somebody(storage)
    keep(storage, asks())
    (public_id,) = rows(storage, callbacks, "public_id")
    ahead = AT + 20_000 * DAY
    assert listed.claim(public_id, ana, ahead) is None
    assert isinstance(listed.reveal(public_id, ana, ahead), PhoneNumber)
    assert listed.settle(public_id, ana, Outcome.REACHED, ahead, day_of) is None
    assert purge.forget(AT)["numbers of callbacks that are done"] == 1


def test_a_purge_that_fails_is_tried_again_by_the_next(storage: Storage, purge: Purge) -> None:
    with storage.database.begin() as connection:
        counts.drop(connection)
    with pytest.raises(StoreUnavailable):
        purge.do(AT)
    assert rows(storage, leases, "name") == []
    with storage.database.begin() as connection:
        counts.create(connection)
    purge.do(AT + MINUTE)
    assert rows(storage, leases, "name", "until") == [("purge", AT + MINUTE + HOUR)]
