"""Every rule catches something: a broken folder of the corpus, or a fault of ours that no folder can make."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from ivr.checks.evidence import Evidence, Rule
from ivr.checks.graph import CLOSED, Answers, Asked, CallGraph
from ivr.checks.performance import Performance
from ivr.checks.prove import RULES
from ivr.engine.actions import HangUp
from ivr.engine.cues import Cue, Remark
from ivr.engine.events import KeyPressed
from ivr.model.keys import Key
from ivr.model.speech import Rest, SlowDigits, Text, Words
from ivr.model.words import Script
from tests.broken import OF_APPROVALS, rules_that_catch
from tests.evidence import retold, spanish
from tests.folders import CORPUS


def with_script(change: Callable[[Script], Script]) -> Evidence:
    flow = spanish().flow
    return Evidence(replace(flow, scripts={**flow.scripts, "es": change(flow.scripts["es"])}), spanish().sources)


def saying(name: str, text: Text) -> Evidence:
    return with_script(lambda script: replace(script, said=replace(script.said, **{name: text})))


def unheard(option: str) -> Evidence:
    """The clinic, where a choice that is written well is heard without its key."""

    keyless: Text = (Words("Espere."),)

    def hidden(script: Script) -> Script:
        return replace(script, options=replace(script.options, **{option: keyless}))

    evidence = retold(spanish())
    evidence.performance = with_script(hidden).performance
    return evidence


def a_hang_up_in_the_menu() -> Evidence:
    evidence, graph = retold(spanish()), spanish().graph
    evidence.graph = CallGraph(graph.situations, dict(graph.documents), dict(graph.answers))
    menu = next(state for state in graph.documents if state.cue.place.node == "main")
    evidence.graph.documents[menu] = (*graph.documents[menu], HangUp())
    return evidence


def a_part_without_its_number() -> Evidence:
    return saying("where", (Words("Esta parte."),))


def a_number_said_once() -> Evidence:
    def once(script: Script) -> Script:
        words = replace(script.nodes["bye"], passages=((SlowDigits(("1", "800")),), *script.nodes["bye"].passages[1:]))
        return replace(script, nodes={**script.nodes, "bye": words})

    return with_script(once)


def facts_of_one_language() -> Evidence:
    def other(script: Script) -> Script:
        words = replace(script.nodes["who"], facts=(("who.2",), ("who.1",)))
        return replace(script, nodes={**script.nodes, "who": words})

    return with_script(other)


def no_greeting_at_night() -> Evidence:
    evidence = retold(spanish())
    by_day = {state: heard for state, heard in spanish().performance.documents.items() if state.situation != CLOSED}
    evidence.performance = Performance(by_day, {}, evidence.graph)
    return evidence


def an_unheard_emergency_line() -> Evidence:
    evidence = saying("emergency", (Words("Llame al 9-1-1."),))
    evidence.performance = spanish().performance
    return evidence


def answering(key: Key, change: Callable[[Cue], Cue]) -> Evidence:
    """The clinic, where a key leads to what is otherwise a document of another key."""
    evidence, graph = retold(spanish()), spanish().graph
    answers: dict[Asked, Answers] = {
        asked: {name: led._replace(cue=change(led.cue)) for name, led in led_to.items()}
        for asked, led_to in graph.answers.items()
        if asked.event == KeyPressed(key)
    }
    evidence.graph = CallGraph(graph.situations, graph.documents, answers)
    return evidence


def a_change_of_language_without_the_emergency_line() -> Evidence:
    return answering(Key.NINE, lambda cue: cue._replace(remarks=()))


def the_emergency_line_at_every_star() -> Evidence:
    return answering(Key.STAR, lambda cue: cue._replace(remarks=(Remark.EMERGENCY,)))


def a_first_reprompt_without_the_pace() -> Evidence:
    return unheard("pace")


def a_sound_without_words() -> Evidence:
    return saying("still_here", (Rest(500),))


FAULTS_OF_OURS = CORPUS / "faults-of-ours.txt"
W3 = "the last try warns and waits"

# Why no prompts folder can break the rule, and what a fault of ours would look like.
MADE_TRUE: Mapping[str, tuple[str, Callable[[], Evidence]]] = {
    "only the goodbye hangs up": ("the engine hangs up in the goodbye alone", a_hang_up_in_the_menu),
    "a section says where the caller is": ("the loader demands the placeholders", a_part_without_its_number),
    "the number is said well": ("the loader writes it for {number}, and refuses any other", a_number_said_once),
    "languages say the same": ("the loader refuses languages that differ", facts_of_one_language),
    "the greeting is the same day and night": ("the engine greets by no clock", no_greeting_at_night),
    "the emergency line is heard": ("the engine says it wherever it is owed", an_unheard_emergency_line),
    "the emergency line is heard in both languages": (
        "the engine says it at the first change of language",
        a_change_of_language_without_the_emergency_line,
    ),
    "the emergency line is not said at every star": ("the engine says it once", the_emergency_line_at_every_star),
    "the first reprompt offers the pace": ("the engine offers it", a_first_reprompt_without_the_pace),
    "everything can be read": ("the loader refuses what has no words", a_sound_without_words),
}


def a_last_warning_without_more_time() -> Evidence:
    return unheard("more_time")


def rule(says: str) -> Rule:
    return next(each for each in RULES if each.says == says)


@pytest.mark.parametrize("says", MADE_TRUE)
def test_a_rule_that_no_folder_can_break_catches_a_fault_of_ours(says: str) -> None:
    _, broken = MADE_TRUE[says]
    assert list(rule(says).find(spanish())) == []
    assert list(rule(says).find(broken()))


def test_w3_listens_for_the_offer_of_more_time() -> None:
    assert list(rule(W3).find(a_last_warning_without_more_time()))


def test_a_fault_of_ours_is_told_exactly_so() -> None:
    """UPDATE_CORPUS=1 writes what is told now."""
    made = {**{says: broken for says, (_, broken) in MADE_TRUE.items()}, W3: a_last_warning_without_more_time}
    found = (finding for says, broken in made.items() for finding in sorted(set(rule(says).find(broken()))))
    told = "".join(f"{finding}\n" for finding in found)
    if os.environ.get("UPDATE_CORPUS") == "1":
        FAULTS_OF_OURS.write_text(told, "utf-8")
    assert told == FAULTS_OF_OURS.read_text("utf-8")


def test_every_other_rule_catches_a_broken_folder() -> None:
    caught = {each.says for each in rules_that_catch()}
    assert {each.says for each in RULES} - caught == set(MADE_TRUE)


def test_no_two_rules_say_the_same() -> None:
    assert len({each.says for each in RULES}) == len(RULES)


def test_the_clinic_in_two_languages_keeps_every_rule() -> None:
    found = (finding for each in RULES if each.number not in OF_APPROVALS for finding in each.find(spanish()))
    assert [str(finding) for finding in found] == []
