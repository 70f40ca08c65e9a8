"""The address of a database is one that can be opened, and holds its password where no command shows it."""

from __future__ import annotations

import pytest

from ivr.config import load
from ivr.storage.database import normalised
from tests.unit.test_config import DATABASE_MEND, KEY, LEAST, faults


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///line.db",
        "sqlite:////srv/line.db",
        "postgres://u:p@host:5432/line?sslmode=require",
        "postgresql:///line?host=/run/postgresql",
    ],
)
def test_every_database_that_is_taken_can_be_opened(url: str) -> None:
    settings = load({**LEAST, "DATABASE_URL": url})
    assert settings.database == url
    assert normalised(settings.database).database


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("mysql://canary@host/line", "is neither sqlite:/// and a file, nor postgresql:// and a server"),
        ("line.db", "is neither sqlite:/// and a file, nor postgresql:// and a server"),
        ("sqlite://line.db", "is not a file, which sqlite:/// must be followed by"),
        ("sqlite:///:memory:", "is not a file, which sqlite:/// must be followed by"),
        *(
            (url, "names no server and database in the form postgresql://user:password@host/name")
            for url in ("postgresql://canary@host", "postgres://host:canary/line", "postgres://[canary/line")
        ),
        *(
            (url, "has a password in another place than postgresql://user:password@host/name, with %2F for a /")
            for url in (
                "postgresql://line@db.example.org/line?password=canary&sslmode=verify-full",
                "postgresql:///line?host=db.example.org&user=line&sslpassword=canary",
                "postgresql://line@db.example.org/line?passfile=canary",
                "postgresql://line:12/canary@db.example.org/line",
            )
        ),
    ],
)
def test_a_database_that_is_none_is_told_without_its_address(url: str, wrong: str) -> None:
    assert faults(DATABASE_URL=url) == [f"DATABASE_URL: {wrong}. {DATABASE_MEND}"]


def test_neither_a_key_nor_the_password_of_a_database_is_printed() -> None:
    secret = {"DATABASE_URL": "postgres://line:canary@host/line", "DATA_KEYS": KEY}
    settings = load({**LEAST, **secret})
    printed = repr(settings) + str(settings) + f"{settings.model_dump()}" + settings.model_dump_json()
    assert not [word for word in ("canary", KEY) if word in printed]
