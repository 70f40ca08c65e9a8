"""From a caller's request to the platform, over a real store and real sockets: each text once, whatever goes wrong."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.desk.ports import StoreUnavailable
from ivr.model.numbers import PhoneNumber
from ivr.model.outcome import Outcome, Sent
from ivr.storage.database import Database
from ivr.storage.outbox import Letter, Outbox
from ivr.storage.sending import Asked, AskedWriter, QueuedTexts, Sender
from ivr.storage.standing import CeilingWatch
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import outbox
from ivr.storage.vault import data_key
from ivr.twiml.messages import Texter
from ivr.twiml.rest import RestApi
from tests.conftest import Log
from tests.rest_server import ACCOUNT, FROM, TOKEN, Mood, Rules, rest_server

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ONE = PhoneNumber("+18135550101")
TWO = PhoneNumber("+18135550102")
WORDS = {"en": "The link: https://www.example.org STOP", "es": "El enlace: https://www.example.org STOP"}
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@dataclass
class Counted:
    """A tally that remembers."""

    details: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def count(
        self, kind: str, *, at: datetime, node: str = "", language: str = "", detail: str = "", is_probe: bool = False
    ) -> None:
        assert (node, is_probe) == ("", False)
        assert at >= AT
        self.details[kind, language, detail] += 1


@dataclass
class Line:
    """A line that texts, with the platform's side of it."""

    rules: Rules
    box: Outbox
    tally: Counted
    sender: Sender

    def send_all(self, at: datetime = AT) -> None:
        while self.sender.send_one(at):
            pass

    def states(self) -> dict[str, str]:
        with self.box.storage.database.read() as connection:
            told = connection.execute(sa.select(outbox.c.language, outbox.c.state).order_by(outbox.c.id))
            return {row.language: row.state for row in told}


@pytest.fixture
def line(storage: Storage) -> Iterator[Line]:
    rules, box, tally = Rules(), Outbox(storage), Counted()
    with rest_server(rules) as url:
        texter = Texter(RestApi(ACCOUNT, TOKEN, url, deadline_s=0.3), FROM, WORDS)

        def carry(letter: Letter) -> Outcome:
            return texter.send(letter.to, letter.language)

        yield Line(rules, box, tally, Sender(box, {"text": carry}, tally))


def test_what_a_caller_asks_for_arrives_once(line: Line) -> None:
    texts = QueuedTexts(line.box, line.tally, CeilingWatch(line.box), every_s=3600)
    assert texts.ask(ONE, "es", AT)
    assert texts.ask(TWO, "en", AT)
    assert texts.ask(ONE, "es", AT + SECOND)
    texts.flush()
    line.send_all()
    assert [(text.to, text.body) for text in line.rules.texts] == [(ONE.e164, WORDS["es"]), (TWO.e164, WORDS["en"])]
    assert line.tally.details == {
        ("text", "es", "queued"): 1,
        ("text", "en", "queued"): 1,
        ("text", "es", "again"): 1,
        ("text", "es", "sent"): 1,
        ("text", "en", "sent"): 1,
    }


def test_nobody_is_promised_a_text_when_those_of_the_hour_are_spoken_for(line: Line, log: Log) -> None:
    box = replace(line.box, most_texts_an_hour=2)
    watch = CeilingWatch(box)
    texts = QueuedTexts(box, line.tally, watch, every_s=3600)
    watch.look(AT)
    assert texts.ask(ONE, "es", AT)
    texts.flush()
    line.sender.outbox = box
    line.send_all()
    watch.look(AT)
    assert texts.ask(TWO, "en", AT)
    texts.flush()
    for at in (AT + SECOND, AT + HOUR - SECOND):  # one was sent, and the other waits
        watch.look(at)
        assert not texts.ask(PhoneNumber("+18135550103"), "en", at)
    assert [told["outcome"] for told in log.of("ceiling")] == ["2 texts an hour"]
    watch.look(AT + HOUR)
    assert texts.ask(PhoneNumber("+18135550103"), "en", AT + HOUR)
    texts.flush()


def test_a_call_does_not_wait_for_a_store_that_is_gone_and_the_text_is_kept_for_it(line: Line) -> None:
    gone = replace(line.box, storage=replace(line.box.storage, database=Database("sqlite:////no/such/folder/line.db")))
    writing = AskedWriter(gone, line.tally, 100)
    for asked in (Asked(ONE, "en", AT), Asked(TWO, "es", AT + SECOND)):
        with pytest.raises(StoreUnavailable):
            writing.write([asked])
    writing.outbox = line.box
    writing.write([])
    assert line.states() == {"en": "waiting", "es": "waiting"}


def test_what_waits_too_long_or_is_too_much_for_a_store_that_is_gone_is_given_up_and_counted(line: Line) -> None:
    gone = replace(line.box, storage=replace(line.box.storage, database=Database("sqlite:////no/such/folder/line.db")))
    writing = AskedWriter(gone, line.tally, 2)
    asked = [Asked(ONE, "en", AT), *[Asked(TWO, "es", AT + 2 * HOUR)] * 3]
    with pytest.raises(StoreUnavailable):
        writing.write(asked)
    assert line.tally.details == {("text", "en", "lost"): 1, ("text", "es", "lost"): 1}


@pytest.mark.parametrize("mood", [Mood.HANG, Mood.CLOSE, Mood.BROKEN, Mood.CUT])
def test_what_may_have_been_sent_is_not_sent_again(line: Line, mood: Mood, log: Log) -> None:
    line.box.add_text(ONE, "en", AT)
    line.rules.moods = deque([mood])
    line.send_all()
    line.send_all(AT + HOUR)
    assert len(line.rules.asked) == 1
    assert line.states() == {"en": "unknown"}
    assert line.tally.details == {("text", "en", "unknown"): 1}
    (told,) = log.of("not sent")
    assert (told["route"], told["outcome"]) == ("outbox.text", "unknown")
    assert "55501" not in log.text


def test_a_busy_platform_is_asked_again_when_it_wishes(line: Line) -> None:
    line.box.add_text(ONE, "en", AT)
    line.rules.moods = deque([Mood.BUSY])
    line.send_all()
    line.send_all(AT + 6 * SECOND)
    assert len(line.rules.asked) == 1
    line.send_all(AT + 7 * SECOND)
    assert [text.to for text in line.rules.texts] == [ONE.e164]
    assert line.tally.details == {("text", "en", "later"): 1, ("text", "en", "sent"): 1}


def test_one_that_is_refused_holds_up_no_other(line: Line, log: Log) -> None:
    line.rules.stopped = frozenset({ONE.e164})
    line.box.add_text(ONE, "en", AT)
    line.box.add_text(TWO, "es", AT)
    line.send_all()
    assert line.states() == {"en": "failed", "es": "sent"}
    assert [(told["outcome"], told["fault"]) for told in log.of("not sent")] == [("refused", "21610")]


def test_a_carrier_with_a_fault_leaves_a_doubt_and_holds_up_no_other(line: Line) -> None:
    def carry(letter: Letter) -> Outcome:
        if letter.language == "en":
            raise ZeroDivisionError(letter.to)
        return Sent()

    line.sender = Sender(line.box, {"text": carry}, line.tally)
    line.box.add_text(ONE, "en", AT)
    line.box.add_text(TWO, "es", AT)
    line.send_all()
    assert line.states() == {"en": "unknown", "es": "sent"}


def test_an_outcome_that_could_not_be_kept_is_kept_when_the_store_is_back(line: Line) -> None:
    line.box.add_text(ONE, "en", AT)
    real, sender = line.box, line.sender
    sender.outbox = _Forgetful(real.storage)
    with pytest.raises(StoreUnavailable):
        sender.send_one(AT)
    assert line.states() == {"en": "sending"}
    sender.outbox = real
    line.send_all(AT + HOUR)
    assert line.states() == {"en": "sent"}
    assert len(line.rules.texts) == 1


class _Forgetful(Outbox):
    """An outbox whose store fails after every mark."""

    def settle(self, letter_id: int, outcome: Outcome, at: datetime) -> None:
        raise StoreUnavailable(f"The store failed: {letter_id, outcome, at}.")


SENDING = """
import os, sys
from datetime import UTC, datetime
from ivr.desk.ports import NothingCounted
from ivr.model.outcome import Unknown
from ivr.storage.outbox import Outbox
from ivr.storage.sending import Sender
from ivr.storage.store import open_storage
from ivr.twiml.messages import Texter
from ivr.twiml.rest import RestApi

database, key, url, account, token, from_, dies = sys.argv[1:]
texter = Texter(RestApi(account, token, url), from_, {"en": "words"})

def carry(letter):
    if dies == "before it sends":
        os._exit(9)
    outcome = texter.send(letter.to, letter.language)
    if dies == "after it has sent":
        os._exit(9)
    return outcome

box = Outbox(open_storage(database, (key,), deadline_s=20))
sender = Sender(box, {"text": carry}, NothingCounted())
at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
sys.stdin.readline()  # until all are ready
while sender.send_one(at):
    pass
"""


def _senders(number: int, database_url: str, key: str, url: str, dies: str = "") -> list[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SENDING, database_url, key, url, ACCOUNT, TOKEN, FROM, dies]
    return [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True) for _ in range(number)]


def _go(senders: list[subprocess.Popen[str]]) -> list[int]:
    for process in senders:
        process.communicate("go\n", 60)
    return [process.returncode for process in senders]


def test_processes_that_send_at_once_send_each_text_once(database_url: str) -> None:
    key, rules = data_key(), Rules()
    box = Outbox(open_storage(database_url, (key,), deadline_s=20))
    numbers = [f"+181355501{last:02}" for last in range(30)]
    for number in numbers:
        box.add_text(PhoneNumber(number), "en", AT)
    with rest_server(rules) as url:
        assert _go(_senders(3, database_url, key, url)) == [0, 0, 0]
    assert sorted(text.to for text in rules.texts) == numbers
    with box.storage.database.read() as connection:
        assert set(connection.scalars(sa.select(outbox.c.state))) == {"sent"}
    box.storage.database.close()


@pytest.mark.parametrize(("dies", "sent"), [("before it sends", 0), ("after it has sent", 1)])
def test_a_process_that_is_killed_between_mark_and_end_is_followed_by_no_second_text(
    database_url: str, dies: str, sent: int
) -> None:
    key, rules = data_key(), Rules()
    box = Outbox(open_storage(database_url, (key,), deadline_s=20))
    box.add_text(ONE, "en", AT)
    with rest_server(rules) as url:
        assert _go(_senders(1, database_url, key, url, dies)) == [9]
        box.tidy(AT + HOUR)
        assert _go(_senders(2, database_url, key, url)) == [0, 0]
    assert len(rules.texts) == sent
    with box.storage.database.read() as connection:
        told = connection.execute(sa.select(outbox.c.state, outbox.c.problem, outbox.c.to)).one()
    assert tuple(told) == ("unknown", "no word", None)
    box.storage.database.close()
