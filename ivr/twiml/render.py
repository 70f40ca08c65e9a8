"""Actions to TwiML bytes: the only place where documents are written.

The vendor's builder validates nothing, so that what is written here is judged in the tests by the strict telephone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from twilio.twiml import TwiML
from twilio.twiml import voice_response as verbs

from ivr.engine.actions import Action, Actions, Continue, Dial, Enter, HangUp, Listen, Perform, Said, Speak
from ivr.model.flow import Flow
from ivr.model.numbers import Roster, Target, TargetKind
from ivr.model.place import WHISPER, Pace, Place
from ivr.model.seconds import REST_BETWEEN_GROUPS_MS
from ivr.model.speech import Digits, Private, Respelled, Rest, SlowDigits, Span, Utterance, Words
from ivr.twiml.spoken import NOTHING_SPOKEN, Spoken, filled

CONTENT_TYPE = "text/xml; charset=utf-8"
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response />'

# Asks the platform to try again after a failed connect, a read time-out or a 5xx. A fragment belongs to one URL and is
# neither sent nor signed: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&tt=14000"
SLOW_RATE = "80%"


def render(flow: Flow, actions: Actions, roster: Roster, spoken: Spoken = NOTHING_SPOKEN) -> bytes:
    """Write a document; `roster` holds the telephones behind the roles that its dials name.

    `spoken` holds the digits of the caller that it says, in groups. A document that says some is never kept.
    """
    response = verbs.VoiceResponse()
    for action in actions:
        _append(response, flow, filled(action, spoken), roster)
    return str(response.to_xml()).encode()


def _append(response: verbs.VoiceResponse, flow: Flow, action: Action, roster: Roster) -> None:
    match action:
        case Speak(said=said, pace=pace):
            _say_all(response, flow, said, pace)
        case Listen(at=at, said=said, wait_s=wait_s):
            # finishOnKey is empty so that a lone # arrives as a key; with one digit the platform posts at once.
            gather = response.gather(
                input="dtmf", num_digits=1, finish_on_key="", timeout=wait_s, action=_url(at), method="POST"
            )
            _say_all(gather, flow, said, at.pace)
        case Enter(at=at, said=said, wait_s=wait_s, most_keys=most_keys):
            gather = response.gather(
                input="dtmf", num_digits=most_keys, finish_on_key="*", timeout=wait_s, action=_url(at), method="POST"
            )
            _say_all(gather, flow, said, at.pace)
        case Dial():
            _dial(response, action, roster)
        case Continue(at=at):
            response.redirect(_url(at), method="POST")
        case HangUp():
            response.hangup()
        case Perform():
            raise ValueError("What is to be done outside of the call cannot be written in a document.")
        case _:
            assert_never(action)


def _dial(response: verbs.VoiceResponse, action: Dial, roster: Roster) -> None:
    dial = response.dial(
        action=None if action.ends is None else _url(action.ends),
        method=None if action.ends is None else "POST",
        timeout=action.ring_s,
        time_limit=action.talk_limit_s,
        caller_id=roster.caller_id,
    )
    for target in roster.turns(action.role)[action.turn]:
        url = _whisper_url(action.ends) if target.accepts_by_key else None
        _ring(dial, target, url)


def _ring(dial: verbs.Dial, target: Target, url: str | None) -> None:
    method = None if url is None else "POST"
    match target.kind:
        case TargetKind.NUMBER:
            dial.number(target.address, url=url, method=method)
        case TargetKind.SIP:
            dial.sip(target.address, url=url, method=method)


def _whisper_url(ends: Place | None) -> str | None:
    return None if ends is None else _url(Place(ends.language, WHISPER))


def _say_all(parent: verbs.VoiceResponse | verbs.Gather, flow: Flow, said: Said, pace: Pace) -> None:
    for utterance in said:
        voice = flow.line.voices[utterance.language]
        say = parent.say(None, voice=voice.name, language=voice.tag)
        _speak(say if pace is Pace.NORMAL else say.prosody(rate=SLOW_RATE), utterance, pace)


def _speak(parent: TwiML, utterance: Utterance, pace: Pace) -> None:
    for piece in _joined(utterance.spans):
        match piece:
            case str():
                parent.append(piece)
            case Respelled(written=written, spoken=spoken):
                parent.append(verbs.SsmlSub(written, alias=spoken))
            case Digits(digits=digits):
                parent.append(verbs.SsmlSayAs(digits, interpret_as="digits"))
            case SlowDigits(groups=groups):
                _slow_digits(parent, groups, pace)
            case Rest(ms=ms):
                parent.append(verbs.SsmlBreak(time=f"{ms}ms"))


def _slow_digits(parent: TwiML, groups: Iterable[str], pace: Pace) -> None:
    slow = parent if pace is Pace.SLOW else parent.nest(verbs.SsmlProsody(rate=SLOW_RATE))
    for index, group in enumerate(groups):
        if index:
            slow.append(verbs.SsmlBreak(time=f"{REST_BETWEEN_GROUPS_MS}ms"))
        slow.append(verbs.SsmlSayAs(group, interpret_as="digits"))


def _joined(spans: Iterable[Span]) -> list[str | Respelled | Digits | SlowDigits | Rest]:
    """The builder keeps only the last of two texts side by side, so that neighbours are joined first."""
    pieces: list[str | Respelled | Digits | SlowDigits | Rest] = []
    for span in spans:
        if isinstance(span, Private):  # filled in before
            continue
        if not isinstance(span, Words):
            pieces.append(span)
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += span.text
        else:
            pieces.append(span.text)
    return pieces


def _url(place: Place) -> str:
    return place.to_url() + RETRIES
