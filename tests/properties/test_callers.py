"""Callers who do anything at any time: no call breaks or loops, and each ends by the goodbye or by the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ivr.model.flow import Flow
from ivr.phone import (
    KEYS,
    Answers,
    Behaviour,
    DialOutcome,
    DoesNotAnswer,
    Groups,
    Team,
    Telephone,
    Transport,
    voicemail,
)
from ivr.phone.walk import OUTCOMES
from ivr.web.in_process import in_process
from tests import spoken
from tests.calls.store import LINES as OF_A_STORE
from tests.calls.store import asking_line
from tests.conftest import MakeApplication
from tests.databases import copy_of_sqlite
from tests.platform_client import EASTERN, PUBLIC_URL, TOKEN

pytestmark = pytest.mark.usefixtures("quiet_log")

MOST_SILENT_STEPS = 12  # menu, three turns of ringing, nobody, goodbye, and some
MOST_SILENT_S = 600  # talks apart

SPANISH = "+18135550107"
TEAM = tuple(f"+1813555010{number}" for number in "1234567")
LINES = {
    "usual": {},
    "after hours": {"AFTER_HOURS_NUMBERS": "+18135550105,+18135550106"},
    "every kind": {"SPANISH_NUMBERS": SPANISH, "TEAM_NUMBERS": "+18135550101&+18135550102,+18135550103;accept=none"},
}
ASKED = ("number", "confirm", "promised", "text-link")
ASKING = {"callbacks and texts": {}, "callbacks at night": LINES["after hours"]}  # each with a store of its own
NUMBERS = ("8135550147", "18135550148", "8765550123", "813", "555*", "*", "1", "0000000000", "81#", "1813555014*")
FROM = ("+18135550100", "anonymous", "", "+266696687", "sip:caller@example.org", "client:caller")


@dataclass(frozen=True)
class Press:
    key: str
    after_s: float


@dataclass(frozen=True)
class Ask:
    """Ask for a call or a text, type a number where one is wanted, and answer, in the question's midst or after it."""

    key: str
    number: str
    every_s: float
    answers: str
    hears_out: bool


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class StaySilent:
    """Until the line is asked again."""


@dataclass(frozen=True)
class Repeat:
    """The platform asks again what it just asked."""


@dataclass(frozen=True)
class People:
    """Those who are called do something else from now on."""

    team: Team


Deed = Press | Ask | Wait | StaySilent | Repeat | People


def moments() -> st.SearchStrategy[datetime]:
    """Any time of some days, and mostly the minutes around opening and closing."""
    days = st.sampled_from(["2026-11-24", "2026-11-20", "2026-11-26", "2026-12-25", "2026-11-01", "2027-03-14"])
    turns = st.sampled_from([8, 17]).flatmap(lambda hour: st.integers(hour * 3600 - 240, hour * 3600 + 30))
    seconds = turns | turns | st.integers(0, 24 * 3600 - 1)
    return st.builds(
        lambda day, at_s: datetime.fromisoformat(day).replace(tzinfo=EASTERN) + timedelta(seconds=at_s), days, seconds
    )


def people() -> st.SearchStrategy[Behaviour]:
    """What one who is called does."""
    seconds = st.floats(0, 25).map(lambda seconds: round(seconds, 1))
    keys = st.sampled_from(["", "1", "1", "51", "999", "2222222222"])
    lost = st.none() | seconds
    answering = st.builds(Answers, seconds, keys, st.sampled_from([0.0, 4.0, 19.5, 20.5, 60.0, 900.0, 9000.0]), lost)
    statuses = st.sampled_from(["busy", "no-answer", "failed", "canceled"])
    return answering | st.builds(voicemail, seconds) | st.builds(DoesNotAnswer, statuses)


def teams() -> st.SearchStrategy[Team]:
    """Everybody who may be called, and what the platform tells of it."""
    words = st.text('abcdefghij -_&<"é', max_size=8)
    unknown = st.builds(DialOutcome, words, st.sampled_from([True, False, None]), st.just(9))
    return st.builds(
        Team,
        behaviours=st.tuples(*(st.tuples(st.just(who), people()) for who in TEAM)),
        groups=st.sampled_from(Groups),
        says_answered=st.booleans(),
        leaves_out_bridged=st.booleans(),
        leaves_out_star=st.booleans(),
        forced=st.lists(st.sampled_from(OUTCOMES) | unknown, max_size=2).map(tuple),
    )


def deeds() -> st.SearchStrategy[Deed]:
    """What a caller does next."""
    seconds = st.floats(0, 40).map(lambda seconds: round(seconds, 1))
    keys = st.builds(Press, st.sampled_from(KEYS + "00##5511"), seconds)
    answers, every_s = st.sampled_from(["", "1", "11", "12", "211", "2211"]), st.sampled_from([0.0, 1.5, 9.5])
    asking = st.builds(Ask, st.sampled_from("556"), st.sampled_from(NUMBERS), every_s, answers, st.booleans())
    pressing = keys | asking | asking
    others = st.builds(Wait, seconds) | st.just(StaySilent()) | st.just(Repeat()) | st.builds(People, teams())
    return pressing | pressing | pressing | others


@dataclass(frozen=True)
class Caller:
    """Who calls, when, which of our lines, and whom that call can ring."""

    began: datetime
    line: str
    start: str
    from_: str
    team: Team
    sid: str


def callers() -> st.SearchStrategy[Caller]:
    """Anybody, at any time."""
    starts = st.sampled_from(["/voice/answer", "/voice/answer?language=es", "/voice/answer?language=xx"])
    sids = st.integers(0, 99).map("CA{:032}".format)
    lines = st.sampled_from([*sorted(LINES), *sorted(ASKING) * 2])
    return st.builds(Caller, moments(), lines, starts, st.sampled_from(FROM), teams(), sids)


@pytest.fixture(scope="session")
def line_named(
    make_application: MakeApplication, sqlite_file: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Transport]]:
    """Takes a telephone to one of our lines."""
    lines = {name: in_process(make_application(**environ)) for name, environ in LINES.items()}
    with ExitStack() as open_lines:
        for name, environ in ASKING.items():
            url = copy_of_sqlite(sqlite_file, tmp_path_factory.mktemp("store") / "line.db")
            settings = {**environ, **OF_A_STORE["callbacks"], **OF_A_STORE["texts"]}
            line = open_lines.enter_context(asking_line(make_application, (), "", url, settings))
            lines[name] = line.transport
        yield lines.__getitem__


@pytest.mark.timeout(300)
@settings(max_examples=450, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    caller=callers(), deeds=st.lists(deeds(), min_size=1, max_size=14), hangs_up_after_s=st.none() | st.integers(0, 60)
)
def test_no_caller_breaks_the_line(
    line_named: Callable[[str], Transport], flow: Flow, caller: Caller, deeds: list[Deed], hangs_up_after_s: int | None
) -> None:
    call = Telephone(
        line_named(caller.line),
        now=caller.began,
        public_url=PUBLIC_URL,
        token=TOKEN,
        from_=caller.from_,
        team=caller.team,
        call_sid=caller.sid,
    )
    call.dial(caller.start)
    for deed in deeds:
        if not call.has_ended:
            _do(call, deed, flow)
    if hangs_up_after_s is not None:
        call.hang_up(hangs_up_after_s)
    else:
        _be_silent(call)
        assert call.ended_by == "line"
    assert call.ended_by != "platform"
    event(f"ended by the {call.ended_by}, rang {len(call.rings)} times")
    reached = {place for request in call.requests for place in ASKED if f"/{place}" in request.path_and_query}
    event(f"was asked at {', '.join(sorted(reached)) or 'no place'}")


def _do(call: Telephone, deed: Deed, flow: Flow) -> None:
    match deed:
        case Press(key, after_s):
            _press(call, key, after_s, flow)
        case Ask():
            _ask(call, deed)
        case Wait(seconds):
            call.wait(seconds)
        case StaySilent():
            call.wait_silently()
        case Repeat():
            call.retry()
        case People(team):
            call.set_team(team)
        case _:
            assert_never(deed)


def _press(call: Telephone, key: str, after_s: float, flow: Flow) -> None:
    """Press as soon as the line listens; whoever presses 0 while our team is here hears it ring."""
    call.wait(after_s)
    while not call.has_ended and call.call.listening is None:
        call.wait_silently()
    listening = call.call.listening
    if listening is None:
        return
    is_open = flow.line.hours.is_open(call.now)
    is_digit = listening.finish_on_key != ""
    call.press(key)
    if key == "0" and is_open and not is_digit:
        if not call.ringing:
            call.wait_silently()
        assert call.ringing, "nobody rings"
        assert set(call.ringing) <= set(TEAM[:4]) | {SPANISH}


def _ask(call: Telephone, deed: Ask) -> None:
    for key in deed.key + deed.answers:
        while not call.has_ended and call.call.listening is None:
            call.wait_silently()
        if (listening := call.call.listening) is None:
            return
        for digit in deed.number if listening.num_digits > 1 else key:
            if call.call.listening is not None:
                (spoken.press if deed.hears_out else Telephone.press)(call, digit)
                call.wait(deed.every_s)


def _be_silent(call: Telephone) -> None:
    began_s, rung = call.at_s, len(call.rings)
    for _ in range(MOST_SILENT_STEPS):
        call.wait_silently()
    talks = (ring.ended_at_s - (ring.bridged_at_s or ring.ended_at_s) for ring in call.rings[rung:])
    assert call.has_ended
    assert call.at_s - began_s - sum(talks) < MOST_SILENT_S
