"""What `check` measures besides judging: what a caller waits for, how hard the words are, what was proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.checks.evidence import Evidence
from ivr.checks.grades import flesch_kincaid, inflesz
from ivr.checks.graph import OPEN, State
from ivr.checks.performance import Prompt
from ivr.checks.rules_approval import OLDEST_APPROVAL_DAYS
from ivr.content import Kind, Sentence
from ivr.engine.events import KeyPressed
from ivr.model.keys import Command
from ivr.model.nodes import Greeting
from ivr.model.seconds import seconds
from ivr.model.speech import SlowDigits, Utterance, plain, written
from ivr.phone import seconds as heard_seconds

_ANNOUNCED = {Command.LANGUAGE: "to the other language's offer", Command.PERSON: "to the first option"}
_GRADED = {"en": ("reading grade", flesch_kincaid, max), "es": ("INFLESZ", inflesz, min)}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a line, what it is of, and its unit ("" where it counts things)."""

    name: str
    value: float
    unit: str = ""

    def __str__(self) -> str:
        shown = f"{self.value:.1f}" if self.unit or isinstance(self.value, float) else f"{self.value}"
        return f"{self.name:<44}{shown:>8} {self.unit}".rstrip()


def figures(evidence: Evidence) -> tuple[Figure, ...]:
    """Everything that is measured, in the order in which it is told."""
    return (
        *_of_the_first_seconds(evidence),
        *_of_the_words(evidence),
        *_of_the_proof(evidence),
        *_of_the_calendar(evidence),
    )


def _of_the_first_seconds(evidence: Evidence) -> Iterator[Figure]:
    for state in _pickups(evidence):
        language = state.cue.place.language
        prompts = list(evidence.performance.of(state))
        first_turn = [prompt for prompt in prompts if prompt.at.tries == 0]
        for command, name in _ANNOUNCED.items():
            after_s = _seconds_until(evidence, prompts, command)
            if after_s is not None:
                yield Figure(f"{language}: from pickup {name}", after_s, "s")
        yield Figure(f"{language}: from pickup to the end of the menu", _span_s(first_turn), "s")


def _of_the_words(evidence: Evidence) -> Iterator[Figure]:
    for language in evidence.flow.line.languages:
        spoken = [each for each in evidence.sentences if each.language == language]
        passages = [each for each in spoken if each.kind is Kind.PASSAGE and each.node in evidence.flow.sections]
        longest_s = max((seconds([Utterance(language, plain(each.text))]) for each in passages), default=0.0)
        yield Figure(f"{language}: longest passage", longest_s, "s")
        if language in _GRADED:
            name, grade, worst = _GRADED[language]
            together = [each for each in spoken if each.kind is not Kind.PIECE]
            yield Figure(f"{language}: {name}, all prompts together", grade(_text(together)))
            if passages:
                yield Figure(f"{language}: {name}, hardest passage", worst(grade(_text([each])) for each in passages))


def _of_the_proof(evidence: Evidence) -> Iterator[Figure]:
    graph, documents = evidence.graph, evidence.performance.documents
    yield Figure("keys to a person, at worst", _keys_to_a_person(evidence))
    yield Figure("documents proved", len(documents))
    yield Figure("bytes of the largest document", max((read.size_bytes for read in documents.values()), default=0))
    yield Figure("places where a key is taken", len({asked.at for asked in graph.answers}))
    yield Figure("answers proved", sum(map(len, graph.answers.values())))


def _of_the_calendar(evidence: Evidence) -> Iterator[Figure]:
    yield Figure("files whose words are drafts", len(evidence.drafts))
    drafts = {draft.file for draft in evidence.drafts}
    signed = [approval.on for file, approval in evidence.approvals.items() if file not in drafts]
    if evidence.today is not None and signed:
        left = OLDEST_APPROVAL_DAYS - (evidence.today - min(signed)).days
        yield Figure("days until the oldest approval is a year old", left)
    checked = evidence.flow.line.hours.checked_until
    if evidence.today is not None and checked is not None:
        yield Figure("days until the holidays must be checked again", (checked - evidence.today).days)


def _pickups(evidence: Evidence) -> Iterator[State]:
    """The documents that a call begins with, one a language, when the line is open."""
    for state in evidence.performance.documents:
        place = state.cue.place
        begins = isinstance(evidence.flow.nodes[place.node], Greeting) and not place.has_pressed
        if begins and place.part == 0 and state.situation == OPEN and not state.cue.remarks:
            yield state


def _seconds_until(evidence: Evidence, prompts: list[Prompt], command: Command) -> float | None:
    key, passed_s = evidence.flow.key_of(command), 0.0
    for prompt in prompts:
        for say in prompt.says:
            if any(each.say is say and each.key is key for each in evidence.ear.announced(prompt)):
                return passed_s
            passed_s += heard_seconds(say)
        passed_s += prompt.wait_s
    return None


def _span_s(prompts: list[Prompt]) -> float:
    return sum(prompt.seconds + prompt.wait_s for prompt in prompts[:-1]) + prompts[-1].seconds


def _keys_to_a_person(evidence: Evidence) -> int:
    """Presses from the worst place: one, where the person's key leads to the way to a person from everywhere."""
    flow, key = evidence.flow, evidence.flow.key_of(Command.PERSON)
    ways = {flow.person.open, flow.person.closed, flow.person.after_hours}
    pressed = [led for asked, led in evidence.graph.answers.items() if asked.event == KeyPressed(key)] if key else []
    to_person = [state.cue.place.node in ways for led in pressed for state in led.values()]
    return 1 if to_person and all(to_person) else 2


def _text(spoken: list[Sentence]) -> str:
    countable = (tuple(piece for piece in each.text if not isinstance(piece, SlowDigits)) for each in spoken)
    return " ".join(written(text) for text in countable)
