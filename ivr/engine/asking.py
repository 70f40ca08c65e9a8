"""What a caller asks for: to be called back, or a text. Every answer that the line must act on is an effect first."""

from __future__ import annotations

from ivr.engine.cues import Cue, Remark
from ivr.engine.events import Circumstances, Effect, NumberGiven, Outcome, Stored, Typed
from ivr.engine.ways import keeping_the_way_back, on_after_three_tries, same
from ivr.model.flow import Flow
from ivr.model.nodes import Asks, Entry, Question
from ivr.model.place import MOST_TRIES, ONE_MORE, TYPING, Place

_EFFECTS = {
    Asks.OWN_NUMBER: Effect.KEEP_OWN,
    Asks.TYPED_NUMBER: Effect.KEEP_TYPED,
    Asks.MESSAGE: Effect.PERMIT_MESSAGE,
    Asks.TEXT: Effect.SEND_TEXT,
}


def to_a_callback(flow: Flow, place: Place, now: Circumstances) -> Cue | None:
    """Where who wants to be called back is led; None where nobody would see the request.

    The store is asked before a caller answers or types anything. Where a number is typed, the key begins anew.
    """
    if flow.callback is None or not now.takes_callbacks:
        return None
    if isinstance(flow.nodes[place.node], Entry):
        return Cue(_typing_anew(place))
    return Cue(keeping_the_way_back(flow, place, flow.callback.ask), effect=Effect.ASK_STORE)


def to_a_text(flow: Flow, place: Place, now: Circumstances) -> Cue | None:
    """Where who wants a text is led; None where none can be sent."""
    if flow.text is None or not now.can_text:
        return None
    return Cue(keeping_the_way_back(flow, place, flow.text.ask))


def answered(flow: Flow, node: Question, place: Place, *, is_yes: bool) -> Cue:
    """After an answer: a yes is acted on first, a no leads on."""
    if is_yes:
        return Cue(place._replace(tries=0), effect=_EFFECTS[node.asks])
    return Cue(keeping_the_way_back(flow, place, node.no))


def after_effect(flow: Flow, place: Place, stored: Stored, now: Circumstances) -> Cue:
    """Where it leads that something was done, or could not be done."""
    node = flow.nodes[place.node]
    if not isinstance(node, Question):
        return same(flow, place)
    if stored.outcome is Outcome.DONE:
        return _done(flow, node, place, stored, now)
    if stored.effect is Effect.PERMIT_MESSAGE:
        return Cue(keeping_the_way_back(flow, place, node.failed), remarks=(Remark.NOT_NOTED,))
    is_enough = stored.outcome is Outcome.REFUSED and stored.effect in (Effect.KEEP_OWN, Effect.KEEP_TYPED)
    if is_enough and flow.callback is not None:
        return Cue(keeping_the_way_back(flow, place, flow.callback.enough), remarks=(Remark.ENOUGH,))
    return Cue(keeping_the_way_back(flow, place, node.failed))


def after_number(flow: Flow, place: Place, given: NumberGiven, now: Circumstances) -> Cue:
    """Where the keys of an entry lead: on to their confirmation, or to another try."""
    node = flow.nodes[place.node]
    if not isinstance(node, Entry):
        return same(flow, place)
    match given.typed:
        case Typed.WHOLE:
            return Cue(keeping_the_way_back(flow, place, node.then))
        case Typed.ONE_MORE:
            return Cue(place._replace(part=ONE_MORE))
        case Typed.STARTED_OVER:
            return Cue(_typing_anew(place))
        case Typed.FAILED:
            return Cue(keeping_the_way_back(flow, place, node.failed))
        case Typed.TOO_FEW | Typed.NOT_CALLABLE:
            tries = place.tries + 1
            if tries >= MOST_TRIES:
                return Cue(on_after_three_tries(flow, place, now), given=given)
            return Cue(place._replace(part=TYPING, tries=tries), given=given)


def _done(flow: Flow, node: Question, place: Place, stored: Stored, now: Circumstances) -> Cue:
    if stored.effect is not Effect.ASK_STORE:
        return Cue(keeping_the_way_back(flow, place, node.yes)._replace(promise=stored.promise))
    if now.can_call_back or flow.callback is None:
        return Cue(place)
    return Cue(keeping_the_way_back(flow, place, flow.callback.enter))


def _typing_anew(place: Place) -> Place:
    return place._replace(part=TYPING, tries=0)
