"""How a `<Dial>` goes: its legs ring, pick up, hear their whispers, and one of them is connected, or none.

Legs are taken in the order of time, so that nobody asks for a whisper after somebody else was connected.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ivr.phone import handset
from ivr.phone.document import Dial, Target
from ivr.phone.handset import Call, DialOutcome, Heard, Step
from ivr.phone.team import Answers, Behaviour, DoesNotAnswer, Fate, Groups, Leg, Ring, Team, Unanswered

PLATFORM_ADDS_S = 5  # The platform rings about five seconds longer than a Dial's timeout.
REACTION_S = 1.0  # How long a scheduler hears the whisper before pressing a key.

Send = Callable[[Step], Step]


def ring(call: Call, team: Team, send: Send, until_s: float = math.inf) -> Ring:
    """Ring everyone whom the call's Dial names, and let them whisper and talk until the Dial ends or `until_s`.

    `send` exchanges the request of a leg's step for the step that its answer leads to.
    """
    dial = call.ringing
    if dial is None:
        raise ValueError("The call rings nobody.")
    if team.forced:
        return _forced(call, team.forced[0])
    legs = [_start(call, dial, target, number, team) for number, target in enumerate(dial.targets)]
    while (due_s := min(leg.due_s for leg in legs)) < math.inf and due_s <= until_s:
        for leg in legs:
            if leg.due_s == due_s:
                _advance(leg, send)
                _stop_others(leg, legs, team)
        if any(leg.fate == "bridged" for leg in legs):
            break
    return _result(call, dial, team, legs)


@dataclass(slots=True)
class _Leg:
    """A leg while it is simulated: `due_s` is when something happens to it next."""

    target: Target
    behaviour: Behaviour
    call: Call
    due_s: float
    fate: Fate = "ringing"
    picked_up_at_s: float = math.inf
    ended_at_s: float = 0.0
    keys: str = ""
    heard: list[Heard] = field(default_factory=list)

    @property
    def has_picked_up(self) -> bool:
        return self.picked_up_at_s < math.inf

    def end(self, fate: Fate, at_s: float) -> None:
        self.fate, self.ended_at_s, self.due_s = fate, at_s, math.inf


def _start(call: Call, dial: Dial, target: Target, number: int, team: Team) -> _Leg:
    parties = replace(
        call.parties,
        from_=dial.caller_id or call.parties.from_,
        to=target.address,
        call_sid=child_sid(call, number),
        parent_sid=call.parties.call_sid,
    )
    behaviour = team.of(target.address)
    gives_up_s = dial.timeout_s + PLATFORM_ADDS_S
    after_s = float(gives_up_s)
    match behaviour:
        case Answers() if behaviour.after_s < gives_up_s:
            after_s = behaviour.after_s
        case Answers():
            behaviour = DoesNotAnswer()
        case DoesNotAnswer(status) if status != "no-answer":
            after_s = 1.0
    keys = behaviour.presses if isinstance(behaviour, Answers) else ""
    return _Leg(target, behaviour, Call(parties, target.address, call.at_s), call.at_s + after_s, keys=keys)


def child_sid(call: Call, number: int) -> str:
    """The CallSid of the leg with this number: another one for every leg of every Dial of a call."""
    known = f"{call.parties.call_sid} {call.at_s:.3f} {number}"
    return f"CA{hashlib.sha256(known.encode()).hexdigest()[:32]}"


def _advance(leg: _Leg, send: Send) -> None:
    at_s = leg.due_s
    match leg.behaviour:
        case DoesNotAnswer():
            leg.end("unanswered", at_s)
        case Answers() as answers if not leg.has_picked_up:
            leg.picked_up_at_s = at_s
            leg.call = replace(leg.call, at_s=at_s)
            if leg.target.url is None:
                leg.end("bridged", at_s)
            else:
                leg.fate = "whisper"
                _follow(leg, answers, handset.begin(leg.call, leg.target.url), send)
        case Answers() as answers:
            _whisper_on(leg, answers, send)


def _stop_others(leg: _Leg, legs: list[_Leg], team: Team) -> None:
    if leg.has_picked_up and team.groups is Groups.STOP_AT_FIRST:
        for other in legs:
            if other.fate == "ringing":
                other.end("cancelled", leg.picked_up_at_s)


def _whisper_on(leg: _Leg, answers: Answers, send: Send) -> None:
    at_s = leg.due_s
    step = handset.wait(leg.call, at_s)
    is_lost = answers.lost_after_s is not None and at_s >= leg.picked_up_at_s + answers.lost_after_s
    if is_lost and step.request is None:
        leg.heard.extend(step.heard)
        leg.end("lost", at_s)
    elif step.request is None and step.call.ended_by is None and leg.keys:
        leg.heard.extend(step.heard)
        key, leg.keys = leg.keys[0], leg.keys[1:]
        _follow(leg, answers, handset.press(step.call, key), send)
    else:
        _follow(leg, answers, step, send)


def _follow(leg: _Leg, answers: Answers, step: Step, send: Send) -> None:
    """Take a step's consequences, and say when something happens next."""
    leg.heard.extend(step.heard)
    while step.request is not None:
        step = send(step)
        leg.heard.extend(step.heard)
    leg.call = step.call
    match step.call.ended_by:
        case "platform":
            leg.end("bridged", step.call.at_s)  # A whisper that merely ends connects the two.
        case "line" | "caller":
            leg.end("declined", step.call.at_s)
        case None:
            leg.due_s = _due_s(leg, answers)


def _due_s(leg: _Leg, answers: Answers) -> float:
    due_s = leg.call.at_s + handset.left_s(leg.call)
    gathers = handset.schedule(leg.call)
    if leg.keys and gathers:
        due_s = min(due_s, gathers[0][0] + REACTION_S)
    if answers.lost_after_s is not None:
        due_s = min(due_s, max(leg.picked_up_at_s + answers.lost_after_s, leg.call.at_s))
    return due_s


def _result(call: Call, dial: Dial, team: Team, legs: list[_Leg]) -> Ring:
    winner = next((leg for leg in legs if leg.fate == "bridged"), None)
    for leg in legs:
        if leg is not winner and leg.fate in ("ringing", "whisper", "bridged"):
            leg.fate = "cancelled"
    bridged_at_s = winner.ended_at_s if winner else None
    ended_at_s = max(call.at_s, *(leg.ended_at_s for leg in legs))
    if winner is not None and isinstance(winner.behaviour, Answers):
        ended_at_s = winner.ended_at_s + min(winner.behaviour.talks_s, dial.time_limit_s)
    outcome = _outcome(team, legs, winner, ended_at_s)
    written = tuple(Leg(leg.target.address, leg.call.parties.call_sid, leg.fate, tuple(leg.heard)) for leg in legs)
    return Ring(outcome, call.at_s, bridged_at_s, ended_at_s, written)


def _outcome(team: Team, legs: list[_Leg], winner: _Leg | None, ended_at_s: float) -> DialOutcome:
    picked_up = winner or next((leg for leg in legs if leg.has_picked_up), None)
    is_bridged = None if team.leaves_out_bridged else winner is not None
    if picked_up is not None:
        seconds = (ended_at_s if winner else picked_up.ended_at_s) - picked_up.picked_up_at_s
        return DialOutcome("answered" if team.says_answered else "completed", is_bridged, max(0, round(seconds)))
    statuses = {leg.behaviour.status for leg in legs if isinstance(leg.behaviour, DoesNotAnswer)}
    order: tuple[Unanswered, ...] = ("no-answer", "busy", "failed", "canceled")
    status = next((status for status in order if status in statuses), "canceled")
    return DialOutcome(status, is_bridged, 0)


def _forced(call: Call, outcome: DialOutcome) -> Ring:
    ended_at_s = call.at_s + max(outcome.seconds, 1)
    return Ring(outcome, call.at_s, call.at_s if outcome.is_bridged else None, ended_at_s, ())
