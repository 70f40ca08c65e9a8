"""From a key press to a text, through the webhook, a real store and a real socket; the call waits for none of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from ivr.phone import Telephone
from ivr.storage.store import Storage
from ivr.storage.tables import outbox
from ivr.storage.vault import data_key
from ivr.twiml import rest
from ivr.web.background import EXTENSION
from tests.conftest import MakeApplication
from tests.platform_client import CALLER, LINE, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient
from tests.rest_server import ACCOUNT, Mood, Rules, rest_server
from tests.spoken import spoken

LINK = "https://www.example.org/new-patient"
ANOTHER = "+12025550100"  # whose last two digits are those of the first
MOST_WAIT_S = 20
SOON_AFTER = OPEN_AT + timedelta(minutes=1)  # a question is answered once it has been said
ASKS = {"en": "461", "es": "9461"}  # a section, the text, and yes


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def line(
    make_application: MakeApplication, database_url: str, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An application that texts through these rules, as it is made for the server."""
    with rest_server(rules) as url:
        monkeypatch.setattr(rest, "PLATFORM", url)
        app = make_application(
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TEXTING_FROM=LINE,
            REGISTRATION_URL=LINK,
            DATABASE_URL=database_url,
            DATA_KEYS=data_key(),
            SECRET_KEY="a secret of the tests",
        )
        yield app
        end(app)


def end(app: Flask) -> None:
    """Leave nothing of an application behind."""
    beside = app.extensions[EXTENSION]
    beside.stop()
    beside.storage.database.close()


def called(app: Flask, keys: str, caller: str = CALLER) -> list[list[str]]:
    """What each document of a call says that presses these keys one after another."""
    telephone = Telephone(
        PlatformClient(app).transport, now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN, to=LINE, from_=caller
    )
    return spoken(telephone, keys)


def sent(app: Flask) -> None:
    """Have everything sent that waits, as soon as the calls are over."""
    background = app.extensions[EXTENSION].background
    background.texts.flush()
    (send,) = [job for job in background.jobs.jobs if job.name == "send"]
    while send.do(SOON_AFTER):
        pass


@pytest.mark.parametrize("language", ASKS)
def test_a_caller_who_asks_for_the_link_gets_it_once_and_in_their_language(
    line: Flask, rules: Rules, language: str
) -> None:
    for _ in range(2):
        called(line, ASKS[language])
    sent(line)
    (text,) = rules.texts
    assert (text.to, text.from_) == (CALLER, LINE)
    assert LINK in text.body
    assert ("Responda STOP" in text.body) is (language == "es")


def test_nothing_is_sent_without_a_yes(line: Flask, rules: Rules) -> None:
    for keys in ("46", "462", "46*", "460"):
        called(line, keys)
    sent(line)
    assert rules.texts == []


def test_a_yes_in_the_midst_of_the_question_sends_nothing_and_is_asked_for_again(line: Flask, rules: Rules) -> None:
    telephone = Telephone(
        PlatformClient(line).transport, now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN, to=LINE, from_=CALLER
    )
    question = spoken(telephone, "46")[-1]
    for _ in range(3):
        telephone.press("1", after_s=2)
        assert [each.text for each in telephone.spoken] == question
    sent(line)
    assert rules.texts == []
    telephone.press_at("en text-link", "1")
    sent(line)
    assert [text.to for text in rules.texts] == [CALLER]


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "sip:someone@example.org", ""])
def test_a_caller_without_a_number_is_sent_nothing(line: Flask, rules: Rules, caller: str) -> None:
    called(line, "461", caller)
    sent(line)
    assert rules.asked == []


@pytest.mark.parametrize("mood", [Mood.CLOSE, Mood.BROKEN, Mood.BUSY])
def test_what_becomes_of_a_text_changes_no_word_of_a_call(
    line: Flask, rules: Rules, storage: Storage, mood: Mood
) -> None:
    first = called(line, "461")
    rules.moods = deque([mood])
    sent(line)
    assert called(line, "461", ANOTHER) == first
    with storage.database.read() as connection:
        state = connection.scalars(sa.select(outbox.c.state).order_by(outbox.c.id)).first()
    assert state == ("waiting" if mood is Mood.BUSY else "unknown")


def test_a_store_that_is_gone_changes_no_word_of_a_call(line: Flask, make_application: MakeApplication) -> None:
    gone = make_application(
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TEXTING_FROM=LINE,
        REGISTRATION_URL=LINK,
        DATABASE_URL="sqlite:////no/such/folder/line.db",
        DATA_KEYS=data_key(),
        SECRET_KEY="a secret of the tests",
    )
    assert called(gone, "461") == called(line, "461")
    end(gone)
