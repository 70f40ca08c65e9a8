"""Work that only one of many processes may do at a time. A lease runs out by itself, so that no process can keep it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from ivr.storage.database import insert
from ivr.storage.tables import leases


def take_lease(connection: Connection, name: str, holder: str, at: datetime, lasts: timedelta) -> bool:
    """Take a lease or renew one's own; False when somebody else holds it. One that ends later than it could is void."""
    row = insert(connection, leases).values(name=name, holder=holder, until=at + lasts)
    taken = row.on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={"holder": row.excluded.holder, "until": row.excluded.until},
        where=sa.or_(leases.c.until <= at, leases.c.until > at + lasts, leases.c.holder == holder),
    )
    return connection.scalar(taken.returning(leases.c.holder)) is not None


def lease_ends(connection: Connection, name: str) -> datetime | None:
    """When a lease ends or ended; None when nobody has taken it for a long time."""
    return connection.scalar(sa.select(leases.c.until).where(leases.c.name == name))


def give_back_lease(connection: Connection, name: str, holder: str) -> None:
    """End a lease before its time, if it is one's own."""
    connection.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))
