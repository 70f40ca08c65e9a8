"""From a place and an event to the bytes of a document, each made once: the path of every key press."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from ivr.desk.ports import NO_SERVICES, DeskState, Override, Services
from ivr.desk.turns import Plan, Telephones, plan, spread
from ivr.desk.whisper import whisper
from ivr.engine.cues import Cue
from ivr.engine.documents import document
from ivr.engine.events import Circumstances, Effect, Event, KeyPressed, Outcome, Stored
from ivr.engine.last_resort import apology, fallback
from ivr.engine.moves import move
from ivr.errors import Fault, SettingsFaults
from ivr.model.flow import Flow
from ivr.model.hours import Hours
from ivr.model.keys import Key
from ivr.model.nodes import Entry, Transfer
from ivr.model.numbers import PhoneNumber, Role, Roster
from ivr.model.place import ONE_MORE, TYPING, Place
from ivr.model.speech import Private, Whose
from ivr.storage.deadlines import one_deadline
from ivr.twiml.render import render
from ivr.twiml.request import Caller
from ivr.web.requests import Asking, Requests

_MOST_DOCUMENTS = 4096  # a busy day's; at 6 kB each 24 MB at the very most
_MOST_SITUATIONS = 64  # of which only those of the second are asked for again
_NOBODY = Roster()  # a document that rings nobody is the same for every call
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Answer(NamedTuple):
    """A document, the node that it speaks from, what had happened, and what was asked for on the way to it.

    The event is what was made of the request: where a number is typed it says nothing of the keys.
    """

    node: str
    body: bytes
    event: Event
    stored: Stored | None = None


class Answers:
    """Every document of a verified flow, with the telephones behind its roles."""

    def __init__(self, flow: Flow, telephones: Telephones, services: Services = NO_SERVICES) -> None:
        self.flow = flow
        self._telephones = telephones
        self._ways = telephones.ways
        self._services = services
        self._requests = Requests(flow, services)
        self._speaks = {node: whose for node in flow.nodes if (whose := _whose_digits(flow, node)) is not None}
        self._hours = lru_cache(8)(self._hours_under)
        self._situation = lru_cache(_MOST_SITUATIONS)(self._situation_of)
        self._led = lru_cache(_MOST_DOCUMENTS)(self._lead)
        self._written = lru_cache(_MOST_DOCUMENTS)(self._write)
        self._apologies = {
            (language, is_open): self._apology(language, is_open=is_open)
            for language in flow.line.languages
            for is_open in (True, False)
        }

    @one_deadline()
    def answer(self, place: Place, event: Event, at: datetime, caller: Caller) -> Answer:
        """What a caller hears next, at an aware time. The number called is shown to who is rung, if it is one.

        A store that is slow but works must not make the caller wait for each thing that the step asks of it.
        """
        flow = self.flow
        place = flow.settle(place)
        desk = self._services.desk.state(at)
        way = spread(caller.call_sid) % self._ways
        now, ours = self._situation(desk.override, int(at.timestamp()), place.language, way)
        now = self._asked(now, desk, caller)
        event = self._typed(place, event, caller, at)
        cue, body = self._led(place, event, now)
        if body is not None:
            return Answer(cue.place.node, body, event)
        stored = None
        while cue.effect is not None:
            asking = Asking(caller, cue.place, self._hours(desk.override), at)
            stored = self._requests.perform(cue.effect, asking)
            cue = move(flow, cue.place, stored, now)
        whose = self._speaks.get(cue.place.node)
        if whose is not None:
            if digits := self._requests.digits(whose, caller, at):
                body = render(flow, document(flow, cue, now), _NOBODY, {whose: digits})
                return Answer(cue.place.node, body, event, stored)
            cue = move(flow, cue.place, Stored(Effect.KEEP_TYPED, Outcome.FAILED), now)  # nothing to read back
        roster = _NOBODY
        if isinstance(flow.nodes[cue.place.node], Transfer):
            roster = ours.shown_as(caller.called if _E164.fullmatch(caller.called) else None)
        return Answer(cue.place.node, self._written(cue, now, roster), event, stored)

    def whisper(self, place: Place, event: Event) -> Answer:
        """What who is rung hears before taking the call."""
        return Answer(place.node, render(self.flow, whisper(self.flow, place, event), Roster()), event)

    def apology(self, language: str, at: datetime) -> bytes:
        """The document for a fault of ours, made at start; whatever is wrong now, this only looks it up."""
        known = language if language in self.flow.scripts else self.flow.line.languages[0]
        try:
            is_open = self._hours(self._services.desk.state(at).override).is_open(at)
        except Exception:  # noqa: BLE001 because the hours themselves may be what is wrong
            is_open = False
        return self._apologies[known, is_open]

    def _typed(self, place: Place, event: Event, caller: Caller, at: datetime) -> Event:
        """Where a number is typed, keys are taken together; one key alone means what it means everywhere.

        So does 0 pressed again and again: no number begins with it, and it is what somebody presses who needs a person.
        """
        is_key = isinstance(event, KeyPressed) and isinstance(self.flow.nodes[place.node], Entry)
        is_typed = caller.has_starred or (len(caller.keys) > 1 and set(caller.keys) != {Key.ZERO.value})
        is_number = place.part == ONE_MORE or (place.part == TYPING and is_typed)
        return self._requests.take(place, caller, at) if is_key and is_number else event

    def _asked(self, now: Circumstances, desk: DeskState, caller: Caller) -> Circumstances:
        """The same, with what this caller can ask for; a line without services has nothing to look up."""
        services, flow = self._services, self.flow
        is_kept = services.callbacks is not None and flow.callback is not None and desk.takes_callbacks
        takes = is_kept and caller.call_sid != ""
        texts = services.texts is not None and flow.text is not None
        closed = desk.override.reason if desk.override is not None and not desk.override.is_open else ""
        if not (takes or texts or closed):
            return now
        has_number = PhoneNumber.is_callable(caller.number)
        return replace(
            now,
            takes_callbacks=takes,
            can_call_back=takes and has_number,
            can_text=texts and has_number,
            reason=closed,
        )

    def _hours_under(self, override: Override | None) -> Hours:
        hours = self.flow.line.hours
        if override is None:
            return hours
        return hours.switched_until(override.ends_at, override.reason, is_open=override.is_open)

    def _situation_of(
        self, override: Override | None, second: int, language: str, way: int
    ) -> tuple[Circumstances, Roster]:
        """What is so within a second for the calls of a language that ring in the same way, and whom they ring."""
        line = self.flow.line
        ours = plan(self._telephones, language, line.languages[0], way, line.ringing.turns)
        return circumstances(self._hours(override), ours, datetime.fromtimestamp(second, UTC)), ours.roster

    def _lead(self, place: Place, event: Event, now: Circumstances) -> tuple[Cue, bytes | None]:
        """Where the event leads, and the document there if it is the same for all who come so."""
        cue = move(self.flow, place, event, now)
        node = cue.place.node
        is_same = not (cue.effect or node in self._speaks or isinstance(self.flow.nodes[node], Transfer))
        return cue, self._written(cue, now, _NOBODY) if is_same else None

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


def _whose_digits(flow: Flow, node: str) -> Whose | None:
    """Which digits of a caller a node says. Its documents are made for each caller alone, and never kept."""
    texts = (text for script in flow.scripts.values() for text in script.nodes[node].passages)
    return next((piece.whose for text in texts for piece in text if isinstance(piece, Private)), None)


def circumstances(hours: Hours, ours: Plan, at: datetime) -> Circumstances:
    """What is so at an aware time, for a call with this plan."""
    is_open = hours.is_open(at)
    return Circumstances(
        is_open=is_open,
        opens=None if is_open else hours.opening(at),
        team=ours.speaks_language,
        after_hours=ours.after_hours_speaks_language,
    )
