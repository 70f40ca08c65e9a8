"""A node spoken aloud by espeak-ng, at telephone quality: to hear its words and rests, not the line's voice."""

from __future__ import annotations

import io
import shutil
import subprocess
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from ivr.checks.evidence import Evidence
from ivr.checks.performance import SOME_CALLER
from ivr.engine.actions import Said
from ivr.errors import IvrError
from ivr.model.flow import Flow
from ivr.model.place import Pace, Place
from ivr.model.seconds import REST_BETWEEN_GROUPS_MS, SLOW, seconds
from ivr.model.speech import Digits, Private, Respelled, Rest, SlowDigits, Span, Utterance, Words
from ivr.papers.moments import Stretch, met, name_of, stretches
from ivr.papers.sound import RATE, quiet, read_wav, telephone, trimmed
from ivr.twiml.spoken import said_with

WORDS_A_MINUTE = 150
MOST_S = 60  # espeak-ng takes a tenth of a second

_VOICES = {"es-US": "es-419", "es-MX": "es-419"}  # espeak-ng knows Latin American Spanish as one


class NoVoice(IvrError):  # noqa: N818 because it is a thing to install, not a fault of the program
    """There is no espeak-ng on this machine; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to speak in one go: how a voice says it, and how fast."""

    text: str
    words_a_minute: int


@dataclass(frozen=True, slots=True)
class Part:
    """One moment of a node as it was spoken; `samples` are at the telephone's rate, without the wait after it."""

    name: str
    estimated_s: float
    wait_s: int
    samples: array[int]

    @property
    def measured_s(self) -> float:
        """How long it is in truth."""
        return len(self.samples) / RATE


def listen(evidence: Evidence, place: Place) -> tuple[Part, ...]:
    """Speak what a caller hears at a node until a key is wanted. Raises NoVoice without espeak-ng."""
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        raise NoVoice(
            "espeak-ng is not installed. Install it: `sudo apt-get install espeak-ng` on Debian and Ubuntu, "
            "`brew install espeak-ng` on a Mac."
        )
    flow = evidence.flow
    return tuple(
        Part(
            name=name_of(flow, stretch, is_last_wait=False),
            estimated_s=seconds(stretch.said, place.pace),
            wait_s=stretch.wait_s or 0,
            samples=_spoken(espeak, flow, stretch.said, place.pace),
        )
        for stretch in _first_tries(evidence, place)
    )


def whole(parts: Iterable[Part]) -> array[int]:
    """All parts after one another, each with the silence in which the line waits for a key."""
    samples = array("h")
    for part in parts:
        samples += part.samples + quiet(1000 * part.wait_s)
    return samples


def phrases(utterance: Utterance, pace: Pace) -> Iterator[Phrase | Rest]:
    """What is spoken and what is silence, in order: respellings are applied, digits stand apart."""
    usual = int(WORDS_A_MINUTE * (SLOW if pace is Pace.SLOW else 1.0))
    run = ""
    for span in utterance.spans:
        match span:
            case Rest() | SlowDigits():
                yield from _phrase(run, usual)
                yield from [span] if isinstance(span, Rest) else _slow_groups(span.groups)
                run = ""
            case _:
                run += _spelled(span)
    yield from _phrase(run, usual)


def _first_tries(evidence: Evidence, place: Place) -> Iterator[Stretch]:
    """What is heard until the line first waits for a key, and what it says of its own accord."""
    situations = met(evidence, place.node)
    spoken = stretches(evidence, place, situations[0]) if situations else ()
    yield from (stretch for stretch in spoken if not stretch.at.tries)


def _spoken(espeak: str, flow: Flow, said: Said, pace: Pace) -> array[int]:
    samples = array("h")
    for utterance in said_with(said, SOME_CALLER):
        tag = flow.line.voices[utterance.language].tag
        for each in phrases(utterance, pace):
            samples += quiet(each.ms) if isinstance(each, Rest) else _voiced(espeak, _VOICES.get(tag, tag), each)
    return samples


def _voiced(espeak: str, voice: str, phrase: Phrase) -> array[int]:
    """Without the silence at both ends, which is espeak-ng's own: the rests of the line are put in instead."""
    command = [espeak, "-v", voice.lower(), "-s", str(phrase.words_a_minute), "--stdout"]
    made = subprocess.run(  # noqa: S603 because the program is espeak-ng, and the text is ours
        command, input=phrase.text.encode(), capture_output=True, check=True, timeout=MOST_S
    )
    return trimmed(telephone(*read_wav(io.BytesIO(made.stdout))))


def _phrase(text: str, words_a_minute: int) -> Iterator[Phrase]:
    if any(map(str.isalnum, text)):
        yield Phrase(" ".join(text.split()), words_a_minute)


def _slow_groups(groups: tuple[str, ...]) -> Iterator[Phrase | Rest]:
    for index, group in enumerate(groups):
        if index:
            yield Rest(REST_BETWEEN_GROUPS_MS)
        yield Phrase(" ".join(group), int(WORDS_A_MINUTE * SLOW))


def _spelled(span: Words | Respelled | Digits | Span) -> str:
    match span:
        case Words(text=text):
            return text
        case Respelled(spoken=spoken):
            return spoken
        case Digits(digits=digits):
            return " ".join(digits)
        case Rest() | SlowDigits() | Private():
            return ""
        case _:
            assert_never(span)
