"""What happens from now on if the caller stays silent, as items with the second of the call at which each begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ivr.phone import Heard, Leg, Ring, Telephone, place_of
from ivr.phone.handset import Span

Item = dict[str, Any]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_HOLDS_S = 3  # a longer silence is no pause between two parts: it waits for the caller
_FATES = {
    "bridged": "takes the call",
    "declined": "picks up, but does not take the call",
    "lost": "picks up, and is lost",
    "cancelled": "stops ringing",
    "unanswered": "does not answer",
}


def timeline(telephone: Telephone) -> list[Item]:
    """Items in the order of time. Each has `kind`, `at_s` and `seconds`.

    say      words in a language (`text`, `lang`), at a place if keys are taken meanwhile
    wait     silence in which keys are taken at a place; `holds` when it is more than a pause
    ring     somebody is rung (`text`)
    talk     the caller and one of the team talk
    whisper  what one who is rung hears (`who`, `text`, `lang`)
    fate     what became of one who was rung, or of the ringing (`text`)
    """
    items = list(_ringing(telephone.ring_out()) if telephone.ringing else _spans(telephone))
    return sorted(items, key=lambda item: float(item["at_s"]))


def _spans(telephone: Telephone) -> Iterator[Item]:
    call = telephone.call
    at_s = call.at_s - call.into_s
    for span in call.ahead:
        if not isinstance(span, Span):
            return
        place = _place(span.gather.action) if span.gather else None
        if span.say is not None:
            yield from _said(Heard(at_s, call.speaker, span.say, span.seconds), place)
        elif span.is_wait:
            yield {"kind": "wait", "at_s": at_s, "seconds": span.seconds, "place": place, "holds": span.seconds > _HOLDS_S}
        at_s += span.seconds


def _said(heard: Heard, place: Item | None) -> Iterator[Item]:
    """One item a sentence; the time of a sentence is its share of the letters."""
    sentences = _SENTENCE_END.split(heard.written)
    letters = sum(map(len, sentences)) or 1
    at_s = heard.at_s
    for sentence in sentences:
        seconds = heard.seconds * len(sentence) / letters
        yield {"kind": "say", "at_s": at_s, "seconds": seconds, "text": sentence, "lang": heard.language, "place": place}
        at_s += seconds


def _place(action: str) -> Item:
    """The language and the file that is spoken from, with its part and try: "treat 2", "menu, try 2"."""
    language, *name = place_of(urlsplit(action).path).split()
    tries = int(dict(parse_qsl(urlsplit(action).query)).get("tries", 0))
    return {"lang": language, "text": " ".join(name) + (f", try {tries + 1}" if tries else "")}


def _ringing(ring: Ring) -> Iterator[Item]:
    until_s = ring.ended_at_s if ring.bridged_at_s is None else ring.bridged_at_s
    who = " and ".join(_grouped(leg.address) for leg in ring.legs)
    yield {"kind": "ring", "at_s": ring.began_at_s, "seconds": until_s - ring.began_at_s, "text": f"Ringing {who}."}
    for leg in ring.legs:
        yield from _whispers(leg)
        yield {"kind": "fate", "at_s": until_s, "seconds": 0, "text": f"{_grouped(leg.address)} {_fate(leg)}."}
    if ring.bridged_at_s is not None:
        talk_s = ring.ended_at_s - ring.bridged_at_s
        yield {"kind": "talk", "at_s": ring.bridged_at_s, "seconds": talk_s, "text": f"You talk for {talk_s:.0f} seconds."}


def _whispers(leg: Leg) -> Iterator[Item]:
    for heard in leg.heard:
        if heard.written:
            said = {"seconds": heard.seconds, "text": heard.written, "lang": heard.language}
            yield {"kind": "whisper", "at_s": heard.at_s, "who": _grouped(leg.address), **said}


def _fate(leg: Leg) -> str:
    return _FATES.get(leg.fate, leg.fate)


def _grouped(address: str) -> str:
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", address)
    return "-".join(found.groups()) if found else address
