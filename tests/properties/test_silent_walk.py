"""What a start does not ask, and what it leaves out of a document, would have changed nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.checks.graph import Asked, CallGraph, State, listening
from ivr.checks.walk import LookedError, Unseen, walk
from ivr.content import read
from ivr.engine.documents import document
from ivr.engine.moves import Cue, move
from ivr.model.flow import Flow
from ivr.model.keys import Key
from ivr.model.place import Back

FOLDERS = ("prompts", "tests/corpus/good/clinic")


@pytest.fixture(scope="module", params=FOLDERS)
def walked(root: Path, request: pytest.FixtureRequest) -> tuple[Flow, CallGraph]:
    flow = read(root / request.param)
    return flow, walk(flow)


def one_for_all(flow: Flow, cue: Cue) -> Cue:
    """One way back and one wrong key stand for all of them."""
    place = cue.place if cue.place.back is None else cue.place._replace(back=Back(flow.sections[0], 1))
    return cue._replace(place=place, wrong_key=cue.wrong_key and Key.ZERO)


def test_every_answer_is_the_one_that_the_step_gives_in_that_situation(walked: tuple[Flow, CallGraph]) -> None:
    flow, graph = walked
    for asked, answers in graph.answers.items():
        assert answers == {
            name: State(one_for_all(flow, move(flow, asked.at, asked.event, now)), name)
            for name, now in graph.situations.items()
        }


def test_every_document_listens_and_leads_on_as_it_does_aloud(walked: tuple[Flow, CallGraph]) -> None:
    flow, graph = walked
    for state, actions in graph.documents.items():
        aloud = document(flow, state.cue, graph.situations[state.situation])
        assert list(listening(actions)) == list(listening(aloud))
        assert list(map(type, actions)) == list(map(type, aloud))


def test_nothing_that_can_happen_is_left_out(walked: tuple[Flow, CallGraph]) -> None:
    _, graph = walked
    heard = {each for actions in graph.documents.values() for each in listening(actions)}
    happening = {Asked(at, event) for at, what in heard for event in what.events}
    assert happening == set(graph.answers)
    assert {state for answers in graph.answers.values() for state in answers.values()} <= set(graph.documents)


@pytest.mark.parametrize("look", [lambda now: now.is_open, lambda now: now.turns, lambda now: now == now, hash, repr])  # noqa: PLR0124
def test_whoever_looks_at_unseen_circumstances_is_found_out(look: Callable[[Unseen], object]) -> None:
    with pytest.raises(LookedError):
        look(Unseen())
