"""The call script holds everything that can be heard, where it stands, and where every key leads."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, MONDAY_AT_8, NIGHT, OPEN
from ivr.model.approval import Approval, HeardWords
from ivr.model.nodes import Transfer
from ivr.model.place import HELPED, ONE_MORE, TYPING, Place
from ivr.model.speech import Text, written
from ivr.papers.leads import leads
from ivr.papers.moments import SITUATIONS, met, moments, stretches
from ivr.papers.script import Paper
from ivr.papers.tracing import pieces


class Reader(HTMLParser):
    """What a page says in each language, the ids and links it has, and its number of columns of words."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self._language = ""
        self._is_label = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.ids += [has["id"] or ""] if "id" in has else []
        self.links += [has["href"] or ""] if "href" in has else []
        if tag == "p" and "lang" in has:
            self._language = has["lang"] or ""
            self.said.append((self._language, ""))
        if tag == "span" and self._language:
            self._is_label = has.get("class") == "when"

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._language = ""
        if tag == "span":
            self._is_label = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._language and not self._is_label:
            language, words = self.said[-1]
            self.said[-1] = language, words + data


def read(evidence: Evidence) -> Reader:
    reader = Reader()
    reader.feed(Paper(evidence).html())
    return reader


@pytest.fixture(scope="module")
def page(shipped: Evidence) -> Reader:
    return read(shipped)


def pattern(text: Text) -> re.Pattern[str]:
    """A sentence with anything at all where it is filled in."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(written(text))))


def test_every_sentence_is_on_the_page_in_its_language_with_its_line(each: Evidence) -> None:
    page = read(each)
    said = {(language, " ".join(words.split())) for language, words in page.said}
    for sentence in each.sentences:
        wanted = pattern(sentence.text)
        assert any(language == sentence.language and wanted.fullmatch(words) for language, words in said), sentence
        assert f"{sentence.file}:{sentence.line}" in page.text


def test_every_fact_stands_with_its_passage(each: Evidence) -> None:
    page = read(each)
    for fact in each.flow.facts:
        assert f"{fact.id} {fact.text}" in page.text
    facts = [fact for chapter in Paper(each).chapters for scene in chapter.scenes for fact in scene.facts]
    assert sorted(facts, key=lambda fact: fact.line) == list(each.flow.facts)


def test_every_node_has_a_chapter_in_the_order_of_the_menu_and_every_link_leads_to_one(each: Evidence) -> None:
    page = read(each)
    chapters = [id_ for id_ in page.ids if id_ in each.flow.nodes]
    assert chapters == list(each.flow.nodes)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_each_language_has_a_column(each: Evidence) -> None:
    languages = len(each.flow.line.languages)
    for chapter in Paper(each).chapters:
        assert len(chapter.words) == languages
        for scene in chapter.scenes:
            assert all(len(paragraph.cells) == languages for paragraph in scene.paragraphs)
            assert len(scene.moment.lasts) == languages


def test_everything_that_a_document_says_stands_in_a_moment_in_its_order(each: Evidence) -> None:
    for node in each.flow.nodes.values():
        told = {(moment.at.part, moment.name): moment for moment in moments(each, node)}
        for situation in met(each, node.id):
            place = Place(each.flow.line.languages[0], node.id, promise=MONDAY_AT_8)
            spoken = stretches(each, place, situation)
            begun = [moment for moment in told.values() if moment.at.part >= spoken[0].at.part]
            for stretch, moment in zip(spoken, begun, strict=False):
                cells = iter([row.cells[0] for row in moment.rows])
                assert all(utterance in cells for utterance in stretch.said), (node.id, situation, moment.name)


def test_what_is_said_in_some_situations_only_is_labelled(shipped: Evidence) -> None:
    (first, *_) = moments(shipped, shipped.flow.menu)
    labels = [row.when for row in first.rows if row.when]
    here, away, night = (SITUATIONS[name] for name in (OPEN, CLOSED, NIGHT))
    assert labels == [here, night, f"{away} or {night}", away]
    (greeted, *_) = moments(shipped, shipped.flow.nodes[shipped.flow.start])
    assert [row.when for row in greeted.rows] == [""] * len(greeted.rows)


def test_the_closed_message_has_its_short_form(shipped: Evidence) -> None:
    heard = moments(shipped, shipped.flow.nodes[shipped.flow.person.closed])
    assert [moment.at.part for moment in heard if not moment.at.tries] == [0, 1]


def test_where_a_number_is_typed_it_is_asked_for_and_one_digit_more_and_helped(shipped: Evidence) -> None:
    heard = moments(shipped, shipped.flow.nodes["number"])
    assert [(moment.name, moment.at.part, moment.at.tries, moment.wait_s) for moment in heard] == [
        ("First", TYPING, 0, 10),
        ("When no number was typed", HELPED, 0, 7),
        ("After the first silence", HELPED, 1, 10),
        ("After the second silence", HELPED, 2, 10),
        ("While it waits", HELPED, 2, 10),
        ("After ten digits that begin with 1", ONE_MORE, 0, 10),
    ]


def led_to(evidence: Evidence, node: str, what: str) -> list[list[tuple[str, str]]]:
    """The label and node of each lead of a row."""
    (row,) = [row for row in leads(evidence, evidence.flow.nodes[node]).rows if row.what == what]
    return [[(lead.when, lead.node) for lead in cell] for cell in row.cells]


def test_a_question_leads_by_its_two_answers(shipped: Evidence) -> None:
    cannot, third = "It cannot be done", "A third number"
    assert led_to(shipped, "call-back", "1 yes") == [[("", "promised"), (cannot, "unkept"), (third, "kept")]]
    assert led_to(shipped, "call-back", "2 no") == [[("", "number")]]
    assert led_to(shipped, "text-link", "1 yes") == [[("", "texted"), (cannot, "untexted")]]
    assert led_to(shipped, "promised", "no key") == [[("", "kept")]]
    rows = [row.what for row in leads(shipped, shipped.flow.nodes["confirm"]).rows]
    assert rows == ["1 yes", "2 no", "3/4", "0", "5", "6", "7", "8", "9", "*", "#", "another key", "no key"]


def test_a_typed_number_leads_on_and_a_key_alone_as_everywhere(shipped: Evidence) -> None:
    typed = led_to(shipped, "number", "ten digits")
    assert typed[0] == [("", "confirm"), ("It cannot be kept", "unkept")]
    assert led_to(shipped, "number", "*") == [[("", "")], [("", "menu")]]
    assert led_to(shipped, "number", "5") == [[("", "")], [("", "")]]
    assert leads(shipped, shipped.flow.nodes["number"]).columns == ("While a number is typed", "When none was typed")


def test_5_leads_by_what_is_known_of_the_caller(shipped: Evidence) -> None:
    expected = [("", "call-back"), ("The number is not known", "number"), ("Nothing can be kept", "unkept")]
    assert led_to(shipped, "menu", "5") == [expected]


def test_the_digits_of_a_caller_are_shown_as_filled_in(shipped: Evidence) -> None:
    for node, name in (("call-back", "{last_two}"), ("confirm", "{typed}")):
        (first, *_) = moments(shipped, shipped.flow.nodes[node])
        shown = [piece for cell in first.rows[0].cells if cell for piece in pieces(cell)]
        assert [piece.text for piece in shown if piece.is_filled] == [name] * 2


def test_0_leads_to_a_person_from_every_node(each: Evidence) -> None:
    person = each.flow.person
    ways = {OPEN: person.open, CLOSED: person.closed, NIGHT: person.after_hours}
    for node in each.flow.nodes.values():
        if isinstance(node, Transfer):
            continue
        (row,) = [row for row in leads(each, node).rows if row.what == "0"]
        expected = {ways[situation] for situation in met(each, node.id)} - {node.id}
        assert all({lead.node for lead in cell} - {""} == expected for cell in row.cells), node.id


def test_the_ways_out_of_a_transfer_are_how_a_ringing_can_end(each: Evidence) -> None:
    for node in each.flow.nodes.values():
        if isinstance(node, Transfer):
            to = [lead.node for row in leads(each, node).rows for cell in row.cells for lead in cell]
            assert to == [node.talked, node.cut_off, node.nobody]


def test_seconds_are_told_from_the_shortest_to_the_longest_way(shipped: Evidence) -> None:
    (first, *_) = moments(shipped, shipped.flow.menu)
    assert all(0 < shortest < longest for shortest, longest in first.lasts)


def test_sections_and_their_parts_are_graded_in_both_languages(shipped: Evidence) -> None:
    for chapter in Paper(shipped).chapters:
        if chapter.id not in shipped.flow.sections:
            continue
        assert [words.grade.measure for words in chapter.words if words.grade] == ["Reading grade", "INFLESZ"]
        parts = [scene for scene in chapter.scenes if scene.grades]
        assert len(parts) == shipped.flow.parts(chapter.id)
        assert all(grade and grade.is_within for scene in parts for grade in scene.grades)


def test_a_file_is_a_draft_until_its_words_are_signed_as_they_are(shipped: Evidence) -> None:
    signed, changed = "en/what.md", "en/treat.md"
    now = shipped.heard[changed]
    before = HeardWords({**now.sentences, "passage 1": "Other words."}, now.sounds)
    by = [
        Approval("Ann Doe", "Oncologist", date(2026, 11, 3), "a letter", words)
        for words in (shipped.heard[signed], before)
    ]
    evidence = replace(shipped, approvals=dict(zip((signed, changed), by, strict=True)))
    states = {words.file: words.approval for chapter in Paper(evidence).chapters for words in chapter.words}
    assert states[signed].startswith("approved by Ann Doe")
    assert states[changed].startswith("changed")
    assert states["es/what.md"] == "draft"


def test_words_are_not_mark_up(clinic: Evidence) -> None:
    line = replace(clinic.flow.line, name="A & <b>B</b>")
    page = Paper(replace(clinic, flow=replace(clinic.flow, line=line))).html()
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in page
    assert "<b>B</b>" not in page


def test_the_page_is_whole_in_itself(page: Reader, shipped: Evidence) -> None:
    assert all(link.startswith("#") for link in page.links)
    assert not re.search(r"<(?:script|img|link|iframe)\b|url\(", Paper(shipped).html())
