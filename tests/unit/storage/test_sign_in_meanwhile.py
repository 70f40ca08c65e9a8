"""Somebody is reset or disabled while a request of theirs is under way: whoever sends it does not come in after it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from ivr.storage import passwords
from ivr.storage.failures import Origin
from ivr.storage.people import People, Person, Role, change
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import Entered, Refused, SignIn
from ivr.storage.store import Storage
from ivr.storage.tables import sessions
from tests.desk import PASSWORD, Hired, hire
from tests.platform_client import OPEN_AT

HERE = Origin("192.0.2.7")
NEW = "another quiet heron"

End = Callable[[People, str], object]
ENDS: dict[str, End] = {
    "reset": lambda people, login: people.reset(login, OPEN_AT, "ana"),
    "disabled": lambda people, login: people.disable(login, OPEN_AT, "ana"),
}


@pytest.fixture
def steps(storage: Storage) -> SignIn:
    return SignIn(storage.database, storage.vault, Sessions(storage.database, storage.vault))


@pytest.fixture
def everybody(storage: Storage) -> People:
    return People(storage.database, storage.vault)


@pytest.fixture
def kim(storage: Storage) -> Hired:
    return hire(storage, "kim", Role.SCHEDULER)


@pytest.fixture
def ben(storage: Storage) -> Hired:
    return hire(storage, "ben", Role.SCHEDULER, has_second_factor=False)


@pytest.fixture(params=ENDS)
def end(request: pytest.FixtureRequest) -> End:
    return ENDS[request.param]


def entered(answer: Entered | Refused | None) -> str:
    assert isinstance(answer, Entered)
    return answer.token


def passed(steps: SignIn, login: str) -> tuple[str, Person]:
    """A token that the door has let through, and whose it is."""
    token = entered(steps.password(login, PASSWORD, HERE, OPEN_AT))
    visit = steps.sessions.find(token, OPEN_AT)
    assert visit is not None
    return token, visit.person


def live(storage: Storage) -> int:
    with storage.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(sessions)).scalar_one()


def test_no_new_password_undoes_a_reset(steps: SignIn, everybody: People, ben: Hired, storage: Storage) -> None:
    token, who = passed(steps, ben.login)
    handed = everybody.reset(ben.login, OPEN_AT, "ana")
    assert steps.new_password(token, who, NEW, HERE, OPEN_AT) is None
    assert live(storage) == 0
    assert isinstance(steps.password(ben.login, NEW, HERE, OPEN_AT), Refused)
    assert steps.sessions.find(entered(steps.password(ben.login, handed, HERE, OPEN_AT)), OPEN_AT) is not None


def test_a_reset_that_is_just_being_written_is_waited_for(steps: SignIn, ben: Hired, storage: Storage) -> None:
    token, who = passed(steps, ben.login)
    with ThreadPoolExecutor(1) as pool:
        with storage.database.begin() as connection:
            change(connection, who.id, must_change_password=True)
            steps.sessions.end_all(connection, who.id)
            answer = pool.submit(steps.new_password, token, who, NEW, HERE, OPEN_AT)
            waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not storage.database.is_sqlite and not answer.done() and not connection.scalar(waits):
                pass
        assert answer.result() is None
    assert live(storage) == 0


def test_nobody_who_is_disabled_sets_a_new_password(
    steps: SignIn, everybody: People, ben: Hired, storage: Storage
) -> None:
    token, who = passed(steps, ben.login)
    everybody.disable(ben.login, OPEN_AT, "ana")
    assert steps.new_password(token, who, NEW, HERE, OPEN_AT) is None
    assert live(storage) == 0


def test_a_second_factor_is_set_up_in_no_session_that_has_ended(
    steps: SignIn, everybody: People, ben: Hired, storage: Storage, end: End
) -> None:
    token, who = passed(steps, ben.login)
    end(everybody, ben.login)
    sealed = storage.vault.seal(ben.secret)
    assert steps.second_factor(token, who, sealed, ben.code(OPEN_AT), OPEN_AT) is None
    assert live(storage) == 0
    assert not next(person for person in everybody.all() if person.login == ben.login).has_second_factor


def test_a_code_leads_in_from_no_session_that_has_ended(
    steps: SignIn, everybody: People, kim: Hired, storage: Storage, end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, who = passed(steps, kim.login)
    use = SignIn._use

    def used_at_last(steps: SignIn, person_id: int, step: int) -> bool:
        is_used = use(steps, person_id, step)
        end(everybody, kim.login)
        return is_used

    monkeypatch.setattr(SignIn, "_use", used_at_last)
    assert isinstance(steps.code(token, who, kim.code(OPEN_AT), HERE, OPEN_AT), Refused)
    assert live(storage) == 0


@pytest.mark.usefixtures("kim", "ben")
@pytest.mark.parametrize("login", ["kim", "ben"])
def test_a_password_leads_in_only_as_it_is_at_the_end(
    steps: SignIn, everybody: People, storage: Storage, end: End, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    fits = passwords.fits

    def fits_at_last(password: str, kept: str | None) -> bool:
        is_right = fits(password, kept)
        end(everybody, login)
        return is_right

    monkeypatch.setattr(passwords, "fits", fits_at_last)
    assert isinstance(steps.password(login, PASSWORD, HERE, OPEN_AT), Refused)
    assert live(storage) == 0
