"""In the real server: each process does its own jobs, and writes all that it has counted when it is told to end."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from ivr.storage.database import Database
from ivr.storage.tables import counts
from tests.databases import copy_of_sqlite
from tests.gunicorn_server import free_port, gunicorn, request, serving

COUNTING = "counting_app:app"
REQUESTS = 200


def test_what_workers_have_counted_is_kept_when_they_end(database_url: str) -> None:
    settings, port = {"DATABASE_URL": database_url}, free_port()
    with serving(settings, gunicorn(port, COUNTING), port) as served, ThreadPoolExecutor(8) as clients:
        asked = request("/", b"", method="GET")
        workers = {clients.submit(served.exchange, asked) for _ in range(REQUESTS)}
        pids = {answer.result().body for answer in workers}
        assert served.stop() == 0
    assert served.told[1:] == []  # nothing but that it is ready
    assert counted(database_url) == {"request": REQUESTS, "job": 2}
    assert 1 <= len(pids) <= 2


def test_who_sends_half_a_request_does_not_keep_a_worker_from_writing(sqlite_file: str, tmp_path: Path) -> None:
    """The master kills what has not ended in its time, so that a worker may not use up all of it."""
    url, port = copy_of_sqlite(sqlite_file, tmp_path / "line.db"), free_port()
    options = ("--workers", "1", "--graceful-timeout", "3")
    with serving({"DATABASE_URL": url}, gunicorn(port, COUNTING, *options), port) as served:
        asked = request("/", b"", method="GET")
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(asked[:9])
            served.exchange(asked)
            served.stop()
    assert counted(url) == {"request": 1, "job": 1}


def counted(url: str) -> dict[str, int]:
    database = Database(url)
    with database.read() as connection:
        told = {row.detail: row[1] for row in connection.execute(sa.select(counts.c.detail, counts.c.count))}
    database.close()
    return told
