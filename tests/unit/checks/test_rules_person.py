"""The rules over reaching somebody, each on what little of the clinic it judges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import OPEN, State
from ivr.checks.performance import Announcement, Performance
from ivr.checks.rules_person import (
    a_transfer_is_announced_in_a_sentence,
    everything_can_be_read,
    no_call_is_recorded,
    nothing_uninterruptible_is_long,
    the_closed_message_says_when_we_are_back,
    the_opening_hours_name_their_zone,
    the_whisper_names_no_illness,
)
from ivr.content import Kind
from ivr.engine.cues import Cue
from ivr.model.place import Place
from ivr.model.speech import Rest, Slot, Text, Words
from ivr.model.words import Script, WhisperWords
from ivr.phone import Say
from tests.evidence import clinic, retold, spanish
from tests.heard import reading, say, sentence, words
from tests.rules_told import saying, told, with_script, with_words

HELLO, MAIN = Place("en", "hello", has_pressed=False), Place("en", "main")


def of_ring(text: str, node: str = "ring") -> Evidence:
    return reading(clinic(), sentence(text, node=node, line=6))


@pytest.mark.parametrize(
    ("text", "count"), [("I connect you.", 0), ("One moment. I connect you.", 2), ("One. Two. Three.", 3)]
)
def test_p1_a_transfer_is_announced_in_a_sentence(text: str, count: int) -> None:
    told_of = f"en/ring.md:6: error P1: The transfer is announced in {count} sentences. Say it in one."
    assert told(a_transfer_is_announced_in_a_sentence, of_ring(text)) == [told_of] * bool(count)
    for node in ("who", ""):
        assert told(a_transfer_is_announced_in_a_sentence, of_ring(text, node)) == []


def announcing(*announcements: tuple[Place, tuple[Say, ...]]) -> Evidence:
    line = retold(spanish())
    line.performance = Performance({}, {}, line.graph)
    line.performance.__dict__["announcements"] = tuple(
        Announcement(State(Cue(place), OPEN), says) for place, says in announcements
    )
    return line


RING = Place("en", "ring")


def too_long(text: str, takes_s: str, place: str = "en/ring.md:6") -> str:
    return (
        f'{place}: error P1: "{text}" takes {takes_s} s when spoken slowly, and cannot be interrupted. Say it in 8 s.'
    )


def test_p1_nothing_uninterruptible_is_long() -> None:
    just, over = say(words(20), 0), say(words(20), 100)
    assert told(nothing_uninterruptible_is_long, announcing((RING, (just,)))) == []
    assert told(nothing_uninterruptible_is_long, announcing((RING, (over,)))) == [too_long(words(20), "8.1")]


def test_p1_tells_each_announcement_once_and_how_long_it_is_at_worst() -> None:
    one, two = say("One " + words(11), 0), say("two.", 5000)
    at_worst = say("two.", 6000)
    found = told(
        nothing_uninterruptible_is_long,
        announcing(
            (RING, (one, two)),
            (RING, (one, at_worst)),
            (RING, (one, two)),
            (Place("es", "bye"), (one, two)),
            (RING, (two, say("three.", 5000))),
        ),
    )
    text = f"One {words(11)} two."
    (bye,) = (line for line in spanish().flow.words("es", "bye").lines[-1:])
    assert found == [
        too_long(text, "11.2"),
        too_long(text, "10.2", f"es/bye.md:{bye}"),
        too_long("two. three.", "10.8"),
    ]


def test_p1_an_announcement_that_stands_nowhere_is_told_of_its_file() -> None:
    line = with_words(spanish(), "en", "ring", lines=())
    line.graph = spanish().graph
    line.performance = announcing((RING, (say(words(21), 0),))).performance
    (found,) = told(nothing_uninterruptible_is_long, line)
    assert found.startswith("en/ring.md: error P1:")


def test_p5_the_closed_message_says_when_we_are_back() -> None:
    assert told(the_closed_message_says_when_we_are_back, spanish()) == []
    silent: Text = (Words("Our team is away."),)
    no_opening = with_words(clinic(), "en", "away", passages=(silent, silent))
    (found,) = told(the_closed_message_says_when_we_are_back, no_opening)
    assert found == (
        "en/away.md: error P5: The closed message does not say when the team is back. "
        "Write a passage of its own with {opens}."
    )
    short = saying(saying(spanish(), "en", still_closed=silent), "es", still_closed=silent)
    assert told(the_closed_message_says_when_we_are_back, short) == [
        f"{language}/phrases.toml:{line}: error P5: It does not say when the team is back. Write {{opens}} in it."
        for language, line in (("en", 19), ("es", 20))
    ]


def opening(evidence: Evidence, language: str, **changed: Any) -> Evidence:
    def change(script: Script) -> Script:
        return replace(script, opens=replace(script.opens, **changed))

    return with_script(evidence, language, change)


@pytest.mark.parametrize(("key", "line"), [("time", 69), ("time_one", 70), ("noon", 72), ("midnight", 73)])
def test_p5_every_time_of_day_names_the_zone(key: str, line: int) -> None:
    unzoned: Text = (Slot("hour"), Words(" Eastern time"))
    (found,) = told(the_opening_hours_name_their_zone, opening(clinic(), "en", **{key: unzoned}))
    assert found == (
        f'en/phrases.toml:{line}: error P5: It does not say "Central time", and the hours are those of '
        "America/Chicago. Name the time zone of line.toml."
    )


@pytest.mark.parametrize(
    ("zone", "name", "nombre"),
    [
        ("America/New_York", "Eastern time", "hora del este"),
        ("America/Chicago", "Central time", "hora del centro"),
        ("America/Denver", "Mountain time", "hora de la montaña"),
        ("America/Los_Angeles", "Pacific time", "hora del Pacífico"),
    ],
)
def test_p5_each_zone_has_its_name_in_each_language(zone: str, name: str, nombre: str) -> None:
    line = spanish().flow.line
    flow = replace(spanish().flow, line=replace(line, hours=replace(line.hours, zone=ZoneInfo(zone))))
    evidence = Evidence(flow, spanish().sources)
    for language, zoned in (("en", name), ("es", nombre)):
        text: Text = (Words(zoned),)
        evidence = opening(evidence, language, time=text, time_one=text, noon=text, midnight=text)
    assert told(the_opening_hours_name_their_zone, evidence) == []
    elsewhere = replace(flow, line=replace(line, hours=replace(line.hours, zone=ZoneInfo("Europe/Madrid"))))
    assert told(the_opening_hours_name_their_zone, Evidence(elsewhere, spanish().sources)) == []


@pytest.mark.parametrize(
    ("text", "language", "heard"),
    [
        ("This call may be Recorded.", "en", "Recorded"),
        ("We are recording.", "en", "recording"),
        ("Esta llamada está grabada.", "es", "grabada"),
        ("La grabación empieza.", "es", "grabación"),
        ("We record this call.", "en", "We record"),
        ("Esta llamada se graba.", "es", "graba"),
        ("Your record is safe. Unrecorded. Grab, grabs, grabbed.", "en", ""),
    ],
)
def test_v1_no_call_is_said_to_be_recorded(text: str, language: str, heard: str) -> None:
    found = told(no_call_is_recorded, reading(spanish(), sentence(text, language)))
    told_of = f'{language}/who.md:8: error V1: "{heard}" speaks of recording a call. Leave it out: no call is recorded.'
    assert found == [told_of] * bool(heard)


@pytest.mark.parametrize(("text", "is_found"), [("Yes.", False), ("9", False), (" ... ", True), ((Rest(500),), True)])
def test_a2_everything_can_be_read(text: str | Text, is_found: bool) -> None:  # noqa: FBT001
    told_of = "en/who.md:8: error A2: There is nothing of it to read. Write its words, and not only how they sound."
    assert told(everything_can_be_read, reading(clinic(), sentence(text))) == [told_of] * is_found


def of_the_whisper(text: str, key: str = "whisper.call") -> Evidence:
    line = retold(clinic())
    line.sentences = (sentence(text, kind=Kind.PHRASE, node="", line=40, key=key),)
    return line


@pytest.mark.parametrize(
    "word", ["Breast", "cancer", "tumors", "oncology", "metastatic", "seno", "cáncer", "oncólogo", "mama"]
)
def test_p2_the_whisper_names_no_illness(word: str) -> None:
    wrong = f'"{word}" would be heard by whoever plays the voicemail.'
    assert told(the_whisper_names_no_illness, of_the_whisper(f"The {word} line.")) == [
        f"en/phrases.toml:40: error P2: {wrong} Say only whose line it is."
    ]
    assert len(told(the_whisper_names_no_illness, of_the_whisper(f"The {word} line.", "said.message_left"))) == 1
    assert told(the_whisper_names_no_illness, of_the_whisper(f"The {word} line.", "said.end")) == []
    assert told(the_whisper_names_no_illness, of_the_whisper("The line of Señor Elm.")) == []


@pytest.mark.parametrize(
    ("call", "languages", "expected"),
    [
        (8, {"en": 1}, []),
        (9, {"en": 1}, ["5.2"]),
        (8, {"en": 1, "es": 2}, ["5.2"]),
        (9, {"en": 2, "es": 3}, ["5.6", "6.0"]),
    ],
)
def test_p2_the_whisper_is_short(call: int, languages: dict[str, int], expected: list[str]) -> None:
    accept: Text = (Words("To accept press"), Slot("key"))
    spoken = {language: ((Words(words(count)),)) for language, count in languages.items()}
    whisper = WhisperWords(call=(Words(words(call)),), accept=accept, languages=spoken)
    line = with_script(clinic(), "en", lambda script: replace(script, whisper=whisper))
    line.sentences = ()
    assert told(the_whisper_names_no_illness, line) == [
        f"en/phrases.toml:40: error P2: The whisper takes {takes_s} s. Say it in 5 s." for takes_s in expected
    ]


@pytest.mark.parametrize(("rest_ms", "is_found"), [(200, False), (201, True)])
def test_p2_the_whisper_may_last_five_seconds(rest_ms: int, is_found: bool) -> None:  # noqa: FBT001
    call: Text = (Words(words(8)), Rest(rest_ms))
    whisper = WhisperWords(call=call, accept=(Words(words(3)),), languages={"en": (Words(words(1)),)})
    line = with_script(clinic(), "en", lambda script: replace(script, whisper=whisper))
    line.sentences = ()
    assert bool(told(the_whisper_names_no_illness, line)) == is_found


def test_p2_the_whisper_is_looked_for_in_every_language() -> None:
    scripts = spanish().flow.scripts
    swapped = {"en": replace(scripts["en"], whisper=None), "es": replace(scripts["es"], whisper=scripts["en"].whisper)}
    whisper = scripts["en"].whisper
    assert whisper is not None
    long = replace(swapped["es"], whisper=replace(whisper, call=(Words("una " * 40),)))
    line = Evidence(replace(spanish().flow, scripts={**swapped, "es": long}), spanish().sources)
    line.sentences = ()
    assert {each.partition(":")[0] for each in told(the_whisper_names_no_illness, line)} == {"es/phrases.toml"}
