"""The rules over the call graph hold for the line as it is shipped, and catch a line that is broken in their way.

What a rule says of a broken line is told on the clinic, whose few documents are walked anew for each test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, NIGHT, OPEN, CallGraph
from ivr.checks.rules_graph import (
    a_person_from_everywhere,
    every_node_can_be_reached,
    goodbye_comes_after_an_offer,
    only_the_goodbye_hangs_up,
    silence_never_goes_in_circles,
)
from ivr.content import Sources
from ivr.engine.actions import HangUp
from ivr.engine.events import KeyPressed
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, Meaning
from ivr.model.nodes import Notice, Offer, Section
from tests.evidence import clinic, shipped
from tests.rules_told import Break, Find, silent_to, told, told_anywhere, with_nodes

RULES: tuple[Find, ...] = (
    a_person_from_everywhere,
    only_the_goodbye_hangs_up,
    goodbye_comes_after_an_offer,
    silence_never_goes_in_circles,
    every_node_can_be_reached,
)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_holds_for_the_line_as_it_is_shipped(rule: Find) -> None:
    assert told(rule, shipped()) == []
    assert told(rule, clinic()) == []


def without_zero(flow: Flow) -> Flow:
    keys: dict[Key, Meaning] = {key: meaning for key, meaning in flow.keys.items() if key is not Key.ZERO}
    return replace(flow, keys=keys)


def zero_repeats(flow: Flow) -> Flow:
    return replace(flow, keys={**flow.keys, Key.ZERO: Command.AGAIN})


def lost(flow: Flow) -> Flow:
    return with_nodes(flow, Notice("lost", (), "bye"), Section("aside", (), "person"))


NO_ZERO = 'menu.toml:5: error R1: Key 0 is not the way to a person. Write 0 = "person" under [keys].'


def offering(name: str, *offers: Offer) -> Break:
    """Breaks what a notice offers."""

    def broken(flow: Flow) -> Flow:
        node = flow.nodes[name]
        assert isinstance(node, Notice)
        return with_nodes(flow, replace(node, offers=offers))

    return broken


TOO_EARLY = "leads to the goodbye before a person or the next opening was offered."
UNREACHED = "Lead to it from somewhere, or remove it."
BROKEN: tuple[tuple[Find, Break, list[str]], ...] = (
    (a_person_from_everywhere, without_zero, [NO_ZERO]),
    (a_person_from_everywhere, zero_repeats, [NO_ZERO]),
    (
        goodbye_comes_after_an_offer,
        silent_to("main", "bye"),
        [f'menu.toml:22: error R5: "main" {TOO_EARLY} Let its silence lead to "person".'],
    ),
    (
        goodbye_comes_after_an_offer,
        offering("missed", Offer.CHOICES, Offer.AGAIN),
        [f'menu.toml:54: error R5: "missed" {TOO_EARLY} Let its silence lead to "person".'],
    ),
    (goodbye_comes_after_an_offer, offering("missed", Offer.CALLBACK), []),
    (
        silence_never_goes_in_circles,
        silent_to("away", "main"),
        [
            (
                'menu.toml:49: error W7: A caller who presses nothing goes in circles: "away" to "main". '
                "Lead one of them on."
            )
        ],
    ),
    (
        every_node_can_be_reached,
        lost,
        [
            f'menu.toml:18: error W7: No caller can ever reach "aside". {UNREACHED}',
            f'menu.toml:18: error W7: No caller can ever reach "lost". {UNREACHED}',
        ],
    ),
)


@pytest.mark.parametrize(("rule", "broken", "expected"), BROKEN)
def test_a_rule_catches_a_line_that_is_broken_in_its_way(rule: Find, broken: Break, expected: list[str]) -> None:
    assert told(rule, Evidence(broken(clinic().flow), clinic().sources)) == expected


def with_graph(evidence: Evidence, change: Callable[[CallGraph], None]) -> Evidence:
    """Evidence whose call graph is not what the engine walks: what a fault of the engine would look like."""
    graph = evidence.graph
    changed = Evidence(evidence.flow, evidence.sources)
    changed.graph = CallGraph(graph.situations, dict(graph.documents), dict(graph.answers))
    change(changed.graph)
    return changed


def test_r1_names_every_node_from_which_0_leads_elsewhere() -> None:
    flow = shipped().flow
    by_day = replace(flow, person=replace(flow.person, open="night"))
    found = told(a_person_from_everywhere, Evidence(by_day, Sources({})))
    assert found
    assert all('key 0 does not lead to "night" when the line is open' in each for each in found)
    assert {each.split('"')[1] for each in found} >= {"welcome", "menu", *flow.sections}


@pytest.mark.parametrize(
    ("situation", "way", "when"),
    [
        (OPEN, "transfer", "open"),
        (CLOSED, "closed", "closed"),
        (NIGHT, "night", "closed, with an after-hours line"),
    ],
)
def test_r1_looks_at_every_state_and_not_only_the_first_of_a_node(situation: str, way: str, when: str) -> None:
    def lead_astray(graph: CallGraph) -> None:
        elsewhere = next(state for state in graph.documents if state.cue.place.node == "menu")
        for asked, led in graph.answers.items():
            at = asked.at
            if asked.event == KeyPressed(Key.ZERO) and (at.node, at.part) == ("spread", 3) and at.tries:
                graph.answers[asked] = {**led, situation: elsewhere}

    found = told_anywhere(a_person_from_everywhere, with_graph(shipped(), lead_astray))
    assert found == [
        (
            f'menu.toml: error R1: From "spread" key 0 does not lead to "{way}" when the line is {when}. '
            "Lead the way to a person there under [person]."
        )
    ]


def test_r1_names_the_line_of_the_node_from_which_0_leads_elsewhere() -> None:
    def lead_astray(graph: CallGraph) -> None:
        elsewhere = next(state for state in graph.documents if state.cue.place.node == "main")
        for asked, led in graph.answers.items():
            if asked.event == KeyPressed(Key.ZERO) and asked.at.node in ("who", "ended"):
                graph.answers[asked] = {**led, OPEN: elsewhere}

    found = told(a_person_from_everywhere, with_graph(clinic(), lead_astray))
    assert sorted(each.partition(": ")[0] for each in found) == ["menu.toml:27", "menu.toml:59"]


def test_r5_catches_a_hang_up_anywhere_else() -> None:
    def hang_up(graph: CallGraph) -> None:
        for state, actions in graph.documents.items():
            if state.cue.place.node in ("missed", "away") and state.situation == OPEN:
                graph.documents[state] = (*actions[:-1], HangUp())

    found = told(only_the_goodbye_hangs_up, with_graph(clinic(), hang_up))
    assert found == ['menu.toml:54: error R5: "missed" hangs up. Only the goodbye may end a call.']


def test_r5_looks_at_what_is_answered_in_any_situation() -> None:
    def end(graph: CallGraph) -> None:
        goodbye = next(state for state in graph.documents if state.cue.place.node == "bye")
        asked, led = next((asked, led) for asked, led in graph.answers.items() if asked.at.node == "main")
        graph.answers[asked] = {**led, CLOSED: goodbye}

    found = told(goodbye_comes_after_an_offer, with_graph(clinic(), end))
    assert found == [f'menu.toml:22: error R5: "main" {TOO_EARLY} Let its silence lead to "person".']
