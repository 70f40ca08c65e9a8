"""The switch, what holds of it, and what each process knows."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ivr.desk.ports import DeskState, Override, StoreUnavailable
from ivr.storage.audit import COMMAND_LINE, Trail
from ivr.storage.people import People, Role
from ivr.storage.store import Storage
from ivr.storage.switch import StoredDesk, Switch
from tests.desk import hire
from tests.platform_client import OPEN_AT

Knowing = Callable[[], StoredDesk]

HOUR = timedelta(hours=1)
CLOSED = Override(is_open=False, reason="weather", ends_at=OPEN_AT + 2 * HOUR)
OPENED = Override(is_open=True, reason="", ends_at=OPEN_AT + HOUR)


@pytest.fixture
def switch(storage: Storage) -> Switch:
    return Switch(storage.database)


@pytest.fixture
def knowing(storage: Storage) -> Knowing:
    """Makes what a process knows that has read the store once, and reads it when a test says so."""

    def make() -> StoredDesk:
        desk = StoredDesk(storage.database, lambda: OPEN_AT)
        desk._threads[os.getpid()] = threading.Thread()
        desk.refresh()
        return desk

    return make


def test_what_holds_is_told_until_it_ends(switch: Switch) -> None:
    assert switch.holding(OPEN_AT) is None
    switch.turn(CLOSED, OPEN_AT, "ana")
    held = switch.holding(OPEN_AT + HOUR)
    assert held is not None
    assert (held.override, held.begins_at, held.made_by) == (CLOSED, OPEN_AT, "ana")
    assert switch.holding(CLOSED.ends_at) is None


def test_who_did_it_is_told_by_name(switch: Switch, storage: Storage) -> None:
    hire(storage, "ana", Role.SUPERVISOR, "Ana Ruiz")
    switch.turn(CLOSED, OPEN_AT, "ana")
    held = switch.holding(OPEN_AT)
    assert held is not None
    assert held.made_by == "Ana Ruiz"


def test_a_change_takes_the_place_of_the_one_before_and_does_not_come_back(switch: Switch) -> None:
    switch.turn(CLOSED, OPEN_AT, "ana")
    switch.turn(OPENED, OPEN_AT + timedelta(minutes=1), "ben")
    held = switch.holding(OPEN_AT + timedelta(minutes=2))
    assert held is not None
    assert held.override == OPENED
    assert switch.holding(OPENED.ends_at) is None


def test_back_to_the_usual_hours(switch: Switch) -> None:
    switch.turn(CLOSED, OPEN_AT, "ana")
    assert switch.back(OPEN_AT + HOUR, "ben")
    assert switch.holding(OPEN_AT + HOUR) is None
    assert not switch.back(OPEN_AT + HOUR, "ben")


def test_an_end_that_is_not_ahead_is_none(switch: Switch) -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        switch.turn(CLOSED, CLOSED.ends_at, "ana")
    assert switch.holding(OPEN_AT) is None


def test_who_did_it_is_recorded(switch: Switch, storage: Storage) -> None:
    switch.turn(CLOSED, OPEN_AT, "ana")
    switch.turn(OPENED, OPEN_AT, "ben")
    switch.back(OPEN_AT, "command line")
    switch.back(OPEN_AT, "command line")
    told = [(entry.person, entry.action, entry.subject, entry.detail) for entry in Trail(storage.database).page(9)]
    assert told == [
        ("command line", "usual hours again", "", ""),
        ("ben", "line opened", "", "until 2026-11-24 16:00 UTC"),
        ("ana", "line closed", "weather", "until 2026-11-24 17:00 UTC"),
    ]


def test_a_process_knows_what_it_read_until_that_ends(switch: Switch, knowing: Knowing) -> None:
    switch.turn(CLOSED, OPEN_AT, "ana")
    desk = knowing()
    assert desk.state(OPEN_AT).override == CLOSED
    assert desk.state(CLOSED.ends_at - timedelta(seconds=1)).override == CLOSED
    assert desk.state(CLOSED.ends_at).override is None
    assert desk.state(OPEN_AT - timedelta(seconds=1)).override is None


def test_a_process_learns_of_a_change(switch: Switch, knowing: Knowing) -> None:
    desk = knowing()
    switch.turn(CLOSED, OPEN_AT, "ana")
    assert desk.state(OPEN_AT).override is None
    desk.refresh()
    assert desk.state(OPEN_AT).override == CLOSED
    switch.back(OPEN_AT, "ana")
    desk.refresh()
    assert desk.state(OPEN_AT).override is None


def test_a_store_that_fails_leaves_what_was_known(switch: Switch, storage: Storage, knowing: Knowing) -> None:
    hire(storage, "ben", Role.SCHEDULER)
    switch.turn(CLOSED, OPEN_AT, "ana")
    desk = knowing()
    with storage.database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE overrides")
    with pytest.raises(StoreUnavailable):
        desk.refresh()
    assert desk.state(OPEN_AT) == DeskState(CLOSED, takes_callbacks=True)
    assert desk.state(CLOSED.ends_at) == DeskState(None, takes_callbacks=True)


@pytest.mark.parametrize("role", Role)
def test_callbacks_are_taken_while_somebody_can_make_them(storage: Storage, role: Role, knowing: Knowing) -> None:
    assert not knowing().state(OPEN_AT).takes_callbacks
    hire(storage, "ben", role)
    assert knowing().state(OPEN_AT).takes_callbacks is (role is not Role.AUDITOR)
    People(storage.database, storage.vault).disable("ben", OPEN_AT, COMMAND_LINE)
    assert not knowing().state(OPEN_AT).takes_callbacks


def test_the_store_is_read_in_the_background_of_the_process_that_asks(switch: Switch, storage: Storage) -> None:
    switch.turn(CLOSED, OPEN_AT, "ana")
    desk = StoredDesk(storage.database, lambda: OPEN_AT)
    assert not desk._threads
    desk.state(OPEN_AT)
    assert desk._has_read.wait(10)
    assert desk.state(OPEN_AT).override == CLOSED
    assert set(desk._threads) == {os.getpid()}
    assert desk._threads[os.getpid()].daemon
    desk.stop()
    assert not desk._threads[os.getpid()].is_alive()


def test_nobody_waits_for_the_first_reading(storage: Storage) -> None:
    asked = threading.Event()

    def clock() -> datetime:
        asked.wait(10)  # a store that does not answer
        return OPEN_AT

    desk = StoredDesk(storage.database, clock)
    assert desk.state(OPEN_AT) == DeskState()
    asked.set()
    assert desk._has_read.wait(10)
    desk.stop()


def no_thread_left(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_machine_without_a_thread_left_is_asked_again_at_the_next_question(
    switch: Switch, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch.turn(CLOSED, OPEN_AT, "ana")
    desk = StoredDesk(storage.database, lambda: OPEN_AT)
    with monkeypatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", no_thread_left)
        assert desk.state(OPEN_AT) == DeskState()
    desk.state(OPEN_AT)
    assert desk._has_read.wait(10)
    assert desk.state(OPEN_AT).override == CLOSED
    desk.stop()


def test_what_never_began_can_be_stopped(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = StoredDesk(storage.database, lambda: OPEN_AT)
    monkeypatch.setattr(threading.Thread, "start", no_thread_left)
    assert desk.state(OPEN_AT) == DeskState()
    desk.stop()
    assert not desk._threads
