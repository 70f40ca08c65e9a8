"""A session ends by itself: when nobody is there, after a day of work, and soon when it is half."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.storage.failures import Origin
from ivr.storage.people import Role
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Entered, Refused, SignIn
from ivr.storage.store import Storage
from tests.desk import PASSWORD, hire
from tests.platform_client import OPEN_AT

HERE = Origin("192.0.2.7")


@pytest.fixture
def steps(storage: Storage) -> SignIn:
    return SignIn(storage.database, storage.vault, Sessions(storage.database, storage.vault))


def entered(answer: Entered | Refused) -> Entered:
    assert isinstance(answer, Entered)
    return answer


@pytest.mark.parametrize(("minutes", "lives"), [(29, True), (30, False)])
def test_a_session_ends_when_nobody_is_there(steps: SignIn, storage: Storage, minutes: int, lives: object) -> None:
    hire(storage, "ben", Role.SCHEDULER, has_second_factor=False)
    token = entered(steps.password("ben", PASSWORD, HERE, OPEN_AT)).token
    at = OPEN_AT + timedelta(minutes=minutes)
    steps.sessions.find(token, OPEN_AT + timedelta(minutes=20), is_seen=False)  # a page renews itself
    assert (steps.sessions.find(token, at) is not None) is lives


def test_a_session_ends_after_twelve_hours_whoever_is_there(steps: SignIn, storage: Storage) -> None:
    hire(storage, "ben", Role.SCHEDULER, has_second_factor=False)
    token = entered(steps.password("ben", PASSWORD, HERE, OPEN_AT)).token
    lived = [steps.sessions.find(token, OPEN_AT + timedelta(minutes=20) * each) is not None for each in range(40)]
    assert lived == [True] * 36 + [False] * 4


def test_a_half_session_ends_after_ten_minutes(steps: SignIn, storage: Storage) -> None:
    hire(storage, "ana", Role.SUPERVISOR)
    token = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    assert steps.sessions.find(token, OPEN_AT + timedelta(minutes=9)) is not None
    assert steps.sessions.find(token, OPEN_AT + timedelta(minutes=10)) is None
