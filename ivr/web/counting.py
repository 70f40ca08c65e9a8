"""What is counted of a call, without anybody in it: nodes, keys, silences, how transfers and requests end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from ivr.desk.ports import Tally
from ivr.engine.events import Arrived, DialEnded, Effect, KeyPressed, NumberGiven, Outcome, Silence, Stored, Typed
from ivr.model.flow import Flow
from ivr.model.nodes import Transfer
from ivr.model.place import Place
from ivr.twiml.request import PROBE
from ivr.web.answers import Answer

_OUTCOMES = {Outcome.DONE: "kept", Outcome.FAILED: "failed", Outcome.REFUSED: "refused"}


def count_call(tally: Tally, flow: Flow, place: Place, answer: Answer, at: datetime, *, is_probe: bool) -> None:
    """Count one step of a call: where the caller was, what happened, and what was heard next."""
    language = place.language if place.language in flow.scripts else flow.line.languages[0]
    count = partial(tally.count, at=at, language=language, is_probe=is_probe)
    node = place.node if place.node in flow.nodes else flow.menu.id
    match answer.event:
        case Arrived():
            count("call", detail="arrived")
        case KeyPressed(key=key):
            count("key", node=node, detail=key.value)
        case Silence():
            count("silence", node=node)
        case DialEnded() if detail := _ending(flow, node, answer.node):
            count("transfer", node=node, detail=detail)
        case NumberGiven(typed=Typed.FAILED):
            count("callback", detail="failed")
        case DialEnded() | NumberGiven() | Stored():
            pass
    count("node", node=answer.node)
    if request := what_was_asked(answer.stored):
        kind, detail = request
        count(kind, detail=detail)


def count_fault(tally: Tally, form: Mapping[str, str], at: datetime, *, is_whisper: bool) -> None:
    """Count a fault of ours: a caller heard the apology, or who was rung no whisper."""
    tally.count("fault", at=at, detail="whisper" if is_whisper else "apology", is_probe=PROBE in form)


def what_was_asked(stored: Stored | None) -> tuple[str, str] | None:
    """What was asked for and how that went, in the words of the counts."""
    match stored:
        case Stored(effect=Effect.KEEP_OWN | Effect.KEEP_TYPED, outcome=outcome):
            return "callback", _OUTCOMES[outcome]
        case Stored(effect=Effect.ASK_STORE, outcome=Outcome.FAILED):
            return "callback", "failed"
        case Stored(effect=Effect.SEND_TEXT, outcome=outcome):
            return "text", "asked" if outcome is Outcome.DONE else "failed"
        case _:
            return None


def _ending(flow: Flow, ringing: str, heard: str) -> str:
    """How a transfer ended; nothing while it rings on."""
    node = flow.nodes[ringing]
    if not isinstance(node, Transfer):
        return ""
    return {node.nobody: "nobody", node.cut_off: "cut_off", node.talked: "talked"}.get(heard, "")
