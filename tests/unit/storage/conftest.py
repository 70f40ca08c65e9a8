"""The list of callbacks, and two people of the desk who work through it."""

from __future__ import annotations

import pytest

from ivr.storage.callback_list import CallbackList
from ivr.storage.store import Storage
from tests.callback_requests import somebody


@pytest.fixture
def listed(storage: Storage) -> CallbackList:
    return CallbackList(storage.database, storage.vault)


@pytest.fixture
def ana(storage: Storage) -> int:
    return somebody(storage, "ana")


@pytest.fixture
def ben(storage: Storage) -> int:
    return somebody(storage, "ben")
