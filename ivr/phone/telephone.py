"""The strict telephone: it calls the line, hears what a caller hears, and stops at what a caller would stumble on.

It has no network of its own: a `transport` takes each request to the line, be it a WSGI object in the same process or a
server. Times are simulated, so a call of four minutes takes milliseconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ivr.errors import CallFault
from ivr.phone import handset
from ivr.phone.handset import Call, Form, Heard, Parties, Request, Step
from ivr.phone.places import is_place, place_of
from ivr.phone.ringing import child_sid, ring
from ivr.phone.team import Ring, Team
from ivr.phone.wire import Transport, Wire

LINE = "+18886633488"
CALLER = "+18135550100"
FIRST_SID = "CA" + "1".zfill(32)
ACCOUNT_SID = "AC" + "1".zfill(32)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing of a call, worded as a script says it: "press" and "3 after 4.2", "at" and "en treat 2"."""

    at_s: float
    word: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.word} {self.rest}".strip()


class Telephone:
    """One call, every answer of it checked.

    CallFault is raised for what is not an answer or cannot be done, TwimlFault for a document that is out of order.
    """

    def __init__(  # noqa: PLR0913  one name for each thing that a test may want otherwise
        self,
        transport: Transport,
        *,
        now: datetime,
        public_url: str = "http://127.0.0.1:8000",
        token: str | None = None,
        to: str = LINE,
        from_: str = CALLER,
        team: Team | None = None,
        call_sid: str = FIRST_SID,
        account_sid: str = ACCOUNT_SID,
        extra: Form = (),
        status_path: str | None = "/voice/status",
        strict_urls: bool = True,
    ) -> None:
        """Prepare a call at `now`; `extra` fields go with every request, and no `token` signs nothing."""
        self._team = self._first_team = team or Team()
        self._wire = Wire(transport, now, token, strict_urls)
        self._status_path = status_path
        self._call = Call(Parties(public_url, from_, to, call_sid, account_sid, extra=extra))
        self._mark = self._call
        self._heard: list[Heard] = []
        self._log: list[Happened] = []
        self._heard_before = 0
        self._rings: list[Ring] = []
        self._ring: Ring | None = None

    @property
    def heard(self) -> tuple[Heard, ...]:
        """All that the caller heard, in order."""
        return tuple(self._heard)

    @property
    def spoken(self) -> tuple[Heard, ...]:
        """What this document says to a caller who stays silent: what was heard of it and what is still to come."""
        heard = list(self._heard[self._heard_before :])
        call, at_s = self._call, self._call.at_s - self._call.into_s
        for moment in call.ahead:
            if not isinstance(moment, handset.Span):
                break
            if moment.say is not None:
                heard.append(Heard(at_s, call.speaker, moment.say, moment.seconds))
            at_s += moment.seconds
        return tuple(heard)

    @property
    def requests(self) -> tuple[Request, ...]:
        """All that the line was asked on the caller's leg and on the others."""
        return tuple(self._wire.requests)

    @property
    def rings(self) -> tuple[Ring, ...]:
        """How every Dial went that is over."""
        return tuple(self._rings)

    @property
    def log(self) -> tuple[Happened, ...]:
        """The call so far in the words of a script."""
        return tuple(self._log)

    @property
    def team(self) -> Team:
        """Who may be called, and what they do."""
        return self._team

    @property
    def first_team(self) -> Team:
        """The team as it was when the call was made."""
        return self._first_team

    @property
    def began(self) -> datetime:
        """When the call was made."""
        return self._wire.began

    @property
    def at_s(self) -> float:
        """Seconds since the call arrived."""
        return self._call.at_s

    @property
    def now(self) -> datetime:
        """The simulated moment."""
        return self._wire.began + timedelta(seconds=self._call.at_s)

    @property
    def call(self) -> Call:
        """The caller's leg as it is now."""
        return self._call

    @property
    def listening_at(self) -> str | None:
        """The action of the Gather that listens now, or else of the next one that silence leads to in this document."""
        gathers = handset.schedule(self._call)
        return gathers[0][1].action if gathers else None

    @property
    def ringing(self) -> tuple[str, ...]:
        """The addresses that the line rings now."""
        dial = self._call.ringing
        return tuple(target.address for target in dial.targets) if dial else ()

    @property
    def ended_by(self) -> str | None:
        """Who ended the call: "caller", "line" by a Hangup, or "platform" when a document ran out; None until then."""
        return self._call.ended_by

    @property
    def has_ended(self) -> bool:
        """Whether the call is over."""
        return self._call.ended_by is not None

    def set_team(self, team: Team) -> None:
        """Change what the people who are called do from now on."""
        self._team = team
        if not self._log:
            self._first_team = team

    def dial(self, path: str = "/voice/answer") -> None:
        """Call the line."""
        self._note("call")
        self._follow(handset.begin(self._call, path))

    def press(self, keys: str, after_s: float = 0.0, every_s: float = 0.0) -> None:
        """Stay silent for `after_s`, then press each key `every_s` after the other. CallFault when nothing listens."""
        for index, key in enumerate(keys):
            self._pass(self._call.at_s + (every_s if index else after_s))
            gather = self._call.listening
            if gather is None:
                raise CallFault(f"{key} was pressed {self._call.at_s:.1f} s into the call, when nothing listened.")
            self._note("press", f"{key}{self._when(gather.action)}")
            self._follow(handset.press(self._call, key, is_told=not self._team.leaves_out_star))
            self._mark = self._call

    def press_at(self, place: str, keys: str, after_s: float = 0.0, every_s: float = 0.0) -> None:
        """Wait until the Gather of `place` (words, or how its path begins) listens and `after_s` more, then press."""
        while not self._wait_for(place):
            if self.has_ended:
                raise CallFault(f"The call ended before it was at {place}.")
            self._advance()
        self.press(keys, after_s, every_s)

    def wait(self, seconds: float) -> None:
        """Stay silent for so long, whatever the line asks or says meanwhile."""
        self._pass(self._call.at_s + seconds)

    def hear_out(self) -> None:
        """Stay silent until the prompt that listens, now or next, has been said and its wait begins."""
        waits_at_s, at_s = None, self._call.at_s - self._call.into_s
        for moment in self._call.ahead:
            if not isinstance(moment, handset.Span):
                break
            if moment.is_wait:
                waits_at_s = at_s
                break
            at_s += moment.seconds
        if waits_at_s is not None:
            self._pass(max(waits_at_s, self._call.at_s))

    def wait_silently(self) -> None:
        """Stay silent until the line is asked for its next document, rings somebody, or the call ends.

        While the line rings, until the Dial is over: nobody took the call, or the talk has ended.
        """
        if not self.has_ended:
            self._advance()

    def hang_up(self, after_s: float = 0.0) -> None:
        """Hang up after so many silent seconds."""
        ended_at_s = self._call.at_s + after_s
        if self._call.ringing is None:
            self._pass(ended_at_s)
        if self.has_ended:
            return
        silent_s = math.floor((ended_at_s - self._mark.at_s) * 10 + 1e-6) / 10
        self._note("hang up", f"after {silent_s:g}" if silent_s > 0 else "")
        step = self._hang_up_ringing(ended_at_s) if self._call.ringing else handset.hang_up(self._call)
        self._take(step)
        if step.request is not None:
            self._wire.send_last(step)
        self._close()

    def ring_out(self) -> Ring:
        """How the Dial that rings now goes; whispers are fetched, but the caller's time does not pass yet."""
        if self._call.ringing is None:
            raise CallFault("The line rings nobody now.")
        if self._ring is None:
            self._ring = ring(self._call, self._team, self._wire.send_leg)
            self._team = replace(self._team, forced=self._team.forced[1:])
        return self._ring

    def retry(self) -> None:
        """Send the last request of the caller's leg again, as the platform may; the answer must be the same bytes."""
        self._note("retry")
        self._wire.repeat()

    def _pass(self, until_s: float) -> None:
        while not self.has_ended and self._call.at_s < until_s:
            if self._call.ringing is not None:
                if self.ring_out().ended_at_s > until_s:
                    self._call = replace(self._call, at_s=until_s)
                    return
                self._end_ring()
                continue
            step = handset.wait(self._call, until_s)
            if step.request is not None:
                self._note("silent")
            self._follow(step)

    def _advance(self) -> None:
        if self._call.ringing is not None:
            self._end_ring()
            return
        step = handset.wait(self._call)
        if step.request is not None:
            self._note("silent")
        self._follow(step)

    def _wait_for(self, place: str) -> bool:
        for at_s, gather in handset.schedule(self._call):
            if is_place(gather.action, place):
                self._pass(at_s)
                return True
        return False

    def _end_ring(self) -> None:
        over, self._ring = self.ring_out(), None
        self._rings.append(over)
        self._note("talks" if over.has_talked else "nobody takes it")
        self._follow(handset.end_dial(self._call, over.outcome, over.ended_at_s, self._sid_of(over)))

    def _follow(self, step: Step) -> None:
        """Take a step, and the documents that it leads to without any time passing."""
        was_ringing, asked = self._call.ringing, step.request is not None
        self._take(step)
        while step.request is not None:
            self._heard_before = len(self._heard)
            step = self._wire.send(step)
            self._take(step)
        if asked:
            self._mark = self._call
        if self.has_ended:
            self._close()
        elif asked and self.listening_at is not None:
            self._note("at", place_of(self.listening_at))
        if self._call.ringing is not None and self._call.ringing is not was_ringing:
            self._mark = self._call
            self._note("dials", " & ".join(self.ringing))

    def _take(self, step: Step) -> None:
        self._heard.extend(step.heard)
        self._call = step.call

    def _close(self) -> None:
        if self._call.ended_by != "caller":
            self._note("ends" if self._call.ended_by == "line" else "ends by the platform")
        if self._status_path:
            self._wire.send_status(handset.tell_status(self._call, self._status_path))

    def _hang_up_ringing(self, at_s: float) -> Step:
        over = (self._ring or ring(self._call, self._team, self._wire.send_leg, until_s=at_s)).cut(at_s)
        self._rings.append(over)
        return handset.hang_up(replace(self._call, at_s=at_s), over.outcome, self._sid_of(over))

    def _sid_of(self, over: Ring) -> str:
        connected = [leg.call_sid for leg in over.legs if leg.fate == "bridged"]
        return connected[0] if connected else child_sid(self._call, 0)

    def _note(self, word: str, rest: str = "") -> None:
        self._log.append(Happened(self._call.at_s, word, rest))

    def _when(self, action: str) -> str:
        """When a key is pressed, said so that a script presses it in the same Gather: always a little early."""
        gathers = handset.schedule(self._mark)
        at_s = next((at_s for at_s, gather in gathers if gather.action == action), self._mark.at_s)
        after_s = math.floor((self._call.at_s - at_s) * 10 + 1e-6) / 10
        place = "" if at_s <= self._mark.at_s else f" at {place_of(action)}"
        return place + (f" after {after_s:g}" if after_s > 0 else "")
