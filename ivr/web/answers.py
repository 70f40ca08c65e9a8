"""From a place and an event to the bytes of a document, each made once: the path of every key press."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ivr.desk.turns import Plan, Telephones, plan
from ivr.desk.whisper import whisper
from ivr.engine.documents import document
from ivr.engine.events import Circumstances, Event
from ivr.engine.last_resort import apology, fallback
from ivr.engine.moves import Cue, move
from ivr.errors import Fault, SettingsFaults
from ivr.model.flow import Flow
from ivr.model.nodes import Transfer
from ivr.model.numbers import Role, Roster
from ivr.model.place import Place
from ivr.twiml.render import render

_MOST_DOCUMENTS = 4096  # a busy day's; at 6 kB each 24 MB at the very most
_NOBODY = Roster()  # a document that rings nobody is the same for every call
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A document, and the node that it speaks from."""

    node: str
    body: bytes


class Answers:
    """Every document of a verified flow, with the telephones behind its roles."""

    def __init__(self, flow: Flow, telephones: Telephones) -> None:
        self.flow = flow
        self._telephones = telephones
        self._written = lru_cache(_MOST_DOCUMENTS)(self._write)
        self._apologies = {
            (language, is_open): self._apology(language, is_open=is_open)
            for language in flow.line.languages
            for is_open in (True, False)
        }

    def answer(self, place: Place, event: Event, at: datetime, call_sid: str, called: str) -> Answer:
        """What a caller hears next, at an aware time. `called` is shown to who is rung, if it is a number."""
        place = self.flow.settle(place)
        ours = self._plan(place.language, call_sid)
        now = circumstances(self.flow, ours, at)
        cue = move(self.flow, place, event, now)
        rings = isinstance(self.flow.nodes[cue.place.node], Transfer)
        roster = ours.roster.shown_as(called if _E164.fullmatch(called) else None) if rings else _NOBODY
        return Answer(cue.place.node, self._written(cue, now, roster))

    def whisper(self, place: Place, event: Event) -> Answer:
        """What who is rung hears before taking the call."""
        return Answer(place.node, render(self.flow, whisper(self.flow, place, event), Roster()))

    def apology(self, language: str, at: datetime) -> bytes:
        """The document for a fault of ours, made at start; whatever is wrong now, this only looks it up."""
        known = language if language in self.flow.scripts else self.flow.line.languages[0]
        try:
            is_open = self.flow.line.hours.is_open(at)
        except Exception:  # noqa: BLE001 because the hours themselves may be what is wrong
            is_open = False
        return self._apologies[known, is_open]

    def _plan(self, language: str, call_sid: str) -> Plan:
        line = self.flow.line
        return plan(self._telephones, language, line.languages[0], call_sid, line.ringing.turns)

    def _write(self, cue: Cue, now: Circumstances, roster: Roster) -> bytes:
        return render(self.flow, document(self.flow, cue, now), roster)

    def _apology(self, language: str, *, is_open: bool) -> bytes:
        telephones = self._telephones
        roster = Roster(telephones.team, telephones.after_hours, telephones.fallback)
        open_role = Role.TEAM if is_open else Role.AFTER_HOURS
        role = next((role for role in (Role.FALLBACK, open_role) if roster.turns(role)), None)
        return render(self.flow, apology(self.flow, language, role), roster)


def fallback_document(flow: Flow, telephones: Telephones) -> bytes:
    """The static document of the number's fallback URL; SettingsFaults when there is no number to connect to."""
    if not telephones.fallback:
        wrong, mend = "is not set.", "Set it to a telephone that is answered at any hour."
        raise SettingsFaults([Fault("FALLBACK_NUMBER", 0, wrong, mend)])
    return render(flow, fallback(flow), Roster(fallback=telephones.fallback))


def circumstances(flow: Flow, ours: Plan, at: datetime) -> Circumstances:
    """What is so at an aware time, for a call with this plan."""
    hours = flow.line.hours
    is_open = hours.is_open(at)
    return Circumstances(
        is_open=is_open,
        opens=None if is_open else hours.opening(at),
        team=ours.speaks_language,
        after_hours=ours.after_hours_speaks_language,
    )
