"""How often something happened, by hour; never to whom."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from ivr.storage.database import insert
from ivr.storage.tables import counts


def count(  # noqa: PLR0913 because these are the columns of a count
    connection: Connection,
    kind: str,
    *,
    at: datetime,
    node: str = "",
    language: str = "",
    detail: str = "",
    is_probe: bool = False,
    times: int = 1,
) -> None:
    """Count that something happened so many times in the hour of `at`, in the transaction in which it happened."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    what = {"hour": hour, "kind": kind, "node": node, "language": language, "detail": detail, "is_probe": is_probe}
    row = insert(connection, counts).values(**what, count=times)
    more = {"count": counts.c.count + row.excluded["count"]}
    connection.execute(row.on_conflict_do_update(index_elements=list(what), set_=more))
