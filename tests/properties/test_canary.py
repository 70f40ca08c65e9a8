"""A day of calls, and then a search of everything that was kept or written for who called."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from ivr.phone import Answers, Team, Telephone
from ivr.storage.callback_list import CallbackList
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import callbacks, metadata, outbox, people
from ivr.storage.vault import data_key
from ivr.web.background import EXTENSION
from tests.conftest import Log, MakeApplication
from tests.platform_client import LINE, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient

OWN, TYPED, NAME = "+18135550186", "+18135550197", "ROSALIND CANARY"
SECRETS = ("5550186", "5550197", "ROSALIND", "CANARY", "Rosalind")  # six digits may be those of a time
TYPES_A_NUMBER = (*"5", *"2", *TYPED.removeprefix("+1"), *"11")
KEEPS_ITS_OWN = (*"511",)
ASKS_FOR_A_TEXT = (*"461",)
CALLS = (KEEPS_ITS_OWN, TYPES_A_NUMBER, ASKS_FOR_A_TEXT, (*"41", *"0"), (*"9", *"511"))
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
            telephone.press(key)
        else:
            telephone.wait_silently()
        addresses.append(telephone.call.url)


def everything(storage: Storage) -> str:
    """Every value of every table, as text."""
    with storage.database.read() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return "\n".join(str(row) for row in rows)


def test_nothing_that_is_kept_or_written_names_a_caller(
    kept: tuple[Storage, dict[str, str]], make_application: MakeApplication, log: Log
) -> None:
    storage, environ = kept
    app: Flask = make_application(**environ)
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
    waiting = CallbackList(storage.database, storage.vault)
    for each in waiting.open(OPEN_AT):
        waiting.claim(each.public_id, person or 0, OPEN_AT)
        waiting.reveal(each.public_id, person or 0, OPEN_AT)
    metrics = client.environ | {"REMOTE_ADDR": "127.0.0.1"}
    shown = app.test_client().get("/metrics", environ_overrides=metrics).text
    app.extensions[EXTENSION].stop()
    for secret in SECRETS:
        for where, text in {
            "the database": everything(storage),
            "the log": log.text,
            "an address": "\n".join(addresses),
            "the metrics": shown,
        }.items():
            assert secret not in text, where
