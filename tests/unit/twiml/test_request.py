"""Every request of the platform has a place and an event, whatever is missing, empty, new or nonsense in it."""

from __future__ import annotations

import pytest

from ivr.engine.events import Arrived, DialEnded, DialOutcome, Event, KeyPressed, Silence
from ivr.model.keys import Key
from ivr.model.place import Place
from ivr.twiml.request import call_sid, called, read

SHORT_S = 20


def event(**form: str) -> Event:
    return read("/voice/en/menu", "", form, SHORT_S).event


@pytest.mark.parametrize(
    ("query", "language"),
    [("", ""), ("language=es", "es"), ("language=", ""), ("language=%65s", "es"), ("language=../x", ""), ("x=es", "")],
)
def test_a_call_arrives_in_the_language_of_its_number(query: str, language: str) -> None:
    heard = read("/voice/answer", query, {"Digits": "0", "DialCallStatus": "completed"}, SHORT_S)
    assert heard.event == Arrived()
    assert heard.place.language == language


def test_a_place_is_read_from_the_path_and_the_query() -> None:
    assert read("/voice/es/treat/2", "pace=slow", {}, SHORT_S).place == Place.parse("/voice/es/treat/2", "pace=slow")


@pytest.mark.parametrize("key", list(Key))
def test_every_key_of_a_telephone_is_a_key(key: Key) -> None:
    assert event(Digits=key.value) == KeyPressed(key)


@pytest.mark.parametrize("digits", ["", " ", "A", "hangup", "٣", "+", "\x00", "😀"])
def test_what_is_no_key_is_silence(digits: str) -> None:
    assert event(Digits=digits) == Silence()


def test_the_first_key_counts_when_more_arrive() -> None:
    assert event(Digits="30") == KeyPressed(Key.THREE)


def test_no_fields_are_silence() -> None:
    assert event() == Silence()


@pytest.mark.parametrize(
    ("told", "bridged"), [("true", True), ("false", False), ("TRUE", True), ("", None), ("yes", None)]
)
def test_dial_bridged_is_the_platforms_word(told: str, bridged: bool | None) -> None:  # noqa: FBT001 a table's column
    ended = event(DialCallStatus="completed", DialBridged=told, DialCallDuration="60")
    assert ended == DialEnded(bridged, DialOutcome.COMPLETED, was_short=False)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("completed", DialOutcome.COMPLETED),
        ("answered", DialOutcome.ANSWERED),
        ("busy", DialOutcome.BUSY),
        ("no-answer", DialOutcome.NO_ANSWER),
        ("failed", DialOutcome.FAILED),
        ("canceled", DialOutcome.CANCELED),
        ("", DialOutcome.OTHER),
        ("something new", DialOutcome.OTHER),
    ],
)
def test_every_outcome_is_one_we_know_or_other(told: str, outcome: DialOutcome) -> None:
    ended = event(DialCallStatus=told)
    assert isinstance(ended, DialEnded)
    assert ended.outcome is outcome
    assert ended.bridged is None


@pytest.mark.parametrize(
    ("seconds", "was_short"),
    [
        ("0", True),
        ("19", True),
        ("20", False),
        ("", False),
        ("-1", False),
        ("1e3", False),
        ("²", False),
        ("9" * 99, False),
    ],
)
def test_only_a_talk_known_to_be_short_is_short(seconds: str, was_short: bool) -> None:  # noqa: FBT001 a column
    ended = event(DialCallStatus="completed", DialCallDuration=seconds)
    assert isinstance(ended, DialEnded)
    assert ended.was_short is was_short


def test_the_name_of_the_call_and_the_called_number_may_be_missing_and_are_never_long() -> None:
    assert (call_sid({}), called({})) == ("", "")
    assert len(call_sid({"CallSid": "x" * 10_000})) == len(called({"To": "x" * 10_000})) == 200
