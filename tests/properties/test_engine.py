"""Whatever a caller does, in whatever order, and whatever becomes of the team meanwhile: the call stays a sane one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import phone
from ivr.checks.performance import SOME_CALLER
from ivr.content import read
from ivr.engine.actions import Actions, Continue, Dial, Enter, HangUp, Listen, Perform, Speak
from ivr.engine.events import (
    Arrived,
    Circumstances,
    DialEnded,
    DialOutcome,
    Event,
    KeyPressed,
    Outcome,
    Silence,
    Stored,
)
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.numbers import Roster, Target, TargetKind
from ivr.model.place import MOST_TRIES, ROOT, Back, Pace, Place
from ivr.twiml.render import CONTENT_TYPE, render

TURN = (Target(TargetKind.NUMBER, "+18135550101"),)
ROSTER = Roster((TURN, TURN, TURN), (TURN, TURN, TURN), (TURN,), "+18886633488")

OPENINGS = st.none() | st.builds(
    Opening,
    day=st.sampled_from(Day),
    weekday=st.integers(0, 6),
    month=st.integers(1, 12),
    date=st.integers(1, 31),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
TURNS = st.lists(st.booleans(), min_size=1, max_size=3).map(tuple)
SITUATIONS = st.builds(
    Circumstances,
    is_open=st.booleans(),
    opens=OPENINGS,
    team=TURNS,
    after_hours=st.just(()) | TURNS,
)
KEYS = st.builds(KeyPressed, st.sampled_from(Key))
ENDINGS = st.builds(
    DialEnded,
    bridged=st.none() | st.booleans(),
    outcome=st.sampled_from(DialOutcome),
    was_short=st.booleans(),
)
EVENTS: st.SearchStrategy[Event] = KEYS | ENDINGS | st.just(Silence()) | st.just(Arrived())
MESSAGES = ("welcome", "menu", "closed", "nobody", "talked", "cut-off", "goodbye", "gone")
NAMES = st.sampled_from(("what", "spread", "treat", "appoint", "transfer", "night", *MESSAGES))
PLACES = st.builds(
    Place,
    language=st.sampled_from(["en", "es", "", "fr"]),
    node=NAMES,
    part=st.integers(0, 99),
    pace=st.sampled_from(Pace),
    tries=st.integers(0, MOST_TRIES),
    back=st.none() | st.builds(Back, NAMES, st.integers(0, 99)),
    has_pressed=st.booleans(),
    has_changed_language=st.booleans(),
    is_unwarned=st.booleans(),
    promise=OPENINGS,
)


@pytest.fixture(scope="module")
def flow() -> Flow:
    return read(Path(__file__).parents[2] / "prompts")


@dataclass(frozen=True)
class Moment:
    """What a caller does with a document: which of its listening ends, how, and what is so by then."""

    which: int
    key: KeyPressed | None
    ending: DialEnded
    then: Circumstances


CALLS = st.lists(st.builds(Moment, st.integers(0, 20), st.none() | KEYS, ENDINGS, SITUATIONS), max_size=25)


def answered(flow: Flow, place: Place, event: Event, now: Circumstances) -> tuple[Place, Actions]:
    """What is heard next, with everything done that must be done before it is."""
    place, actions = step(flow, place, event, now)
    while isinstance(actions[0], Perform):
        place, actions = step(flow, travelled(actions[0].at), Stored(actions[0].effect, Outcome.DONE), now)
    return place, actions


def called(flow: Flow, language: str, now: Circumstances, moments: list[Moment]) -> Iterator[tuple[Place, Actions]]:
    """Each document of a call, until it is hung up or the moments are used up."""
    place, actions = answered(flow, Place(language, ""), Arrived(), now)
    yield place, actions
    for moment in moments:
        asked = next_request(actions, moment)
        if asked is None:
            return
        at, event = asked
        place, actions = answered(flow, travelled(at), event, moment.then)
        yield place, actions


def next_request(actions: Actions, moment: Moment) -> tuple[Place, Event] | None:
    """What the platform asks next: a key at one of the places that listen, else what the end of the document asks."""
    listens = [action.at for action in actions if isinstance(action, Listen | Enter)]
    if moment.key is not None and listens:
        return listens[moment.which % len(listens)], moment.key
    match actions[-1]:
        case Continue(at=at):
            return at, Silence()
        case Dial(ends=Place() as ends):
            return ends, moment.ending
        case _:
            return None


def travelled(place: Place) -> Place:
    """The place as it comes back in the next request."""
    path, _, query = place.to_url().partition("?")
    assert path.startswith(ROOT)
    return Place.parse(path, query)


def is_sane(flow: Flow, place: Place, actions: Actions) -> None:
    """What holds for every document of the line."""
    assert isinstance(actions[-1], Continue | Dial | HangUp)
    assert all(isinstance(action, Speak | Listen | Enter) for action in actions[:-1])
    assert isinstance(actions[-1], HangUp) == (flow.nodes[place.node].id == "goodbye")
    assert 0 <= place.tries <= MOST_TRIES
    for action in actions:
        if isinstance(action, Listen | Enter | Continue):
            assert flow.settle(action.at) == travelled(action.at) == action.at
            assert action.at.tries <= MOST_TRIES
        if isinstance(action, Speak | Listen | Enter):
            assert action.said
        if isinstance(action, Dial):
            assert action.ends is not None
            assert flow.settle(action.ends) == travelled(action.ends) == action.ends


@given(st.sampled_from(["en", "es"]), SITUATIONS, CALLS)
@settings(deadline=None)
def test_no_call_ever_breaks_or_leads_to_a_document_that_is_not_one(
    flow: Flow, language: str, now: Circumstances, moments: list[Moment]
) -> None:
    for place, actions in called(flow, language, now, moments):
        is_sane(flow, place, actions)


@given(PLACES, EVENTS, SITUATIONS)
@settings(deadline=None)
def test_every_event_has_an_answer_at_every_place_even_one_that_no_document_names(
    flow: Flow, place: Place, event: Event, now: Circumstances
) -> None:
    is_sane(flow, *answered(flow, place, event, now))


@given(PLACES, EVENTS, SITUATIONS)
@settings(deadline=None, max_examples=50)
def test_the_strict_telephone_takes_every_document(flow: Flow, place: Place, event: Event, now: Circumstances) -> None:
    _, actions = answered(flow, place, event, now)
    assert phone.parse(render(flow, actions, ROSTER, SOME_CALLER), CONTENT_TYPE).leads_on


@given(PLACES, SITUATIONS)
@settings(deadline=None)
def test_0_leads_to_a_person_from_every_place(flow: Flow, place: Place, now: Circumstances) -> None:
    to, actions = step(flow, place, KeyPressed(Key.ZERO), now)
    if now.is_open or now.after_hours:
        assert to.node == ("transfer" if now.is_open else "night")
        assert isinstance(actions[-1], Dial)
    else:
        assert to.node == "closed"


@given(PLACES, EVENTS, SITUATIONS)
@settings(deadline=None)
def test_nobody_is_told_that_the_team_is_away_while_it_is_here_and_nobody_rings_it_while_it_is_away(
    flow: Flow, place: Place, event: Event, now: Circumstances
) -> None:
    to, _ = step(flow, place, event, now)
    assert to.node not in ({"closed", "night"} if now.is_open else {"transfer"})


@given(st.sampled_from(["en", "es"]), SITUATIONS)
@settings(deadline=None)
def test_a_caller_who_presses_nothing_comes_to_an_end_within_ten_documents(
    flow: Flow, language: str, now: Circumstances
) -> None:
    missed = DialEnded(bridged=False, outcome=DialOutcome.NO_ANSWER, was_short=True)
    documents = list(called(flow, language, now, [Moment(0, None, missed, now)] * 10))
    assert isinstance(documents[-1][1][-1], HangUp)
    rung = [place.node for place, actions in documents if isinstance(actions[-1], Dial)]
    assert len(rung) <= 1
    if now.is_open:
        assert rung == ["transfer"]
