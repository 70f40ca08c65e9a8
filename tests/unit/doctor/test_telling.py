"""Whether anybody is told of a callback who does not look at the desk."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ivr.storage.people import Newcomer, People, Role
from ivr.storage.store import open_storage
from tests.databases import migrated_sqlite
from tests.installed_line import Line
from tests.mail_server import Post, mail_server


def test_a_desk_where_nobody_is_told_of_a_callback_is_found(line: Line, tmp_path: Path) -> None:
    url = migrated_sqlite(tmp_path / "line.db")
    mails = {"SMTP_URL": "smtp://127.0.0.1:2525", "MAIL_FROM": "line@example.org"}
    storage = open_storage(url, [line.environ["DATA_KEYS"]], deadline_s=30)
    with closing(storage.database):
        everybody, at = People(storage.database, storage.vault), datetime.now(UTC)
        everybody.add(Newcomer("kim", "Kim Example", Role.SUPERVISOR), at, "the tests")
        _, (verdict, told) = line.found("desk", DATABASE_URL=url)
        assert (verdict, told.startswith("SMTP_URL is not set")) == ("warning", True)
        _, (verdict, told) = line.found("desk", DATABASE_URL=url, **mails)
        assert (verdict, told.startswith("No supervisor has a mail address")) == ("warning", True)
        everybody.mail_to("kim", "kim@example.org", at, "the tests")
    post = Post()
    with mail_server(post) as port:
        there = {**mails, "SMTP_URL": f"smtp://127.0.0.1:{port}"}
        assert [verdict for verdict, _ in line.found("desk", DATABASE_URL=url, **there)] == ["ok", "ok"]
        post.instead["NOOP"] = "451 canary"
        _, (verdict, told) = line.found("desk", DATABASE_URL=url, **there)
    assert verdict == "warning"
    assert told.startswith("The mail server of SMTP_URL answers 451: nobody is told of a callback. Ask whoever")
    assert post.mails == []
