"""What `check` measures."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.figures import figures
from ivr.checks.graph import CLOSED, CallGraph
from ivr.checks.performance import Performance
from ivr.engine.events import KeyPressed
from ivr.model.approval import Approval, HeardWords
from ivr.model.keys import Command, Key
from tests.evidence import clinic, retold, spanish
from tests.folders import CORPUS

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return retold(clinic(), today=TODAY)


TABLES: dict[str, Callable[[], Evidence]] = {"one-language": clinic, "two-languages": spanish}


@pytest.mark.parametrize("name", TABLES)
def test_the_table_says_exactly_this(name: str) -> None:
    """UPDATE_CORPUS=1 writes what is measured now."""
    told = "".join(f"{figure}\n" for figure in figures(retold(TABLES[name](), today=TODAY)))
    table = CORPUS / f"figures-{name}.txt"
    if os.environ.get("UPDATE_CORPUS") == "1":
        table.write_text(told, "utf-8")
    assert told == table.read_text("utf-8")


def test_where_the_key_of_a_person_leads_elsewhere_it_takes_two(evidence: Evidence) -> None:
    astray = retold(evidence)
    (asked, led), *_ = (each for each in evidence.graph.answers.items() if each[0].event == KeyPressed(Key.ZERO))
    elsewhere = next(state for state in evidence.graph.documents if state.cue.place.node == "main")
    answers = {**evidence.graph.answers, asked: {**led, CLOSED: elsewhere}}
    astray.graph = CallGraph(evidence.graph.situations, evidence.graph.documents, answers)
    assert measured(astray)["keys to a person, at worst"] == 2


def test_a_line_without_a_key_for_a_person_is_no_better(evidence: Evidence) -> None:
    keys = {key: meaning for key, meaning in evidence.flow.keys.items() if meaning is not Command.PERSON}
    mute = retold(evidence, flow=replace(evidence.flow, keys=keys))
    assert measured(mute)["keys to a person, at worst"] == 2


def measured(evidence: Evidence) -> dict[str, float]:
    return {figure.name: figure.value for figure in figures(evidence)}


def test_one_key_leads_to_a_person_from_the_worst_place(evidence: Evidence) -> None:
    assert measured(evidence)["keys to a person, at worst"] == 1


def test_the_first_option_is_heard_before_the_end_of_the_menu(evidence: Evidence) -> None:
    told = measured(evidence)
    assert 0 < told["en: from pickup to the first option"] < told["en: from pickup to the end of the menu"]


def test_a_line_without_sections_has_no_passage_to_measure(evidence: Evidence) -> None:
    keys = {key: meaning for key, meaning in evidence.flow.keys.items() if isinstance(meaning, Command)}
    told = measured(retold(evidence, flow=replace(evidence.flow, keys=keys)))
    assert told["en: longest passage"] == 0
    assert "en: reading grade, hardest passage" not in told


def test_where_no_document_is_accepted_there_is_nothing_of_them_to_measure(evidence: Evidence) -> None:
    mute = retold(evidence)
    mute.performance = Performance({}, {}, evidence.graph)
    told = measured(mute)
    assert (told["documents proved"], told["bytes of the largest document"]) == (0, 0)


def test_a_line_of_one_language_has_no_offer_to_measure(evidence: Evidence) -> None:
    assert "en: from pickup to the other language's offer" not in measured(evidence)


def test_words_that_nobody_has_approved_are_counted(evidence: Evidence) -> None:
    assert measured(evidence)["files whose words are drafts"] == len(evidence.heard)


def test_the_oldest_approval_sets_the_days_that_are_left(evidence: Evidence) -> None:
    file, words = next(iter(evidence.heard.items()))
    approval = Approval("Somebody", "clinician", date(2026, 11, 14), "a paper", words)
    approved = retold(evidence, approvals={file: approval})
    told = measured(approved)
    assert told["days until the oldest approval is a year old"] == 355
    assert told["files whose words are drafts"] == len(evidence.heard) - 1


def test_an_approval_of_other_words_has_no_days_left(evidence: Evidence) -> None:
    changed, file = list(evidence.heard)[:2]
    old = Approval("Somebody", "clinician", date(2024, 1, 1), "a paper", HeardWords({"passage 1": "Otherwise."}, {}))
    assert "days until the oldest approval is a year old" not in measured(retold(evidence, approvals={changed: old}))
    holds = replace(old, on=date(2026, 11, 14), words=evidence.heard[file])
    told = measured(retold(evidence, approvals={changed: old, file: holds}))
    assert told["days until the oldest approval is a year old"] == 355


def test_the_days_until_the_holidays_must_be_looked_at_again(evidence: Evidence) -> None:
    checked = evidence.flow.line.hours.checked_until
    assert checked is not None
    assert measured(evidence)["days until the holidays must be checked again"] == (checked - TODAY).days
