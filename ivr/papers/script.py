"""The call script: everything that a caller can hear as one page to print, for those who approve it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ivr.checks.evidence import Evidence
from ivr.content import Kind, Sentence
from ivr.model.flow import Fact
from ivr.model.nodes import Node, Section
from ivr.model.speech import Utterance, plain, slots, written
from ivr.papers.grading import Grade, grade_of
from ivr.papers.leads import Leads, leads, title_of
from ivr.papers.moments import Moment, moments
from ivr.papers.tracing import Piece, Traced, pieces, spoken_s

LANGUAGE_NAMES = {"en": "English", "es": "Español"}
TABLES = {
    "said": "Sentences",
    "options": "Choices",
    "whisper": "What our own staff hear before they take a call",
    "key_names": "The names of the keys",
    "about": "How long a section takes",
    "opens": "When our team is back",
    "promise": "By when we call a caller back",
    "text": "The text that is sent to who asks for it",
    "reasons": "Why our team is away when it should be here",
}


def approval_of(evidence: Evidence, file: str) -> str:
    """Who approved the words of a file as they are; else that they are a draft, and since when."""
    approval = evidence.approvals.get(file)
    if approval is None:
        return "draft"
    signed = f"{approval.by}, {approval.role}, {_day(approval.on)}"
    is_draft = any(each.file == file for each in evidence.drafts)
    return f"changed since approved by {signed}" if is_draft else f"approved by {signed}"


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that is said, in the language of its voice; `source` is its file and line."""

    language: str
    pieces: tuple[Piece, ...]
    seconds: float
    source: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One thing that is said, side by side in every language; `when` is empty for what is always said."""

    when: str
    cells: tuple[Heard | None, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is heard in one moment, with the facts it speaks and its grade in each language."""

    moment: Moment
    paragraphs: tuple[Paragraph, ...]
    facts: tuple[Fact, ...]
    grades: tuple[Grade | None, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The file of a node in one language."""

    language: str
    file: str
    title: str
    source: str
    approval: str
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Chapter:
    """One node."""

    id: str
    title: str
    kind: str
    key: str
    words: tuple[Words, ...]
    scenes: tuple[Scene, ...]
    leads: Leads


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence that belongs to no one node, or a word of one, with its places to fill in braces."""

    name: str
    cells: tuple[Heard | None, ...]


@dataclass(frozen=True)
class Paper:
    """Everything that the page shows."""

    evidence: Evidence

    def html(self) -> str:
        """The page, whole in itself: no style, script or picture from elsewhere."""
        templates = FileSystemLoader(Path(__file__).parent / "templates")
        environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        return environment.get_template("script.html").render(paper=self, flow=self.evidence.flow)

    @property
    def made_on(self) -> str:
        """The day of the evidence in words; empty when it has none."""
        return _day(self.evidence.today) if self.evidence.today else ""

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        """The languages and what they call themselves."""
        return tuple((each, LANGUAGE_NAMES.get(each, each)) for each in self.evidence.flow.line.languages)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The nodes in the order of menu.toml."""
        return tuple(self._chapter(node) for node in self.evidence.flow.nodes.values())

    @property
    def phrases(self) -> tuple[tuple[str, tuple[Phrase, ...]], ...]:
        """The sentences that belong to no one node, by the table they stand in."""
        tables = groupby(self._phrases(), key=lambda phrase: phrase.name.partition(".")[0])
        return tuple((TABLES[table], tuple(phrases)) for table, phrases in tables)

    @property
    def phrase_files(self) -> tuple[tuple[str, str, str], ...]:
        """The files of those sentences: language, file and approval."""
        files = ((language, f"{language}/phrases.toml") for language in self.evidence.flow.line.languages)
        return tuple((language, file, approval_of(self.evidence, file)) for language, file in files)

    @cached_property
    def _sources(self) -> dict[tuple[str, str, object], Sentence]:
        """Each text by its language, its node and its words; and, for a text of another node, without the node."""
        found: dict[tuple[str, str, object], Sentence] = {}
        for each in self.evidence.sentences:
            found.setdefault((each.language, each.node, each.text), each)
            found.setdefault((each.language, "", each.text), each)
        return found

    def _chapter(self, node: Node) -> Chapter:
        flow = self.evidence.flow
        key = flow.key_reading(node.id)
        return Chapter(
            id=node.id,
            title=title_of(flow, node.id),
            kind=type(node).__name__,
            key=key.value if key else "",
            words=tuple(self._words(language, node) for language in flow.line.languages),
            scenes=tuple(self._scene(node, moment) for moment in moments(self.evidence, node)),
            leads=leads(self.evidence, node),
        )

    def _words(self, language: str, node: Node) -> Words:
        words = self.evidence.flow.words(language, node.id)
        file = f"{language}/{node.id}.md"
        grade = grade_of(language, words.passages, is_section=True) if isinstance(node, Section) else None
        return Words(language, file, written(words.title), words.source, approval_of(self.evidence, file), grade)

    def _scene(self, node: Node, moment: Moment) -> Scene:
        flow = self.evidence.flow
        paragraphs = tuple(
            Paragraph(row.when, tuple(self._heard(node, cell) for cell in row.cells)) for row in moment.rows
        )
        if not flow.is_inside_section(moment.at):
            return Scene(moment, paragraphs, (), ())
        return Scene(moment, paragraphs, self._facts(node, moment.at.part), self._grades(node, moment.at.part))

    def _facts(self, node: Node, part: int) -> tuple[Fact, ...]:
        flow = self.evidence.flow
        ids = flow.words(flow.line.languages[0], node.id).facts[part - 1 : part]
        return tuple(fact for fact in flow.facts if any(fact.id in passage for passage in ids))

    def _grades(self, node: Node, part: int) -> tuple[Grade | None, ...]:
        flow = self.evidence.flow
        passages = ((each, flow.words(each, node.id).passages[part - 1]) for each in flow.line.languages)
        return tuple(grade_of(language, (passage,), is_section=False) for language, passage in passages)

    def _heard(self, node: Node, said: Utterance | None) -> Heard | None:
        if said is None:
            return None
        text = said.text if isinstance(said, Traced) else ()
        sources = self._sources
        source = sources.get((said.language, node.id, text)) or sources.get((said.language, "", text))
        at = f"{source.file}:{source.line}" if source else ""
        return Heard(said.language, pieces(said), spoken_s(said), at)

    def _phrases(self) -> Iterator[Phrase]:
        """One a name: a sentence that a language does not need leaves its place empty."""
        languages = self.evidence.flow.line.languages
        loose = [each for each in self.evidence.sentences if not each.node]
        by_name = {(each.key, each.language): each for each in loose}
        for name in sorted(dict.fromkeys(each.key for each in loose), key=_table_order):
            yield Phrase(name, tuple(_as_written(by_name.get((name, language))) for language in languages))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _table_order(name: str) -> int:
    return list(TABLES).index(name.partition(".")[0])


def _as_written(sentence: Sentence | None) -> Heard | None:
    """A sentence with its slots in braces; how long it takes is known where nothing is to be filled in."""
    if sentence is None:
        return None
    is_whole = sentence.kind is not Kind.PIECE and not slots(sentence.text)
    takes_s = spoken_s(Utterance(sentence.language, plain(sentence.text))) if is_whole else 0.0
    said = Traced(sentence.language, (), sentence.text)
    return Heard(sentence.language, pieces(said), takes_s, f"{sentence.file}:{sentence.line}")
