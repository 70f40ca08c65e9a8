"""What runs beside the answers, brought together: from a request to the platform, and to a supervisor's mail."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.desk.background import Job
from ivr.errors import SettingsFaults
from ivr.model.flow import Flow
from ivr.model.numbers import PhoneNumber
from ivr.storage.outbox import MOST_TEXTS_AN_HOUR
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks, counts, outbox, people, typed_numbers
from ivr.storage.vault import data_key
from ivr.web.background import background
from tests.conftest import MakeSettings
from tests.mail_server import Post, mail_server
from tests.rest_server import ACCOUNT, FROM, TOKEN, Rules, rest_server

ROOT = Path(__file__).parents[3]
MOST_WAIT_S = 20
LINK = "https://www.example.org/new-patient"
TEXTING = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TEXTING_FROM": FROM,
    "REGISTRATION_URL": LINK,
    "DATA_KEYS": data_key(),
}


def test_a_text_that_was_asked_for_is_sent_in_the_words_of_its_language_and_counted(
    flow: Flow, make_settings: MakeSettings, storage: Storage
) -> None:
    rules = Rules()
    with rest_server(rules) as url:
        beside = background(flow, make_settings(**TEXTING), storage, api_url=url)
        assert beside.texts is not None
        assert beside.texts.ask(PhoneNumber("+18135550100"), "es", datetime.now(UTC))
        beside.texts.flush()
        beside.start()
        assert rules.has_text.wait(MOST_WAIT_S)
        beside.stop()
    (text,) = rules.texts
    assert (text.to, text.from_) == ("+18135550100", FROM)
    assert LINK in text.body
    assert "STOP" in text.body
    with storage.database.read() as connection:
        assert connection.scalars(sa.select(outbox.c.state)).all() == ["sent"]
        told = connection.execute(sa.select(counts.c.detail, counts.c.count).where(counts.c.kind == "text"))
        assert {row.detail: row[1] for row in told} == {"queued": 1, "sent": 1}


def test_a_text_beyond_the_ceiling_is_not_promised(flow: Flow, make_settings: MakeSettings, storage: Storage) -> None:
    now = datetime.now(UTC)
    sent = {"kind": "text", "about": "link", "language": "en", "state": "sent", "attempts": 1}
    with storage.database.begin() as connection:
        rows = [{**sent, "not_before": now, "made_at": now}] * MOST_TEXTS_AN_HOUR
        connection.execute(outbox.insert(), rows)
    beside = background(flow, make_settings(**TEXTING), storage)
    (ceiling,) = [job for job in beside.jobs.jobs if job.name == "ceiling"]
    ceiling.do(now)
    assert beside.texts is not None
    assert not beside.texts.ask(PhoneNumber("+18135550100"), "es", now)
    beside.stop()


def test_a_new_callback_is_mailed_to_a_supervisor(flow: Flow, make_settings: MakeSettings, storage: Storage) -> None:
    now, post = datetime.now(UTC), Post()
    supervisor = {"login": "one", "name": "One", "role": "supervisor", "password": "x", "made_at": now}
    with storage.database.begin() as connection:
        sealed = storage.vault.seal("supervisor@example.org")
        connection.execute(people.insert().values(**supervisor, email=sealed))
        request = {"public_id": "c1", "origin": "own", "language": "en", "asked_at": now}
        connection.execute(callbacks.insert().values(request))
    with mail_server(post) as port:
        settings = make_settings(SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM="line@example.org")
        beside = background(flow, settings, storage)
        notices = {job.name: job for job in beside.jobs.jobs}
        notices["notices"].do(now)
        assert notices["send"].do(now)
        beside.stop()
    (mail,) = post.mails
    assert mail.to == "supervisor@example.org"
    assert mail.message.get_content().split() == ["A", "callback", "is", "waiting.", f"{settings.public_url}/desk"]


def test_a_line_that_sends_nothing_tells_nobody_and_asks_for_nothing(
    flow: Flow, make_settings: MakeSettings, storage: Storage
) -> None:
    beside = background(flow, make_settings(), storage)
    assert beside.texts is None
    assert "notices" not in {job.name for job in beside.jobs.jobs}
    beside.stop()


def test_the_number_of_what_is_done_goes_within_seconds_of_its_minute(
    flow: Flow, make_settings: MakeSettings, storage: Storage
) -> None:
    now = datetime.now(UTC)
    row = {"origin": "own", "language": "en", "asked_at": now, "number": b"x", "number_hash": b"x", "done_at": now}
    with storage.database.begin() as connection:
        for name, over in (("over", timedelta(0)), ("undoable", timedelta(seconds=1))):
            connection.execute(callbacks.insert().values(**row, public_id=name, forget_at=now + over))
    beside = background(flow, make_settings(), storage)
    for job in beside.jobs.jobs:
        if job.every_s <= 10:
            job.do(now)
    with storage.database.read() as connection:
        has_number = sa.select(callbacks.c.public_id, callbacks.c.number.is_not(None))
        assert {row[0]: row[1] for row in connection.execute(has_number)} == {"over": False, "undoable": True}
    beside.stop()


def test_what_is_over_is_forgotten(flow: Flow, make_settings: MakeSettings, storage: Storage) -> None:
    held = {"call": b"x", "digits": b"x", "typed_at": datetime.now(UTC) - timedelta(hours=1)}
    with storage.database.begin() as connection:
        connection.execute(typed_numbers.insert().values(held))
    beside = background(flow, make_settings(), storage)
    (purge,) = [job for job in beside.jobs.jobs if job.name == "purge"]
    purge.do(datetime.now(UTC))
    with storage.database.read() as connection:
        assert connection.scalars(sa.select(typed_numbers.c.call)).all() == []
    beside.stop()


def test_the_jobs_of_others_run_too(flow: Flow, make_settings: MakeSettings, storage: Storage) -> None:
    ran = threading.Event()

    def run(_: datetime) -> bool:
        ran.set()
        return False

    beside = background(flow, make_settings(), storage, [Job("another", 3600, run)])
    beside.start()
    assert ran.wait(MOST_WAIT_S)
    beside.stop()


def test_words_that_do_not_fit_with_the_link_stop_the_start(
    flow: Flow, make_settings: MakeSettings, storage: Storage
) -> None:
    with pytest.raises(SettingsFaults, match=r"es/phrases\.toml: The text takes"):
        background(flow, make_settings(**{**TEXTING, "REGISTRATION_URL": LINK + "x" * 120}), storage)


def test_a_line_that_sends_nothing_does_not_load_what_sends() -> None:
    loaded = "import sys, ivr.web.background; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"ivr.twiml.rest", "ivr.desk.mail", "smtplib", "twilio.rest", "requests"} & set(ran.stdout.split())
