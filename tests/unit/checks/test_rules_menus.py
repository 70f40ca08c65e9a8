"""The rules over menus and choices, each on what little of the clinic it judges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, CLOSED_BARE, NIGHT, OPEN, OPEN_BARE
from ivr.checks.performance import Prompt
from ivr.checks.rules_menus import (
    a_menu_is_short,
    a_person_comes_first,
    choices_come_in_order,
    no_two_choices_are_the_same,
    nobody_is_offered_who_is_away,
    the_person_is_no_doctor,
    there_is_always_a_way_on,
    what_works_is_announced,
)
from ivr.model.nodes import Entry, Menu, Notice, Offer, Section
from ivr.model.place import Place
from ivr.model.speech import Words, fill, written
from ivr.phone import Say
from tests.evidence import clinic, shipped, spanish
from tests.heard import hearing, prompt, reading, say, sentence
from tests.rules_told import Find, told, told_anywhere, with_nodes, with_script

MAIN, WHO = Place("en", "main"), Place("en", "who", 3)
PERSON = say("To talk with our team, press 0.")
WHO_OPTION = say("To hear who can have a flu shot, press 1.")
ALL = say("To hear all the choices, press star.")
HOURS = "To hear when our team will be back, press 0."


def pressing(*keys: str) -> tuple[Say, ...]:
    return tuple(say(f"To do this, press {key}.") for key in keys)


NOT_FIRST = 'menu.toml:24: error R2: The menu does not name the way to a person first. Put "person" into its offers.'


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (prompt(MAIN, PERSON, WHO_OPTION), []),
        (prompt(MAIN, WHO_OPTION, PERSON), [NOT_FIRST]),
        (prompt(MAIN, WHO_OPTION), [NOT_FIRST]),
        (prompt(MAIN, say("Welcome.")), [NOT_FIRST]),
        (prompt(MAIN._replace(tries=1), WHO_OPTION, PERSON), []),
        (prompt(WHO, WHO_OPTION, PERSON), []),
    ],
)
def test_r2_the_full_menu_names_a_person_first(heard: Prompt, expected: list[str]) -> None:
    assert told(a_person_comes_first, hearing(clinic(), heard)) == expected


def unworded() -> Evidence:
    """A line on which one choice is said backwards."""
    return with_script(
        clinic(), "en", lambda script: replace(script, options=replace(script.options, pace=(Words("Slowly."),)))
    )


@pytest.mark.parametrize("rule", [a_person_comes_first, what_works_is_announced])
def test_no_rule_listens_for_choices_that_cannot_be_heard_as_such(rule: Find) -> None:
    assert told(rule, hearing(unworded(), prompt(MAIN, WHO_OPTION))) == []


@pytest.mark.parametrize(
    ("text", "at", "situation", "expected"),
    [
        (PERSON.written, MAIN, OPEN, []),
        (HOURS, MAIN, CLOSED, []),
        ("To hear who can have a flu shot, press 1.", MAIN, CLOSED, []),
        (PERSON.written, MAIN, CLOSED, ["en/phrases.toml:26"]),
        ("To reach someone now, press 0.", MAIN, CLOSED, ["en/phrases.toml:27"]),
        ("To find us, press 0.", WHO, CLOSED, ["menu.toml:27"]),
    ],
)
def test_r2_nobody_is_offered_who_is_away(text: str, at: Place, situation: str, expected: list[str]) -> None:
    found = told(nobody_is_offered_who_is_away, hearing(clinic(), prompt(at, say(text), situation=situation)))
    how = "Say what the key does then: when the team is back."
    assert found == [f'{place}: error R2: "{text}" is heard while nobody is there. {how}' for place in expected]


@pytest.mark.parametrize(
    ("situation", "is_found"), [(OPEN_BARE, False), (NIGHT, False), (CLOSED, True), (CLOSED_BARE, True)]
)
def test_r2_somebody_is_there_when_the_line_is_open_or_has_an_after_hours_line(situation: str, is_found: bool) -> None:  # noqa: FBT001
    line = shipped()
    text = written(fill(line.flow.scripts["en"].options.person, {"key": (Words("0"),)}) or ())
    heard = prompt(Place("en", "menu"), say(text), situation=situation)
    assert bool(told(nobody_is_offered_who_is_away, hearing(line, heard))) == is_found


@pytest.mark.parametrize(
    ("situation", "first", "offer"),
    [
        (OPEN, "0", "person"),
        (OPEN_BARE, "0", "person"),
        (NIGHT, "0", "person"),
        (CLOSED_BARE, "0", "person"),
        (CLOSED, "5", "callback"),
    ],
)
def test_r2_with_nobody_there_a_callback_comes_first(situation: str, first: str, offer: str) -> None:
    menu, other = Place("en", "menu"), {"0": "5", "5": "0"}[first]
    in_order = prompt(menu, *pressing(first, other), situation=situation)
    other_way = prompt(menu, *pressing(other, first), situation=situation)
    assert told(a_person_comes_first, hearing(shipped(), in_order)) == []
    assert told_anywhere(a_person_comes_first, hearing(shipped(), other_way)) == [
        f'menu.toml: error R2: The menu does not name the way to a person first. Put "{offer}" into its offers.'
    ]
    ordered = [told(choices_come_in_order, hearing(shipped(), heard)) == [] for heard in (in_order, other_way)]
    assert ordered == ([True, False] if situation != CLOSED_BARE else [False, True])


def test_r2_looks_at_every_prompt() -> None:
    heard = (prompt(MAIN, PERSON), prompt(MAIN, PERSON, situation=CLOSED))
    assert len(told(nobody_is_offered_who_is_away, hearing(clinic(), *heard))) == 1


def test_r2_the_hours_are_no_other_words_for_a_person() -> None:
    same = with_script(
        clinic(), "en", lambda script: replace(script, options=replace(script.options, hours=script.options.person))
    )
    same.graph = clinic().graph
    (found,) = told(nobody_is_offered_who_is_away, hearing(same, prompt(MAIN, PERSON, situation=CLOSED)))
    assert "is heard while nobody is there." in found


LISTENING = (
    Menu("main", (Offer.CHOICES,), "person"),
    Section("main", (Offer.CHOICES,), "person"),
    Notice("main", (Offer.CHOICES,), "person"),
    Entry("main", "who", "away", (Offer.CHOICES,), "person"),
)


@pytest.mark.parametrize("node", LISTENING, ids=lambda node: type(node).__name__)
def test_r4_every_node_that_listens_offers_all_the_choices(node: Menu | Section | Notice | Entry) -> None:
    offering = with_nodes(clinic().flow, node)
    assert told(there_is_always_a_way_on, Evidence(offering, clinic().sources)) == []
    silent = with_nodes(clinic().flow, replace(node, offers=(Offer.PERSON,)))
    assert told(there_is_always_a_way_on, Evidence(silent, clinic().sources)) == [
        'menu.toml:24: error R4: "main" does not offer all the choices. Put "choices" into its offers.'
    ]


def too_many(node: str, line: int, count: int, most: int) -> str:
    return (
        f'menu.toml:{line}: error M1: "{node}" announces {count} numbered choices; {most} is the most. '
        "Offer fewer of them."
    )


@pytest.mark.parametrize(
    ("at", "keys", "expected"),
    [
        (MAIN, ("1", "2", "3", "4"), []),
        (MAIN, ("0", "1", "2", "3", "4", "star", "pound"), []),
        (MAIN, ("1", "2", "3", "4", "4"), []),
        (MAIN, ("1", "2", "3", "4", "5"), [too_many("main", 24, 5, 4)]),
        (WHO, ("1", "2", "3", "4", "5"), [too_many("who", 29, 5, 4)]),
        (MAIN, ("1", "2", "3", "4", "8"), [too_many("main", 24, 5, 4)]),
        (MAIN._replace(tries=1), ("1", "2", "3", "4", "8"), []),
        (MAIN._replace(tries=2), ("1", "2", "3", "4", "8"), []),
        (MAIN._replace(tries=1), ("1", "2", "3", "4", "6"), [too_many("main", 24, 5, 4)]),
    ],
)
def test_m1_a_menu_is_short(at: Place, keys: tuple[str, ...], expected: list[str]) -> None:
    assert told(a_menu_is_short, hearing(clinic(), prompt(at, *pressing(*keys)))) == expected


@pytest.mark.parametrize(
    ("keys", "situation", "most", "is_found"),
    [
        ("12345", CLOSED, 5, False),
        ("12345", NIGHT, 5, False),
        ("12345", OPEN, 4, True),
        ("123456", CLOSED, 5, True),
        ("12346", CLOSED, 4, True),
        ("0123459", CLOSED, 5, False),
    ],
)
def test_m1_to_be_called_back_by_a_team_that_is_away_is_one_more(
    keys: str,
    situation: str,
    most: int,
    is_found: bool,  # noqa: FBT001
) -> None:
    heard = prompt(Place("en", "menu"), *pressing(*keys), situation=situation)
    found = told_anywhere(a_menu_is_short, hearing(shipped(), heard))
    count = len(set(keys) - set("09"))
    told_of = (
        f'menu.toml: error M1: "menu" announces {count} numbered choices; {most} is the most. Offer fewer of them.'
    )
    assert found == [told_of] * is_found


def test_m1_does_not_count_the_key_of_the_language() -> None:
    assert told(a_menu_is_short, hearing(spanish(), prompt(MAIN, *pressing("1", "2", "3", "4", "9")))) == []
    assert told(a_menu_is_short, hearing(clinic(), prompt(MAIN, *pressing("1", "2", "3", "4", "9"))))


@pytest.mark.parametrize(
    ("text", "language", "key", "expected"),
    [
        ("To talk with an Oncologist, press {key}.", "en", "options.person", ["Oncologist"]),
        ("Para hablar con su médico, oprima {key}.", "es", "options.person", ["médico"]),
        ("To talk with our team, press {key}.", "en", "options.person", []),
        ("To hear about oncologists, press {key}.", "en", "option", []),
    ],
)
def test_r2_no_choice_of_a_person_promises_a_doctor(text: str, language: str, key: str, expected: list[str]) -> None:
    line = reading(spanish(), sentence("A doctor.", key="option"), sentence(text, language, key=key))
    assert told(the_person_is_no_doctor, line) == [
        f'{language}/who.md:8: error R2: "{found}" is not who answers. Say that it is our team.' for found in expected
    ]


def test_m2_no_two_choices_are_the_same() -> None:
    twice = prompt(MAIN, WHO_OPTION, say("To hear who can have a flu shot, press 2."), WHO_OPTION)
    wrong = '"To hear who can have a flu shot" is said of the keys 1 and 2. Say of each what it alone does.'
    assert told(no_two_choices_are_the_same, hearing(clinic(), twice)) == [f"en/who.md:4: error M2: {wrong}"]
    near = say("To hear who comes, and when, press 1."), say("To hear who comes, and where, press 2.")
    apart = prompt(MAIN, say("Press 1."), say("Press 2."), *near), prompt(WHO, PERSON, WHO_OPTION, WHO_OPTION)
    assert told(no_two_choices_are_the_same, hearing(clinic(), *apart)) == []


@pytest.mark.parametrize("rule", [the_person_is_no_doctor, no_two_choices_are_the_same])
def test_good_lines_say_who_answers_and_say_it_once(rule: Find) -> None:
    assert [told(rule, line) for line in (shipped(), clinic(), spanish())] == [[], [], []]
