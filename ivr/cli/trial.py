"""What a newcomer's environment lacks, so that the whole line can be tried: made-up telephones, a database, a person.

What a trial keeps is in one folder: its keys, and a file of SQLite.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ivr.storage.migrations import upgrade
from ivr.storage.people import Newcomer, People, Role, change
from ivr.storage.store import Storage, open_storage
from ivr.storage.vault import data_key

LOGIN = "trial"

# A made-up team, words that nobody has approved, callbacks, and a desk without a second factor.
_MADE_UP = {
    "TEAM_NUMBERS": "+18135550101,+18135550102",
    "BACKUP_NUMBERS": "+18135550103",
    "ALLOW_DRAFTS": "all",
    "CALLBACKS": "on",
    "DESK_SECOND_FACTOR": "off",
}
_BY = "command line"


def trial(here: str, folder: Path) -> dict[str, str]:
    """Settings with which the line can be tried on this machine, at the address `here`; its token is for this run."""
    return {
        **_MADE_UP,
        **_kept(folder / "keys.json"),
        "DATABASE_URL": f"sqlite:///{(folder / 'line.db').absolute()}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "PUBLIC_URL": here,
    }


def prepare(environ: Mapping[str, str]) -> str:
    """Make the tables of a trial and somebody at its desk; the password for this run."""
    storage = open_storage(environ["DATABASE_URL"], environ["DATA_KEYS"].split(","))
    upgrade(storage.database)
    password = _person(storage)
    storage.database.close()
    return password


def _kept(path: Path) -> dict[str, str]:
    """The keys of a trial, made once: with others, what it has kept could not be read again."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {"DATA_KEYS": data_key(), "SECRET_KEY": secrets.token_urlsafe(32)}
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as file, suppress(FileExistsError):
            file.write(json.dumps(made))
            file.flush()
            os.link(file.name, path)  # whole or not at all, and never over the keys of a trial that began just now
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _person(storage: Storage) -> str:
    people, now = People(storage.database, storage.vault), datetime.now(UTC)
    if all(person.login != LOGIN for person in people.all()):
        people.add(Newcomer(LOGIN, "Trial", Role.SUPERVISOR), now, _BY)
    password = people.reset(LOGIN, now, _BY)
    ids = [person.id for person in people.all() if person.login == LOGIN]
    with storage.database.begin() as connection:
        for each in ids:
            change(connection, each, must_change_password=False, is_enabled=True)
    return password
