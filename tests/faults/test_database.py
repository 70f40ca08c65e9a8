"""The database fails: reading and transfers go on word for word, and no promise is made that is not kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from urllib.request import Request, urlopen

import psycopg
import pytest

from ivr.storage.people import Newcomer, People, Role
from ivr.storage.store import open_storage
from ivr.storage.vault import data_key
from tests.databases import Server, postgresql_server
from tests.faults.callers import Heard
from tests.faults.line import Instance, Line, whole_line
from tests.faults.proxy import Does, TcpProxy, tcp_proxy
from tests.faults.table import HONEST, NOTHING, UNKEPT, USUAL, write_down

LOOKS_EVERY_S, DEADLINE_S = 5, 2  # of a process that looks who is at the desk, and of whatever waits for the store
KEPT, NOT_KEPT, NOT_OFFERED = "kept", "not kept", "not offered"
OUTCOMES = {
    KEPT: "Our scheduling team will call you back",
    NOT_KEPT: "I could not keep your request for a call just now.",
    NOT_OFFERED: "5 is not one of the choices",
}
WATCHER = "a token of who watches"
_numbers = (f"+181355501{number:02}" for number in count(10))


@dataclass
class Store:
    """A line with a database behind a proxy of our own, and the database itself, asked directly."""

    line: Line
    proxy: TcpProxy
    server: Server
    url: str

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement, whatever the line's way to the database is."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @property
    def kept(self) -> int:
        """How many callbacks are in it."""
        return int(str(self.run("SELECT count(*) FROM callbacks")[0][0]))

    def mend(self) -> None:
        """Let everything pass again."""
        self.proxy.does = Does.PASSES
        self.proxy.cut_all()


def settings(environ: dict[str, str], url: str) -> dict[str, str]:
    """The settings of a line with callbacks, and somebody at its desk to see them."""
    kept = {"CALLBACKS": "on", "DATA_KEYS": data_key(), "DATABASE_URL": url, "SECRET_KEY": "s" * 40}
    storage = open_storage(url, [kept["DATA_KEYS"]], deadline_s=30)
    with closing(storage.database):
        somebody = Newcomer("kim", "Kim Example", Role.SCHEDULER)
        People(storage.database, storage.vault).add(somebody, datetime.now(UTC), "the tests")
    return {**environ, **kept, "METRICS_TOKEN": WATCHER}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str], fallback: bytes) -> Iterator[Store]:
    with postgresql_server() as server, tcp_proxy(server.folder / ".s.PGSQL.5432") as proxy:
        url = server.make()
        name = url.removeprefix("postgresql:///").partition("?")[0]
        through = f"postgresql://postgres@127.0.0.1:{proxy.port}/{name}"
        with whole_line(tmp_path_factory.mktemp("nginx"), settings(environ, through), fallback) as line:
            yield Store(line, proxy, server, url)


@pytest.fixture
def store(installed: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SSL_CERT_FILE", str(installed.line.nginx.certificate.file))
    yield installed
    installed.mend()
    installed.line.mend()


@pytest.fixture(scope="module")
def usual(installed: Store) -> Heard:
    """Every word of a call while the database is well."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(installed.line.nginx.certificate.file))
        return installed.line.caller().call()


def words(heard: Heard) -> str:
    return " ".join(told for step in heard.values() for told in step)


def asked(line: Line, before: dict[str, Callable[[], object]] | None = None) -> str:
    """What comes of it when somebody asks to be called back. Whatever it is, a person is offered after it."""
    caller = line.caller()
    told = words(caller.ask(next(_numbers), before))
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    (outcome,) = [outcome for outcome, said in OUTCOMES.items() if said in told]
    if outcome != KEPT:
        assert (
            "our team again, press 0." in told
            or "our scheduling team, press 0." in told.partition(OUTCOMES[outcome])[2]
        )
    return outcome


def until_all_know(line: Line) -> None:
    """Call until every worker must have found out that there is a desk again: each looks for itself."""
    began = time.monotonic()
    while time.monotonic() - began < LOOKS_EVERY_S + 2 * DEADLINE_S:
        line.caller().reach_nobody()
    assert "press 5." in words(line.caller().reach_nobody())


def reads_as_usual(line: Line, usual: Heard, before: dict[str, Callable[[], object]] | None = None) -> None:
    caller = line.caller()
    assert caller.call(before) == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)


def test_a_request_is_kept_while_all_is_well(store: Store) -> None:
    before = store.kept
    assert asked(store.line) == KEPT
    assert store.kept == before + 1


def test_it_is_down_at_the_start(store: Store, usual: Heard) -> None:
    store.proxy.does = Does.REFUSES
    store.proxy.cut_all()
    store.line.each(Instance.restart)
    before = store.kept
    reads_as_usual(store.line, usual)
    assert asked(store.line) == NOT_OFFERED
    store.mend()
    until_all_know(store.line)
    assert asked(store.line) == KEPT
    assert store.kept == before + 1
    heard = f"{USUAL}; no callback is offered, a person is"
    write_down("database down at start", heard, NOTHING, "by itself, some seconds after it is up")


def broken(store: Store, does: Does, delay_s: float = 0.0) -> Callable[[], None]:
    def happens() -> None:
        store.proxy.delay_s, store.proxy.does = delay_s, does
        if does is Does.REFUSES:
            store.proxy.cut_all()

    return happens


@pytest.mark.parametrize(
    ("fault", "does", "delay_s", "recovers"),
    [
        ("database down", Does.REFUSES, 0.0, "by itself, as soon as it is up"),
        ("database slow", Does.DELAYS, 5.0, "by itself; nobody waits for it longer than 2 s"),
        ("database hangs", Does.SWALLOWS, 0.0, "by itself; nobody waits for it longer than 2 s"),
        ("database noise", Does.CORRUPTS, 0.0, "by itself, with new connections"),
    ],
)
def test_the_way_to_it_fails(store: Store, usual: Heard, fault: str, does: Does, delay_s: float, recovers: str) -> None:
    before = store.kept
    reads_as_usual(store.line, usual, {"section": broken(store, does, delay_s)})
    assert asked(store.line) == NOT_KEPT
    store.mend()
    assert asked(store.line, {"confirms": broken(store, does, delay_s)}) == NOT_KEPT
    store.mend()
    assert asked(store.line) == KEPT
    assert store.kept == before + 1
    write_down(fault, HONEST, UNKEPT, recovers)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/metrics/1", "ivr_store_works 0.0\n"),
        ("/metrics/2", "ivr_store_works 0.0\n"),
        ("/health/ready", '"degraded":["store","outbox"]'),
    ],
)
def test_a_database_that_hangs_is_shown_as_that_and_not_as_a_line_that_is_down(
    store: Store, usual: Heard, path: str, told: str
) -> None:
    reads_as_usual(store.line, usual)  # by then every worker has read who is at the desk
    bears = {"Authorization": f"Bearer {WATCHER}"}
    asks = Request(store.line.nginx.url + path, headers=bears)  # noqa: S310 because it is our own address
    trust = store.line.nginx.certificate.trust()
    trust.check_hostname = False
    store.proxy.does = Does.SWALLOWS
    began = time.monotonic()
    with urlopen(asks, context=trust, timeout=30) as shown:  # noqa: S310
        assert told in shown.read().decode()
    assert time.monotonic() - began < 2 * DEADLINE_S


def typed(line: Line, before: dict[str, Callable[[], object]] | None = None) -> str:
    """What comes of it when somebody types the number to be called back at."""
    caller = line.caller()
    told = words(caller.types(next(_numbers), before))
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    (outcome,) = [outcome for outcome, said in OUTCOMES.items() if said in told]
    return outcome


@pytest.mark.parametrize("step", ["types", "confirms"])
def test_it_is_slow_but_works_where_a_step_asks_it_more_than_once(store: Store, usual: Heard, step: str) -> None:
    before = store.kept
    reads_as_usual(store.line, usual, {"section": broken(store, Does.DELAYS, 0.2)})
    store.mend()
    assert typed(store.line, {step: broken(store, Does.DELAYS, 0.2)}) == NOT_KEPT
    store.mend()
    assert typed(store.line) == KEPT
    assert store.kept == before + 1
    write_down("database slow but working", HONEST, UNKEPT, "by itself; no step waits for it longer than 2 s")


@contextmanager
def full(store: Store) -> Iterator[None]:
    """Every table says what PostgreSQL says of a full disk."""
    store.run(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    )
    tables = [str(name) for (name,) in store.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for table in tables:
        store.run(f'CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON "{table}" EXECUTE FUNCTION full_disk()')
    try:
        yield
    finally:
        store.run("DROP FUNCTION full_disk() CASCADE")


@contextmanager
def read_only(store: Store) -> Iterator[None]:
    name = str(store.run("SELECT current_database()")[0][0])
    store.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    store.proxy.cut_all()
    try:
        yield
    finally:
        with psycopg.connect(store.url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'.encode())


@contextmanager
def locked(store: Store) -> Iterator[None]:
    with psycopg.connect(store.url) as connection:
        connection.execute("LOCK TABLE callbacks, call_requests, counts, overrides IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize(
    ("fault", "breaks", "recovers"),
    [
        ("database full", full, "by itself, as soon as there is room"),
        ("database read-only", read_only, "by itself, with new connections"),
        ("database locked", locked, "by itself; nobody waits for it longer than 2 s"),
    ],
)
def test_it_takes_nothing(
    store: Store, usual: Heard, fault: str, breaks: Callable[[Store], AbstractContextManager[None]], recovers: str
) -> None:
    before = store.kept
    with breaks(store):
        reads_as_usual(store.line, usual)
        assert asked(store.line) == NOT_KEPT
    store.mend()
    assert asked(store.line) == KEPT
    assert store.kept == before + 1
    write_down(fault, HONEST, UNKEPT, recovers)


def test_it_is_killed_and_comes_back(store: Store, usual: Heard) -> None:
    before = store.kept
    reads_as_usual(store.line, usual, {"section": store.server.restart})
    assert asked(store.line, {"asks": store.server.restart}) == KEPT
    store.server.restart()  # before it would have written by itself: it is set to say "done" before that
    assert store.kept == before + 1
    write_down("database fails over", USUAL, NOTHING, "by itself, with new connections")
