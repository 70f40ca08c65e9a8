"""Who calls under somebody else's number, or types one, learns nothing of them and takes nothing from them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
import sqlalchemy as sa

from ivr.phone import Telephone
from ivr.storage.people import Role
from ivr.storage.store import Storage
from ivr.storage.tables import callbacks
from ivr.web.background import EXTENSION
from ivr.web.beside import Beside
from tests.conftest import MakeApplication, keeping
from tests.desk import hire
from tests.platform_client import LINE, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient
from tests.spoken import spoken

VICTIM = "+18135550147"
OTHER = "+18135550148"
ASK = "51"  # call me back, at the number that calls
ALLOW, REFUSE = "1", "2"  # a message
CALLS = count()


@pytest.fixture
def line(make_application: MakeApplication, database_url: str) -> Iterator[PlatformClient]:
    """A line whose desk has somebody, so that it offers to call back."""
    with keeping(make_application, database_url) as client:
        hire(storage(client), "ana", Role.SCHEDULER)
        beside(client).read_desk()
        yield client
        beside(client).desk.stop()


def beside(client: PlatformClient) -> Beside:
    found = client.app.extensions[EXTENSION]
    assert isinstance(found, Beside)
    return found


def storage(client: PlatformClient) -> Storage:
    return beside(client).storage


def called(client: PlatformClient, keys: str, caller: str = VICTIM) -> list[list[str]]:
    """What each document of a call says that presses these keys one after another."""
    telephone = Telephone(
        client.transport,
        now=OPEN_AT,
        public_url=PUBLIC_URL,
        token=TOKEN,
        to=LINE,
        from_=caller,
        call_sid=f"CA{next(CALLS):032x}",
    )
    return spoken(telephone, keys)


def kept(client: PlatformClient) -> list[tuple[str, bool]]:
    """Where each callback comes from, and whether it permits a message."""
    columns = callbacks.c.origin, callbacks.c.may_leave_message
    with storage(client).database.read() as connection:
        return [(origin, may) for origin, may in connection.execute(sa.select(*columns).order_by(callbacks.c.id))]


def test_a_caller_hears_the_same_whether_or_not_somebody_has_asked_under_their_number(line: PlatformClient) -> None:
    first = called(line, ASK + REFUSE)
    assert kept(line) == [("own", False)]
    assert called(line, ASK + REFUSE) == first
    assert kept(line) == [("own", False)]


READS, IS_PUT_THROUGH, HEARS_ALL = "41#7*", "0", "8*9*"
WITHOUT_A_NUMBER = ("anonymous", "+266696687", "", "sip:x@example.org")


@pytest.mark.parametrize("keys", [READS, IS_PUT_THROUGH, HEARS_ALL])
def test_who_reads_or_wants_a_person_hears_the_same_whoever_calls(line: PlatformClient, keys: str) -> None:
    heard = [called(line, keys, caller) for caller in (VICTIM, "+12125550132", "+441632960199", *WITHOUT_A_NUMBER)]
    assert heard == [heard[0]] * len(heard)


def test_who_asks_to_be_called_back_hears_their_own_last_two_digits_and_nothing_else_of_a_number(
    line: PlatformClient,
) -> None:
    first, other = called(line, ASK + REFUSE), called(line, ASK + REFUSE, "+12125550132")
    assert [[text.replace("ends in 47", "ends in 32") for text in said] for said in first] == other != first


def test_who_shows_no_number_is_asked_to_type_one_whoever_calls(line: PlatformClient) -> None:
    heard = [called(line, f"5{OTHER[2:]}1{REFUSE}", caller) for caller in ("+441632960199", *WITHOUT_A_NUMBER)]
    assert heard == [heard[0]] * len(heard)
    assert heard[0][1] != called(line, "5")[1]


def test_nobody_permits_a_message_for_somebody_who_has_refused_one(line: PlatformClient) -> None:
    called(line, ASK + REFUSE)
    called(line, ASK + ALLOW)
    assert kept(line) == [("own", False)]


def test_what_somebody_has_permitted_is_taken_back_by_who_asks_again(line: PlatformClient) -> None:
    called(line, ASK + ALLOW)
    assert kept(line) == [("own", True)]
    called(line, ASK + REFUSE)
    assert kept(line) == [("own", False)]


def test_a_number_that_was_typed_is_marked_and_changes_nobody_elses_request(line: PlatformClient) -> None:
    called(line, ASK + ALLOW)
    called(line, f"52{VICTIM[2:]}1{REFUSE}", OTHER)
    assert kept(line) == [("own", True), ("typed", False)]


@pytest.mark.parametrize(
    "number",
    ["9002345678", "8139760101", "8765550147", "8095550147", "0005550147"],
    ids=["900", "976", "JM", "DO", "no"],
)
def test_nobody_has_the_team_call_a_number_that_costs_money_or_is_abroad(line: PlatformClient, number: str) -> None:
    called(line, f"52{number}1{ALLOW}", OTHER)
    assert kept(line) == []


def test_an_anonymous_caller_has_no_number_of_anybodys(line: PlatformClient) -> None:
    for caller in ("anonymous", "+266696687", "", "sip:x@example.org"):
        called(line, ASK + ALLOW, caller)
    assert kept(line) == []
