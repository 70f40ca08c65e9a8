"""The call script holds everything that can be heard, where it stands, and where every key leads."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from ivr.checks.evidence import Evidence
from ivr.checks.graph import CLOSED, NIGHT, OPEN
from ivr.model.approval import Approval, HeardWords
from ivr.model.nodes import Transfer
from ivr.model.place import Place
from ivr.model.speech import Text, written
from ivr.papers.leads import leads
from ivr.papers.moments import SITUATIONS, met, moments, stretches
from ivr.papers.script import Paper


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
            spoken = stretches(each, Place(each.flow.line.languages[0], node.id), situation)
            begun = [moment for moment in told.values() if moment.at.part >= spoken[0].at.part]
            for stretch, moment in zip(spoken, begun, strict=False):
                cells = iter([row.cells[0] for row in moment.rows])
                assert all(utterance in cells for utterance in stretch.said), (node.id, situation, moment.name)


def test_what_is_said_in_some_situations_only_is_labelled(shipped: Evidence) -> None:
    (first, *_) = moments(shipped, shipped.flow.menu)
    labels = [row.when for row in first.rows if row.when]
    assert labels == [SITUATIONS[name] for name in (OPEN, CLOSED, NIGHT)]
    (greeted, *_) = moments(shipped, shipped.flow.nodes[shipped.flow.start])
    assert [row.when for row in greeted.rows] == [""] * len(greeted.rows)


def test_the_closed_message_has_its_short_form(shipped: Evidence) -> None:
    heard = moments(shipped, shipped.flow.nodes[shipped.flow.person.closed])
    assert [moment.at.part for moment in heard if not moment.at.tries] == [0, 1]


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
