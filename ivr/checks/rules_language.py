"""Rules over the second language: L1 and L3. A line of one language keeps them by having nothing to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.checks.hearing import PRESS
from ivr.checks.performance import Prompt
from ivr.content import Kind, Sentence
from ivr.model.keys import Command
from ivr.model.nodes import Goodbye, Greeting
from ivr.model.speech import plain, written
from ivr.model.wording import folded
from ivr.phone import Say, seconds

LATEST_OFFER_S, LATEST_OFFER_END_S = 5.0, 7.0
SMALL_WORDS = {
    "en": ("the", "and", "of", "to", "is", "are", "that", "this", "with", "you", "your", "it", "for", "has"),
    "es": ("el", "la", "los", "las", "de", "del", "y", "que", "en", "es", "un", "una", "con", "su", "se", "para"),
}

_WORD = re.compile(r"[^\W\d_]+")


def the_offer_comes_early(evidence: Evidence) -> Iterator[Finding]:
    """L1: the other language's offer is in its own voice, begins within 5 s of pickup and ends within 7 s."""
    flow = evidence.flow
    for prompt in _greetings(evidence):
        other = flow.other_language(prompt.at.language) or ""
        file = f"{other}/phrases.toml"
        line = evidence.sources.line(file, "said.language")
        before_s = 0.0
        for say in prompt.says:
            if _is_offer(evidence, prompt, say):
                break
            before_s += seconds(say)
        else:
            wrong = "The greeting does not offer the other language in its own voice."
            yield error("L1", file, line, wrong, f'End it with ", {PRESS.get(other, "")} {{key}}."')
            continue
        ends_s = before_s + seconds(say) - say.trailing_ms / 1000
        if before_s > LATEST_OFFER_S or ends_s > LATEST_OFFER_END_S:
            wrong = f"The offer is heard from {before_s:.1f} s to {ends_s:.1f} s after pickup."
            yield error("L1", file, line, wrong, "Shorten the greeting or the offer: 5 s and 7 s are the latest.")


def the_offer_comes_again(evidence: Evidence) -> Iterator[Finding]:
    """L1: the offer comes again with the menu and in the first reprompt of every node."""
    flow = evidence.flow
    greeted = {prompt.at.language for prompt in _greetings(evidence) if _has_offer(evidence, prompt)}
    for prompt in evidence.performance.prompts:
        if prompt.takes_digits or prompt.at.language not in greeted:
            continue  # of the latter the greeting's own rule tells why
        is_menu = prompt.at.node == flow.menu.id and prompt.at.tries == 0
        is_first_reprompt = prompt.at.tries == 1 and not isinstance(flow.nodes[prompt.at.node], Goodbye)
        if not (is_menu or is_first_reprompt) or _has_offer(evidence, prompt):
            continue
        line = evidence.sources.line("menu.toml", f"nodes.{prompt.at.node}.offers")
        wrong = f'"{prompt.at.node}" does not offer the other language again.'
        yield error("L1", "menu.toml", line, wrong, 'Put "language" into its offers.')


def languages_say_the_same(evidence: Evidence) -> Iterator[Finding]:
    """L3: every language has the same nodes, the same passages and the same facts in each."""
    flow = evidence.flow
    first, *others = flow.line.languages
    for other in others:
        for node in flow.nodes:
            ours, theirs = flow.words(first, node), flow.words(other, node)
            if (len(ours.passages), ours.facts) != (len(theirs.passages), theirs.facts):
                file = f"{other}/{node}.md"
                line = evidence.sources.line(file, "facts")
                wrong = f"It does not have the passages and facts of {first}/{node}.md."
                yield error("L3", file, line, wrong, "Say the same, passage by passage.")


def reasons_are_in_every_language(evidence: Evidence) -> Iterator[Finding]:
    """L3: why the line is closed can be said to every caller, or to none."""
    scripts = evidence.flow.scripts
    names = dict.fromkeys(name for script in scripts.values() for name in script.reasons)
    for language, script in scripts.items():
        for name in (name for name in names if name not in script.reasons):
            file = f"{language}/phrases.toml"
            line = evidence.sources.line(file, "reasons")
            wrong = f'The reason "{name}" is missing, and another language has it.'
            yield error("L3", file, line, wrong, "Add it under [reasons].")


def words_are_in_their_own_language(evidence: Evidence) -> Iterator[Finding]:
    """L3: no passage was left in the other language: the small words of a language give it away."""
    for sentence in evidence.sentences:
        counts = {language: _small_words(sentence, language) for language in SMALL_WORDS}
        ours = counts.pop(sentence.language, None)
        if ours is None or sentence.kind is Kind.PIECE:
            continue
        if any(theirs > max(ours, 1) for theirs in counts.values()):
            wrong = f'"{written(sentence.text)}" is not in the language of its folder.'
            yield error("L3", sentence.file, sentence.line, wrong, "Translate it.")


def nothing_is_left_in_the_first_language(evidence: Evidence) -> Iterator[Finding]:
    """L3: no sentence or piece is, word for word, that of the first language, save digits and the line's own names."""
    first = evidence.flow.line.languages[0]
    theirs = {
        (each.node, each.key): _words_to_translate(evidence, each)
        for each in evidence.sentences
        if each.language == first
    }
    for each in evidence.sentences:
        words = _words_to_translate(evidence, each)
        if each.language != first and words and words == theirs.get((each.node, each.key)):
            wrong = f'"{written(each.text)}" is word for word that of {first}.'
            yield error("L3", each.file, each.line, wrong, "Translate it.")


def _words_to_translate(evidence: Evidence, sentence: Sentence) -> list[str]:
    line = evidence.flow.line
    names = {folded(word) for name in (line.name, line.short_name) for word in _WORD.findall(name)}
    text = folded(written(plain(sentence.text)))
    return [word for word in _WORD.findall(text) if word not in names]


def _small_words(sentence: Sentence, language: str) -> int:
    return sum(word in SMALL_WORDS[language] for word in _WORD.findall(written(sentence.text).lower()))


def _greetings(evidence: Evidence) -> Iterator[Prompt]:
    flow = evidence.flow
    if flow.other_language(flow.line.languages[0]) is None:
        return
    for prompt in evidence.performance.prompts:
        is_greeting = isinstance(flow.nodes[prompt.at.node], Greeting) and prompt.at.part == 0
        if is_greeting and not prompt.at.has_pressed and not prompt.state.cue.is_after_key:
            yield prompt


def _has_offer(evidence: Evidence, prompt: Prompt) -> bool:
    return any(_is_offer(evidence, prompt, say) for say in prompt.says)


def _is_offer(evidence: Evidence, prompt: Prompt, say: Say) -> bool:
    other = evidence.flow.other_language(prompt.at.language)
    key = evidence.flow.key_of(Command.LANGUAGE)
    return evidence.ear.language_of(say) == other and key in {
        each.key for each in evidence.ear.announced(prompt) if each.say is say
    }
