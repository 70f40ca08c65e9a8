"""The call as a pure function: (flow, place, event, circumstances) -> place, actions."""

from __future__ import annotations

from ivr.engine.actions import Actions
from ivr.engine.documents import document
from ivr.engine.events import Circumstances, Event
from ivr.engine.moves import move
from ivr.model.flow import Flow
from ivr.model.place import Place


def step(flow: Flow, place: Place, event: Event, now: Circumstances) -> tuple[Place, Actions]:
    """Where the event leads, and everything that is heard from there until the line must be asked again."""
    cue = move(flow, place, event, now)
    return cue.place, document(flow, cue, now)
