"""Plays a script against the line, and stops at the first line that does not come true."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from ivr.errors import CallFault, TwimlFault
from ivr.phone.estimate import seconds_before
from ivr.phone.handset import Heard
from ivr.phone.people import read_behaviour, read_outcome
from ivr.phone.places import is_place, place_of
from ivr.phone.script import Line, Script
from ivr.phone.team import Groups, Team
from ivr.phone.telephone import CALLER, FIRST_SID, LINE, Telephone
from ivr.phone.wire import Transport

USUAL_TIME = "2026-11-24 10:00"  # A Tuesday morning, no holiday near.


def play(
    script: Script,
    transport: Transport,
    *,
    timezone: tzinfo,
    public_url: str = "http://127.0.0.1:8000",
    token: str | None = None,
    team: Team | None = None,
) -> Telephone:
    """Make the call of a script; the telephone afterwards.

    `team` is who may be called before the script's own lines are read. A call that has not ended with the script is
    hung up by the caller. Raises CallFault or TwimlFault, both with the file and the line.
    """
    said = {line.word: line.fields[0] for line in script.settings if line.word not in ("team", "outcome")}
    telephone = Telephone(
        transport,
        now=datetime.fromisoformat(said.get("time", USUAL_TIME)).replace(tzinfo=timezone),
        public_url=public_url,
        token=token,
        to=said.get("to", LINE),
        from_=said.get("from", CALLER),
        team=team,
        call_sid=said.get("sid", FIRST_SID),
    )
    path = f"/voice/answer?language={said['language']}" if "language" in said else "/voice/answer"
    for line in (*script.settings, *script.steps):
        _play_line(telephone, line, script.name, path)
    telephone.hang_up()
    return telephone


def _play_line(telephone: Telephone, line: Line, name: str, path: str) -> None:
    try:
        if not (_is_set(telephone, line) or _is_done(telephone, line, path)):
            _check_words(telephone, line)
            _check_course(telephone, line)
    except TwimlFault as fault:
        raise TwimlFault(f"{name}:{line.number}: {fault}") from None
    except CallFault as fault:
        raise CallFault(f"{name}:{line.number}: {fault} {_last_heard(telephone)}") from None


def _is_set(telephone: Telephone, line: Line) -> bool:
    """Change what the people who are called do, if that is what the line says."""
    match line.word, line.fields:
        case "team", (address, words):
            behaviour = read_behaviour(words)
            if behaviour is None:
                raise CallFault(f'"{words}" is nothing that the one who is called can do.')
            telephone.set_team(replace(telephone.team, behaviours=(*telephone.team.behaviours, (address, behaviour))))
        case "groups", (words,):
            telephone.set_team(replace(telephone.team, groups=Groups(words)))
        case "platform", ("says answered",):
            telephone.set_team(replace(telephone.team, says_answered=True))
        case "platform", ("leaves out bridged",):
            telephone.set_team(replace(telephone.team, leaves_out_bridged=True))
        case "platform", _:
            telephone.set_team(replace(telephone.team, leaves_out_star=True))
        case "outcome", (status, bridged, seconds):
            forced = (*telephone.team.forced, read_outcome(status, bridged, seconds))
            telephone.set_team(replace(telephone.team, forced=forced))
        case (("time" | "language" | "from" | "to" | "sid"), _):
            pass
        case _:
            return False
    return True


def _is_done(telephone: Telephone, line: Line, path: str) -> bool:
    """Do what the caller does, if that is what the line says."""
    match line.word, line.fields:
        case "call", _:
            telephone.dial(path)
        case "press", (keys, "", after, every):
            telephone.press(keys, float(after or 0), float(every or 0))
        case "press", (keys, place, after, every):
            telephone.press_at(place, keys, float(after or 0), float(every or 0))
        case "silent", _:
            telephone.wait_silently()
        case "wait", (seconds,):
            telephone.wait(float(seconds))
        case "retry", _:
            telephone.retry()
        case "hang up", (after,):
            telephone.hang_up(float(after or 0))
        case _:
            return False
    return True


def _check_words(telephone: Telephone, line: Line) -> None:
    match line.word, line.fields:
        case "hears", (no, words):
            _check_heard(telephone.spoken, words, is_wanted=not no, who="The caller")
        case "by", (seconds, words):
            _check_heard_by(telephone, float(seconds), words)
        case "whisper", (address, no, words):
            _check_whisper(telephone, address, words, is_wanted=not no)


def _check_course(telephone: Telephone, line: Line) -> None:
    match line.word, line.fields:
        case "at", (place,):
            _check_place(telephone, place)
        case "dials", (addresses,):
            _check_dials(telephone, addresses)
        case "rings nobody", _:
            if telephone.ringing or telephone.rings:
                raise CallFault("Nobody should be rung, but somebody is or was.")
        case ("talks" | "nobody takes it") as wanted, _:
            _check_talk(telephone, is_wanted=wanted == "talks")
        case "ends", (by_platform,):
            _check_end(telephone, "platform" if by_platform else "line")


def _check_place(telephone: Telephone, place: str) -> None:
    action = telephone.listening_at
    if action is None:
        raise CallFault(f"The line should listen at {place}, but {_state_of(telephone)}.")
    if not is_place(action, place):
        raise CallFault(f"The line should listen at {place}, but it listens at {place_of(action)}.")


def _check_heard(heard: tuple[Heard, ...], words: str, *, is_wanted: bool, who: str) -> None:
    is_heard = any(seconds_before(one.say, words) is not None for one in heard)
    if is_heard is not is_wanted:
        raise CallFault(f'{who} should {"" if is_wanted else "not "}hear "{words}" here.')


def _check_heard_by(telephone: Telephone, limit_s: float, words: str) -> None:
    begins = [(one.at_s, seconds_before(one.say, words)) for one in telephone.spoken]
    at_s = next((at_s + before_s for at_s, before_s in begins if before_s is not None), None)
    if at_s is None:
        raise CallFault(f'The caller should hear "{words}" here.')
    if at_s > limit_s:
        raise CallFault(f'The caller should hear "{words}" by {limit_s:g} s, but it begins at {at_s:.1f} s.')


def _check_whisper(telephone: Telephone, address: str, words: str, *, is_wanted: bool) -> None:
    last = telephone.ring_out() if telephone.ringing else telephone.rings[-1] if telephone.rings else None
    legs = [leg for leg in last.legs if leg.address == address] if last else []
    if not legs or not legs[0].heard:
        raise CallFault(f"{address} heard no whisper.")
    _check_heard(legs[0].heard, words, is_wanted=is_wanted, who=address)


def _check_dials(telephone: Telephone, addresses: str) -> None:
    if not telephone.ringing:
        telephone.wait_silently()
    if set(telephone.ringing) != set(addresses.split(" & ")):
        raise CallFault(f"The line should ring {addresses}, but {_state_of(telephone)}.")


def _check_talk(telephone: Telephone, *, is_wanted: bool) -> None:
    if not telephone.ringing:
        raise CallFault(f"The line should ring somebody now, but {_state_of(telephone)}.")
    telephone.wait_silently()
    if telephone.rings[-1].has_talked is not is_wanted:
        fates = ", ".join(f"{leg.address} {leg.fate}" for leg in telephone.rings[-1].legs) or "the outcome is forced"
        raise CallFault(f"Somebody should {'' if is_wanted else 'not '}take the call, but {fates}.")


def _check_end(telephone: Telephone, ended_by: str) -> None:
    telephone.wait_silently()
    if telephone.ended_by != ended_by:
        raise CallFault(f"The {ended_by} should end the call, but {_state_of(telephone)}.")


def _state_of(telephone: Telephone) -> str:
    if telephone.has_ended:
        return f"the call was ended by the {telephone.ended_by}"
    if telephone.ringing:
        return f"it rings {' & '.join(telephone.ringing)}"
    return f"it listens at {place_of(telephone.listening_at)}" if telephone.listening_at else "nothing listens"


def _last_heard(telephone: Telephone) -> str:
    said = " ".join(heard.written for heard in telephone.heard[-2:])
    return f'The caller last heard: "{said}"' if said else "The caller has heard nothing yet."
