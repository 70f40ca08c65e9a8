"""What a start does not ask, and what it leaves out of a document, would have changed nothing.

Each test walks for itself: a walk that was made for another test would not show what has been changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ivr.checks.graph import Asked, State, listening, situations
from ivr.checks.walk import LookedError, Unseen, walk
from ivr.content import read
from ivr.engine.actions import Listen, Speak
from ivr.engine.cues import Cue
from ivr.engine.documents import document
from ivr.engine.events import Arrived, Circumstances
from ivr.engine.moves import move
from ivr.model.flow import Flow
from ivr.model.keys import Key
from ivr.model.place import Back, Pace, Place
from tests import folders


@pytest.fixture(params=[folders.PROMPTS, folders.CLINIC], ids=["prompts", "clinic"])
def flow(request: pytest.FixtureRequest) -> Flow:
    return read(Path(request.param))


def one_for_all(flow: Flow, cue: Cue) -> Cue:
    """One way back and one wrong key stand for all of them."""
    place = cue.place if cue.place.back is None else cue.place._replace(back=Back(flow.sections[0], 1))
    return cue._replace(place=place, wrong_key=cue.wrong_key and Key.ZERO)


def led(flow: Flow, asked: Asked, ways: Mapping[str, Circumstances]) -> Mapping[str, State]:
    """The answers of the step itself, asked in each situation."""
    return {name: State(one_for_all(flow, move(flow, asked.at, asked.event, now)), name) for name, now in ways.items()}


def test_every_answer_is_the_one_that_the_step_gives_in_that_situation(flow: Flow) -> None:
    graph = walk(flow)
    for asked, answers in graph.answers.items():
        assert answers == led(flow, asked, situations(flow))


def test_every_document_listens_and_leads_on_as_it_does_aloud(flow: Flow) -> None:
    graph = walk(flow)
    for state, actions in graph.documents.items():
        aloud = document(flow, state.cue, graph.situations[state.situation])
        assert list(listening(actions)) == list(listening(aloud))
        assert list(map(type, actions)) == list(map(type, aloud))


def test_nothing_is_said_aloud(flow: Flow) -> None:
    spoken = [
        action.said
        for actions in walk(flow).documents.values()
        for action in actions
        if isinstance(action, Speak | Listen)
    ]
    assert spoken
    assert not any(spoken)


def test_nothing_that_can_happen_is_left_out(flow: Flow) -> None:
    graph = walk(flow)
    heard = {each for actions in graph.documents.values() for each in listening(actions)}
    assert set(graph.answers) == {Asked(at, event) for at, what in heard for event in what.events}
    reached = {state for answers in graph.answers.values() for state in answers.values()}
    arrived = {
        state
        for language in flow.line.languages
        for state in led(flow, Asked(Place(language, ""), Arrived()), graph.situations).values()
    }
    assert set(graph.documents) == reached | arrived


def test_every_language_pace_and_situation_is_walked(flow: Flow) -> None:
    states = set(walk(flow).documents)
    assert {(state.cue.place.language, state.cue.place.pace, state.situation) for state in states} == {
        (language, pace, situation)
        for language in flow.line.languages
        for pace in Pace
        for situation in situations(flow)
    }


def test_what_happens_without_a_key_leads_on_in_the_situation_of_its_document(flow: Flow) -> None:
    graph = walk(flow)
    for state, after in graph.keyless.items():
        keyless = [Asked(at, event) for at, what in listening(graph.documents[state]) for event in what.keyless]
        assert after == {led(flow, asked, graph.situations)[state.situation] for asked in keyless}


@pytest.mark.parametrize("look", [lambda now: now.is_open, lambda now: now.turns, lambda now: now == now, hash, repr])  # noqa: PLR0124
def test_whoever_looks_at_unseen_circumstances_is_found_out(look: Callable[[Unseen], object]) -> None:
    with pytest.raises(LookedError):
        look(Unseen())
