"""Whatever a caller does, in whatever order, and whatever becomes of the team meanwhile: the call stays a sane one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import phone
from ivr.content import read
from ivr.engine.actions import Actions, Continue, Dial, Enter, HangUp, Listen, Perform, Speak
from ivr.engine.events import (
    Arrived,
    Circumstances,
    DialEnded,
    DialOutcome,
    Effect,
    Event,
    KeyPressed,
    NumberGiven,
    Outcome,
    Silence,
    Stored,
    Typed,
)
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.numbers import Roster, Target, TargetKind
from ivr.model.place import MOST_TRIES, ONE_MORE, ROOT, Back, Pace, Place
from ivr.model.speech import Whose
from ivr.twiml.render import CONTENT_TYPE, render

TURN = (Target(TargetKind.NUMBER, "+18135550101"),)
ROSTER = Roster((TURN, TURN, TURN), (TURN, TURN, TURN), (TURN,), "+18886633488")

SPOKEN = {Whose.LAST_TWO: ("47",), Whose.TYPED: ("813", "555", "0147")}

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
    takes_callbacks=st.booleans(),
    can_call_back=st.booleans(),
    can_text=st.booleans(),
    reason=st.sampled_from(["", "weather", "gone"]),
)
KEYS = st.builds(KeyPressed, st.sampled_from(Key))
ENDINGS = st.builds(
    DialEnded,
    bridged=st.none() | st.booleans(),
    outcome=st.sampled_from(DialOutcome),
    was_short=st.booleans(),
)
NUMBERS = st.builds(NumberGiven, st.sampled_from(Typed), st.integers(0, 10))
OUTCOMES = st.sampled_from(Outcome)
STORED = st.builds(Stored, st.sampled_from(Effect), OUTCOMES, OPENINGS)
EVENTS: st.SearchStrategy[Event] = KEYS | ENDINGS | NUMBERS | STORED | st.just(Silence()) | st.just(Arrived())
MESSAGES = ("welcome", "menu", "closed", "nobody", "talked", "cut-off", "goodbye", "gone")
ASKING = ("call-back", "number", "confirm", "promised", "kept", "unkept", "text-link", "texted", "untexted")
NAMES = st.sampled_from(("what", "spread", "treat", "appoint", "transfer", "night", *MESSAGES, *ASKING))
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
    number: NumberGiven | None = None  # typed where a number is, instead of one key
    outcome: Outcome = Outcome.DONE
    promise: Opening | None = None


MOMENTS = st.builds(
    Moment, st.integers(0, 20), st.none() | KEYS, ENDINGS, SITUATIONS, st.none() | NUMBERS, OUTCOMES, OPENINGS
)
CALLS = st.lists(MOMENTS, max_size=25)


def called(flow: Flow, language: str, now: Circumstances, moments: list[Moment]) -> Iterator[tuple[Place, Actions]]:
    """Each document of a call, until it is hung up or the moments are used up."""
    place, actions = step(flow, Place(language, ""), Arrived(), now)
    yield place, actions
    for moment in moments:
        asked = next_request(actions, moment)
        if asked is None:
            return
        at, event = asked
        place, actions = step(flow, travelled(at), event, moment.then)
        yield place, actions


def next_request(actions: Actions, moment: Moment) -> tuple[Place, Event] | None:
    """What is asked next: a key at one of the places that listen, else what the end of the document asks."""
    listens = [action for action in actions if isinstance(action, Listen | Enter)]
    chosen = listens[moment.which % len(listens)] if listens else None
    if isinstance(chosen, Enter) and moment.number is not None:
        return chosen.at, moment.number
    if moment.key is not None and chosen is not None and chosen.at.part != ONE_MORE:
        return chosen.at, moment.key
    match actions[-1]:
        case Perform(effect=effect, at=at):
            return at, Stored(effect, moment.outcome, moment.promise)
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
    assert isinstance(actions[-1], Continue | Dial | HangUp | Perform)
    assert all(isinstance(action, Speak | Listen | Enter) for action in actions[:-1])
    assert not isinstance(actions[-1], Perform) or len(actions) == 1
    assert isinstance(actions[-1], HangUp) == (flow.nodes[place.node].id == "goodbye")
    assert 0 <= place.tries <= MOST_TRIES
    for action in actions:
        if isinstance(action, Listen | Continue | Enter | Perform):
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
    is_sane(flow, *step(flow, place, event, now))


@given(PLACES, EVENTS, SITUATIONS)
@settings(deadline=None, max_examples=50)
def test_the_strict_telephone_takes_every_document(flow: Flow, place: Place, event: Event, now: Circumstances) -> None:
    _, actions = step(flow, place, event, now)
    if not isinstance(actions[0], Perform):
        assert phone.parse(render(flow, actions, ROSTER, SPOKEN), CONTENT_TYPE).leads_on


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


@given(PLACES, SITUATIONS, st.sampled_from((Key.FIVE, Key.SIX)))
@settings(deadline=None)
def test_nothing_is_promised_or_sent_without_an_answer_and_nothing_is_offered_that_is_not_to_be_had(
    flow: Flow, place: Place, now: Circumstances, key: Key
) -> None:
    _, actions = step(flow, place, KeyPressed(key), now)
    effects = [action.effect for action in actions if isinstance(action, Perform)]
    assert effects in ([], [Effect.ASK_STORE])
    assert not effects or now.takes_callbacks
    spoken = {span for action in actions if isinstance(action, Listen) for said in action.said for span in said.spans}
    if not now.can_text:
        assert not spoken & {span for script in flow.scripts.values() for span in (script.options.text or ())[:1]}
    if not now.takes_callbacks:
        assert not spoken & {span for script in flow.scripts.values() for span in (script.options.callback or ())[:1]}
