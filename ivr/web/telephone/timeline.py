"""What happens from now on if the caller stays silent, as items with the second of the call at which each begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from ivr.phone import Leg, Ring, Say, Telephone, place_of
from ivr.phone.handset import Span

# say      words, at a place if keys are taken meanwhile
# wait     silence in which keys are taken
# ring     somebody is rung
# talk     the caller and one of the team talk
# whisper  what one who is rung hears
# fate     what became of one who was rung
Kind = Literal["say", "wait", "ring", "talk", "whisper", "fate"]


@dataclass(frozen=True, slots=True)
class Where:
    """The language and the file that is spoken from, with its part and try: "treat 2", "menu, try 2"."""

    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happens. `holds` marks a silence that waits for the caller and is no mere pause."""

    kind: Kind
    at_s: float
    seconds: float
    text: str = ""
    lang: str = ""
    who: str = ""
    place: Where | None = None
    holds: bool = False


def timeline(telephone: Telephone) -> list[Item]:
    """Everything until the line must be asked again, in the order of time."""
    items = _ringing(telephone.ring_out()) if telephone.ringing else _spans(telephone)
    return sorted(items, key=lambda item: item.at_s)


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LONGEST_PAUSE_S = 3
_FATES = {
    "bridged": "takes the call",
    "declined": "picks up, but does not take the call",
    "lost": "picks up, and is lost",
    "cancelled": "stops ringing",
    "unanswered": "does not answer",
}


def _spans(telephone: Telephone) -> Iterator[Item]:
    call = telephone.call
    at_s = call.at_s - call.into_s
    for span in call.ahead:
        if not isinstance(span, Span):
            return
        place = _where(span.gather.action) if span.gather else None
        if span.say is not None:
            yield from _said(at_s, span.say, span.seconds, place)
        elif span.is_wait:
            yield Item("wait", at_s, span.seconds, place=place, holds=span.seconds > _LONGEST_PAUSE_S)
        at_s += span.seconds


def _said(at_s: float, say: Say, seconds: float, place: Where | None) -> Iterator[Item]:
    """One item a sentence; the time of a sentence is its share of the letters."""
    sentences = _SENTENCE_END.split(say.written)
    letters = sum(map(len, sentences)) or 1
    for sentence in sentences:
        takes_s = seconds * len(sentence) / letters
        yield Item("say", at_s, takes_s, sentence, say.language, place=place)
        at_s += takes_s


def _where(action: str) -> Where:
    url = urlsplit(action)
    language, *name = place_of(url.path).split()
    tries = int(dict(parse_qsl(url.query)).get("tries", 0))
    return Where(language, " ".join(name) + (f", try {tries + 1}" if tries else ""))


def _ringing(ring: Ring) -> Iterator[Item]:
    until_s = ring.ended_at_s if ring.bridged_at_s is None else ring.bridged_at_s
    who = " and ".join(_grouped(leg.address) for leg in ring.legs)
    yield Item("ring", ring.began_at_s, until_s - ring.began_at_s, f"Ringing {who}.")
    for leg in ring.legs:
        yield from _whispers(leg)
        yield Item("fate", until_s, 0, f"{_grouped(leg.address)} {_FATES.get(leg.fate, leg.fate)}.")
    if ring.bridged_at_s is not None:
        talk_s = ring.ended_at_s - ring.bridged_at_s
        yield Item("talk", ring.bridged_at_s, talk_s, f"You talk for {talk_s:.0f} seconds.")


def _whispers(leg: Leg) -> Iterator[Item]:
    for heard in leg.heard:
        if heard.written:
            yield Item("whisper", heard.at_s, heard.seconds, heard.written, heard.language, _grouped(leg.address))


def _grouped(address: str) -> str:
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", address)
    return "-".join(found.groups()) if found else address
