"""The rules over the words themselves, each on a few sentences."""

from __future__ import annotations

import pytest

from ivr.checks import rules_wording
from ivr.checks.evidence import Evidence
from ivr.checks.graph import OPEN, State
from ivr.checks.performance import Performance
from ivr.checks.rules_wording import (
    english_is_easy,
    every_document_is_accepted,
    everything_can_be_said,
    no_word_is_banned,
    sentences_are_short,
    spanish_is_easy,
)
from ivr.content import Kind, Sentence
from ivr.engine.cues import Cue
from ivr.model.place import Place
from ivr.model.speech import SlowDigits, Text, Words
from tests.evidence import clinic, retold, spanish
from tests.heard import reading, sentence, words
from tests.rules_told import Find, told

SHORTER = "Use shorter words and sentences:"


def graded(monkeypatch: pytest.MonkeyPatch, name: str, grades: dict[str, float]) -> None:
    """Let a text have the grade that is written in its first word."""
    monkeypatch.setattr(rules_wording, name, lambda text: grades[text])


def of_who(text: str, line: int = 8, language: str = "en", kind: Kind = Kind.PASSAGE) -> Sentence:
    return sentence(text, language, kind, line=line)


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ({"A. B. C.": 5.0, "A. B.": 7.0, "A.": 9.0, "B.": 9.0}, []),
        (
            {"A. B. C.": 5.1, "A. B.": 7.0, "A.": 9.0, "B.": 9.0},
            [f"en/phrases.toml: error T1: All prompts together have reading grade 5.1. {SHORTER} 5 at most."],
        ),
        (
            {"A. B. C.": 5.0, "A. B.": 7.1, "A.": 9.0, "B.": 9.0},
            [f"en/who.md: error T1: This section has reading grade 7.1. {SHORTER} 7 at most."],
        ),
        (
            {"A. B. C.": 5.0, "A. B.": 7.0, "A.": 9.0, "B.": 9.1},
            [f"en/who.md:9: error T1: This passage has reading grade 9.1. {SHORTER} 9 at most."],
        ),
    ],
)
def test_t1_english_is_easy(monkeypatch: pytest.MonkeyPatch, grades: dict[str, float], expected: list[str]) -> None:
    graded(monkeypatch, "flesch_kincaid", grades)
    phrase, piece = sentence("C.", kind=Kind.PHRASE, node=""), sentence("D.", kind=Kind.PIECE, node="")
    line = reading(spanish(), of_who("A."), of_who("B.", 9), phrase, piece, of_who("E.", language="es"))
    assert told(english_is_easy, line) == expected


def test_t1_a_section_is_its_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    graded(monkeypatch, "flesch_kincaid", {"T. A. M.": 1.0, "A.": 8.0})
    line = reading(clinic(), of_who("T.", kind=Kind.TITLE), of_who("A."), sentence("M.", node="main"))
    (found,) = told(english_is_easy, line)
    assert found.startswith("en/who.md: error T1: This section has reading grade 8.0.")


def test_t1_says_nothing_of_english_where_there_is_none() -> None:
    assert told(english_is_easy, reading(spanish(), of_who("La vacuna.", language="es"))) == []


def test_t1_a_number_is_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    graded(monkeypatch, "flesch_kincaid", {"Call now.": 1.0})
    text: Text = (Words("Call"), SlowDigits(("1", "800")), Words(" now."))
    assert told(english_is_easy, reading(clinic(), sentence(text, kind=Kind.PHRASE, node=""))) == []


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((f"{words(20)}. One.",), []),
        (
            (f"{words(21)}. One.",),
            [f'en/who.md:8: {{}} A sentence has 21 words: "{words(21)}." Make two of it: 20 words at most.'],
        ),
        ((f"{words(15)}.", f"{words(15)}."), []),
        (
            (f"{words(15)}.", f"{words(16)}."),
            ["en/who.md: {} Its sentences have 15.5 words on average. Shorten some: 15 at most."],
        ),
        ((f"{words(18)}. {words(18)}.", f"{words(1)}."), []),
    ],
)
def test_t1_sentences_are_short(texts: tuple[str, ...], expected: list[str]) -> None:
    line = reading(clinic(), *map(of_who, texts), sentence(f"{words(19)}.", kind=Kind.PHRASE, node=""))
    assert told(sentences_are_short, line) == [each.format("error T1:") for each in expected]


def test_t1_a_number_does_not_lengthen_a_sentence() -> None:
    text: Text = (Words(words(20)), SlowDigits(("1", "800")), Words("."))
    phrase = sentence(text, kind=Kind.PHRASE, node="")
    assert told(sentences_are_short, reading(clinic(), phrase)) == []


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ({"A. B.": 65.0, "A.": 60.0, "B.": 60.0}, []),
        (
            {"A. B.": 64.9, "A.": 60.0, "B.": 60.0},
            [f"es/who.md: error T2: This section has an INFLESZ of 65. {SHORTER} 65 at least."],
        ),
        (
            {"A. B.": 65.0, "A.": 60.0, "B.": 59.4},
            [f"es/who.md:9: error T2: This passage has an INFLESZ of 59. {SHORTER} 60 at least."],
        ),
    ],
)
def test_t2_spanish_is_easy(monkeypatch: pytest.MonkeyPatch, grades: dict[str, float], expected: list[str]) -> None:
    graded(monkeypatch, "inflesz", grades)
    spoken = (
        of_who("A.", language="es"),
        of_who("B.", 9, language="es"),
        of_who("C."),
        of_who("T.", 2, "es", Kind.TITLE),
    )
    assert told(spanish_is_easy, reading(spanish(), *spoken)) == expected


@pytest.mark.parametrize(
    ("text", "language", "words_found"),
    [
        ("She Fights a battle.", "en", ["Fights", "battle"]),
        ("A world-class team.", "en", ["world-class"]),
        ("Don't worry.", "en", ["Don't worry"]),
        ("Don’t worry.", "en", ["Don’t worry"]),
        ("We are number one, the best. It is going to be fine.", "en", ["number one", "best", "be fine"]),
        ("Somos los mejores, el numero uno.", "es", ["los mejores", "numero uno"]),
        ("The dogfight and the heroes.", "en", ["heroes"]),
        ("No se preocupe, valientes.", "es", ["No se preocupe", "valientes"]),
        ("She fights.", "es", []),
        ("She fights.", "fr", []),
    ],
)
def test_t3_no_word_is_banned(text: str, language: str, words_found: list[str]) -> None:
    found = told(no_word_is_banned, reading(spanish(), of_who(text, language=language)))
    mend = "Say it plainly, without battle, praise or promise."
    told_of = f"{language}/who.md:8: error T3:"
    assert found == [f'{told_of} "{word}" is not said on this line. {mend}' for word in words_found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Press {key}, please.", []),
        ("Look at www.example.org.", ['"www.example.org." is a web address.']),
        ("Look at Example.Com today.", ['"Example.Com" is a web address.']),
        ("Press #.", ['"#" is a symbol that no voice can say.']),
        ("The CDC says.", ['"CDC" is a bare abbreviation.']),
        ("Ask Dr. Smith.", ['"Dr" is a bare abbreviation.']),
        ("It takes 5 mg, etc.", ['"mg" is a bare abbreviation.']),
        ("On Elm St. today.", ['"St" is a bare abbreviation.']),
        ("A vast street, the dry sea, a drum.", []),
        ("Room 1234.", ['"1234" is a number without a mark.']),
        ("Call 9-1-1.", ['"9-1" is a number without a mark.']),
        ("Room 123. A B.", []),
    ],
)
def test_t6_everything_can_be_said(text: str, expected: list[str]) -> None:
    found = told(everything_can_be_said, reading(clinic(), of_who(text)))
    assert found == [f"en/who.md:8: error T6: {each} Write it as it is said." for each in expected]


def test_t6_what_is_read_by_eyes_may_hold_an_address() -> None:
    text = sentence("Read www.example.org.", kind=Kind.PHRASE, node="", key="text.link")
    assert told(everything_can_be_said, reading(clinic(), text, of_who("Press #."))) == [
        'en/who.md:8: error T6: "#" is a symbol that no voice can say. Write it as it is said.'
    ]


def test_t6_a_marked_number_can_be_said() -> None:
    text: Text = (Words("Call "), SlowDigits(("1", "800", "5550199")), Words("."))
    assert told(everything_can_be_said, reading(clinic(), sentence(text))) == []


def refusing(evidence: Evidence, refusal: str, *sentences: Sentence, language: str = "en") -> Evidence:
    line = retold(evidence)
    if sentences:
        line.sentences = sentences
    state = State(Cue(Place(language, "who")), OPEN)
    line.performance = Performance({}, {state: refusal}, line.graph)
    return line


OTHER = "Use other words, or another voice."


@pytest.mark.parametrize(
    ("refusal", "where", "wrong"),
    [
        ('<Say>: "never heard" is no word.', "en/who.md", '"never heard" is no word.'),
        ('<Say>: "room" is no word.', "en/who.md:8", '"room" is no word.'),
        ("The document has 70000 bytes.", "en/who.md", "The document has 70000 bytes."),
        ("<Say>: the mark <b>: nobody says it.", "en/who.md", "the mark <b>: nobody says it."),
    ],
)
def test_t6_what_the_telephone_refuses_is_told_where_it_stands(refusal: str, where: str, wrong: str) -> None:
    line = refusing(spanish(), refusal, of_who("A room."), of_who("A room.", 9, "es"))
    assert told(every_document_is_accepted, line) == [f"{where}: error T6: The telephone refuses it: {wrong} {OTHER}"]


def test_t6_a_refused_word_is_told_at_each_of_its_sentences_and_not_where_it_was_told_already() -> None:
    spoken = of_who("Say yes."), of_who("Say yes again.", 9), of_who("Say yes & no.", 10), of_who("No.", 11)
    found = told(every_document_is_accepted, refusing(clinic(), '<Say>: "yes" is no word.', *spoken))
    wrong = f'error T6: The telephone refuses it: "yes" is no word. {OTHER}'
    assert sorted(found) == [f"en/who.md:8: {wrong}", f"en/who.md:9: {wrong}"]


@pytest.mark.parametrize("attribute", ['voice="Polly.Matthew-Neural"', 'language="en-US"'])
def test_t6_a_refused_voice_is_told_in_the_settings_of_the_line(attribute: str) -> None:
    refusal = f"<Say {attribute}>: it speaks another language."
    assert told(every_document_is_accepted, refusing(clinic(), refusal)) == [
        f"line.toml:12: error T6: The telephone refuses it: it speaks another language. {OTHER}"
    ]


def test_t6_a_voice_that_no_line_names_is_told_of_the_node() -> None:
    refusal = '<Say voice="Nobody">: it is no voice.'
    assert told(every_document_is_accepted, refusing(clinic(), refusal)) == [
        f"en/who.md: error T6: The telephone refuses it: it is no voice. {OTHER}"
    ]


RULES: tuple[Find, ...] = (
    english_is_easy,
    sentences_are_short,
    spanish_is_easy,
    no_word_is_banned,
    everything_can_be_said,
    every_document_is_accepted,
)


@pytest.mark.parametrize("rule", RULES)
def test_good_lines_keep_the_rules_over_words(rule: Find) -> None:
    assert told(rule, spanish()) == told(rule, clinic()) == []
