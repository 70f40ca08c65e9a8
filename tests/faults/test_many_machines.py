"""Two instances with one PostgreSQL: a call hops between them at every key, and what must be done once is done once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
import sqlalchemy as sa

from ivr.desk.ports import Override
from ivr.phone import Answers, Heard, Request, Response, Team, Telephone, over_network
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.store import Storage, open_storage
from ivr.storage.switch import Switch
from ivr.storage.tables import callbacks, counts
from ivr.storage.vault import data_key
from tests.conftest import ENVIRON
from tests.databases import Server
from tests.gunicorn_server import Served, serving
from tests.platform_client import PUBLIC_URL, TOKEN
from tests.spoken import press

KEY = data_key()


@pytest.fixture
def storage(postgresql: Server) -> Iterator[Storage]:
    url = postgresql.make()
    opened = open_storage(url, (KEY,), deadline_s=10)
    People(opened.database, opened.vault).add(Newcomer("jane", "Jane", Role.SCHEDULER), datetime.now(UTC), "a test")
    yield opened
    opened.database.close()
    postgresql.drop(url)


@pytest.fixture
def instances(storage: Storage) -> Iterator[tuple[Served, Served]]:
    environ = {
        **ENVIRON,
        "CALLBACKS": "on",
        "DATABASE_URL": storage.database.url.render_as_string(hide_password=False),
        "DATA_KEYS": KEY,
        "SECRET_KEY": "a secret of the tests",
    }
    with ExitStack() as stack:
        first, second = (stack.enter_context(serving(environ)) for _ in range(2))
        yield first, second


def hopping(instances: tuple[Served, Served], sid: str) -> Telephone:
    """A telephone whose every request goes to the other instance."""
    ways = cycle(over_network(10, via=f"http://127.0.0.1:{each.port}") for each in instances)

    def transport(request: Request) -> Response:
        return next(ways)(request)

    return Telephone(
        transport, now=datetime.now(UTC), public_url=PUBLIC_URL, token=TOKEN, call_sid=sid, team=Team(others=Answers())
    )


def words(heard: tuple[Heard, ...]) -> list[str]:
    return [each.written for each in heard]


def until_counted(storage: Storage, kind: str, least: int) -> int:
    """How often something was counted, as soon as all of it is written; the writers write once a second."""
    end = datetime.now(UTC) + timedelta(seconds=20)
    while datetime.now(UTC) < end:
        with storage.database.read() as connection:
            total = connection.scalar(sa.select(sa.func.sum(counts.c.count)).where(counts.c.kind == kind)) or 0
        if total >= least:
            return int(total)
    return int(total)


def test_a_call_hops_between_instances_at_every_key(instances: tuple[Served, Served], storage: Storage) -> None:
    alone, hops = hopping((instances[0], instances[0]), "CA1"), hopping(instances, "CA2")
    for telephone in (alone, hops):
        telephone.dial("/voice/answer")
        for key in "3#79*511":
            press(telephone, key)
    assert words(hops.heard) == words(alone.heard)
    with storage.database.read() as connection:
        rows = connection.execute(sa.select(callbacks.c.public_id)).all()
    assert len(rows) == 1  # both calls came from one number: the request is one
    assert until_counted(storage, "call", 2) == 2
    assert until_counted(storage, "key", 16) == 16


def test_the_switch_is_heard_at_every_instance(instances: tuple[Served, Served], storage: Storage) -> None:
    until = datetime.now(UTC) + timedelta(hours=2)
    Switch(storage.database).turn(Override(is_open=False, reason="weather", ends_at=until), datetime.now(UTC), "a test")
    end = datetime.now(UTC) + timedelta(seconds=10)
    waiting = [each for each in instances for _ in range(2)]
    while waiting and datetime.now(UTC) < end:
        telephone = hopping((waiting[0], waiting[0]), "CA3")
        telephone.dial("/voice/answer")
        telephone.press("0")
        if any("weather" in each.written for each in telephone.spoken):
            waiting.pop(0)
    assert not waiting
