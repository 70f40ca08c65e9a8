"""One leg of a call as a pure machine: a call and what happens to it give the next call, what was heard, what is asked.

No network and no clock: seconds are simulated. It does what the platform does, documented or measured: a fragment is
dropped before a request, silence falls through to the next verb, a key outside a `<Gather>` is lost, and a document
that runs out is hung up by the platform.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from ivr.phone import estimate
from ivr.phone.document import Dial, Document, Gather, Hangup, Pause, Redirect
from ivr.phone.speech import Say

KEYS = "1234567890*#"

Kind = Literal["answer", "keys", "redirect", "dial", "whisper", "status"]
Form = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What the platform asks of the line. The handset leaves `headers` and `now` to whoever sends it."""

    kind: Kind
    url: str
    form: Form
    headers: Form = ()
    now: datetime | None = None
    method: Literal["POST"] = "POST"

    @property
    def path_and_query(self) -> str:
        """The request's target as it is sent, escapes untouched."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


@dataclass(frozen=True, slots=True)
class Response:
    """What the line answers."""

    status: int
    content_type: str
    body: bytes
    headers: Form = ()


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is on this leg, as the platform names them in every request."""

    public_url: str
    from_: str
    to: str
    call_sid: str
    account_sid: str
    parent_sid: str | None = None
    extra: Form = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that a leg heard. `say` is what was really said of it: less than all when a key cut it short."""

    at_s: float
    speaker: str
    say: Say
    seconds: float
    is_cut: bool = False

    @property
    def language(self) -> str:
        """The language of the voice, for instance "en-US"."""
        return self.say.language

    @property
    def text(self) -> str:
        """The words as the voice said them."""
        return self.say.said

    @property
    def written(self) -> str:
        """The words as a reader expects them."""
        return self.say.written


@dataclass(frozen=True, slots=True)
class DialOutcome:
    """How a `<Dial>` ended, as the platform tells it; `is_bridged` is None where the platform leaves it out."""

    status: str
    is_bridged: bool | None
    seconds: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in a document: speech or silence, alone or inside a `<Gather>`, whose last one is its wait."""

    seconds: float
    say: Say | None = None
    gather: Gather | None = None
    is_wait: bool = False


Moment = Span | Dial | Redirect | Hangup


@dataclass(frozen=True, slots=True)
class Call:
    """A leg at one moment. `ahead` is what remains of its document; `into_s` how far its first span has run."""

    parties: Parties
    speaker: str = "caller"
    at_s: float = 0.0
    url: str = ""
    ahead: tuple[Moment, ...] = ()
    into_s: float = 0.0
    digits: str = ""
    cookies: Form = ()
    ended_by: Literal["caller", "line", "platform"] | None = None

    @property
    def listening(self) -> Gather | None:
        """The Gather that hears a key now."""
        return self.ahead[0].gather if self.ahead and isinstance(self.ahead[0], Span) else None

    @property
    def ringing(self) -> Dial | None:
        """The Dial that rings, or connects, now."""
        return self.ahead[0] if self.ahead and isinstance(self.ahead[0], Dial) else None


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from something that happened; `is_lost` says that a key was pressed while nothing listened."""

    call: Call
    heard: tuple[Heard, ...] = ()
    request: Request | None = None
    is_lost: bool = False


def begin(call: Call, path: str) -> Step:
    """Ask for the first document of a leg."""
    kind: Kind = "whisper" if call.parties.parent_sid else "answer"
    return _ask(replace(call, url=call.parties.public_url), kind, path, status="ringing")


def receive(call: Call, document: Document, set_cookies: Form = ()) -> Step:
    """Begin the document that was asked for."""
    cookies = tuple((dict(call.cookies) | dict(set_cookies)).items())
    return wait(replace(call, ahead=tuple(_moments(document)), into_s=0.0, digits="", cookies=cookies), call.at_s)


def wait(call: Call, until_s: float = math.inf) -> Step:
    """Let time pass in silence: to `until_s`, or to the next request, the next ringing, or the end of the call."""
    heard: list[Heard] = []
    while call.ended_by is None and call.ahead:
        first = call.ahead[0]
        if not isinstance(first, Span):
            return _turn(call, first, tuple(heard))
        if call.at_s + first.seconds - call.into_s > until_s + _TINY_S:
            passed_s = max(0.0, until_s - call.at_s)
            return Step(replace(call, at_s=call.at_s + passed_s, into_s=call.into_s + passed_s), tuple(heard))
        heard.extend(_heard(call, first.seconds))
        call = replace(call, at_s=call.at_s + first.seconds - call.into_s, into_s=0.0, ahead=call.ahead[1:])
        if first.is_wait and first.gather and (call.digits or first.gather.posts_silence):
            return _post_keys(call, first.gather, tuple(heard))
    return Step(replace(call, ended_by=call.ended_by or "platform"), tuple(heard))


def press(call: Call, key: str, *, is_told: bool = True) -> Step:
    """Press one key now. The first key of a Gather stops its speech.

    A key that ends what was typed is none of the keys. `is_told` is whether the platform says so all the same, in a
    field that it does not document; pressed alone it is no input, and leads to what follows.
    """
    gather = call.listening
    if gather is None:
        return Step(call, is_lost=True)
    heard = _heard(call, call.into_s)
    call = _at_wait(call)
    if key == gather.finish_on_key:
        call = replace(call, ahead=call.ahead[1:], into_s=0.0)
        if call.digits or gather.posts_silence:
            return _post_keys(call, gather, heard, (("FinishedOnKey", key),) if is_told else ())
        step = wait(call, call.at_s)
        return replace(step, heard=heard + step.heard)
    call = replace(call, digits=call.digits + key, into_s=0.0)
    return _post_keys(call, gather, heard) if len(call.digits) == gather.num_digits else Step(call, heard)


def end_dial(call: Call, outcome: DialOutcome, at_s: float, child_sid: str) -> Step:
    """The Dial that rang has ended: ask its action, or go on with the next verb where it has none."""
    dial = call.ringing
    if dial is None:
        return Step(call)
    call = replace(call, at_s=at_s, ahead=call.ahead[1:])
    if dial.action is None:
        return wait(call, at_s)
    return _ask(call, "dial", dial.action, dial_fields(outcome, child_sid))


def hang_up(call: Call, outcome: DialOutcome | None = None, child_sid: str = "") -> Step:
    """The caller hangs up. The action of a Dial that rings or connects is still asked; its answer is ignored."""
    dial, heard = call.ringing, _heard(call, call.into_s)
    ended = replace(call, ended_by="caller", ahead=())
    if dial is None or dial.action is None or outcome is None:
        return Step(ended, heard)
    return _ask(ended, "dial", dial.action, dial_fields(outcome, child_sid), status="completed")


def tell_status(call: Call, path: str) -> Step:
    """The status callback that follows the end of a call."""
    fields = (("CallDuration", str(math.ceil(call.at_s))),)
    return _ask(replace(call, url=call.parties.public_url), "status", path, fields, status="completed")


def dial_fields(outcome: DialOutcome, child_sid: str) -> Form:
    """The fields that tell a Dial's action how it ended."""
    fields = [("DialCallStatus", outcome.status), ("DialCallSid", child_sid)]
    if outcome.status in ("completed", "answered"):
        fields.append(("DialCallDuration", str(outcome.seconds)))
    if outcome.is_bridged is not None:
        fields.append(("DialBridged", "true" if outcome.is_bridged else "false"))
    return tuple(fields)


@lru_cache(maxsize=1024)
def standard_fields(parties: Parties, status: str) -> Form:
    """The fields that every request carries."""
    fields = (
        ("CallSid", parties.call_sid),
        ("AccountSid", parties.account_sid),
        ("From", parties.from_),
        ("To", parties.to),
        ("Caller", parties.from_),
        ("Called", parties.to),
        ("CallStatus", status),
        ("ApiVersion", "2010-04-01"),
        ("Direction", "outbound-dial" if parties.parent_sid else "inbound"),
    )
    return fields + ((("ParentCallSid", parties.parent_sid),) if parties.parent_sid else ()) + parties.extra


def schedule(call: Call) -> tuple[tuple[float, Gather], ...]:
    """Every Gather that lies ahead, with the second it begins to listen; the one that listens now comes first."""
    starts: list[tuple[float, Gather]] = []
    at_s, is_new = call.at_s - call.into_s, True
    for moment in call.ahead:
        if not isinstance(moment, Span):
            break
        if moment.gather is not None and is_new:
            starts.append((max(at_s, call.at_s), moment.gather))
        is_new = moment.gather is None or moment.is_wait
        at_s += moment.seconds
    return tuple(starts)


def resolve(base: str, url: str) -> str:
    """The address that is asked for when a document at `base` names `url`; a fragment is never sent."""
    if url.startswith("/") and not url.startswith("//"):
        # What our own documents name; a walk resolves some hundred thousand of them.
        return "/".join(base.split("/", 3)[:3]) + url.partition("#")[0]
    return urldefrag(urljoin(base, url)).url


def left_s(call: Call) -> float:
    """The seconds until silence reaches the next request, ringing or end."""
    spans = [moment.seconds for moment in call.ahead if isinstance(moment, Span)]
    return sum(spans) - call.into_s if spans else 0.0


def span_left_s(call: Call) -> float:
    """The seconds that are left of what is said, or of the silence that is kept, now."""
    return call.ahead[0].seconds - call.into_s if call.ahead and isinstance(call.ahead[0], Span) else 0.0


_TINY_S = 1e-6


def _turn(call: Call, moment: Dial | Redirect | Hangup, heard: tuple[Heard, ...]) -> Step:
    match moment:
        case Redirect(url):
            return replace(_ask(call, "redirect", url), heard=heard)
        case Hangup():
            return Step(replace(call, ended_by="line", ahead=()), heard)
        case Dial():
            return Step(call, heard)


def _post_keys(call: Call, gather: Gather, heard: tuple[Heard, ...], more: Form = ()) -> Step:
    return replace(_ask(call, "keys", gather.action, (("Digits", call.digits), *more)), heard=heard)


def _ask(call: Call, kind: Kind, url: str, fields: Form = (), status: str = "in-progress") -> Step:
    call = replace(call, url=resolve(call.url, url))
    cookies = "; ".join(f"{name}={value}" for name, value in call.cookies)
    headers = (("Cookie", cookies),) if cookies else ()
    return Step(call, request=Request(kind, call.url, standard_fields(call.parties, status) + fields, headers))


def _at_wait(call: Call) -> Call:
    """The same moment with the rest of the Gather's speech left out."""
    ahead, into_s = call.ahead, call.into_s
    while isinstance(ahead[0], Span) and not ahead[0].is_wait:
        ahead, into_s = ahead[1:], 0.0
    return replace(call, ahead=ahead, into_s=into_s)


def _heard(call: Call, until_into_s: float) -> tuple[Heard, ...]:
    """What was heard of the span that runs, when it is left `until_into_s` seconds into it."""
    span = call.ahead[0] if call.ahead else None
    if not isinstance(span, Span) or span.say is None or until_into_s <= 0:
        return ()
    is_cut = until_into_s < span.seconds
    say = estimate.said_within(span.say, until_into_s) if is_cut else span.say
    return (Heard(call.at_s - call.into_s, call.speaker, say, until_into_s, is_cut),)


def _moments(document: Document) -> Iterator[Moment]:
    for verb in document.verbs:
        match verb:
            case Gather():
                yield from (_span(spoken, verb) for spoken in verb.heard)
                yield Span(verb.timeout_s, gather=verb, is_wait=True)
            case Say() | Pause():
                yield _span(verb, None)
            case _:
                yield verb


def _span(spoken: Say | Pause, gather: Gather | None) -> Span:
    if isinstance(spoken, Pause):
        return Span(spoken.s, gather=gather)
    return Span(estimate.seconds(spoken), spoken, gather)
