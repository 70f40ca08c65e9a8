"""Each rule of a start holds for the line as it is shipped, and catches a line that is broken in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.checks.evidence import Evidence, Rule
from ivr.checks.finding import Finding, Severity
from ivr.checks.graph import CLOSED, OPEN, CallGraph
from ivr.checks.verify import RULES, findings
from ivr.content import Sources
from ivr.engine.actions import HangUp
from ivr.engine.events import KeyPressed
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, Meaning
from ivr.model.nodes import Listening, Menu, Node, Notice, Section
from ivr.model.place import Place
from ivr.model.speech import Text, Words
from ivr.model.words import NodeWords

PROMPTS = Path(__file__).parents[3] / "prompts"

Break = Callable[[Flow], Flow]


def with_nodes(flow: Flow, *nodes: Node) -> Flow:
    by_id = {node.id: node for node in nodes}
    menu = by_id.get(flow.menu.id)
    return replace(flow, nodes={**flow.nodes, **by_id}, menu=menu if isinstance(menu, Menu) else flow.menu)


def silent_to(name: str, leads_to: str) -> Break:
    """Breaks where silence leads from a node."""

    def broken(flow: Flow) -> Flow:
        node = flow.nodes[name]
        assert isinstance(node, Listening)
        return with_nodes(flow, replace(node, silence=leads_to))

    return broken


def saying_in_an_emergency(language: str, text: Text) -> Break:
    def broken(flow: Flow) -> Flow:
        script = flow.scripts[language]
        said = replace(script.said, emergency=text)
        return replace(flow, scripts={**flow.scripts, language: replace(script, said=said)})

    return broken


def with_facts(language: str, node: str, *facts: tuple[str, ...]) -> Break:
    def broken(flow: Flow) -> Flow:
        script = flow.scripts[language]
        words: NodeWords = replace(script.nodes[node], facts=facts)
        nodes = {**script.nodes, node: words}
        return replace(flow, scripts={**flow.scripts, language: replace(script, nodes=nodes)})

    return broken


def told(rule: Rule, evidence: Evidence) -> list[str]:
    """What a rule finds, without the lines, which move with every edit of the prompts."""
    return [str(replace(finding, line=0)) for finding in rule.find(evidence)]


def rule(says: str) -> Rule:
    return next(each for each in RULES if each.says == says)


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.says)
def test_a_rule_holds_for_the_line_as_it_is_shipped(shipped: Evidence, each: Rule) -> None:
    assert [str(finding) for finding in each.find(shipped) if finding.severity is Severity.ERROR] == []


def without_zero(flow: Flow) -> Flow:
    keys: dict[Key, Meaning] = {key: meaning for key, meaning in flow.keys.items() if key is not Key.ZERO}
    return replace(flow, keys=keys)


def zero_repeats(flow: Flow) -> Flow:
    return replace(flow, keys={**flow.keys, Key.ZERO: Command.AGAIN})


def night_by_day(flow: Flow) -> Flow:
    return replace(flow, person=replace(flow.person, open="night"))


def lost(flow: Flow) -> Flow:
    return with_nodes(flow, Notice("lost", (), "goodbye"), Section("aside", (), "person"))


NO_NUMBER: Text = (Words("In an emergency, hang up and call your doctor."),)

BROKEN: list[tuple[str, Break, list[str]]] = [
    (
        "0 starts the way to a person everywhere",
        without_zero,
        ['menu.toml: error R1: Key 0 is not the way to a person. Write 0 = "person" under [keys].'],
    ),
    (
        "0 starts the way to a person everywhere",
        zero_repeats,
        ['menu.toml: error R1: Key 0 is not the way to a person. Write 0 = "person" under [keys].'],
    ),
    (
        "the goodbye comes after an offer",
        silent_to("menu", "goodbye"),
        [
            (
                'menu.toml: error R5: "menu" leads to the goodbye before a person or the next opening was offered. '
                'Let its silence lead to "person".'
            )
        ],
    ),
    (
        "silence never goes in circles",
        silent_to("closed", "menu"),
        ['menu.toml: error W7: A caller who presses nothing goes in circles: "closed" to "menu". Lead one of them on.'],
    ),
    (
        "every node can be reached",
        lost,
        [
            'menu.toml: error W7: No caller can ever reach "aside". Lead to it from somewhere, or remove it.',
            'menu.toml: error W7: No caller can ever reach "lost". Lead to it from somewhere, or remove it.',
        ],
    ),
    (
        "the emergency line is whole",
        saying_in_an_emergency("es", NO_NUMBER),
        ["es/phrases.toml: error E1: The emergency line does not say 9-1-1. Write 9-1-1 in it."],
    ),
    (
        "every fact is heard in its section",
        with_facts("en", "what", ("what.1",), ("what.2",)),
        [
            (
                "en/what.md: error T4: The fact what.3 is not heard: It can also mean cancer that has spread to "
                "tissues and lymph nodes near the breast. Say it in a passage, and name it in that passage's facts."
            )
        ],
    ),
    (
        "every fact is heard in its section",
        with_facts("es", "what", ("what.1", "spread.7"), ("what.2", "what.3")),
        ["es/what.md: error T4: The fact spread.7 belongs to another section. Move it to spread.md."],
    ),
]


@pytest.mark.parametrize(
    ("says", "broken", "expected"), BROKEN, ids=[f"{n} {case[0]}" for n, case in enumerate(BROKEN)]
)
def test_a_rule_catches_a_line_that_is_broken_in_its_way(
    shipped: Evidence, says: str, broken: Break, expected: list[str]
) -> None:
    assert told(rule(says), Evidence(broken(shipped.flow), shipped.sources)) == expected


def test_r1_names_every_node_from_which_0_leads_elsewhere(shipped: Evidence) -> None:
    found = told(rule("0 starts the way to a person everywhere"), Evidence(night_by_day(shipped.flow), Sources({})))
    assert found
    assert all('key 0 does not lead to "night" when the line is open.' in each for each in found)
    assert {each.split('"')[1] for each in found} >= {"welcome", "menu", *shipped.flow.sections}


def with_graph(evidence: Evidence, change: Callable[[CallGraph], None]) -> Evidence:
    """Evidence whose call graph is not what the engine walks: what a fault of the engine would look like."""
    graph = evidence.graph
    changed = Evidence(evidence.flow, evidence.sources)
    changed.graph = CallGraph(graph.situations, dict(graph.documents), dict(graph.answers))
    change(changed.graph)
    return changed


def test_r1_looks_at_every_state_and_not_only_the_first_of_a_node(shipped: Evidence) -> None:
    def lead_astray(graph: CallGraph) -> None:
        asked = next(
            asked
            for asked in graph.answers
            if asked.event == KeyPressed(Key.ZERO)
            and (asked.at.node, asked.at.part, asked.at.tries) == ("spread", 3, 2)
        )
        elsewhere = next(state for state in graph.documents if state.cue.place.node == "menu")
        graph.answers[asked] = {**graph.answers[asked], CLOSED: elsewhere}

    found = told(rule("0 starts the way to a person everywhere"), with_graph(shipped, lead_astray))
    assert found == [
        (
            'menu.toml: error R1: From "spread" key 0 does not lead to "closed" when the line is closed. '
            "Lead the way to a person there under [person]."
        )
    ]


def test_r5_catches_a_hang_up_anywhere_else(shipped: Evidence) -> None:
    def hang_up(graph: CallGraph) -> None:
        for state, actions in graph.documents.items():
            if state.cue.place == Place("en", "nobody") and state.situation == OPEN:
                graph.documents[state] = (*actions[:-1], HangUp())

    found = told(rule("only the goodbye hangs up"), with_graph(shipped, hang_up))
    assert found == ['menu.toml: error R5: "nobody" hangs up. Only the goodbye may end a call.']


@pytest.mark.parametrize(("words", "is_found"), [(9, False), (10, True)])
def test_e1_counts_each_digit_as_a_word(shipped: Evidence, words: int, is_found: bool) -> None:  # noqa: FBT001
    digits = shipped.flow.scripts["en"].said.emergency[1]
    text: Text = (Words(" ".join(["Now"] * words) + " "), digits, Words("."))
    broken = saying_in_an_emergency("en", text)(shipped.flow)
    found = told(rule("the emergency line is whole"), Evidence(broken, shipped.sources))
    expected = "en/phrases.toml: error E1: The emergency line has 13 words. Say it in at most 12, each digit counted."
    assert found == [expected] * is_found


def rules_of(found: Iterable[Finding]) -> set[str]:
    return {each.rule for each in found}


def test_every_finding_is_told_at_once_and_in_the_order_of_the_files(shipped: Evidence) -> None:
    broken = saying_in_an_emergency("es", NO_NUMBER)(silent_to("menu", "goodbye")(shipped.flow))
    found = findings(Evidence(with_facts("en", "what", ("what.1",), ())(broken), shipped.sources))
    assert rules_of(found) >= {"R5", "E1", "T4"}
    assert list(found) == sorted(found)


def test_a_finding_names_the_line_of_what_is_to_be_mended(shipped: Evidence) -> None:
    broken = saying_in_an_emergency("es", NO_NUMBER)(with_facts("en", "what", ("spread.7",))(shipped.flow))
    found = findings(Evidence(silent_to("menu", "goodbye")(broken), shipped.sources))
    named = {
        (each.file, each.rule): (PROMPTS / each.file).read_text("utf-8").splitlines()[each.line - 1]
        for each in found
        if each.line
    }
    assert named["menu.toml", "R5"] == "[nodes.menu]"
    assert named["es/phrases.toml", "E1"].startswith("emergency = ")
    assert named["en/what.md", "T4"].startswith("facts = ")
