"""Signing in: what is refused, for how long, and what nobody can learn or break by trying."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import perf_counter

import pyotp
import pytest
import sqlalchemy as sa

from ivr.storage import codes, passwords
from ivr.storage.audit import Trail
from ivr.storage.failures import Origin
from ivr.storage.people import People, Person, Role
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Entered, Refused, SignIn
from ivr.storage.store import Storage
from ivr.storage.tables import failures, sessions
from tests.desk import PASSWORD, Hired, hire
from tests.platform_client import OPEN_AT

HERE, THERE = Origin("192.0.2.7"), Origin("192.0.2.8")


@pytest.fixture
def steps(storage: Storage) -> SignIn:
    return SignIn(storage.database, storage.vault, Sessions(storage.database, storage.vault))


@pytest.fixture
def ana(storage: Storage) -> Hired:
    return hire(storage, "ana", Role.SUPERVISOR)


def person(steps: SignIn, token: str, at: datetime = OPEN_AT) -> Person:
    visit = steps.sessions.find(token, at)
    assert visit is not None
    return visit.person


def entered(answer: Entered | Refused | None) -> Entered:
    assert isinstance(answer, Entered)
    return answer


def waits_s(answer: Entered | Refused) -> int:
    assert isinstance(answer, Refused)
    return answer.wait_s


def wrong(steps: SignIn, login: str, times: int, origin: Origin = HERE, at: datetime = OPEN_AT) -> list[int]:
    """Try a wrong password as soon as each wait allows; the waits."""
    told = []
    for _ in range(times):
        told.append(waits_s(steps.password(login, "not the password", origin, at)))
        at += timedelta(seconds=told[-1])
    return told


def test_both_steps_lead_in_with_a_new_token_each(steps: SignIn, ana: Hired) -> None:
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT))
    visit = steps.sessions.find(half.token, OPEN_AT)
    assert visit is not None
    assert not visit.is_complete
    whole = entered(steps.code(half.token, visit.person, ana.code(OPEN_AT), HERE, OPEN_AT))
    assert steps.sessions.find(half.token, OPEN_AT) is None
    assert whole.token != half.token
    inside = steps.sessions.find(whole.token, OPEN_AT)
    assert inside is not None
    assert inside.is_complete


def test_only_a_keyed_hash_of_a_token_is_kept(steps: SignIn, ana: Hired, storage: Storage) -> None:
    half = entered(steps.password(ana.login, PASSWORD, HERE, OPEN_AT))
    with storage.database.read() as connection:
        (kept,) = connection.execute(sa.select(sessions.c.token_hash)).scalars()
    assert len(kept) == 32
    assert half.token.encode() not in kept


def test_without_a_second_factor_the_first_step_leads_in(steps: SignIn, storage: Storage) -> None:
    hire(storage, "ben", Role.SCHEDULER, has_second_factor=False)
    visit = steps.sessions.find(entered(steps.password("ben", PASSWORD, HERE, OPEN_AT)).token, OPEN_AT)
    assert visit is not None
    assert visit.is_complete


def test_a_code_is_good_once(steps: SignIn, ana: Hired) -> None:
    half, other = (entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token for _ in range(2))
    code = ana.code(OPEN_AT)
    entered(steps.code(half, person(steps, half), code, HERE, OPEN_AT))
    assert isinstance(steps.code(other, person(steps, other), code, HERE, OPEN_AT), Refused)


def test_of_many_who_try_a_code_at_the_same_moment_one_gets_in(steps: SignIn, ana: Hired) -> None:
    halves = [entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token for _ in range(3)]
    who, code = person(steps, halves[0]), ana.code(OPEN_AT)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda half: steps.code(half, who, code, HERE, OPEN_AT), halves))
    assert sum(isinstance(answer, Entered) for answer in answers) == 1


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_code_may_be_half_a_minute_early_or_late(steps: SignIn, ana: Hired, seconds: int) -> None:
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    code = ana.code(OPEN_AT + timedelta(seconds=seconds))
    entered(steps.code(half, person(steps, half), code, HERE, OPEN_AT))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert codes.step_of(codes.new_secret(), code, OPEN_AT) is None


def test_a_code_of_a_minute_ago_is_none(ana: Hired) -> None:
    old = pyotp.TOTP(ana.secret).at(OPEN_AT - timedelta(minutes=1))
    assert codes.step_of(ana.secret, old, OPEN_AT) is None


def test_the_wait_grows_with_every_failure_and_is_bounded(steps: SignIn, ana: Hired) -> None:
    assert wrong(steps, ana.login, 12) == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_during_a_wait_even_the_right_password_is_refused_and_nothing_is_counted(steps: SignIn, ana: Hired) -> None:
    wrong(steps, ana.login, 5)
    at = OPEN_AT + timedelta(seconds=3)
    assert [waits_s(steps.password("ana", PASSWORD, HERE, at)) for _ in range(9)] == [4] * 9
    entered(steps.password("ana", PASSWORD, HERE, at + timedelta(seconds=4)))


def test_an_address_waits_for_what_it_tried_with_any_login(steps: SignIn, ana: Hired) -> None:
    for number in range(10):
        wrong(steps, f"login{number}", 1)
    assert wrong(steps, "login0", 1) == [1]  # which has failed once
    entered(steps.password(ana.login, PASSWORD, THERE, OPEN_AT))


def test_what_others_try_at_the_same_address_holds_up_nobody_who_has_not_failed(steps: SignIn, ana: Hired) -> None:
    at = OPEN_AT
    for _ in range(20):
        at += timedelta(seconds=wrong(steps, "another", 1, at=at)[0])
    entered(steps.password(ana.login, PASSWORD, HERE, at))
    assert wrong(steps, ana.login, 2, at=at) == [300, 300]  # and whoever tries this account there waits with them


def test_nobody_locks_out_somebody_at_another_address(steps: SignIn, ana: Hired) -> None:
    wrong(steps, ana.login, 12)
    entered(steps.password(ana.login, PASSWORD, THERE, OPEN_AT))


def test_nobody_locks_out_a_browser_in_which_somebody_has_signed_in(steps: SignIn, ana: Hired) -> None:
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    mark = entered(steps.code(half, person(steps, half), ana.code(OPEN_AT), HERE, OPEN_AT)).browser
    for number in range(11):
        wrong(steps, f"login{number}", 1)
    later = OPEN_AT + timedelta(minutes=5)
    wrong(steps, "ana", 2, at=later)
    known = Origin(HERE.address, mark)
    assert isinstance(steps.password("ana", PASSWORD, HERE, later), Refused)
    assert wrong(steps, "ana", 3, known) == [0, 0, 1]
    entered(steps.password("ana", PASSWORD, known, OPEN_AT + timedelta(seconds=1)))


def test_a_browser_is_known_for_one_login_only(steps: SignIn, ana: Hired, storage: Storage) -> None:
    hire(storage, "ben", Role.SCHEDULER)
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    mark = entered(steps.code(half, person(steps, half), ana.code(OPEN_AT), HERE, OPEN_AT)).browser
    wrong(steps, "ben", 4)
    assert isinstance(steps.password("ben", PASSWORD, Origin(HERE.address, mark), OPEN_AT), Refused)
    assert isinstance(steps.password("ben", PASSWORD, Origin(HERE.address, "forged"), OPEN_AT), Refused)


def test_codes_wait_too_in_whatever_browser(steps: SignIn, ana: Hired) -> None:
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    who = person(steps, half)
    told = [waits_s(steps.code(half, who, "000000", THERE, OPEN_AT)) for _ in range(3)]
    assert told == [0, 0, 1]
    assert isinstance(steps.code(half, who, ana.code(OPEN_AT), HERE, OPEN_AT), Refused)


def test_who_knows_a_password_holds_up_no_code_in_a_browser_in_which_somebody_has_signed_in(
    steps: SignIn, ana: Hired
) -> None:
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    mark = entered(steps.code(half, person(steps, half), ana.code(OPEN_AT), HERE, OPEN_AT)).browser
    known, later = Origin(THERE.address, mark), OPEN_AT + timedelta(minutes=1)
    stolen = entered(steps.password("ana", PASSWORD, HERE, later)).token
    who = person(steps, stolen, later)
    assert [waits_s(steps.code(stolen, who, "000000", HERE, later)) for _ in range(3)] == [0, 0, 1]
    assert steps.has_password(who, PASSWORD, known, later) is None
    own = entered(steps.password("ana", PASSWORD, known, later)).token
    entered(steps.code(own, who, ana.code(later), known, later))
    stolen_again = entered(steps.password("ana", PASSWORD, THERE, later)).token
    assert [waits_s(steps.code(stolen_again, who, "000000", known, later)) for _ in range(3)] == [0, 0, 1]


def test_a_wait_is_forgotten_after_a_quarter_of_an_hour(steps: SignIn, ana: Hired) -> None:
    wrong(steps, ana.login, 8)
    later = OPEN_AT + timedelta(minutes=30)
    assert wrong(steps, ana.login, 3, at=later) == [0, 0, 1]


def test_signing_in_forgives_the_account_but_not_the_address(steps: SignIn, ana: Hired) -> None:
    for number in range(9):
        wrong(steps, f"login{number}", 1)
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    entered(steps.code(half, person(steps, half), ana.code(OPEN_AT), HERE, OPEN_AT))
    assert wrong(steps, "another", 1) == [1]


def test_tries_at_the_same_moment_are_all_counted(steps: SignIn, ana: Hired, storage: Storage) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: steps.password(ana.login, "not the password", HERE, OPEN_AT), range(6)))
    with storage.database.read() as connection:
        counts = set(connection.execute(sa.select(failures.c.count)).scalars())
    assert counts == {3}  # three cost nothing, the others had to wait


def test_nothing_tells_whether_a_login_exists(steps: SignIn, ana: Hired, storage: Storage) -> None:
    hire(storage, "ben", Role.SCHEDULER)
    People(storage.database, storage.vault).disable("ben", OPEN_AT, "ana")
    told = [
        wrong(steps, login, 7, Origin(f"192.0.2.{at}")) for at, login in enumerate((ana.login, "nobody", "ben", ""))
    ]
    assert told == [told[0]] * 4
    assert isinstance(steps.password("ben", PASSWORD, THERE, OPEN_AT), Refused)


@pytest.mark.parametrize("login", ["", "a\x00b", "a\ud800b", "x" * 9999])
def test_what_is_no_login_is_refused_as_any_other(steps: SignIn, login: str) -> None:
    assert wrong(steps, login, 3) == [0, 0, 1]


def test_a_password_takes_as_long_to_check_for_a_login_that_nobody_has() -> None:
    kept = passwords.hashed(PASSWORD)

    def takes_s(of: str | None) -> float:
        began = perf_counter()
        assert not passwords.fits("not the password", of)
        return perf_counter() - began

    known, unknown = (min(takes_s(of) for _ in range(9)) for of in (kept, None))
    assert 0.5 < known / unknown < 2


def test_the_trail_names_who_signs_in_and_never_what_was_typed(steps: SignIn, ana: Hired, storage: Storage) -> None:
    wrong(steps, "a password typed as login", 1)
    wrong(steps, ana.login, 1)
    half = entered(steps.password("ana", PASSWORD, HERE, OPEN_AT)).token
    whole = entered(steps.code(half, person(steps, half), ana.code(OPEN_AT), HERE, OPEN_AT)).token
    steps.out(whole, person(steps, whole), OPEN_AT)
    told = [(entry.person, entry.action) for entry in Trail(storage.database).page(9)]
    assert told == [
        ("ana", "signed out"),
        ("ana", "signed in"),
        ("ana", "sign-in refused"),
        ("somebody", "sign-in refused"),
    ]


def test_logins_that_nobody_has_bury_nothing_in_the_trail(steps: SignIn, ana: Hired, storage: Storage) -> None:
    minute = timedelta(minutes=1)
    for number in range(70):
        wrong(steps, f"made up {number}", 1, Origin(f"192.0.2.{number}"), OPEN_AT + number * minute)
        if number % 30 == 0:
            wrong(steps, ana.login, 1, at=OPEN_AT + number * minute)
    told = [entry.person for entry in reversed(Trail(storage.database).page(99))]
    assert told == ["somebody", "ana", "ana", "somebody", "ana"]


def test_a_new_password_ends_every_other_session(steps: SignIn, storage: Storage) -> None:
    hire(storage, "ben", Role.SCHEDULER, has_second_factor=False)
    first, second = (entered(steps.password("ben", PASSWORD, HERE, OPEN_AT)).token for _ in range(2))
    fresh = entered(steps.new_password(first, person(steps, first), "another quiet heron", HERE, OPEN_AT)).token
    assert [steps.sessions.find(token, OPEN_AT) is None for token in (first, second, fresh)] == [True, True, False]
    assert isinstance(steps.password("ben", PASSWORD, HERE, OPEN_AT), Refused)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 12"),
        ("x" * 129, "at most 128"),
        ("my login is ana", "leave your login"),
        ("aaaaabbbbbaaaaa", "more different"),
        ("seven quiet herons", None),
    ],
)
def test_a_weak_password_is_told_why(password: str, says: str | None) -> None:
    told = passwords.weakness(password, "ana")
    assert (told is None) if says is None else says in (told or "")
