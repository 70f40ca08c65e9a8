"""The mark of a browser is one for all sign-ins in it, and good for half a year or until the password changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.storage.failures import Origin
from ivr.storage.marks import LASTS
from ivr.storage.people import People, Role
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Entered, Refused, SignIn
from ivr.storage.store import Storage
from tests.desk import PASSWORD, Hired, hire
from tests.platform_client import OPEN_AT

HERE = Origin("192.0.2.7")
NEW = "another quiet heron"


@pytest.fixture
def steps(storage: Storage) -> SignIn:
    return SignIn(storage.database, storage.vault, Sessions(storage.database, storage.vault))


@pytest.fixture
def ben(storage: Storage) -> Hired:
    return hire(storage, "ben", Role.SCHEDULER, has_second_factor=False)


def signed_in(steps: SignIn, origin: Origin = HERE, at: datetime = OPEN_AT, password: str = PASSWORD) -> Entered:
    answer = steps.password("ben", password, origin, at)
    assert isinstance(answer, Entered)
    return answer


def marked(entered: Entered) -> Origin:
    return Origin(HERE.address, entered.browser)


def waits_s(steps: SignIn, origin: Origin, times: int, at: datetime = OPEN_AT) -> list[int]:
    told = [steps.password("ben", "not the password", origin, at) for _ in range(times)]
    return [answer.wait_s for answer in told if isinstance(answer, Refused)]


def is_known(steps: SignIn, origin: Origin, at: datetime = OPEN_AT) -> bool:
    """Whether somebody may try in this browser while who tries at the same address has to wait."""
    waits_s(steps, HERE, 4, at)
    return waits_s(steps, origin, 1, at) == [0]


@pytest.mark.usefixtures("ben")
def test_sign_ins_in_one_browser_give_no_more_tries_than_one(steps: SignIn) -> None:
    origins = [marked(signed_in(steps))]
    for _ in range(4):
        origins.append(marked(signed_in(steps, origins[-1])))
    assert [waits_s(steps, origin, 3) for origin in origins] == [[0, 0, 1], *[[1, 1, 1]] * 4]


@pytest.mark.usefixtures("ben")
@pytest.mark.parametrize(("before", "known"), [(timedelta(seconds=1), True), (timedelta(), False)])
def test_a_mark_is_good_for_half_a_year(steps: SignIn, before: timedelta, known: object) -> None:
    mark, at = marked(signed_in(steps)), OPEN_AT.astimezone(UTC) + LASTS - before
    assert timedelta(days=180) == LASTS
    assert steps.knows("ben", mark, at) is known
    assert is_known(steps, mark, at) is known


@pytest.mark.usefixtures("ben")
def test_every_sign_in_lengthens_the_time_of_a_mark(steps: SignIn) -> None:
    mark = marked(signed_in(steps))
    later = OPEN_AT + timedelta(days=100)
    renewed = marked(signed_in(steps, mark, later))
    at = OPEN_AT + timedelta(days=200)
    assert (is_known(steps, mark, at), is_known(steps, renewed, at)) == (False, True)


@pytest.mark.usefixtures("ben")
def test_a_reset_voids_every_mark(steps: SignIn, storage: Storage) -> None:
    mark = marked(signed_in(steps))
    handed = People(storage.database, storage.vault).reset("ben", OPEN_AT, "ana")
    assert not is_known(steps, mark)
    later = OPEN_AT + timedelta(hours=1)
    assert is_known(steps, marked(signed_in(steps, mark, later, handed)), later)


def test_a_new_password_voids_the_marks_of_every_other_browser(steps: SignIn, ben: Hired) -> None:
    other, first = marked(signed_in(steps)), signed_in(steps)
    visit = steps.sessions.find(first.token, OPEN_AT)
    assert visit is not None
    assert visit.person.login == ben.login
    renewed = steps.new_password(first.token, visit.person, NEW, marked(first), OPEN_AT)
    assert renewed is not None
    assert is_known(steps, marked(renewed))
    assert not is_known(steps, other)
    assert not is_known(steps, marked(first))


@pytest.mark.usefixtures("ben")
@pytest.mark.parametrize("sealed", ["ben 5f5f5f5f5f5f5f5f5f5f5f5f", "", "a b c d e"])
def test_a_mark_of_an_earlier_version_is_none(steps: SignIn, storage: Storage, sealed: str) -> None:
    assert not is_known(steps, replace(HERE, browser=storage.vault.seal(sealed).decode()))
