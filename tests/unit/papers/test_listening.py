"""A node is spoken with its respellings and rests; the voice is a real one."""

from __future__ import annotations

import pytest

from ivr.checks.evidence import Evidence
from ivr.model.place import Pace, Place
from ivr.model.seconds import REST_BETWEEN_GROUPS_MS
from ivr.model.speech import Digits, Respelled, Rest, SlowDigits, Utterance, Words
from ivr.papers.listening import NoVoice, Phrase, listen, phrases, whole
from ivr.papers.sound import RATE


def spoken(*spans: Words | Respelled | Digits | SlowDigits | Rest, pace: Pace = Pace.NORMAL) -> list[Phrase | Rest]:
    return list(phrases(Utterance("en", spans), pace))


def test_a_respelled_word_is_said_as_it_is_spelled_for_the_voice() -> None:
    said = spoken(Words("At "), Respelled("Moffitt", "Moffit"), Words(", now."), Rest(300))
    assert said == [Phrase("At Moffit, now.", 150), Rest(300)]


def test_digits_are_said_one_by_one() -> None:
    assert spoken(Words("call "), Digits("911"), Words(".")) == [Phrase("call 9 1 1.", 150)]


def test_a_telephone_number_is_said_slowly_in_groups() -> None:
    rest = Rest(REST_BETWEEN_GROUPS_MS)
    said = spoken(Words("at "), SlowDigits(("1", "888")), Words(", "), Rest(500))
    assert said == [Phrase("at", 150), Phrase("1", 120), rest, Phrase("8 8 8", 120), Rest(500)]


def test_at_the_slow_pace_everything_is_slow() -> None:
    assert spoken(Words("Goodbye."), pace=Pace.SLOW) == [Phrase("Goodbye.", 120)]


def test_a_section_is_spoken_part_by_part_near_its_estimate(clinic: Evidence) -> None:
    section = clinic.flow.sections[0]
    parts = listen(clinic, Place("en", section))
    assert len(parts) == clinic.flow.parts(section) + 2  # the heading, and the choices at the end
    assert all(0.6 < part.measured_s / part.estimated_s < 1.6 for part in parts)
    lasts_s = sum(part.measured_s + part.wait_s for part in parts)
    assert len(whole(parts)) / RATE == pytest.approx(lasts_s)


@pytest.mark.parametrize("language", ["en", "es"])
def test_slower_takes_longer(shipped: Evidence, language: str) -> None:
    (usual, *_), (slow, *_) = (
        listen(shipped, Place(language, shipped.flow.start, pace=pace)) for pace in (Pace.NORMAL, Pace.SLOW)
    )
    assert slow.measured_s > usual.measured_s * 1.1


def test_who_has_no_voice_is_told_how_to_get_one(clinic: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoVoice, match="apt-get install espeak-ng"):
        listen(clinic, Place("en", clinic.flow.start))


@pytest.mark.parametrize("node", ["call-back", "confirm", "number"])
def test_the_digits_of_some_caller_are_spoken_where_a_caller_hears_their_own(shipped: Evidence, node: str) -> None:
    parts = listen(shipped, Place("en", node))
    assert all(0.6 < part.measured_s / part.estimated_s < 1.6 for part in parts)
