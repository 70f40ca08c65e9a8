"""A call without a CallSid: nothing that it types or asks may be another's, because all such calls have one name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.storage.callback_list import CallbackList
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.store import Storage, open_storage
from ivr.storage.vault import data_key
from ivr.web.background import EXTENSION
from tests.conftest import MakeApplication
from tests.databases import copy_of_sqlite
from tests.platform_client import OPEN_AT, PlatformClient, call_form

TYPED = "8135550147"


@pytest.fixture
def kept(sqlite_file: str, tmp_path: Path) -> Iterator[tuple[Storage, dict[str, str]]]:
    url, key = copy_of_sqlite(sqlite_file, tmp_path / "line.db"), data_key()
    storage = open_storage(url, (key,), deadline_s=10)
    People(storage.database, storage.vault).add(Newcomer("jane", "Jane", Role.SCHEDULER), OPEN_AT, "command line")
    yield storage, {"CALLBACKS": "on", "DATABASE_URL": url, "DATA_KEYS": key, "SECRET_KEY": "a secret of the tests"}
    storage.database.close()


@pytest.fixture
def line(kept: tuple[Storage, dict[str, str]], make_application: MakeApplication) -> Iterator[PlatformClient]:
    app = make_application(**kept[1])
    beside = app.extensions[EXTENSION]
    beside.read_desk()
    yield PlatformClient(app)
    beside.desk.stop()
    beside.stop()
    beside.storage.database.close()


def said(line: PlatformClient, target: str, **fields: str) -> str:
    document = line.hear(target, call_form(CallSid="", **fields))
    return f"{document}"


def waiting(kept: tuple[Storage, dict[str, str]]) -> int:
    storage, _ = kept
    return len(CallbackList(storage.database, storage.vault).open(OPEN_AT))


@pytest.mark.parametrize("key", ["", "7", "8", "9", "*"])
def test_nobody_hears_what_another_has_typed(line: PlatformClient, key: str) -> None:
    typed = said(line, "/voice/en/number", Digits=TYPED, From="anonymous")
    heard = said(line, "/voice/en/confirm", Digits=key, From="anonymous")
    assert "0147" not in typed + heard


def test_nobody_confirms_what_another_has_typed(line: PlatformClient, kept: tuple[Storage, dict[str, str]]) -> None:
    said(line, "/voice/en/number", Digits=TYPED, From="anonymous")
    said(line, "/voice/en/confirm", Digits="1", From="anonymous")
    assert waiting(kept) == 0


def test_nobody_is_told_of_a_request_that_was_anothers(
    line: PlatformClient, kept: tuple[Storage, dict[str, str]]
) -> None:
    for last in range(3):
        heard = said(line, "/voice/en/call-back", Digits="1", From=f"+1813555015{last}")
        assert "Thank you" not in heard
        assert "I have two numbers from you already" not in heard
    assert waiting(kept) == 0


def test_a_callback_is_not_offered(line: PlatformClient) -> None:
    assert "called back" not in said(line, "/voice/en/menu", Digits="0").lower()
    assert "call-back" not in said(line, "/voice/en/menu", Digits="5")


def test_with_a_name_all_of_it_works(line: PlatformClient, kept: tuple[Storage, dict[str, str]]) -> None:
    assert "0147" in f"{line.hear('/voice/en/number', call_form(Digits=TYPED))}"
    assert "promised" in f"{line.hear('/voice/en/confirm', call_form(Digits='1'))}"
    assert waiting(kept) == 1
