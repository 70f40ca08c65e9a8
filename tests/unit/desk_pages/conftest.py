"""A desk on a database of its own, with somebody in each role. What the pages do is the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from ivr.checks.verify import VerifiedFlow
from ivr.storage.people import Role
from ivr.storage.store import Storage, open_storage
from ivr.storage.vault import data_key
from tests.conftest import MakeSettings
from tests.databases import copy_of_sqlite
from tests.desk import Hired, Visitor, desk_app, hire, sign_in

SignIn = Callable[..., Visitor]


@pytest.fixture
def kept(sqlite_file: str, tmp_path: Path) -> Iterator[Storage]:
    """The storage of the desk."""
    storage = open_storage(copy_of_sqlite(sqlite_file, tmp_path / "desk.db"), (data_key(),), deadline_s=10)
    yield storage
    storage.database.close()


@pytest.fixture
def app(verified: VerifiedFlow, make_settings: MakeSettings, kept: Storage) -> Flask:
    """An application with a desk."""
    return desk_app(verified, make_settings(SECRET_KEY="a secret of the tests"), kept)


@pytest.fixture
def people(kept: Storage) -> dict[Role, Hired]:
    """Somebody in each role."""
    return {role: hire(kept, role.value, role) for role in Role}


@pytest.fixture
def enter(app: Flask, people: dict[Role, Hired]) -> SignIn:
    """Signs in somebody of a role, in a browser of their own."""
    return lambda role: sign_in(Visitor.of(app), people[role])
