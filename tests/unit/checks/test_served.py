"""What is served of a flow is approved, or a draft that a setting allows; what is left out is said in plain words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ivr.checks.served import served
from ivr.checks.verify import load_verified
from ivr.content import heard_words, read
from ivr.errors import Fault, SettingsFaults, VerificationFaults
from ivr.model.approval import ALL_DRAFTS, NO_DRAFTS, AllowedDrafts, drafts
from ivr.model.flow import Flow
from ivr.model.keys import Command
from ivr.model.nodes import Offer, Section
from ivr.model.place import Back, Place
from tests.approvals import approval, approve_all
from tests.folders import SPANISH, made


@dataclass(frozen=True)
class Line:
    """A flow as it is written, and as it is served when all is approved but for some files."""

    flow: Flow

    def served(self, allowed: AllowedDrafts = NO_DRAFTS, *, but: Collection[str] = ()) -> tuple[Flow, tuple[str, ...]]:
        heard = heard_words(self.flow)
        approvals = {file: approval(words) for file, words in heard.items() if file not in but}
        return served(self.flow, drafts(heard, approvals), allowed)

    def draft(self, allowed: AllowedDrafts) -> tuple[Flow, tuple[str, ...]]:
        return self.served(allowed, but=heard_words(self.flow))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A line of two languages."""
    return Line(read(made(SPANISH, tmp_path_factory.mktemp("served") / "prompts")))


def test_approved_words_are_served_as_they_are_without_a_word_about_it(line: Line) -> None:
    flow, notes = line.served()
    assert flow is line.flow
    assert notes == ()


def test_drafts_are_served_where_all_are_allowed_and_that_is_said(line: Line) -> None:
    flow, notes = line.draft(ALL_DRAFTS)
    assert flow is line.flow
    assert notes == ("Served as drafts: all words in en.", "Served as drafts: all words in es.")


def test_a_line_whose_first_language_nobody_has_approved_does_not_start(line: Line) -> None:
    with pytest.raises(VerificationFaults) as raised:
        line.draft(NO_DRAFTS)
    nodes = ("main", "ring", "away", "missed", "ended", "dropped", "bye", "hello")
    assert {fault.where for fault in raised.value.faults} == {"approvals.toml"}
    assert "en/phrases.toml" in raised.value.faults[0].wrong
    assert "en/who.md" not in raised.value.faults[0].wrong
    assert all(f"en/{node}.md" in raised.value.faults[0].wrong for node in nodes)


def test_what_keeps_a_line_from_starting_is_said_with_the_way_out(line: Line) -> None:
    with pytest.raises(VerificationFaults) as raised:
        line.served(but=("en/main.md", "en/bye.md"))
    assert str(raised.value) == (
        "approvals.toml: Nothing can be served: these words, without which no caller finds the way, are drafts: "
        "en/main.md, en/bye.md. "
        "Approve them, or set ALLOW_DRAFTS=all on a line that no patient calls. See prompts/README.md."
    )


@pytest.mark.parametrize("file", ["en/phrases.toml", "en/main.md", "en/missed.md", "en/hello.md"])
def test_no_word_of_the_way_through_the_line_may_be_a_draft(line: Line, file: str) -> None:
    with pytest.raises(VerificationFaults) as raised:
        line.served(but=(file,))
    assert file in raised.value.faults[0].wrong


def test_a_second_language_with_a_draft_on_the_way_is_not_offered(line: Line) -> None:
    flow, notes = line.served(but=("es/missed.md",))
    assert flow.line.languages == tuple(flow.scripts) == ("en",)
    assert flow.key_of(Command.LANGUAGE) is None
    assert flow.other_language("en") is None
    assert notes == ("es is not offered, because these are drafts: es/missed.md.",)
    notes = line.served(but=("es/missed.md", "es/ended.md"))[1]
    assert notes == ("es is not offered, because these are drafts: es/missed.md, es/ended.md.",)


def test_allowed_drafts_are_named_by_language(line: Line) -> None:
    notes = line.served(ALL_DRAFTS, but=("en/who.md", "en/when.md", "es/who.md"))[1]
    assert notes == ("Served as drafts: en/who.md, en/when.md.", "Served as drafts: es/who.md.")


def test_a_section_that_is_a_draft_becomes_one_approved_sentence(line: Line) -> None:
    flow, notes = line.served(but=("es/when.md",))
    words = flow.words("es", "when")
    assert words.passages == (flow.scripts["es"].said.unapproved,)
    assert words.is_stand_in
    assert (words.title, words.option) == (line.flow.words("es", "when").title, line.flow.words("es", "when").option)
    assert flow.words("en", "when") == line.flow.words("en", "when")
    assert words.source == line.flow.words("es", "when").source
    assert notes == ("es/when.md is a draft: callers hear that it is not ready, and the way to a person.",)


@pytest.mark.parametrize(("offers", "after"), [((Offer.PERSON, Offer.CHOICES), None), ((Offer.CHOICES,), 1)])
def test_the_sentence_that_stands_in_leads_to_a_person_once(
    line: Line, offers: tuple[Offer, ...], after: int | None
) -> None:
    section = line.flow.nodes["when"]
    assert isinstance(section, Section)
    nodes = {**line.flow.nodes, "when": replace(section, offers=offers)}
    words = Line(replace(line.flow, nodes=nodes)).served(but=("es/when.md",))[0].words("es", "when")
    assert words.person_after == after
    assert words.facts == ((),)


def test_the_parts_of_a_section_are_those_of_the_language(line: Line) -> None:
    flow = line.served(but=("en/when.md",))[0]
    assert (flow.parts("when", "en"), flow.parts("when", "es")) == (1, 2)
    assert flow.settle(Place("en", "when", 3)).part == 2
    assert flow.settle(Place("es", "when", 3)).part == 3
    assert flow.settle(Place("en", "away", back=Back("when", 3))).back == Back("when", 2)
    assert not flow.is_inside_section(Place("en", "when", 2))
    assert flow.is_inside_section(Place("es", "when", 2))


@pytest.mark.parametrize("allowed", ["es", "when", "es/when", "spam,es/when", " es/when , who"])
def test_an_allowance_names_a_language_a_node_or_one_in_the_other(line: Line, allowed: str) -> None:
    named = AllowedDrafts.parse(allowed.replace("spam,", ""))
    flow, notes = line.served(named, but=("es/when.md",))
    assert not flow.words("es", "when").is_stand_in
    assert notes == ("Served as drafts: es/when.md.",)


@pytest.mark.parametrize("allowed", ["en", "who", "en/when", "phrases"])
def test_an_allowance_of_something_else_does_not_help(line: Line, allowed: str) -> None:
    assert line.served(AllowedDrafts.parse(allowed), but=("es/when.md",))[0].words("es", "when").is_stand_in


def test_the_phrases_are_allowed_by_their_name(line: Line) -> None:
    allowed = AllowedDrafts.parse("es/phrases")
    assert line.served(allowed, but=("es/phrases.toml",))[0].line.languages == ("en", "es")


def test_an_allowance_of_what_there_is_not_is_told(line: Line) -> None:
    with pytest.raises(SettingsFaults) as raised:
        line.served(AllowedDrafts.parse("es,whom,fr/who"))
    mend = 'Name languages and nodes, like "es", "what" or "es/what", or write "all".'
    assert raised.value.faults == (
        Fault("ALLOW_DRAFTS", 0, '"fr/who" is no words of the line.', mend),
        Fault("ALLOW_DRAFTS", 0, '"whom" is no words of the line.', mend),
    )


@pytest.mark.parametrize("text", ["es,,who", ",", "all,es"])
def test_an_allowance_that_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="holds"):
        AllowedDrafts.parse(text)


def test_nothing_is_allowed_by_nothing() -> None:
    assert AllowedDrafts.parse(" ") == NO_DRAFTS
    assert not NO_DRAFTS.allow("en/who.md")
    assert ALL_DRAFTS.allow("en/who.md")


def test_a_start_serves_what_is_left_and_proves_that_too(tmp_path: Path) -> None:
    folder = approve_all(made(SPANISH, tmp_path / "prompts"), but=("en/when.md", "es/bye.md"))
    verified = load_verified(folder, NO_DRAFTS)
    assert verified.flow.line.languages == ("en",)
    assert verified.flow.words("en", "when").is_stand_in
    assert len(verified.notes) == 2
    assert load_verified(folder, ALL_DRAFTS).flow.line.languages == ("en", "es")
