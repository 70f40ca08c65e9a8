"""Walks the call graph that the engine really makes: every document, every key at every place, open and closed.

Pure and without rendering: it asks the step itself, so that what is proved is what a caller meets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import cache
from typing import NoReturn

from ivr.checks.graph import Answers, Asked, CallGraph, Listening, State, listening, situations
from ivr.engine.actions import Actions
from ivr.engine.cues import Cue
from ivr.engine.documents import document
from ivr.engine.events import Arrived, Circumstances
from ivr.engine.moves import move
from ivr.engine.narrator import Narrator, Said
from ivr.model.flow import Flow
from ivr.model.keys import Key
from ivr.model.nodes import Offer
from ivr.model.place import Back, Place
from ivr.model.speech import Text, Values


def walk(flow: Flow) -> CallGraph:
    """Walk every document from the first second of a call; the situation may change at any event.

    The part of a section that a caller may return to changes only where `again` leads, and every part is walked for
    itself; which key was no choice changes only its name in what is said. So one way back and one key stand for all of
    them here, and nothing is said aloud. `prove` walks each of them, rendered.
    """
    graph = CallGraph(situations(flow))
    line = _SilentLine(flow, graph.situations)
    arrivals = (line.answers(Asked(Place(language, ""), Arrived())) for language in flow.line.languages)
    waiting = deque(state for answers in arrivals for state in answers.values())
    known: set[Listening] = set()
    while waiting:
        state = waiting.popleft()
        if state in graph.documents:
            continue
        graph.documents[state] = line.document(state)
        for heard in listening(graph.documents[state]):
            if heard not in known:
                known.add(heard)
                at, happening = heard
                answers = {asked: line.answers(asked) for asked in (Asked(at, event) for event in happening.events)}
                graph.answers.update(answers)
                waiting.extend(state for led in answers.values() for state in led.values())
    return graph


class _SilentLine:
    """The line without its words. What it does without a look at the circumstances it is asked once, and not once each.

    The step is a function of what it is given. So what it answers without a look it answers in every situation.
    """

    def __init__(self, flow: Flow, situations: Mapping[str, Circumstances]) -> None:
        self._flow = flow
        self._situations = situations
        self._alike = cache(self._document_without_a_look)
        self._everywhere = cache(self._in_every_situation)

    def document(self, state: State) -> Actions:
        """What listens and what leads on in a document. What is said first, because of a key, does neither."""
        place, situation = state.cue.place, state.situation
        if state.cue.effect is not None:
            return document(self._flow, state.cue, self._situations[situation])
        return self._alike(place) or document(self._flow, Cue(place), self._situations[situation], _mute)

    def answers(self, asked: Asked) -> Answers:
        """Where an event leads, in each situation."""
        try:
            return self._everywhere(self._cue(asked, Unseen()))
        except LookedError:
            return {name: State(self._cue(asked, now), name) for name, now in self._situations.items()}

    def _document_without_a_look(self, place: Place) -> Actions | None:
        try:
            return document(self._flow, Cue(place), Unseen(), _mute)
        except LookedError:
            return None

    def _cue(self, asked: Asked, now: Circumstances) -> Cue:
        cue = move(self._flow, asked.at, asked.event, now)
        if cue.place.back is not None:
            cue = cue._replace(place=cue.place._replace(back=Back(self._flow.sections[0], 1)))
        return cue if cue.wrong_key is None else cue._replace(wrong_key=Key.ZERO)

    def _in_every_situation(self, cue: Cue) -> Answers:
        return {name: State(cue, name) for name in self._situations}


class LookedError(Exception):
    """The step has looked at circumstances that it was not to see."""


class Unseen(Circumstances):
    """Circumstances that nobody can look at."""

    def __init__(self) -> None:
        """There is nothing in it."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise LookedError(name)


class Mute(Narrator):
    """Says nothing: where a document leads never depends on its words, and a start need not make them."""

    def sentence(self, text: Text | None, values: Values | None = None) -> Said:
        """Nothing."""
        del text, values
        return ()

    def option(self, text: Text | None, key: Key | None) -> Said:
        """Nothing."""
        del text, key
        return ()

    def offers(self, *offers: Offer) -> Said:
        """Nothing."""
        del offers
        return ()

    def passage(self, text: Text) -> Said:
        """Nothing."""
        del text
        return ()

    def language_offer(self) -> Said:
        """Nothing."""
        return ()

    def heading(self) -> Said:
        """Nothing."""
        return ()


def _mute(flow: Flow, place: Place, _: Circumstances) -> Narrator:
    """Who says nothing need not look at the circumstances either."""
    return Mute(flow, place, Circumstances(is_open=True))
