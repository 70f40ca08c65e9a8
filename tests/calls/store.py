"""A line on which callers can ask for something, with a store of its own, as the head of a script asks for it.

# line: callbacks, texts             what callers can ask for; see LINES
# store: fails at en number          from the key at that place on; hangs: until the call is over
# keeps: own 0147 en, message        what is open at the end: whose number, its last digits, language, permission
# texts: en                          the languages of the texts that wait to be sent
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import sqlalchemy as sa
from flask import Flask

from ivr.desk.ports import Override
from ivr.phone import Request, Response, Transport, is_place
from ivr.storage.store import Storage, open_storage
from ivr.storage.switch import Switch
from ivr.storage.tables import call_requests, callbacks, outbox, typed_numbers
from ivr.web.background import EXTENSION
from ivr.web.in_process import in_process
from tests.callback_requests import somebody
from tests.conftest import EVERYTHING

# What each of these names adds to the settings of a line. The last three say how things stand at its desk and queue.
LINES: Mapping[str, dict[str, str]] = {
    "callbacks": {name: EVERYTHING[name] for name in ("CALLBACKS",)},
    "texts": {name: EVERYTHING[name] for name in ("TEXTING_FROM", "TWILIO_ACCOUNT_SID", "REGISTRATION_URL")},
    "nobody-at-the-desk": {},
    "closed-by-the-desk": {},
    "no-room-for-texts": {},
}
_KEEPING = {name: EVERYTHING[name] for name in ("SECRET_KEY", "DATA_KEYS")}
_STORE = re.compile(r"^# store: (fails|hangs) at (.+)$", re.MULTILINE)
_LONG_AGO, _FAR_OFF = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 4, 13, tzinfo=UTC)

Break = Callable[[Storage], object]


def keeps_something(line: tuple[str, ...]) -> bool:
    """Whether callers of such a line can ask for something."""
    return bool({"callbacks", "texts"} & set(line))


def expected(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a script says is kept, and which texts wait; nothing where it does not say."""
    told = (re.search(rf"^# {name}: (.+)$", text, re.MULTILINE) for name in ("keeps", "texts"))
    keeps, texts = ([each.strip() for each in found[1].split(";")] if found else [] for found in told)
    return tuple(keeps), tuple(texts)


@dataclass(frozen=True)
class AskingLine:
    """A line with a store: a transport to it, and what is kept when the call is over."""

    transport: Transport
    storage: Storage
    ends: ExitStack  # of what broke the store, where it can be mended, and of what waits to be written

    def kept(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The open callbacks in the words of a script, and the languages of the texts; none of a broken store."""
        self.ends.close()
        with self.storage.database.read() as connection:
            if not sa.inspect(connection).has_table(callbacks.name):
                return (), ()
            rows = connection.execute(sa.select(callbacks).order_by(callbacks.c.id)).all()
            texts = connection.scalars(sa.select(outbox.c.language).order_by(outbox.c.id)).all()
        numbers = {row.id: self.storage.vault.unseal(row.number)[-4:] for row in rows}
        message = {True: ", message", False: ""}
        keeps = (f"{each.origin} {numbers[each.id]} {each.language}{message[each.may_leave_message]}" for each in rows)
        return tuple(keeps), tuple(texts)


@contextmanager
def asking_line(
    make: Callable[..., Flask], line: tuple[str, ...], text: str, url: str, settings: Mapping[str, str]
) -> Iterator[AskingLine]:
    """Open a line whose store is at an address, empty and migrated; what it was asked for is written at its end."""
    storage = open_storage(url, (_KEEPING["DATA_KEYS"],), deadline_s=10)
    if "nobody-at-the-desk" not in line:
        somebody(storage)
    if "closed-by-the-desk" in line:
        Switch(storage.database).turn(Override(is_open=False, reason="weather", ends_at=_FAR_OFF), _LONG_AGO, "ana")
    app = make(**settings, **_KEEPING, DATABASE_URL=url)
    beside = app.extensions[EXTENSION]
    beside.read_desk()
    if "no-room-for-texts" in line:
        beside.services.texts._batches._most = 0
    with ExitStack() as ends:
        ends.callback(beside.stop)
        transport = ends.enter_context(_broken(storage, text, in_process(app)))
        yield AskingLine(transport, storage, ends)
    storage.database.close()


@contextmanager
def _broken(storage: Storage, text: str, transport: Transport) -> Iterator[Transport]:
    """The transport to a line whose store breaks when a key is pressed at a place, where the script says so."""
    found = _STORE.search(text)
    if found is None:
        yield transport
    elif found[1] == "fails":
        yield _Breaking(transport, found[2], lambda: _lose_tables(storage))
    else:
        with _lock(storage) as lock:
            yield _Breaking(transport, found[2], lock)


@dataclass
class _Breaking:
    transport: Transport
    place: str
    break_it: Callable[[], object]
    is_broken: bool = False

    def __call__(self, request: Request) -> Response:
        is_there = request.kind == "keys" and is_place(request.url, self.place)
        if is_there and not self.is_broken:
            self.is_broken = True
            self.break_it()
        return self.transport(request)


def _lose_tables(storage: Storage) -> None:
    with storage.database.begin() as connection:
        for table in (call_requests, callbacks, typed_numbers):
            table.drop(connection)


@contextmanager
def _lock(storage: Storage) -> Iterator[Callable[[], object]]:
    """Something that locks what callbacks need until the call is over."""
    url = storage.database.url
    if storage.database.is_sqlite:
        with closing(sqlite3.connect(str(url.database))) as holder:
            yield lambda: holder.execute("BEGIN EXCLUSIVE")
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as holder:
        yield lambda: holder.execute("LOCK TABLE callbacks, typed_numbers, call_requests")
        holder.rollback()
