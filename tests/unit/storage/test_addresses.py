"""Whose tries count together: an address is what one subscriber has, and not what one can make up."""

from __future__ import annotations

import pytest

from ivr.storage.failures import Origin
from ivr.storage.people import Role
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Entered, Refused, SignIn
from ivr.storage.store import Storage
from tests.desk import PASSWORD, Hired, hire
from tests.platform_client import OPEN_AT


@pytest.fixture
def steps(storage: Storage) -> SignIn:
    return SignIn(storage.database, storage.vault, Sessions(storage.database, storage.vault))


@pytest.fixture
def ana(storage: Storage) -> Hired:
    return hire(storage, "ana", Role.SUPERVISOR)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("2001:db8:1:2:{:x}::1", "2001:db8:1:2:ffff::9"),  # a subscriber makes up the second half at will
        ("[2001:db8:1:2::{:x}]:40{:03}", "2001:db8:1:2::"),
        ("203.0.113.1:40{:03}", "203.0.113.1"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
    ],
)
def test_what_one_subscriber_can_make_up_is_one_address(steps: SignIn, ana: Hired, one: str, another: str) -> None:
    for number in range(10):
        steps.password(f"nobody{number}", "wrong", Origin(one.format(number, number)), OPEN_AT)
    assert isinstance(steps.password(ana.login, "wrong", Origin(another), OPEN_AT), Refused)
    assert isinstance(steps.password(ana.login, PASSWORD, Origin(another), OPEN_AT), Refused)


@pytest.mark.parametrize("other", ["2001:db8:1:3::1", "203.0.113.2", "unknown", ""])
def test_another_subscriber_does_not_wait(steps: SignIn, ana: Hired, other: str) -> None:
    for number in range(10):
        steps.password(f"nobody{number}", "wrong", Origin(f"2001:db8:1:2::{number}"), OPEN_AT)
    steps.password(ana.login, "wrong", Origin(other), OPEN_AT)
    assert isinstance(steps.password(ana.login, PASSWORD, Origin(other), OPEN_AT), Entered)
