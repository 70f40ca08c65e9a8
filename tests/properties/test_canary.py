"""A day of calls, and then a search of everything that was kept or written for who called."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from ivr.desk.callbacks import Outcome
from ivr.model.hours import Hours
from ivr.phone import Answers, Team, Telephone
from ivr.storage.callback_list import CallbackList
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.purge import Purge
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import callbacks, metadata, outbox, people
from ivr.storage.vault import data_key
from ivr.web.background import EXTENSION
from tests.collector import Collector, collecting
from tests.conftest import Log, MakeApplication
from tests.platform_client import LINE, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient
from tests.spoken import press

OWN, TYPED, NAME = "+18135550186", "+18135550197", "ROSALIND CANARY"
RUN = 7  # six digits may be those of a time
RUNS = {number[at : at + RUN] for number in (OWN, TYPED) for at in range(1, len(number) - RUN + 1)}
SECRETS = (*sorted(RUNS), "ROSALIND", "CANARY", "Rosalind")
MOST_WAIT_S = 20
TYPES_A_NUMBER = (*"5", *"2", *TYPED.removeprefix("+1"), *"11")
KEEPS_ITS_OWN = (*"511",)
ASKS_FOR_A_TEXT = (*"461",)
CALLS = (KEEPS_ITS_OWN, TYPES_A_NUMBER, ASKS_FOR_A_TEXT, (*"41", *"0"), (*"9", *"511"))
HOURS = Hours("Mo-Fr 08:00-17:00; PH off", ZoneInfo("America/New_York"), "US")
RANDOM_CALLS, KEYS_OF_EACH = 30, 12


@pytest.fixture
def kept(database_url: str) -> Iterator[tuple[Storage, dict[str, str]]]:
    """A store with somebody at its desk, and the settings of a line that uses it."""
    key = data_key()
    storage = open_storage(database_url, (key,), deadline_s=10)
    People(storage.database, storage.vault).add(Newcomer("jane", "Jane", Role.SCHEDULER), OPEN_AT, "command line")
    yield (
        storage,
        {
            "CALLBACKS": "on",
            "DATABASE_URL": database_url,
            "DATA_KEYS": key,
            "SECRET_KEY": "a secret of the tests",
            "TEXTING_FROM": LINE,
            "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
            "REGISTRATION_URL": "https://www.example.org/new",
        },
    )
    storage.database.close()


def call(client: PlatformClient, number: int, keys: tuple[str, ...], caller: str, addresses: list[str]) -> None:
    """One call, with the name of who calls as the platform may send it."""
    telephone = Telephone(
        client.transport,
        now=OPEN_AT + timedelta(minutes=10 * number),
        public_url=PUBLIC_URL,
        token=TOKEN,
        to=LINE,
        from_=caller,
        team=Team(others=Answers()),
        call_sid=f"CA{number:032d}",
        extra=(("CallerName", NAME),),
    )
    telephone.dial("/voice/answer")
    for key in keys:
        if telephone.has_ended:
            break
        if key and telephone.call.listening is not None:
            press(telephone, key)
        else:
            telephone.wait_silently()
        addresses.append(telephone.call.url)


def everything(storage: Storage) -> str:
    """Every value of every table, as text."""
    with storage.database.read() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return "\n".join(str(row) for row in rows)


def settled(storage: Storage, person: int) -> list[str]:
    """Everything waiting is claimed, shown and ended, in every way in turn; how the desk knows them."""
    waiting, outcomes = CallbackList(storage.database, storage.vault), cycle(Outcome)
    names = [each.public_id for each in waiting.open(OPEN_AT)]
    for name, outcome in zip(names, outcomes, strict=False):
        if waiting.claim(name, person, OPEN_AT) is None:  # or it was typed, and ended with another as a wrong number
            waiting.reveal(name, person, OPEN_AT)
            waiting.settle(name, person, outcome, OPEN_AT, datetime.date)
    return names


def sent(collector: Collector, most: int) -> str:
    """What a collector was told, when it has this many spans."""
    until = monotonic() + MOST_WAIT_S
    while len(collector.spans) < most and monotonic() < until:
        collector.is_over.wait(0.01)
    assert len(collector.spans) == most
    return b"".join(collector.bodies).decode("latin-1")


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector to which every span is sent at once."""
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")
    with collecting() as listens:
        yield listens


def test_nothing_that_is_kept_or_written_names_a_caller(
    kept: tuple[Storage, dict[str, str]],
    make_application: MakeApplication,
    log: Log,
    collector: Collector,
    capfd: pytest.CaptureFixture[str],
) -> None:
    storage, environ = kept
    app: Flask = make_application(**environ, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    app.extensions[EXTENSION].read_desk()
    client, chance, addresses = PlatformClient(app), random.Random(20261124), list[str]()
    for number, keys in enumerate(CALLS):
        call(client, number, keys, OWN, addresses)
    for number in range(len(CALLS), len(CALLS) + RANDOM_CALLS):
        keys = tuple(chance.choice([*"0123456789*#5511", ""]) for _ in range(KEYS_OF_EACH))
        call(client, number, keys, chance.choice([OWN, "anonymous", TYPED]), addresses)
    app.extensions[EXTENSION].stop()
    with storage.database.read() as connection:
        assert (connection.scalar(sa.select(sa.func.count()).select_from(callbacks)) or 0) >= 2
        assert (connection.scalar(sa.select(sa.func.count()).select_from(outbox)) or 0) >= 1
        person = connection.scalar(sa.select(people.c.id))
    before = everything(storage)
    assert len(settled(storage, person or 0)) >= 2
    Purge(storage.database, HOURS).run(OPEN_AT + timedelta(minutes=1))
    metrics = client.environ | {"REMOTE_ADDR": "127.0.0.1"}
    shown = app.test_client().get("/metrics", environ_overrides=metrics).text
    app.extensions[EXTENSION].stop()
    traces, printed = sent(collector, len(log.of("voice")) + 1), capfd.readouterr()
    for secret in SECRETS:
        for where, text in {
            "the database": before + everything(storage),
            "the log": log.text,
            "an address": "\n".join(addresses),
            "the metrics": shown,
            "the traces": traces,
            "what is printed": printed.out + printed.err,
        }.items():
            assert secret not in text, where
