"""A clock ran ahead: what was written then holds up nothing, and strikes nobody, once it is right again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.desk.callbacks import Outcome, Refusal
from ivr.desk.ports import Override
from ivr.model.hours import Hours
from ivr.model.numbers import PhoneNumber
from ivr.model.outcome import Sent, TryLater
from ivr.storage.callback_list import CallbackList
from ivr.storage.failures import Origin
from ivr.storage.notices import Notices
from ivr.storage.outbox import Outbox, add_mail
from ivr.storage.purge import Purge
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Refused, SignIn
from ivr.storage.standing import standing
from ivr.storage.store import Storage
from ivr.storage.switch import Switch
from ivr.storage.tables import audit, callbacks, outbox, people
from tests.callback_requests import AT, CALLER, HOUR, MINUTE, OTHER, asks, keep, rows, slots

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
HOURS = Hours("Mo-Fr 08:00-17:00; PH off", ZoneInfo("America/New_York"), "US")
AHEAD = [10 * HOUR, 20_000 * DAY]
HERE = Origin("192.0.2.7")


def refused(storage: Storage, *seconds: int, ahead: timedelta = timedelta()) -> list[int]:
    """How long a wrong password has to wait at each of these times."""
    steps = SignIn(storage.database, storage.vault, Sessions(storage.database, storage.vault))
    told = []
    for after in seconds:
        answer = steps.password("ana", "not the password", HERE, AT + ahead + after * SECOND)
        assert isinstance(answer, Refused)
        told.append(answer.wait_s)
    return told


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
@pytest.mark.parametrize("tries", [1, 6])
def test_a_failure_of_a_clock_that_ran_ahead_holds_nobody_up(storage: Storage, ahead: timedelta, tries: int) -> None:
    refused(storage, *(60 * minute for minute in range(tries)), ahead=ahead)
    assert refused(storage, 0, 0, 0, 0) == [0, 0, 1, 1]


def test_of_two_clocks_that_differ_by_little_both_hold_a_wait(storage: Storage) -> None:
    refused(storage, 0, 0, ahead=30 * SECOND)
    assert refused(storage, 0, 0, 1) == [1, 1, 2]


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_a_mail_of_a_clock_that_ran_ahead_silences_none(storage: Storage, ahead: timedelta) -> None:
    kim = {"login": "kim", "name": "Kim", "role": "supervisor", "password": "", "made_at": AT}
    with storage.database.begin() as connection:
        connection.execute(people.insert().values(**kim, email=storage.vault.seal("kim@example.org")))
    for call, number, at in (("CA1", CALLER, AT + ahead), ("CA2", OTHER, AT)):
        keep(storage, asks(call, number, at=at), ())
        Notices(storage.database).notice(at)
    assert rows(storage, outbox, "about", "made_at") == [("new", AT + ahead), ("new", AT)]


def test_mails_of_two_clocks_that_differ_by_little_are_no_more(storage: Storage) -> None:
    with storage.database.begin() as connection:
        add_mail(connection, "new", "new:0:1", b"x", AT + 30 * SECOND)
    keep(storage, asks(), ())
    Notices(storage.database).notice(AT)
    assert len(rows(storage, outbox, "id")) == 1


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_texts_of_a_clock_that_ran_ahead_keep_none_back(storage: Storage, ahead: timedelta) -> None:
    box = Outbox(storage, most_texts_an_hour=1)
    assert box.add_text(PhoneNumber(CALLER), "en", AT + ahead)
    letter = box.claim(["text"], AT + ahead)
    assert letter is not None
    box.settle(letter.id, Sent(), AT + ahead)
    assert not standing(box, AT).is_at_ceiling
    assert box.add_text(PhoneNumber(CALLER), "en", AT)
    assert box.claim(["text"], AT) is not None


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_a_letter_of_a_clock_that_ran_ahead_goes_out_when_it_is_right(storage: Storage, ahead: timedelta) -> None:
    box = Outbox(storage)
    box.add_text(PhoneNumber(CALLER), "en", AT + ahead)
    box.tidy(AT)
    letter = box.claim(["text"], AT)
    assert letter is not None
    box.settle(letter.id, TryLater(90), AT)
    box.tidy(AT + SECOND)
    assert box.claim(["text"], AT + 89 * SECOND) is None
    assert box.claim(["text"], AT + 90 * SECOND) is not None


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_a_letter_that_was_marked_or_put_off_by_a_clock_that_ran_ahead_is_not_left(
    storage: Storage, ahead: timedelta
) -> None:
    box = Outbox(storage)
    for number in (CALLER, OTHER):
        box.add_text(PhoneNumber(number), "en", AT)
    for after_s in (0, int(ahead.total_seconds())):
        letter = box.claim(["text"], AT)
        assert letter is not None
        box.settle(letter.id, TryLater(after_s), AT)
    with storage.database.begin() as connection:
        connection.execute(outbox.update().where(outbox.c.id == 2).values(state="sending", not_before=AT + ahead))
    box.tidy(AT)
    box.tidy(AT + 5 * MINUTE)
    assert rows(storage, outbox, "state") == ["waiting", "unknown"]


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_a_closing_of_a_clock_that_ran_ahead_does_not_strike_later(storage: Storage, ahead: timedelta) -> None:
    switch = Switch(storage.database)
    switch.turn(Override(is_open=False, reason="weather", ends_at=AT + ahead + HOUR), AT + ahead, "ana")
    assert Purge(storage.database, HOURS).run(AT)["switches of a clock that ran ahead"] == 1
    assert switch.holding(AT + ahead) is None
    assert rows(storage, audit, "person", "action")[1:] == [("the line", "usual hours again")]


def test_what_holds_by_a_clock_that_differs_by_little_goes_on(storage: Storage) -> None:
    switch = Switch(storage.database)
    switch.turn(Override(is_open=False, reason="weather", ends_at=AT + HOUR), AT + 30 * SECOND, "ana")
    assert Purge(storage.database, HOURS).run(AT)["switches of a clock that ran ahead"] == 0
    assert switch.holding(AT + 30 * SECOND) is not None


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_who_asked_while_a_clock_ran_ahead_is_let_go_in_due_course(storage: Storage, ahead: timedelta) -> None:
    keep(storage, asks(at=AT + ahead), slots(9, after=AT + ahead))
    purge = Purge(storage.database, HOURS)
    purge.run(AT)
    assert None not in rows(storage, callbacks, "number")
    purge.run(AT + 20 * DAY)
    assert rows(storage, callbacks, "outcome", "number") == [("expired", None)]


def test_who_asked_while_a_clock_ran_far_ahead_is_called_as_soon_as_may_be(storage: Storage) -> None:
    hours, far = AT + 10 * HOUR, AT + 2 * DAY
    keep(storage, asks("CA1", at=hours), slots(9, after=hours))
    keep(storage, asks("CA2", OTHER, at=far), slots(9, after=far))
    assert Purge(storage.database, HOURS).run(AT)["callbacks of a clock that ran ahead"] == 1
    assert rows(storage, callbacks, "asked_at", "promised_by") == [(hours, hours + 2 * HOUR), (AT, None)]


def test_who_asked_again_while_a_clock_ran_far_ahead_waits_no_longer_for_it(storage: Storage) -> None:
    keep(storage, asks("CA1"), ())
    far = AT + 20_000 * DAY
    keep(storage, asks("CA2", at=far), slots(9, after=far))
    Purge(storage.database, HOURS).run(AT + MINUTE)
    assert rows(storage, callbacks, "asked_at", "promised_by") == [(AT, None)]


def test_what_a_probe_asked_while_a_clock_ran_far_ahead_goes_as_well(storage: Storage) -> None:
    keep(storage, asks(at=AT + 2 * DAY, is_probe=True), ())
    purge = Purge(storage.database, HOURS)
    purge.run(AT)
    purge.forget(AT + HOUR)
    assert rows(storage, callbacks, "id") == []


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_what_somebody_took_while_a_clock_ran_ahead_is_free_when_it_is_right(
    storage: Storage, listed: CallbackList, ana: int, ben: int, ahead: timedelta
) -> None:
    keep(storage, asks())
    (public_id,) = rows(storage, callbacks, "public_id")
    assert listed.claim(public_id, ana, AT + ahead) is None
    Purge(storage.database, HOURS).run(AT)
    assert listed.claim(public_id, ben, AT) is None
    Purge(storage.database, HOURS).run(AT)
    assert listed.claim(public_id, ana, AT) is Refusal.NOT_YOURS


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_whom_nobody_reached_while_a_clock_ran_ahead_can_be_called_and_finished(
    storage: Storage, listed: CallbackList, ana: int, ben: int, ahead: timedelta
) -> None:
    keep(storage, asks())
    (public_id,) = rows(storage, callbacks, "public_id")
    for person, at, outcome in ((ana, AT + ahead, Outcome.NO_ANSWER), (ben, AT, Outcome.REACHED)):
        assert listed.claim(public_id, person, at) is None
        assert isinstance(listed.reveal(public_id, person, at), PhoneNumber)
        assert listed.settle(public_id, person, outcome, at, datetime.date) is None
    assert rows(storage, callbacks, "outcome") == ["reached"]
