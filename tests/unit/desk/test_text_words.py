"""The words of the text fit into one message, name no illness, and say how to get no more."""

from __future__ import annotations

import pytest

from ivr.desk.text_words import length, written
from ivr.errors import SettingsFaults

URL = "https://www.example.org/new-patient"
SENTENCE = "You asked for this link: {url} Reply STOP to get no more texts."


def wrong_with(sentence: str, url: str = URL) -> list[str]:
    with pytest.raises(SettingsFaults) as refused:
        written({"es": sentence}, url)
    assert {fault.where for fault in refused.value.faults} == {"es/phrases.toml"}
    return [fault.wrong for fault in refused.value.faults]


def test_the_link_stands_in_its_place() -> None:
    assert written({"en": SENTENCE, "es": "{url} STOP"}, URL) == {
        "en": "You asked for this link: https://www.example.org/new-patient Reply STOP to get no more texts.",
        "es": "https://www.example.org/new-patient STOP",
    }


@pytest.mark.parametrize(
    ("text", "takes"),
    [
        ("", (0, 160)),
        ("x" * 160, (160, 160)),
        ("¿Qué? ¡Señor! àèìòù", (19, 160)),
        ("{[~]}|^\\€", (18, 160)),
        ("aquí", (4, 70)),
        ("“quoted”", (8, 70)),
        ("😀", (2, 70)),
    ],
)
def test_a_text_is_as_long_as_a_telephone_counts(text: str, takes: tuple[int, int]) -> None:
    assert length(text) == takes


def test_one_message_is_full_at_its_last_character_and_not_before() -> None:
    room = 160 - len(URL) - len(" STOP")
    assert length(written({"en": "x" * room + "{url} STOP"}, URL)["en"]) == (160, 160)
    assert wrong_with("x" * room + "x{url} STOP") == [
        "The text takes 161 characters with REGISTRATION_URL in it, and may take 160."
    ]


def test_an_accent_that_telephones_lack_halves_the_room() -> None:
    fits = "í" * (70 - len(URL) - len(" STOP"))
    assert length(written({"es": fits + "{url} STOP"}, URL)["es"]) == (70, 70)
    assert wrong_with(fits + "ó{url} STOP") == [
        "The text takes 71 characters with REGISTRATION_URL in it, and may take 70 because of íó."
    ]


def test_an_address_that_is_too_long_is_told() -> None:
    assert wrong_with(SENTENCE, URL + "/" + "x" * 100)[0].startswith("The text takes 194 characters")


@pytest.mark.parametrize("sentence", ["No link. STOP", "{url} and no way out, stop or not"])
def test_the_link_and_the_way_out_cannot_be_left_out(sentence: str) -> None:
    assert wrong_with(sentence) == ["The text lacks {url} or STOP."]


@pytest.mark.parametrize(
    ("sentence", "url", "found"),
    [
        ("The cancer center: {url} STOP", URL, "cancer"),
        ("Cáncer de seno: {url} STOP", "https://x.example", "Cáncer"),
        (SENTENCE, "https://www.example.org/breast-care", "breast"),
        ("{url} Examen de mama. STOP", URL, "mama"),
    ],
)
def test_neither_the_words_nor_the_link_name_an_illness(sentence: str, url: str, found: str) -> None:
    assert f'The text says "{found}".' in wrong_with(sentence, url)


def test_every_fault_of_every_language_is_told_at_once() -> None:
    with pytest.raises(SettingsFaults) as refused:
        written({"en": "cancer", "es": "x" * 161}, URL)
    assert [fault.where for fault in refused.value.faults] == [
        "en/phrases.toml",
        "en/phrases.toml",
        "es/phrases.toml",
        "es/phrases.toml",
    ]
