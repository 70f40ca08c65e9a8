"""Rules over what is said: the emergency line, and the facts of the page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.model.speech import Digits, SlowDigits, Text, written
from ivr.model.wording import beginning_with, folded, found_in

EMERGENCY_NUMBER = "911"
MOST_EMERGENCY_WORDS = 12

_EMERGENCY_WORDS = {"en": ("emergency", "hang up", "call"), "es": ("emergencia", "cuelgue", "llame")}
_LIKE = {"en": "In an emergency, hang up and call 9-1-1.", "es": "En una emergencia, cuelgue y llame al 9-1-1."}
_DENIALS = re.compile(r"\b(?:no|not|never|cannot|without|unless|\w+n't|nunca|jamas|sin|ni|tampoco|salvo|excepto)\b")

ADVICE = {
    "en": (
        "you should", "you must", "you need to", "you have to", "you ought to", "we recommend", "we advise",
        "stop taking", "start taking", "see a doctor", "your symptom",
        "prognosis", "live for", "to live", "life expectancy", "chance of", "chances of", "odds of",
    ),
    "es": (
        "usted debe", "debería", "usted tiene que", "usted necesita", "le recomendamos", "le aconsejamos",
        "deje de tomar", "empiece a tomar", "vea a un médico", "sus síntomas",
        "pronóstico", "vive menos", "viven menos", "esperanza de vida", "probabilidad", "posibilidades de",
    ),
}  # fmt: skip

_ADVICE = {language: beginning_with(words) for language, words in ADVICE.items()}


def the_emergency_line_is_whole(evidence: Evidence) -> Iterator[Finding]:
    """E1: in every language it says to hang up and call 9-1-1, and denies nothing, in at most twelve words."""
    for language, script in evidence.flow.scripts.items():
        file = f"{language}/phrases.toml"
        line = evidence.sources.line(file, "said.emergency")
        text = script.said.emergency
        if Digits(EMERGENCY_NUMBER) not in text:
            yield error("E1", file, line, "The emergency line does not say 9-1-1.", "Write 9-1-1 in it.")
        if (count := _words(text)) > MOST_EMERGENCY_WORDS:
            wrong = f"The emergency line has {count} words."
            yield error("E1", file, line, wrong, f"Say it in at most {MOST_EMERGENCY_WORDS}, each digit counted.")
        missing = [each for each in _EMERGENCY_WORDS.get(language, ()) if each not in folded(written(text))]
        faults = [f'The emergency line does not say "{each}".' for each in missing]
        faults += [f'The emergency line says "{each}".' for each in found_in(written(text), _DENIALS)]
        for wrong in faults:
            yield error("E1", file, line, wrong, f'Say it like "{_LIKE.get(language, _LIKE["en"])}"')


def every_fact_is_heard_in_its_section(evidence: Evidence) -> Iterator[Finding]:
    """T4: each fact is spoken in its own section, in every language; no passage speaks one of another section."""
    flow = evidence.flow
    for language, script in flow.scripts.items():
        spoken: dict[str, set[str]] = defaultdict(set)
        for node, words in script.nodes.items():
            for passage in words.facts:
                for name in passage:
                    spoken[name].add(node)
        for fact in flow.facts:
            elsewhere = sorted(spoken[fact.id] - {fact.section})
            if fact.section not in spoken[fact.id]:
                file = f"{language}/{fact.section}.md"
                wrong = f"The fact {fact.id} is not heard: {fact.text}"
                yield error("T4", file, 0, wrong, "Say it in a passage, and name it in that passage's facts.")
            for node in elsewhere:
                file = f"{language}/{node}.md"
                line = evidence.sources.line(file, "facts")
                wrong = f"The fact {fact.id} belongs to another section."
                yield error("T4", file, line, wrong, f"Move it to {fact.section}.md.")


def every_passage_says_a_fact(evidence: Evidence) -> Iterator[Finding]:
    """T4: a section says nothing but facts of the page, and the number of the line."""
    for language, script in evidence.flow.scripts.items():
        for node in evidence.flow.sections:
            words = script.nodes[node]
            for passage, facts, line in zip(words.passages, words.facts, words.lines, strict=True):
                if not facts and not any(isinstance(piece, SlowDigits) for piece in passage):
                    wrong = "This passage says no fact of the page."
                    mend = "Name the fact that it says in its facts, or take it out."
                    yield error("T4", f"{language}/{node}.md", line, wrong, mend)


def nothing_is_advised_or_foretold(evidence: Evidence) -> Iterator[Finding]:
    """T4: no sentence advises the person who calls, or says how an illness will go."""
    for sentence in evidence.sentences:
        if (words := _ADVICE.get(sentence.language)) is None:
            continue
        for found in found_in(written(sentence.text), words):
            wrong = f'"{found}" is advice or a prognosis.'
            yield error("T4", sentence.file, sentence.line, wrong, "Say only the facts of the page.")


def _words(text: Text) -> int:
    digits = sum(len(piece.digits) for piece in text if isinstance(piece, Digits))
    others = tuple(piece for piece in text if not isinstance(piece, Digits))
    return len(written(others).replace(",", " ").replace(".", " ").split()) + digits
