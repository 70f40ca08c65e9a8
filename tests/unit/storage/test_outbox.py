"""What waits to be sent is marked before it is sent, and nothing is sent twice, whoever dies and whoever else sends."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ivr.model.numbers import PhoneNumber
from ivr.model.outcome import Outcome, Refused, Sent, TryLater, Unknown
from ivr.storage.outbox import Letter, Outbox, add_mail
from ivr.storage.standing import MOST_SHOWN, SHOWN_FOR, Trouble, standing
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import outbox
from ivr.storage.vault import data_key

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ONE = PhoneNumber("+18135550101")
TWO = PhoneNumber("+18135550102")
KINDS = ("text", "mail")
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def box(storage: Storage) -> Outbox:
    return Outbox(storage)


def rows(box: Outbox) -> Sequence[Any]:
    with box.storage.database.read() as connection:
        return connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()


def the_row(box: Outbox) -> Any:
    (row,) = rows(box)
    return row


def claimed(box: Outbox, at: datetime = AT, kinds: Sequence[str] = KINDS) -> Letter:
    letter = box.claim(kinds, at)
    assert letter is not None
    return letter


def mailed(box: Outbox, address: str, at: datetime = AT) -> None:
    with box.storage.database.begin() as connection:
        add_mail(connection, "new", f"new:{address}", box.storage.vault.seal(address), at)


def test_a_text_waits_encrypted_and_is_claimed_once(box: Outbox) -> None:
    assert box.add_text(ONE, "es", AT)
    row = the_row(box)
    assert (row.kind, row.about, row.language, row.state) == ("text", "link", "es", "waiting")
    assert b"55501" not in row.to + row.to_hash
    letter = claimed(box)
    assert letter == Letter(row.id, "text", "link", "es", ONE.e164)
    assert (the_row(box).state, the_row(box).attempts) == ("sending", 1)
    assert box.claim(KINDS, AT) is None


@pytest.mark.parametrize(
    ("outcome", "state", "problem"),
    [
        (Sent(), "sent", None),
        (Refused("21610"), "failed", "21610"),
        (Refused("x" * 100), "failed", "x" * 40),
        (Unknown("no answer"), "unknown", "no answer"),
    ],
)
def test_what_is_settled_has_no_address_and_is_not_sent_again(
    box: Outbox, outcome: Outcome, state: str, problem: str | None
) -> None:
    box.add_text(ONE, "en", AT)
    box.settle(claimed(box).id, outcome, AT + SECOND)
    row = the_row(box)
    assert (row.state, row.problem, row.to, row.settled_at) == (state, problem, None, AT + SECOND)
    assert box.claim(KINDS, AT + HOUR) is None
    box.settle(row.id, TryLater(1), AT + HOUR)  # too late: it has no address any more
    assert the_row(box).state == state


def test_what_may_be_tried_again_waits_for_its_time(box: Outbox) -> None:
    box.add_text(ONE, "en", AT)
    box.settle(claimed(box).id, TryLater(90), AT)
    assert box.claim(KINDS, AT + 89 * SECOND) is None
    assert claimed(box, AT + 90 * SECOND).to == ONE.e164
    assert the_row(box).attempts == 2


def test_a_process_that_dies_after_the_mark_leaves_a_doubt_and_nothing_is_sent_again(box: Outbox) -> None:
    box.add_text(ONE, "es", AT)
    claimed(box)
    box.tidy(AT + 5 * MINUTE - SECOND)
    assert the_row(box).state == "sending"
    box.tidy(AT + 5 * MINUTE)
    row = the_row(box)
    assert (row.state, row.to, row.problem) == ("unknown", None, "no word")
    assert box.claim(KINDS, AT + HOUR) is None
    trouble = Trouble("text", "link", "es", AT, is_unknown=True, problem="no word")
    assert standing(box, AT + HOUR).troubles == (trouble,)
    assert standing(box, AT + timedelta(days=8)).troubles == ()


def test_a_sender_that_was_only_slow_tells_what_it_knows(box: Outbox) -> None:
    box.add_text(ONE, "en", AT)
    letter = claimed(box)
    box.tidy(AT + HOUR)
    box.settle(letter.id, Sent(), AT + HOUR)
    assert the_row(box).state == "sent"


def test_a_number_gets_one_text_in_24_hours(box: Outbox) -> None:
    assert box.add_text(ONE, "en", AT)
    assert box.add_text(TWO, "en", AT)
    assert not box.add_text(ONE, "es", AT + SECOND)  # it waits
    box.settle(claimed(box).id, Sent(), AT)
    day = timedelta(hours=24)
    assert not box.add_text(ONE, "en", AT + day - SECOND)
    assert box.add_text(ONE, "en", AT + day)
    assert [row.state for row in rows(box)] == ["sent", "waiting", "waiting"]


@pytest.mark.parametrize(("outcome", "may_ask"), [(Refused("30006"), True), (Unknown("no answer"), False)])
def test_a_caller_may_ask_again_only_if_nothing_was_sent(box: Outbox, outcome: Outcome, *, may_ask: bool) -> None:
    box.add_text(ONE, "en", AT)
    box.settle(claimed(box).id, outcome, AT)
    assert box.add_text(ONE, "en", AT + MINUTE) is may_ask


def test_a_number_is_known_by_keys_that_are_being_rotated(storage: Storage, database_url: str) -> None:
    old, new = data_key(), data_key()
    before, after = (Outbox(open_storage(database_url, keys)) for keys in ((old,), (new, old)))
    before.add_text(ONE, "en", AT)
    assert not after.add_text(ONE, "en", AT)
    assert claimed(after).to == ONE.e164
    for box in (before, after):
        box.storage.database.close()
    assert storage


def test_what_cannot_be_read_fails_and_holds_up_nothing(box: Outbox) -> None:
    box.add_text(ONE, "en", AT)
    other = replace(box, storage=Storage(box.storage.database, open_storage("sqlite:////none", (data_key(),)).vault))
    assert other.claim(KINDS, AT) is None
    assert (the_row(box).state, the_row(box).problem) == ("failed", "unreadable")
    other.add_text(TWO, "en", AT)
    assert claimed(other).to == TWO.e164


def test_a_ceiling_holds_texts_back_and_no_mails(storage: Storage) -> None:
    box = Outbox(storage, most_texts_an_hour=2)
    for last in range(4):
        box.add_text(PhoneNumber(f"+1813555010{last}"), "en", AT)
    outcomes: list[Outcome] = [Sent(), Unknown("no answer")]
    for outcome in outcomes:
        box.settle(claimed(box).id, outcome, AT)
    assert box.claim(KINDS, AT + HOUR - SECOND) is None
    assert standing(box, AT + MINUTE).is_at_ceiling
    mailed(box, "supervisor@example.org", AT)
    assert claimed(box).kind == "mail"
    assert claimed(box, AT + HOUR).to == "+18135550102"
    assert not standing(box, AT + HOUR).is_at_ceiling


def test_what_was_refused_or_must_wait_does_not_fill_the_hour(storage: Storage) -> None:
    box = Outbox(storage, most_texts_an_hour=1)
    outcomes: list[Outcome] = [Refused("21610"), TryLater(600), Sent()]
    for last, outcome in enumerate(outcomes):
        box.add_text(PhoneNumber(f"+1813555010{last}"), "en", AT)
        box.settle(claimed(box).id, outcome, AT)
    assert standing(box, AT).is_at_ceiling


def test_only_what_can_be_carried_is_claimed(box: Outbox) -> None:
    box.add_text(ONE, "en", AT)
    assert box.claim(("mail",), AT) is None
    mailed(box, "supervisor@example.org")
    assert claimed(box, kinds=("mail",)).to == "supervisor@example.org"
    assert box.claim((), AT) is None


@pytest.mark.parametrize("waited", [2 * HOUR, 72 * HOUR])
def test_what_has_waited_too_long_is_not_sent_before_it_is_given_up(box: Outbox, waited: timedelta) -> None:
    assert box.add_text(ONE, "en", AT)
    mailed(box, "kim@example.org")
    assert box.claim(KINDS, AT + waited) is None
    assert claimed(box, AT + 2 * HOUR - SECOND).kind == "text"


def test_what_waits_too_long_is_given_up(box: Outbox) -> None:
    box.add_text(ONE, "en", AT)
    box.tidy(AT + 2 * HOUR - SECOND)
    assert the_row(box).state == "waiting"
    box.tidy(AT + 2 * HOUR)
    assert (the_row(box).state, the_row(box).problem, the_row(box).to) == ("failed", "too late", None)


def test_whom_a_text_went_to_is_forgotten_after_a_day(box: Outbox) -> None:
    box.add_text(ONE, "en", AT)
    box.settle(claimed(box).id, Sent(), AT)
    box.tidy(AT + 24 * HOUR - SECOND)
    assert the_row(box).to_hash is not None
    box.tidy(AT + 24 * HOUR)
    assert the_row(box).to_hash is None
    assert the_row(box).state == "sent"


def test_how_it_stands_is_told_without_anybody(box: Outbox) -> None:
    assert standing(box, AT).waiting == 0
    box.add_text(ONE, "en", AT)
    box.add_text(TWO, "es", AT + MINUTE)
    told = standing(box, AT + HOUR)
    assert (told.waiting, told.oldest_waiting_at, told.is_at_ceiling, told.troubles) == (2, AT, False, ())
    box.settle(claimed(box).id, Refused("21606"), AT + HOUR)
    told = standing(box, AT + HOUR)
    assert (told.waiting, told.oldest_waiting_at) == (1, AT + MINUTE)
    assert told.troubles == (Trouble("text", "link", "en", AT, is_unknown=False, problem="21606"),)
    box.settle(
        claimed(box, AT + HOUR).id, Refused("21610"), AT + HOUR
    )  # whose owner wants no texts: that is no trouble
    assert standing(box, AT + HOUR).troubles == told.troubles
    assert "55501" not in repr(told)


def test_all_troubles_are_counted_though_the_desk_shows_the_newest_only(box: Outbox) -> None:
    for last in range(60):
        box.add_text(PhoneNumber(f"+181355501{last:02}"), "en", AT)
        box.settle(claimed(box).id, Refused("21606"), AT)
    told = standing(box, AT + HOUR)
    assert (told.troubled, len(told.troubles)) == (60, MOST_SHOWN)
    assert standing(box, AT + SHOWN_FOR).troubled == 0


def test_many_who_claim_at_once_each_get_another(storage: Storage) -> None:
    box = Outbox(storage, most_texts_an_hour=15)
    for last in range(20):
        box.add_text(PhoneNumber(f"+181355501{last:02}"), "en", AT)
    got: list[Letter] = []
    start = threading.Barrier(8)

    def claim() -> None:
        start.wait()
        while letter := box.claim(KINDS, AT):
            got.append(letter)

    claiming = [threading.Thread(target=claim) for _ in range(8)]
    for thread in claiming:
        thread.start()
    for thread in claiming:
        thread.join()
    assert len(got) == len({letter.id for letter in got}) == 15  # the ceiling holds over all of them together


def test_many_who_ask_for_one_number_at_once_make_one_text(box: Outbox) -> None:
    made: list[bool] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        made.append(box.add_text(ONE, "en", AT))

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert sorted(made) == [False] * 7 + [True]
