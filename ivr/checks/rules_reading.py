"""Rules over the sections: S1, S4, S5, S6 and S8."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.checks.evidence import Evidence, error, warning
from ivr.checks.finding import Finding
from ivr.checks.rules_menus import choices_are_worded
from ivr.content import Kind
from ivr.model.keys import Command
from ivr.model.seconds import seconds
from ivr.model.speech import Respelled, SlowDigits, Text, Utterance, Words, plain, written

USUAL_PASSAGE_S, LONGEST_PASSAGE_S = 20.0, 30.0
MOST_SENTENCES = 4
MOST_END_CHOICES = 4

# Words that a voice says badly: the beginning is enough, so that every form of the word is found.
HARD_WORDS = {
    "en": ("metasta", "lymph", "chemother", "immunother", "moffitt"),
    "es": ("metast", "gangli", "linf", "quimioter", "inmunoter", "moffitt"),
}


def a_passage_is_short(evidence: Evidence) -> Iterator[Finding]:
    """S1: a passage lasts at most 20 seconds, 30 at the very most, in at most four sentences."""
    for sentence in evidence.sentences:
        if sentence.kind is not Kind.PASSAGE or sentence.node not in evidence.flow.sections:
            continue
        takes_s = seconds([Utterance(sentence.language, plain(sentence.text))])
        if takes_s > USUAL_PASSAGE_S:
            find = error if takes_s > LONGEST_PASSAGE_S else warning
            wrong = f"This passage takes {takes_s:.0f} seconds."
            mend = f"Split it with a blank line: {USUAL_PASSAGE_S:.0f} seconds are enough to remember."
            yield find("S1", sentence.file, sentence.line, wrong, mend)
        if (count := len(sentences_of(sentence.text))) > MOST_SENTENCES:
            wrong = f"This passage has {count} sentences."
            yield error("S1", sentence.file, sentence.line, wrong, "Split it with a blank line: one idea a passage.")


def a_section_says_where_the_caller_is(evidence: Evidence) -> Iterator[Finding]:
    """S4: a section opens with its number of parts and its length; a skip or a repeat says where the caller is."""
    flow = evidence.flow
    for prompt in evidence.performance.prompts:
        if prompt.at.node not in flow.sections or not prompt.is_first:
            continue
        parts = str(flow.parts(prompt.at.node))
        said = " ".join(say.written for say in prompt.says)
        if flow.is_inside_section(prompt.at):
            key, needed = "said.where", {str(prompt.at.part), parts}
        elif prompt.at.part == 0:
            key, needed = "said.opening", {parts}
        else:
            continue
        if not needed <= set(re.findall(r"\d+", said)):
            file = f"{prompt.at.language}/phrases.toml"
            line = evidence.sources.line(file, key)
            wrong = f'"{prompt.at.node}" does not say where the caller is in it.'
            yield error("S4", file, line, wrong, "Name the part and the number of parts.")


def a_section_ends_with_few_choices(evidence: Evidence) -> Iterator[Finding]:
    """S5: a section ends with at most four choices: a person, again, next, all the choices."""
    flow = evidence.flow
    if not choices_are_worded(evidence):
        return
    needed = {flow.key_of(command) for command in (Command.AGAIN, Command.CHOICES)}
    persons = {flow.key_of(Command.PERSON), flow.key_of(Command.CALLBACK)} - {None}
    for prompt in evidence.performance.prompts:
        is_end = prompt.at.node in flow.sections and prompt.at.part > flow.parts(prompt.at.node)
        if not is_end or prompt.at.tries:
            continue
        keys = [each.key for each in evidence.ear.announced(prompt)]
        line = evidence.sources.line("menu.toml", f"nodes.{prompt.at.node}.offers")
        if len(keys) > MOST_END_CHOICES:
            wrong = f'"{prompt.at.node}" ends with {len(keys)} choices.'
            yield error("S5", "menu.toml", line, wrong, f"Offer at most {MOST_END_CHOICES}.")
        if not (needed <= set(keys) and persons & set(keys)):
            wrong = f'"{prompt.at.node}" does not end with a person, again and all the choices.'
            yield error("S5", "menu.toml", line, wrong, 'Write offers = ["person", "again", "next", "choices"].')


def the_number_is_said_well(evidence: Evidence) -> Iterator[Finding]:
    """S6: the number is said twice, slowly, in groups, and by its word."""
    line = evidence.flow.line
    groups = line.number.groups
    for sentence in evidence.sentences:
        said = [piece.groups for piece in sentence.text if isinstance(piece, SlowDigits)]
        if not said:
            continue
        by_word = line.vanity is None or said[2:] == [groups[:2]]
        if said[:2] != [groups, groups] or not by_word:
            wrong = "The number is not said twice in its groups and by its word."
            yield error("S6", sentence.file, sentence.line, wrong, "Write {number}, and nothing else, for the number.")


def hard_words_have_a_respelling(evidence: Evidence) -> Iterator[Finding]:
    """S8: names and medical words have an entry in the lexicon."""
    for sentence in evidence.sentences:
        for word in sorted(_unrespelled(sentence.text)):
            if word.startswith(HARD_WORDS.get(sentence.language, ())):
                wrong = f'"{word}" has no entry in the lexicon.'
                mend = f"Write under [{sentence.language}] in lexicon.toml how the voice should say it."
                yield error("S8", sentence.file, sentence.line, wrong, mend)


def sentences_of(text: Text) -> list[str]:
    """The sentences of a text, as a reader tells them apart."""
    return [each for each in re.split(r"(?<=[.?!])\s+", written(text).strip()) if each]


def _unrespelled(text: Text) -> set[str]:
    plain_words = " ".join(piece.text for piece in text if isinstance(piece, Words))
    respelled = {piece.written.lower() for piece in text if isinstance(piece, Respelled)}
    return {word.lower() for word in re.findall(r"[^\W\d_]+", plain_words)} - respelled
