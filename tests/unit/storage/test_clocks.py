"""A clock ran ahead: what was written then holds up nothing, and strikes nobody, once it is right again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.storage.failures import Origin
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Refused, SignIn
from ivr.storage.store import Storage
from tests.callback_requests import AT, HOUR

SECOND = timedelta(seconds=1)
AHEAD = [10 * HOUR, 20_000 * 24 * HOUR]
HERE = Origin("192.0.2.7")


def refused(storage: Storage, *seconds: int, ahead: timedelta = timedelta()) -> list[int]:
    """How long a wrong password has to wait at each of these times."""
    steps = SignIn(storage.database, storage.vault, Sessions(storage.database, storage.vault))
    told = []
    for after in seconds:
        answer = steps.password("ana", "not the password", HERE, AT + ahead + after * SECOND)
        assert isinstance(answer, Refused)
        told.append(answer.wait_s)
    return told


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
@pytest.mark.parametrize("tries", [1, 6])
def test_a_failure_of_a_clock_that_ran_ahead_holds_nobody_up(storage: Storage, ahead: timedelta, tries: int) -> None:
    refused(storage, *(60 * minute for minute in range(tries)), ahead=ahead)
    assert refused(storage, 0, 0, 0, 0) == [0, 0, 1, 1]


def test_of_two_clocks_that_differ_by_little_both_hold_a_wait(storage: Storage) -> None:
    refused(storage, 0, 0, ahead=30 * SECOND)
    assert refused(storage, 0, 0, 1) == [1, 1, 2]
