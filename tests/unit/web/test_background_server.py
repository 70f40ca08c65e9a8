"""In the real server: each process does its own jobs, and writes all that it has counted when it is told to end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from ivr.storage.database import Database
from ivr.storage.tables import counts
from tests.gunicorn_server import free_port, request, serving

REQUESTS = 200


def test_what_workers_have_counted_is_kept_when_they_end(database_url: str) -> None:
    port = free_port()
    command = ("-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--pythonpath", "tests", "counting_app:app")
    with serving({"DATABASE_URL": database_url}, command, port) as served, ThreadPoolExecutor(8) as clients:
        asked = request("/", b"", method="GET")
        workers = {clients.submit(served.exchange, asked) for _ in range(REQUESTS)}
        pids = {answer.result().body for answer in workers}
        assert served.stop() == 0
    assert served.told[1:] == []  # nothing but that it is ready
    database = Database(database_url)
    with database.read() as connection:
        told = {row.detail: row[1] for row in connection.execute(sa.select(counts.c.detail, counts.c.count))}
    assert told == {"request": REQUESTS, "job": 2}
    assert 1 <= len(pids) <= 2
    database.close()
