"""A request is kept once however often it is asked, and says the same whether it was asked before or not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.desk.ports import Callbacks, Origin, StoreUnavailable, TooMany
from ivr.model.numbers import PhoneNumber
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.database import Database
from ivr.storage.outbox import Outbox
from ivr.storage.store import Storage
from ivr.storage.tables import call_requests, callbacks, outbox, typed_numbers
from ivr.storage.vault import Vault, data_key
from tests.callback_requests import AT, CALLER, HOUR, MINUTE, OTHER, THIRD, asks, keep, rows, slots


def port(storage: Storage) -> Callbacks:
    return StoredCallbacks(storage.database, storage.vault)


def permissions(storage: Storage) -> list[bool]:
    return rows(storage, callbacks, "may_leave_message")


def test_a_request_is_kept_encrypted_and_promised(storage: Storage) -> None:
    assert keep(storage, asks(), slots(1, 1)) == AT + 2 * HOUR
    ((number, number_hash, *rest),) = rows(
        storage,
        callbacks,
        "number",
        "number_hash",
        "origin",
        "language",
        "may_leave_message",
        "asked_at",
        "promised_by",
    )
    assert storage.vault.unseal(number) == CALLER
    assert not [each for each in (number, number_hash) if b"555" in each or CALLER[-4:].encode() in each]
    assert rest == ["own", "en", False, AT, AT + 2 * HOUR]


def test_a_retry_of_the_platform_keeps_nothing_more_and_promises_the_same(storage: Storage) -> None:
    told = [keep(storage, asks(at=AT + timedelta(seconds=each)), slots(1, 1)) for each in range(3)]
    assert told == [AT + 2 * HOUR] * 3
    assert len(rows(storage, callbacks, "id")) == len(rows(storage, call_requests, "id")) == 1


def test_a_slot_that_is_full_is_not_promised(storage: Storage) -> None:
    told = [keep(storage, asks(f"CA{each}", f"+1813555014{each}"), slots(2, 1)) for each in range(4)]
    assert told == [AT + 2 * HOUR, AT + 2 * HOUR, AT + 3 * HOUR, None]


def test_nothing_is_promised_while_promises_run_late(storage: Storage) -> None:
    keep(storage, asks("CA1"), slots(9))
    late = AT + 2 * HOUR + MINUTE
    assert keep(storage, asks("CA2", OTHER, at=late), slots(9, after=late)) is None


def test_nothing_is_promised_when_no_opening_is_known(storage: Storage) -> None:
    assert keep(storage, asks(), ()) is None


def test_what_a_probe_asks_takes_nobodys_place_and_makes_nobody_wait(storage: Storage) -> None:
    keep(storage, asks("CA1", is_probe=True), slots(1))
    assert keep(storage, asks("CA2", OTHER), slots(1)) == AT + 2 * HOUR
    assert keep(storage, asks("CA3"), slots(9, after=AT + HOUR)) == AT + 3 * HOUR
    assert rows(storage, callbacks, "is_probe") == [True, False, False]


def test_a_caller_who_asks_again_from_the_same_number_is_kept_once_with_the_earlier_promise(storage: Storage) -> None:
    assert keep(storage, asks("CA1"), slots(1, 1)) == AT + 2 * HOUR
    assert keep(storage, asks("CA2", at=AT + MINUTE, language="es"), slots(1, 1)) == AT + 3 * HOUR
    assert rows(storage, callbacks, "promised_by", "asked_at", "language") == [(AT + 2 * HOUR, AT, "es")]


def test_an_earlier_promise_replaces_a_later_one_or_none(storage: Storage) -> None:
    keep(storage, asks("CA1"), ())
    keep(storage, asks("CA2"), slots(9, after=AT + HOUR))
    assert rows(storage, callbacks, "promised_by") == [AT + 3 * HOUR]
    keep(storage, asks("CA3"), slots(9))
    assert rows(storage, callbacks, "promised_by") == [AT + 2 * HOUR]
    keep(storage, asks("CA4"), ())
    assert rows(storage, callbacks, "promised_by") == [AT + 2 * HOUR]


def test_a_typed_number_makes_its_own_row_and_changes_none(storage: Storage) -> None:
    keep(storage, asks("CA1"))
    port(storage).permit("CA1", AT)
    keep(storage, asks("CA2", CALLER, Origin.TYPED))
    keep(storage, asks("CA3", CALLER, Origin.TYPED))
    keep(storage, asks("CA4", CALLER))
    assert rows(storage, callbacks, "origin") == ["own", "typed", "typed"]
    assert permissions(storage) == [False, False, False]


def test_a_number_that_is_typed_again_and_again_waits_three_times_at_most(storage: Storage) -> None:
    told = [keep(storage, asks(f"CA{each}", CALLER, Origin.TYPED)) for each in range(40)]
    assert set(told) == {AT + 2 * HOUR}
    assert rows(storage, callbacks, "origin") == ["typed"] * 3
    assert len(rows(storage, call_requests, "id")) == 40
    keep(storage, asks("CA40", OTHER, Origin.TYPED))
    keep(storage, asks("CA41", CALLER, Origin.TYPED, is_probe=True))
    assert len(rows(storage, callbacks, "id")) == 5


def test_who_joins_what_was_typed_changes_nothing_of_it_and_gives_no_leave(storage: Storage) -> None:
    for call in ("CA1", "CA2", "CA3"):
        keep(storage, asks(call, CALLER, Origin.TYPED))
    port(storage).permit("CA2", AT)
    before = rows(storage, callbacks, *callbacks.c.keys())
    for _ in range(2):
        joins = asks("CA4", CALLER, Origin.TYPED, at=AT + MINUTE, language="es")
        assert keep(storage, joins, slots(9, after=AT + HOUR)) == AT + 3 * HOUR
        port(storage).permit("CA4", AT + MINUTE)
        assert rows(storage, callbacks, *callbacks.c.keys()) == before


def test_who_joins_and_is_promised_an_earlier_time_is_called_by_then(storage: Storage) -> None:
    for call in ("CA1", "CA2", "CA3"):
        keep(storage, asks(call, CALLER, Origin.TYPED), ())
    keep(storage, asks("CA4", CALLER, Origin.TYPED))
    assert rows(storage, callbacks, "promised_by") == [None, None, AT + 2 * HOUR]


def test_typed_numbers_leave_half_of_the_places_to_callers_own(storage: Storage) -> None:
    typed = [keep(storage, asks(f"CA{each}", f"+1813555014{each}", Origin.TYPED), slots(4, 4)) for each in range(5)]
    assert typed == [AT + 2 * HOUR] * 2 + [AT + 3 * HOUR] * 2 + [None]
    own = [keep(storage, asks(f"CB{each}", f"+1813555015{each}"), slots(4, 4)) for each in range(5)]
    assert own == [AT + 2 * HOUR] * 2 + [AT + 3 * HOUR] * 2 + [None]


def test_a_call_asks_for_two_numbers_at_most(storage: Storage) -> None:
    keep(storage, asks("CA1", CALLER))
    keep(storage, asks("CA1", OTHER, Origin.TYPED))
    with pytest.raises(TooMany):
        keep(storage, asks("CA1", THIRD, Origin.TYPED))
    keep(storage, asks("CA1", OTHER, Origin.TYPED))
    keep(storage, asks("CA2", THIRD))
    assert len(rows(storage, callbacks, "id")) == 3


def test_a_message_is_permitted_for_what_the_call_asked_last(storage: Storage) -> None:
    keep(storage, asks("CA1", CALLER))
    keep(storage, asks("CA1", OTHER, Origin.TYPED, at=AT + MINUTE))
    port(storage).permit("CA1", AT)
    assert permissions(storage) == [False, True]
    keep(storage, asks("CA1", CALLER, at=AT + 2 * MINUTE))
    port(storage).permit("CA1", AT)
    assert permissions(storage) == [True, True]


def test_who_asked_nothing_permits_nothing(storage: Storage) -> None:
    keep(storage, asks("CA1"))
    port(storage).permit("CA2", AT)
    assert permissions(storage) == [False]


def test_a_repeated_request_asks_for_the_permission_anew(storage: Storage) -> None:
    keep(storage, asks("CA1"))
    port(storage).permit("CA1", AT)
    keep(storage, asks("CA2", at=AT + MINUTE))
    assert permissions(storage) == [False]
    port(storage).permit("CA2", AT)
    assert permissions(storage) == [True]


def test_a_repeated_request_keeps_the_stricter_word(storage: Storage) -> None:
    keep(storage, asks("CA1"))
    keep(storage, asks("CA2", at=AT + MINUTE))
    port(storage).permit("CA2", AT)
    assert permissions(storage) == [False]


def test_a_call_that_asks_again_after_another_keeps_the_others_word(storage: Storage) -> None:
    keep(storage, asks("CA1"))
    port(storage).permit("CA1", AT)
    keep(storage, asks("CA2", at=AT + MINUTE))
    port(storage).permit("CA1", AT)  # CA2 has asked since, and has not answered
    assert permissions(storage) == [False]
    keep(storage, asks("CA1", at=AT + 2 * MINUTE))
    port(storage).permit("CA1", AT)
    assert permissions(storage) == [False]


def test_typed_keys_are_held_encrypted_for_an_hour_and_only_the_last(storage: Storage) -> None:
    port(storage).hold("CA1", "8135550143", AT)
    port(storage).hold("CA1", "8135550144", AT + MINUTE)
    assert port(storage).held("CA1", AT + MINUTE) == "8135550144"
    assert port(storage).held("CA2", AT) is None
    assert port(storage).held("CA1", AT + MINUTE + HOUR) is None
    ((call, digits),) = rows(storage, typed_numbers, "call", "digits")
    assert b"CA1" not in call + digits
    assert b"55501" not in digits


def test_no_hash_stands_in_two_tables_or_twice_for_one_number(storage: Storage) -> None:
    for call in ("CA1", "CA2"):
        port(storage).hold(call, CALLER[2:], AT)
        keep(storage, asks(call))
    assert Outbox(storage).add_text(PhoneNumber(CALLER), "en", AT)
    hashed = (callbacks.c.number_hash, call_requests.c.call, call_requests.c.number_hash)
    of_texts = (typed_numbers.c.call, outbox.c.to_hash)
    hashes = [each for column in (*hashed, *of_texts) for each in rows(storage, column.table, column.name)]
    assert len({*hashes}) == len(hashes) == 1 + 2 + 2 + 2 + 1


def test_what_an_older_key_wrote_is_found(storage: Storage) -> None:
    old, new = data_key(), data_key()
    before, after = (Storage(storage.database, Vault(keys)) for keys in ((old,), (new, old)))
    keep(before, asks("CA1"))
    port(before).hold("CA1", "8135550143", AT)
    assert port(after).held("CA1", AT) == "8135550143"
    keep(after, asks("CA1"))
    port(after).hold("CA1", "8135550144", AT)
    keep(after, asks("CA2"))
    assert len(rows(storage, callbacks, "id")) == len(rows(storage, typed_numbers, "call")) == 1
    assert port(after).held("CA1", AT) == "8135550144"


def test_a_key_that_was_taken_out_too_early_is_told_as_a_failing_store(storage: Storage) -> None:
    port(storage).hold("CA1", "8135550143", AT)
    with storage.database.begin() as connection:
        connection.execute(typed_numbers.update().values(digits=Vault((data_key(),)).seal("8135550143")))
    with pytest.raises(StoreUnavailable):
        port(storage).held("CA1", AT)


def test_a_store_that_takes_what_is_written_answers(storage: Storage) -> None:
    port(storage).ask()
    assert rows(storage, typed_numbers, "call") == []


def test_a_store_without_its_tables_does_not_answer(storage: Storage) -> None:
    with storage.database.begin() as connection:
        typed_numbers.drop(connection)
    with pytest.raises(StoreUnavailable):
        port(storage).ask()


def test_a_store_that_may_only_be_read_does_not_answer(storage: Storage, database_url: str) -> None:
    read_only = {
        "sqlite": f"sqlite:///file:{database_url.removeprefix('sqlite:///')}?mode=ro&uri=true",
        "postgresql": f"{database_url}&options=-c%20default_transaction_read_only%3Don",
    }
    database = Database(read_only[database_url.partition(":")[0]])
    with pytest.raises(StoreUnavailable, match=r"25006|READONLY"):
        StoredCallbacks(database, storage.vault).ask()
    database.close()
