"""How what a line keeps is shown to who watches, and what callers asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ivr.phone import Telephone
from ivr.storage.outbox import FAILED
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.tables import outbox
from ivr.web.background import EXTENSION
from tests.conftest import MakeApplication, keeping
from tests.databases import Server, copy_of_sqlite
from tests.full_disk import holds_on_a_full_disk
from tests.platform_client import CALLER, LINE, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient
from tests.spoken import press, spoken

OWN_NUMBER = "511"  # a callback, to the number that calls, and a message may be left
STANDING = {
    "ivr_store_works",
    "ivr_callbacks_open",
    "ivr_callbacks_late",
    "ivr_outbox_waiting",
    "ivr_outbox_oldest_seconds",
    "ivr_outbox_troubles",
}


@pytest.fixture
def line(make_application: MakeApplication, sqlite_file: str, tmp_path: Path) -> Iterator[PlatformClient]:
    with keeping(make_application, copy_of_sqlite(sqlite_file, tmp_path / "line.db")) as client:
        somebody_comes_to(client)
        yield client


def somebody_comes_to(client: PlatformClient) -> None:
    """Callbacks are taken where somebody can make them."""
    beside = client.app.extensions[EXTENSION]
    everybody = People(beside.storage.database, beside.storage.vault)
    everybody.add(Newcomer("jane", "Jane", Role.SCHEDULER), OPEN_AT, "command line")
    beside.read_desk()


def shown(client: PlatformClient) -> dict[str, float]:
    """What stands now, and what was asked for, by outcome."""
    told = client.send("/metrics", REQUEST_METHOD="GET", REMOTE_ADDR="127.0.0.1").body.decode()
    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    standing = {sample.name: sample.value for sample in samples if sample.name in STANDING}
    asked = {sample.labels["outcome"]: sample.value for sample in samples if sample.name == "ivr_asked_total"}
    return standing | asked


def asks_to_be_called_back(client: PlatformClient) -> None:
    telephone = Telephone(client.transport, now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN, to=LINE, from_=CALLER)
    telephone.dial("/voice/answer")
    for key in OWN_NUMBER:
        press(telephone, key)


def test_a_callback_that_is_kept_is_shown_and_is_late_after_its_promise(line: PlatformClient) -> None:
    assert {name: value for name, value in shown(line).items() if value} == {"ivr_store_works": 1}
    asks_to_be_called_back(line)
    told = shown(line)
    assert (told["kept"], told["failed"], told["ivr_callbacks_open"], told["ivr_callbacks_late"]) == (1, 0, 1, 0)
    told = shown(line.later(OPEN_AT.replace(day=OPEN_AT.day + 2)))
    assert (told["ivr_callbacks_open"], told["ivr_callbacks_late"]) == (1, 1)


def test_letters_that_are_lost_are_all_counted(line: PlatformClient) -> None:
    lost = {"kind": "text", "about": "link", "language": "en", "state": FAILED, "problem": "21606"}
    times = {"made_at": OPEN_AT, "settled_at": OPEN_AT, "not_before": OPEN_AT}
    with line.app.extensions[EXTENSION].storage.database.begin() as connection:
        connection.execute(outbox.insert(), [lost | times for _ in range(60)])
    assert shown(line)["ivr_outbox_troubles"] == 60


def test_a_store_that_is_down_is_shown_as_that_and_nothing_is_made_up(
    make_application: MakeApplication, postgresql: Server
) -> None:
    with postgresql.lent() as url, keeping(make_application, url) as line:
        somebody_comes_to(line)
        assert shown(line).keys() >= STANDING
        postgresql.refuse(url)
        try:
            asks_to_be_called_back(line)
            told = shown(line)
        finally:
            postgresql.accept(url)
        assert told.keys() & STANDING == {"ivr_store_works"}
        assert (told["ivr_store_works"], told["kept"]) == (0, 0)
        assert told["failed"] > 0
        assert shown(line)["ivr_store_works"] == 1


def test_a_file_that_is_lost_under_the_line_is_shown_as_that(
    line: PlatformClient, sqlite_file: str, tmp_path: Path
) -> None:
    asks_to_be_called_back(line)
    for path in tmp_path.glob("line.db*"):
        path.unlink()
    told = shown(line)
    assert told.keys() & STANDING == {"ivr_store_works"}
    assert told["ivr_store_works"] == 0
    copy_of_sqlite(sqlite_file, tmp_path / "line.db")
    told = shown(line)
    assert (told["ivr_store_works"], told["ivr_callbacks_open"]) == (1, 0)


def test_a_line_without_its_file_starts_and_offers_no_callback(
    make_application: MakeApplication, tmp_path: Path
) -> None:
    with keeping(make_application, f"sqlite:///{tmp_path / 'line.db'}") as client:
        client.app.extensions[EXTENSION].start()
        telephone = Telephone(client.transport, now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN, to=LINE, from_=CALLER)
        assert "5 is not one of the choices" in " ".join(spoken(telephone, "5")[-1])
        assert shown(client)["ivr_store_works"] == 0
    assert list(tmp_path.iterdir()) == []


def test_a_store_with_no_room_for_a_request_is_shown_as_that(line: PlatformClient) -> None:
    assert holds_on_a_full_disk(lambda: shown(line)["ivr_store_works"] == 0)
    assert shown(line)["ivr_store_works"] == 1
