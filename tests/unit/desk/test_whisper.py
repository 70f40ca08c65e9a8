"""What who is rung hears: short, neutral, one key to take the call, silence to let it go."""

from __future__ import annotations

import re

import pytest

from ivr.phone import Document, Gather, Hangup, Say, seconds
from tests.platform_client import PlatformClient, call_form

WHISPERS = ["/voice/en/whisper", "/voice/es/whisper", "/voice/xx/whisper"]


def hear(platform: PlatformClient, target: str, key: str = "") -> Document:
    return platform.hear(target, call_form(Digits=key) if key else call_form(), is_whisper=True)


def first(document: Document) -> Gather:
    gather = document.verbs[0]
    assert isinstance(gather, Gather)
    return gather


def target_of(document: Document) -> str:
    return first(document).action.partition("#")[0]


def words(document: Document) -> str:
    says = [say for say in first(document).heard if isinstance(say, Say)]
    return " ".join(getattr(sound, "written", "") for say in says for sound in say.heard)


@pytest.mark.parametrize("target", WHISPERS)
def test_a_whisper_lasts_at_most_five_seconds(platform: PlatformClient, target: str) -> None:
    heard = first(hear(platform, target)).heard
    assert 1 < sum(seconds(say) for say in heard if isinstance(say, Say)) <= 5


@pytest.mark.parametrize("target", WHISPERS)
def test_a_whisper_tells_a_voicemail_nothing(platform: PlatformClient, target: str) -> None:
    said = words(hear(platform, target)).lower()
    assert not re.search("breast|cancer|metasta|treat|section|appoint|patient|hospital", said)
    assert re.findall(r"\d+", said) == ["1"]


@pytest.mark.parametrize("target", WHISPERS)
def test_the_key_takes_the_call_at_once(platform: PlatformClient, target: str) -> None:
    assert hear(platform, target, "1").verbs == ()
    assert hear(platform, target + "/5", "1").verbs == ()


def test_silence_lets_the_call_go(platform: PlatformClient) -> None:
    gather, end = hear(platform, "/voice/en/whisper").verbs
    assert isinstance(gather, Gather)
    assert isinstance(end, Hangup)
    spoken_s = sum(seconds(say) for say in gather.heard if isinstance(say, Say))
    assert spoken_s + gather.timeout_s <= 16


@pytest.mark.parametrize("key", list("023456789*#"))
def test_any_other_key_repeats_it_once_and_then_only_listens(platform: PlatformClient, key: str) -> None:
    once = hear(platform, "/voice/en/whisper")
    again = hear(platform, target_of(once), key)
    assert words(again) == words(once) != ""
    later = hear(platform, target_of(again), key)
    assert words(later) == ""
    assert first(later).timeout_s == 5


def test_tones_without_end_are_let_go_in_the_end(platform: PlatformClient) -> None:
    document, keys = hear(platform, "/voice/en/whisper"), 0
    while document.verbs and not isinstance(document.verbs[0], Hangup):
        document, keys = hear(platform, target_of(document), "5"), keys + 1
        assert keys < 10


def test_the_whisper_says_the_callers_language_in_the_schedulers(platform: PlatformClient) -> None:
    english, spanish = (hear(platform, f"/voice/{language}/whisper") for language in ("en", "es"))
    assert words(english) != words(spanish)
    for document in (english, spanish):
        assert {say.language for say in first(document).heard if isinstance(say, Say)} == {"en-US"}
