"""Whatever calls ask, repeat and permit, in whatever order: one callback a caller, and no message without leave."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.desk.ports import Origin, TooMany
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.store import Storage, open_storage
from ivr.storage.tables import call_requests, callbacks
from ivr.storage.vault import data_key
from tests.callback_requests import AT, CALLER, OTHER, THIRD, asks, keep, rows, slots

SECOND = timedelta(seconds=1)
KEY = data_key()
CALLS = {"CA1": CALLER, "CA2": CALLER, "CA3": CALLER, "CA4": OTHER}  # each call's own number
TYPED = (CALLER, OTHER, THIRD)

Act: TypeAlias = tuple[str, str]  # a call, and what it does: own, permit, or a number that it types
ACTS = st.lists(
    st.tuples(st.sampled_from(sorted(CALLS)), st.sampled_from(("own", "own", "permit", "permit", *TYPED))),
    max_size=14,
)


class Callers:
    """What a line would remember that kept every word of every caller."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.numbers: dict[str, set[str]] = {}  # that each call has asked for
        self.has_left: dict[str, bool] = {}  # for each call that asked for its own number: whether it permits a message
        self.last: dict[str, str] = {}
        self.apart: set[str] = set()  # calls that typed their own number first: it has a row that no other call touches

    def act(self, call: str, does: str, at: datetime) -> None:
        if does == "permit":
            StoredCallbacks(self.storage.database, self.storage.vault).permit(call, at)
            if self.last.get(call) == CALLS[call]:
                self.has_left[call] = True
            return
        number = CALLS[call] if does == "own" else does
        origin = Origin.OWN if does == "own" else Origin.TYPED
        asked = self.numbers.setdefault(call, set())
        request = asks(call, number, origin, at=at)
        if len(asked | {number}) > 2:
            with pytest.raises(TooMany):
                keep(self.storage, request)
            return
        keep(self.storage, request, slots(9))
        if origin is Origin.TYPED and number == CALLS[call] and number not in asked:
            self.apart.add(call)
        asked.add(number)
        self.last[call] = number
        if number == CALLS[call]:
            self.has_left[call] = False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("requests")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_one_callback_a_caller_and_no_message_without_everybodys_leave(
    acts: list[Act], folder: Path, sqlite_file: str
) -> None:
    shutil.copy(sqlite_file.removeprefix("sqlite:///"), folder / "line.db")
    storage = open_storage(f"sqlite:///{folder / 'line.db'}", (KEY,), deadline_s=10)
    callers = Callers(storage)
    for place, (call, does) in enumerate(acts):
        callers.act(call, does, AT + place * SECOND)
    kept = rows(storage, callbacks, "id", "origin", "number", "may_leave_message")
    own = [storage.vault.unseal(number) for _, origin, number, _ in kept if origin == "own"]
    assert len(own) == len(set(own))
    assert len(rows(storage, call_requests, "id")) == sum(map(len, callers.numbers.values()))
    for _, origin, number, may_leave_message in kept:
        if origin == "own" and may_leave_message:
            caller = storage.vault.unseal(number)
            own_calls = {call for call in callers.has_left if CALLS[call] == caller} - callers.apart
            assert all(callers.has_left[call] for call in own_calls), acts
    storage.database.close()
    for path in folder.iterdir():
        path.unlink()
