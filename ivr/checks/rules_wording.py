"""Rules over the words themselves: T1, T2, T3 and T6. Grades come from textstat, which only development has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.checks.grades import flesch_kincaid, inflesz, words_of
from ivr.checks.rules_reading import sentences_of
from ivr.content import Kind, Sentence
from ivr.model.speech import SlowDigits, Text, written
from ivr.model.wording import beginning_with, found_in

MOST_GRADE_TOGETHER, MOST_GRADE_SECTION, MOST_GRADE_PASSAGE = 5.0, 7.0, 9.0
MOST_MEAN_WORDS, MOST_WORDS = 15, 20
LEAST_INFLESZ_SECTION, LEAST_INFLESZ_PASSAGE = 65.0, 60.0

BANNED = {
    "en": (
        "battl", "fight", "warrior", "surviv", "journey", "brave", "hero",
        "world-class", "leading", "cutting-edge", "state-of-the-art", "best-in-class", "top-rated", "best",
        "number one",
        "don't worry", "do not worry", "no need to worry", "nothing to worry", "everything will be",
        "everything is going to be", "be fine", "be okay", "be all right",
    ),
    "es": (
        "luch", "batall", "guerrer", "sobreviv", "valiente", "héroe",
        "clase mundial", "líder", "de vanguardia", "el mejor", "la mejor", "los mejores", "las mejores",
        "número uno",
        "no se preocupe", "va a estar bien", "estará bien", "va a salir bien", "saldrá bien",
    ),
}  # fmt: skip

_BANNED = {language: beginning_with(words) for language, words in BANNED.items()}
_SHORT = r"(?i:dr|dra|mr|mrs|ms|sr|sra|mg|mcg|ml|kg|cm|mm|approx|etc|vs|e\.g|i\.e|dept|appt|tel|ext)|St|Ave|Rd"
_UNSPEAKABLE = (
    (re.compile(r"https?:\S*|www\.\S*|\b[a-z0-9-]+\.(?:com|org|net|edu|gov)\b", re.IGNORECASE), "is a web address"),
    (re.compile(r"[*_#<>&@=|\\/\[\]()%$+~^]"), "is a symbol that no voice can say"),
    (re.compile(r"\b[^\W\d_a-zà-ÿ]{2,}\b"), "is a bare abbreviation"),
    (re.compile(rf"\b(?:{_SHORT})\b(?!')"), "is a bare abbreviation"),
    (re.compile(r"\d{4,}|\d+[-.]\d+"), "is a number without a mark"),
)


def english_is_easy(evidence: Evidence) -> Iterator[Finding]:
    """T1: reading grade at most 5 for the prompts together, 7 for a section, 9 for a passage."""
    spoken = [each for each in evidence.sentences if each.language == "en" and each.kind is not Kind.PIECE]
    if not spoken:
        return
    if (grade := flesch_kincaid(_text(spoken))) > MOST_GRADE_TOGETHER:
        wrong = f"All prompts together have reading grade {grade:.1f}."
        mend = f"Use shorter words and sentences: {MOST_GRADE_TOGETHER:.0f} at most."
        yield error("T1", "en/phrases.toml", 0, wrong, mend)
    for file, passages in _by_section(evidence, spoken).items():
        if (grade := flesch_kincaid(_text(passages))) > MOST_GRADE_SECTION:
            wrong = f"This section has reading grade {grade:.1f}."
            yield error("T1", file, 0, wrong, f"Use shorter words and sentences: {MOST_GRADE_SECTION:.0f} at most.")
        for passage in passages:
            if (grade := flesch_kincaid(_text([passage]))) > MOST_GRADE_PASSAGE:
                wrong = f"This passage has reading grade {grade:.1f}."
                mend = f"Use shorter words and sentences: {MOST_GRADE_PASSAGE:.0f} at most."
                yield error("T1", file, passage.line, wrong, mend)


def sentences_are_short(evidence: Evidence) -> Iterator[Finding]:
    """T1: no sentence over twenty words; in a section fifteen on average."""
    for each in evidence.sentences:
        for sentence in sentences_of(_countable(each.text)):
            if (count := len(words_of(sentence))) > MOST_WORDS:
                wrong = f'A sentence has {count} words: "{sentence}"'
                yield error("T1", each.file, each.line, wrong, f"Make two of it: {MOST_WORDS} words at most.")
    for file, passages in _by_section(evidence, evidence.sentences).items():
        counts = [len(words_of(sentence)) for each in passages for sentence in sentences_of(_countable(each.text))]
        if (mean := sum(counts) / len(counts)) > MOST_MEAN_WORDS:
            wrong = f"Its sentences have {mean:.1f} words on average."
            yield error("T1", file, 0, wrong, f"Shorten some: {MOST_MEAN_WORDS} at most.")


def spanish_is_easy(evidence: Evidence) -> Iterator[Finding]:
    """T2: INFLESZ at least 65 for a section, 60 for a passage."""
    spoken = [each for each in evidence.sentences if each.language == "es"]
    for file, passages in _by_section(evidence, spoken).items():
        if (ease := inflesz(_text(passages))) < LEAST_INFLESZ_SECTION:
            wrong = f"This section has an INFLESZ of {ease:.0f}."
            yield error("T2", file, 0, wrong, f"Use shorter words and sentences: {LEAST_INFLESZ_SECTION:.0f} at least.")
        for passage in passages:
            if (ease := inflesz(_text([passage]))) < LEAST_INFLESZ_PASSAGE:
                wrong = f"This passage has an INFLESZ of {ease:.0f}."
                mend = f"Use shorter words and sentences: {LEAST_INFLESZ_PASSAGE:.0f} at least."
                yield error("T2", file, passage.line, wrong, mend)


def no_word_is_banned(evidence: Evidence) -> Iterator[Finding]:
    """T3: no battle words, no promotion, no comfort that promises."""
    for sentence in evidence.sentences:
        words = _BANNED.get(sentence.language)
        for found in found_in(written(sentence.text), words) if words else ():
            wrong = f'"{found}" is not said on this line.'
            mend = "Say it plainly, without battle, praise or promise."
            yield error("T3", sentence.file, sentence.line, wrong, mend)


def everything_can_be_said(evidence: Evidence) -> Iterator[Finding]:
    """T6: no markup, symbol, web address or bare abbreviation reaches the voice."""
    for sentence in evidence.sentences:
        if sentence.key.startswith("text."):  # it is read by eyes
            continue
        text = written(tuple(piece for piece in sentence.text if not isinstance(piece, SlowDigits)))
        for shape, wrong in _UNSPEAKABLE:
            if found := shape.search(re.sub(r"\{\w+\}", "", text)):
                quoted = f'"{found.group()}" {wrong}.'
                yield error("T6", sentence.file, sentence.line, quoted, "Write it as it is said.")


def every_document_is_accepted(evidence: Evidence) -> Iterator[Finding]:
    """T6: the strict telephone accepts every document."""
    told = {(each.file, each.line) for each in everything_can_be_said(evidence)}
    for state, refusal in evidence.performance.refused.items():
        language, node = state.cue.place.language, state.cue.place.node
        wrong = f"The telephone refuses it: {refusal.partition('>: ')[2] or refusal}"
        places = _places_of_a_refusal(evidence, language, refusal) or {(f"{language}/{node}.md", 0)}
        for file, line in places - told:
            yield error("T6", file, line, wrong, "Use other words, or another voice.")


def _places_of_a_refusal(evidence: Evidence, language: str, refusal: str) -> set[tuple[str, int]]:
    """The voice that was refused, or every sentence that holds the words that were."""
    if subject := re.match(r'<Say (?:voice|language)="([^"]+)"', refusal):
        voices = evidence.flow.line.voices.items()
        named = [name for name, voice in voices if subject.group(1) in (voice.name, voice.tag)]
        return {("line.toml", evidence.sources.line("line.toml", f"voices.{name}")) for name in named}
    quoted = re.search(r'"(.+)"', refusal)
    return {(each.file, each.line) for each in evidence.written.holding(language, quoted.group(1))} if quoted else set()


def _by_section(evidence: Evidence, spoken: Iterable[Sentence]) -> dict[str, list[Sentence]]:
    files: dict[str, list[Sentence]] = defaultdict(list)
    for each in spoken:
        if each.kind is Kind.PASSAGE and each.node in evidence.flow.sections:
            files[each.file].append(each)
    return dict(files)


def _text(spoken: Iterable[Sentence]) -> str:
    return " ".join(written(_countable(each.text)) for each in spoken)


def _countable(text: Text) -> Text:
    """A telephone number is no word of a sentence: it is said on its own, and slowly."""
    return tuple(piece for piece in text if not isinstance(piece, SlowDigits))
