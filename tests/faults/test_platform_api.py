"""The platform's REST API fails while texts go out: callers hear every word, and no text goes out twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from ivr.deadline import connected
from ivr.phone import Telephone, over_network
from ivr.storage.tables import outbox
from ivr.storage.vault import data_key
from ivr.twiml import rest
from ivr.web.background import EXTENSION
from tests.conftest import MakeApplication
from tests.databases import copy_of_sqlite
from tests.faults.table import NOTHING, USUAL, write_down
from tests.gunicorn_server import MOST_WAIT_S, free_port, gunicorn, serving
from tests.platform_client import CALLER, LINE, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient
from tests.rest_server import ACCOUNT, Mood, Rules, rest_server
from tests.spoken import spoken

SOON_AFTER = OPEN_AT + timedelta(minutes=1)  # a question is answered once it has been said
LINK = "https://www.example.org/new-patient"
ANOTHER = "+12025550100"  # whose last two digits are those of the first
DEADLINE_S = 2.0  # instead of 10: what hangs does so for ever
NOBODY = "http://127.0.0.1:1"
TEXTS = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TEXTING_FROM": LINE,
    "REGISTRATION_URL": LINK,
    "DATA_KEYS": data_key(),
    "SECRET_KEY": "a secret of the tests",
}
DOUBT = "a text of which nobody knows whether it arrived; the desk is told"
LATER = "the text goes out later, once"
NEVER_TWICE = "nothing is sent a second time; whoever wants it may ask again a day later"


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def api(rules: Rules) -> Iterator[str]:
    with rest_server(rules) as url:
        yield url


@pytest.fixture
def url(sqlite_file: str, tmp_path: Path) -> str:
    return copy_of_sqlite(sqlite_file, tmp_path / "line.db")


@pytest.fixture
def line(make_application: MakeApplication, url: str, api: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(rest, "PLATFORM", api)
    monkeypatch.setattr(rest, "connected", lambda host, port, _: connected(host, port, DEADLINE_S))
    app = made(make_application, url)
    yield app
    end(app)


def made(make_application: MakeApplication, url: str) -> Flask:
    """A line that texts, by the API that is the platform now."""
    return make_application(**TEXTS, DATABASE_URL=url)


def end(app: Flask) -> None:
    beside = app.extensions[EXTENSION]
    beside.stop()
    beside.storage.database.close()


def heard(app: Flask, caller: str) -> list[list[str]]:
    """Every word of a call that asks for the text, and reads on and reaches a person, document by document."""
    return said(
        Telephone(PlatformClient(app).transport, now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN, to=LINE, from_=caller)
    )


def said(telephone: Telephone) -> list[list[str]]:
    """The same of any telephone."""
    words = spoken(telephone, "461*30")
    while not telephone.ringing:
        telephone.wait_silently()
    telephone.hang_up()
    return words


def send_all(app: Flask, at: datetime = SOON_AFTER) -> None:
    background = app.extensions[EXTENSION].background
    background.texts.flush()
    (send,) = [job for job in background.jobs.jobs if job.name == "send"]
    while send.do(at):
        pass


def states(app: Flask) -> list[str]:
    with app.extensions[EXTENSION].storage.database.read() as connection:
        return list(connection.scalars(sa.select(outbox.c.state).order_by(outbox.c.id)))


@dataclass(frozen=True)
class Badly:
    """How the API answers, what becomes of a text, and how many it has taken."""

    fault: str
    mood: Mood
    state: str
    taken: int
    lost: str
    recovers: str


@pytest.mark.parametrize(
    "badly",
    [
        Badly("api busy", Mood.BUSY, "waiting", 0, NOTHING, LATER),
        Badly("api broken", Mood.BROKEN, "unknown", 1, DOUBT, NEVER_TWICE),
        Badly("api hangs", Mood.HANG, "unknown", 0, DOUBT, NEVER_TWICE),
    ],
    ids=lambda badly: badly.fault,
)
def test_the_api_answers_badly(line: Flask, rules: Rules, badly: Badly) -> None:
    usual = heard(line, CALLER)
    rules.moods = deque([badly.mood])
    send_all(line)
    assert heard(line, ANOTHER) == usual
    assert (states(line)[0], len(rules.texts)) == (badly.state, badly.taken)
    send_all(line, OPEN_AT + timedelta(hours=1))
    sent_to = [text.to for text in rules.texts]
    assert sent_to.count(CALLER) == (1 if badly.state == "waiting" else badly.taken)
    assert sent_to.count(ANOTHER) == 1
    write_down(badly.fault, USUAL, badly.lost, badly.recovers)


def test_the_api_is_not_there(
    line: Flask, make_application: MakeApplication, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = heard(line, ANOTHER)
    monkeypatch.setattr(rest, "PLATFORM", NOBODY)
    down = made(make_application, url)
    assert heard(down, CALLER) == usual
    send_all(down)
    assert set(states(down)) == {"waiting"}
    end(down)
    write_down("api down", USUAL, NOTHING, LATER)


def test_a_line_that_is_served_says_every_word_meanwhile(
    rules: Rules, api: str, url: str, environ: dict[str, str]
) -> None:
    """The others wait hours by a clock of ours, which a server has not."""
    port = free_port()
    settings = {**environ, **TEXTS, "DATABASE_URL": url, "REST_API_OF_THE_TESTS": api}
    with serving(settings, gunicorn(port, "texting_app:app"), port):
        transport = over_network(4.0, via=f"http://127.0.0.1:{port}")
        usual = said(Telephone(transport, now=datetime.now(UTC), public_url=PUBLIC_URL, token=TOKEN, from_=CALLER))
        assert rules.has_text.wait(MOST_WAIT_S)
        for area, mood in {202: Mood.BUSY, 206: Mood.BROKEN, 212: Mood.HANG}.items():
            rules.moods.append(mood)
            caller = Telephone(
                transport, now=datetime.now(UTC), public_url=PUBLIC_URL, token=TOKEN, from_=f"+1{area}5550100"
            )
            assert said(caller) == usual
            assert rules.has_failed.wait(MOST_WAIT_S)
            rules.has_failed.clear()
        rules.over.set()  # what hangs would be waited for at the end
