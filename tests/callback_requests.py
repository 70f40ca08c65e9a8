"""What tests of callbacks share: callers, times to promise, people of the desk, and what the tables hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ivr.desk.ports import Origin, Request
from ivr.desk.promises import Slot
from ivr.model.numbers import PhoneNumber
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.store import Storage
from ivr.storage.tables import people

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # a Tuesday, ten in the morning in Tampa
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
CALLER = "+18135550142"
OTHER = "+18135550143"
THIRD = "+18135550144"


def slots(*most: int, after: datetime = AT) -> tuple[Slot, ...]:
    """Times to promise, hour by hour, that hold so many promises each."""
    return tuple(Slot(after + (place + 2) * HOUR, each) for place, each in enumerate(most))


def asks(call: str = "CA1", number: str = CALLER, origin: Origin = Origin.OWN, **more: Any) -> Request:
    """A request, of a caller's own number unless told otherwise."""
    return Request(call, PhoneNumber(number), origin, **{"language": "en", "at": AT, **more})


def keep(storage: Storage, request: Request, offered: Sequence[Slot] = slots(9)) -> datetime | None:
    """Keep a request, and say what is promised."""
    return StoredCallbacks(storage.database, storage.vault).keep(request, offered).promised_by


def somebody(storage: Storage, login: str = "ana") -> int:
    """A scheduler, by their id."""
    row = {"login": login, "name": login.title(), "role": "scheduler", "password": "", "made_at": AT}
    with storage.database.begin() as connection:
        return int(connection.execute(people.insert().values(row).returning(people.c.id)).scalar_one())


def rows(storage: Storage, table: sa.Table, *columns: str) -> list[Any]:
    """What a table holds, in the order in which it was written; of one column, its values."""
    chosen = sa.select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
    with storage.database.read() as connection:
        return [row[0] if len(columns) == 1 else tuple(row) for row in connection.execute(chosen)]
