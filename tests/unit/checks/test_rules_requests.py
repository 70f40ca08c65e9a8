"""The rules over callbacks and texts, each on a clinic that has both and is broken in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, NIGHT, OPEN
from ivr.checks.prove import RULES
from ivr.checks.rules_requests import (
    a_callback_is_asked_in_order,
    a_message_is_asked_for,
    a_question_says_what_it_asks_about,
    a_text_is_explained,
    a_text_is_neutral,
    silence_permits_nothing,
    silence_sends_nothing,
    the_closed_message_offers_a_callback,
    what_may_be_left_names_nobody_but_us,
    who_cannot_wait_hears_0_first,
    who_reached_nobody_is_offered_a_callback,
)
from ivr.model.nodes import Asks, Node, Notice, Offer, Question, Transfer
from ivr.model.place import Place
from ivr.model.speech import Private, Slot, SlowDigits, Text, Whose, Words
from tests import folders
from tests.evidence import clinic, made, shipped, spanish
from tests.heard import hearing, prompt, say
from tests.rules_told import Find, saying, told, told_anywhere, with_nodes, with_words

OF_REQUESTS = [rule.find for rule in RULES if rule.find.__module__ == a_text_is_neutral.__module__]
LAST_TWO, TYPED = Private(Whose.LAST_TWO), Private(Whose.TYPED)


def asking() -> Evidence:
    """The clinic, where callers can ask for a call and for a text."""
    return made(folders.CALLBACKS)


def changed(*nodes: Node) -> Evidence:
    return Evidence(with_nodes(asking().flow, *nodes), asking().sources)


def question(name: str, **changes: Any) -> Question:
    node = asking().flow.nodes[name]
    assert isinstance(node, Question)
    return replace(node, **changes)


def notice(name: str, *offers: Offer) -> Notice:
    node = asking().flow.nodes[name]
    assert isinstance(node, Notice)
    return replace(node, offers=offers)


@pytest.mark.parametrize("find", OF_REQUESTS, ids=lambda find: find.__name__)
@pytest.mark.parametrize("line", [asking, clinic, shipped])
def test_a_line_that_asks_well_and_one_where_nothing_can_be_asked_keep_it(
    find: Find, line: Callable[[], Evidence]
) -> None:
    assert len(OF_REQUESTS) == 12
    assert told(find, line()) == []


def asks_not(node: str, what: str, asks: Asks) -> str:
    return (
        f'menu.toml: error P6: "{node}" does not ask {what}. '
        f'Write asks = "{asks.value}" in it, or lead to the node that asks it.'
    )


OWN = asks_not("own", "whether we may call the number that the caller calls from", Asks.OWN_NUMBER)
RIGHT = asks_not("right", "whether the number that was keyed in is right", Asks.TYPED_NUMBER)
NOTED = asks_not("noted", "whether we may leave a message", Asks.MESSAGE)
KEPT = asks_not("kept", "whether we may leave a message", Asks.MESSAGE)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (question("own", asks=Asks.TYPED_NUMBER), [OWN]),
        (question("right", asks=Asks.OWN_NUMBER), [RIGHT]),
        (question("noted", asks=Asks.TEXT), [NOTED]),
        (question("own", yes="kept"), [KEPT]),
        (question("right", yes="kept"), [KEPT]),
        (question("own", asks=Asks.MESSAGE, yes="kept"), [OWN]),
    ],
)
def test_p6_a_callback_is_asked_in_order(node: Question, expected: list[str]) -> None:
    assert told_anywhere(a_callback_is_asked_in_order, changed(node)) == expected


def test_p6_names_the_line_of_the_node_that_asks_something_else() -> None:
    (found,) = told(a_callback_is_asked_in_order, changed(question("own", asks=Asks.TYPED_NUMBER)))
    assert found.startswith(f"menu.toml:{asking().sources.line('menu.toml', 'nodes.own')}: ")


@pytest.mark.parametrize(
    ("node", "place", "line"), [("own", "{last_two}", 6), ("right", "{typed}", 6), ("noted", "{promise}", 6)]
)
def test_p6_a_question_says_what_it_asks_about(node: str, place: str, line: int) -> None:
    bare: Text = (Words("Is this right?"),)
    wrong = f"The question does not say {place} before the passage that asks."
    mend = f"Write {place} in a passage of its own, and what is asked in the last."
    found = told(a_question_says_what_it_asks_about, with_words(asking(), "en", node, passages=(bare,)))
    assert found == [f"en/{node}.md:{line}: error P6: {wrong} {mend}"]


def test_p6_it_stands_in_any_passage_but_the_one_that_asks_and_a_text_has_a_rule_of_its_own() -> None:
    bare: Text = (Words("Is this right?"),)
    ends: Text = (Words("It ends in "), LAST_TWO)
    for passages, is_found in {
        (bare, ends): True,
        (ends,): True,
        (ends, bare): False,
        (bare, ends, bare): False,
    }.items():
        line = with_words(asking(), "en", "own", passages=passages)
        assert bool(told(a_question_says_what_it_asks_about, line)) is is_found
    assert told(a_question_says_what_it_asks_about, with_words(asking(), "en", "link", passages=(bare,))) == []
    other = with_words(asking(), "en", "own", passages=((TYPED, Slot("promise")), bare))
    assert len(told(a_question_says_what_it_asks_about, other)) == 1


ASKED = "If we miss you, may we leave our name and number?"


@pytest.mark.parametrize(
    ("passages", "is_found"),
    [
        ((ASKED,), False),
        (("We will call.", ASKED), False),
        ((ASKED, "We will call."), True),
        (("May we leave our name?",), True),
        (("May we leave our number?",), True),
        (("Shall we say our name and number?",), True),
        (("We will leave our name and number.",), True),
    ],
)
def test_p6_a_message_is_asked_for(passages: tuple[str, ...], is_found: bool) -> None:  # noqa: FBT001
    line = with_words(asking(), "en", "noted", passages=tuple((Words(each),) for each in passages))
    expected = (
        "en/noted.md:6: error P6: It does not ask last whether we may leave our name and number. "
        'Ask it like "If we miss you, may we leave our name and number?"'
    )
    assert told(a_message_is_asked_for, line) == [expected] * is_found


def test_p6_a_message_is_asked_for_in_spanish_too() -> None:
    def asked(text: str) -> list[str]:
        return told_anywhere(
            a_message_is_asked_for, with_words(shipped(), "es", "promised", passages=((Words(text),),))
        )

    assert asked("¿Podemos dejar nuestro nombre y número?") == []
    assert [found.partition(": ")[0] for found in asked("May we leave our name and number?")] == ["es/promised.md"]


def test_silence_is_a_no() -> None:
    noted, link = question("noted", silence="lost"), question("link", silence="person")
    assert told_anywhere(silence_permits_nothing, changed(noted, link)) == [
        'menu.toml: error P6: Silence at "noted" is not taken as a no. Let its silence lead to "kept".'
    ]
    assert told_anywhere(silence_sends_nothing, changed(noted, link)) == [
        'menu.toml: error V4: Silence at "link" is not taken as a no. Let its silence lead to "main".'
    ]
    (found,) = told(silence_sends_nothing, changed(link))
    assert found.startswith(f"menu.toml:{asking().sources.line('menu.toml', 'nodes.link.silence')}: ")


NUMBER = SlowDigits(("1", "800", "555", "0199"))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ((Words("This is Elm Street. Our number is "), NUMBER), False),
        ((Words("This is the clinic. Our number is "), NUMBER), True),
        ((Words("This is Elm Street, returning your call."),), True),
    ],
)
def test_p6_what_may_be_left_names_nobody_but_us(text: Text, is_found: bool) -> None:  # noqa: FBT001
    line = asking().sources.line("en/phrases.toml", "said.message_left")
    expected = (
        f"en/phrases.toml:{line}: error P6: What our team may leave is not our name and number. "
        "Say Elm Street and {number} in it."
    )
    assert (
        told(what_may_be_left_names_nobody_but_us, saying(asking(), "en", message_left=text)) == [expected] * is_found
    )


def test_p6_each_language_has_its_own_words_to_leave_or_none() -> None:
    (found,) = told(what_may_be_left_names_nobody_but_us, saying(spanish(), "es", message_left=(Words("Hola."),)))
    assert found.startswith("es/phrases.toml:")


def test_w5_and_p3_a_callback_is_offered_wherever_nobody_can_answer() -> None:
    line = changed(notice("away", Offer.PERSON, Offer.CHOICES), notice("missed", Offer.PERSON, Offer.CHOICES))
    assert told_anywhere(the_closed_message_offers_a_callback, line) == [
        'menu.toml: error W5: "away" does not offer to call back. Put "callback" into its offers.'
    ]
    assert told_anywhere(who_reached_nobody_is_offered_a_callback, line) == [
        'menu.toml: error P3: "missed" does not offer to call back. Put "callback" into its offers.'
    ]
    (found,) = told(the_closed_message_offers_a_callback, line)
    assert found.startswith(f"menu.toml:{asking().sources.line('menu.toml', 'nodes.away.offers')}: ")


def test_p3_tells_a_node_once_and_leaves_the_closed_message_to_w5(clinic_at_night: Evidence) -> None:
    assert told_anywhere(who_reached_nobody_is_offered_a_callback, clinic_at_night) == []
    assert len(told(the_closed_message_offers_a_callback, clinic_at_night)) == 1


@pytest.fixture
def clinic_at_night() -> Evidence:
    """Both transfers lead to the closed message, which offers no callback."""
    ring = asking().flow.nodes["ring"]
    assert isinstance(ring, Transfer)
    return changed(replace(ring, nobody="away"), notice("away", Offer.PERSON))


@pytest.mark.parametrize(
    ("keys", "situation", "is_found"),
    [
        (("0", "5"), NIGHT, False),
        (("5", "0"), NIGHT, True),
        (("5",), NIGHT, True),
        (("0",), NIGHT, False),
        ((), NIGHT, False),
        (("1", "0", "5"), NIGHT, False),
        (("5", "0"), CLOSED, False),
        (("5", "0"), OPEN, False),
    ],
)
def test_p9_who_cannot_wait_hears_0_first(keys: tuple[str, ...], situation: str, is_found: bool) -> None:  # noqa: FBT001
    says = (say(f"To do this, press {key}.") for key in keys)
    heard = hearing(shipped(), prompt(Place("en", "closed"), *says, situation=situation))
    expected = (
        'menu.toml: error P9: "closed" offers a callback before the after-hours line. Put "person" into its offers.'
    )
    assert told_anywhere(who_cannot_wait_hears_0_first, heard) == [expected] * is_found


def test_p9_a_line_without_callbacks_has_no_order_to_keep() -> None:
    heard = hearing(clinic(), prompt(Place("en", "away"), say("To do this, press 5."), situation=CLOSED))
    assert told(who_cannot_wait_hears_0_first, heard) == []


def test_words_without_lines_are_told_of_their_file() -> None:
    nowhere = with_words(asking(), "en", "own", passages=((Words("Is this right?"),),), lines=())
    (found,) = told(a_question_says_what_it_asks_about, nowhere)
    assert found.startswith("en/own.md: error P6: ")


def test_a_line_in_a_language_without_words_for_it_is_judged_by_its_marks() -> None:
    line = asking().flow
    french = replace(line, scripts={"fr": line.scripts["en"]})
    other = Evidence(french, asking().sources)
    assert told(a_message_is_asked_for, other) == told(a_text_is_explained, other) == []
