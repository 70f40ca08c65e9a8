"""The rules over the text that callers can ask for, each on a clinic that sends one and is broken in its way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.rules_requests import a_text_is_explained, a_text_is_neutral, a_text_is_one_message
from ivr.model.nodes import Asks, Question
from ivr.model.speech import Private, Slot, Text, Whose, Words
from ivr.model.words import Script, TextWords
from tests import folders
from tests.evidence import made
from tests.rules_told import told, told_anywhere, with_nodes, with_script, with_words

LAST_TWO = Private(Whose.LAST_TWO)


def asking() -> Evidence:
    """The clinic, where callers can ask for a call and for a text."""
    return made(folders.CALLBACKS)


def texting(text: str) -> Evidence:
    def change(script: Script) -> Script:
        before, _, after = text.partition("{url}")
        return replace(script, text=TextWords((Words(before), Slot("url"), Words(after))))

    return with_script(asking(), "en", change)


def of_the_text(wrong: str, mend: str) -> str:
    return f"en/phrases.toml:{asking().sources.line('en/phrases.toml', 'text.link')}: error V4: {wrong} {mend}"


@pytest.mark.parametrize(
    ("text", "takes"),
    [
        ("x" * 89 + "{url} Reply STOP", None),
        ("x" * 90 + "{url} Reply STOP", (161, 160)),
        ("ñ{url} Reply STOP", None),
        ("í{url} Reply STOP", (72, 70)),
        ("[" * 45 + "{url} Reply STOP", (161, 160)),
    ],
)
def test_v4_a_text_is_one_message(text: str, takes: tuple[int, int] | None) -> None:
    wrong = "The text takes {} characters with an address of 60, and may take {}."
    expected = [of_the_text(wrong.format(*takes), "Make it shorter, or do without accents.")] if takes else []
    assert told(a_text_is_one_message, texting(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our form: {url} Reply STOP to stop.", []),
        ("Our form: {url}", [of_the_text("The text does not say how to get no more.", "Say STOP in it.")]),
        (
            "Cancer care: {url} Reply STOP to stop.",
            [of_the_text('"Cancer" would be read by whoever holds the telephone.', "Name no illness.")],
        ),
    ],
)
def test_v4_a_text_is_neutral(text: str, expected: list[str]) -> None:
    assert told(a_text_is_neutral, texting(text)) == expected


@pytest.mark.parametrize(
    ("passages", "is_found"),
    [
        (((Words("We can text you, to "), LAST_TWO, Words(". Shall we?")),), True),
        (((Words("We can text you."),), (Words("Shall we, to "), LAST_TWO, Words("?"))), True),
        (((Words("We can text you, to "), LAST_TWO, Words(".")), (Words("Shall we?"),)), False),
        (((Words("We can text you. Shall we?"),),), True),
        (((Words("We can write to you, to "), LAST_TWO, Words(".")), (Words("Shall we?"),)), True),
        (((Words("We will text you, to "), LAST_TWO, Words(".")), (Words("We will."),)), True),
    ],
)
def test_v4_a_text_is_explained(passages: tuple[Text, ...], is_found: bool) -> None:  # noqa: FBT001
    expected = (
        "en/link.md:6: error V4: It does not explain the text, name its number by {last_two}, and then ask. "
        'Say what is sent, write {last_two}, and ask in a passage of its own: "Shall we send it?"'
    )
    assert told(a_text_is_explained, with_words(asking(), "en", "link", passages=passages)) == [expected] * is_found


def test_v4_what_is_asked_for_a_text_is_the_text() -> None:
    link = asking().flow.nodes["link"]
    assert isinstance(link, Question)
    flow = with_nodes(asking().flow, replace(link, asks=Asks.OWN_NUMBER))
    assert told_anywhere(a_text_is_explained, Evidence(flow, asking().sources)) == [
        'menu.toml: error V4: "link" does not ask whether we shall send a text. Write asks = "text" in it.'
    ]
