"""Rules over menus and choices: R2, R4 and M1 to M6, judged by what a caller hears."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.checks.graph import Asked
from ivr.checks.hearing import PRESS, TO
from ivr.checks.performance import Prompt
from ivr.content import Kind
from ivr.engine.events import KeyPressed
from ivr.model.flow import Flow
from ivr.model.keys import Command, Key
from ivr.model.nodes import Entry, Goodbye, Greeting, Menu, Notice, Offer, Section
from ivr.model.speech import written
from ivr.model.wording import beginning_with, found_in
from ivr.phone import Say

MENU = "menu.toml"
MOST_NUMBERED, MOST_NUMBERED_WITH_CALLBACK = 4, 5
MOST_OPTION_WORDS = 14
SHORTEST_OPTION_REST_MS, LONGEST_OPTION_REST_MS = 500, 750
SHORTEST_KEY_REST_MS = 500
LONGEST_SILENCE_MS = 3000
MOST_GREETING_WORDS = 6  # besides the name

STANDARD = {  # 0 has a rule of its own, R1
    Key.FIVE: Command.CALLBACK,
    Key.SIX: Command.TEXT,
    Key.SEVEN: Command.AGAIN,
    Key.EIGHT: Command.PACE,
    Key.NINE: Command.LANGUAGE,
    Key.STAR: Command.CHOICES,
    Key.POUND: Command.NEXT,
}
SECTION_KEYS = (Key.ONE, Key.TWO, Key.THREE, Key.FOUR)
_AFTER_THE_PERSON = (*SECTION_KEYS, Key.SIX, Key.SEVEN, Key.EIGHT, Key.NINE, Key.POUND, Key.STAR)
ORDER = (Key.ZERO, Key.FIVE, *_AFTER_THE_PERSON)
ORDER_WITH_NOBODY_THERE = (Key.FIVE, Key.ZERO, *_AFTER_THE_PERSON)  # the callback stands in the place of the person

_ORDER = "Announce keys under [options] only: those are said in order."
_KEY_WORDS = {
    "en": {Key.STAR: ("star",), Key.POUND: ("pound", "hash")},
    "es": {
        Key.STAR: ("asterisco", "estrella"),
        Key.POUND: ("el signo de número", "la tecla de número", "numeral", "gato", "almohadilla"),
    },
}
_EMPTY_WORDS = {
    "en": beginning_with(
        ("listen carefully", "listen closely", "have changed", "has changed", "important to us", "valued")
    ),
    "es": beginning_with(
        ("escuche con atención", "escuche atentamente", "han cambiado", "ha cambiado", "importante para nosotros")
    ),
}
_DOCTOR = beginning_with(("oncolog", "doctor", "physician", "specialist", "médic", "especialista"))


def a_person_comes_first(evidence: Evidence) -> Iterator[Finding]:
    """R2: every full menu names first who can be reached; when nobody can, to be called back."""
    flow = evidence.flow
    if not choices_are_worded(evidence):
        return
    for prompt in evidence.performance.prompts:
        if prompt.at.node != flow.menu.id or prompt.at.tries:  # not the full menu
            continue
        keys = [each.key for each in evidence.ear.announced(prompt)]
        now = evidence.graph.situations[prompt.state.situation]
        is_kept_instead = _is_nobody_there(evidence, prompt) and now.takes_callbacks
        first = flow.key_of(Command.CALLBACK if is_kept_instead else Command.PERSON)
        if first not in keys[:1]:
            line = evidence.sources.line(MENU, f"nodes.{flow.menu.id}.offers")
            wrong = "The menu does not name the way to a person first."
            offer = "callback" if is_kept_instead else "person"
            yield error("R2", MENU, line, wrong, f'Put "{offer}" into its offers.')


def the_person_is_no_doctor(evidence: Evidence) -> Iterator[Finding]:
    """R2: who answers is our team: no choice of a person promises a doctor."""
    for sentence in evidence.sentences:
        for found in found_in(written(sentence.text), _DOCTOR) if sentence.key == "options.person" else ():
            wrong = f'"{found}" is not who answers.'
            yield error("R2", sentence.file, sentence.line, wrong, "Say that it is our team.")


def nobody_is_offered_who_is_away(evidence: Evidence) -> Iterator[Finding]:
    """R2: closed, no prompt offers the person who is not there: the key then tells when the team is back."""
    flow = evidence.flow
    key = flow.key_of(Command.PERSON)
    for prompt in evidence.performance.prompts:
        if not _is_nobody_there(evidence, prompt):
            continue
        options = flow.scripts[prompt.at.language].options
        for each in evidence.ear.announced(prompt):
            sentence = evidence.written.sentence(prompt.at.language, each.say.written, prompt.at.node)
            is_honest = sentence is not None and sentence.text == options.hours != options.person
            if each.key is key and not is_honest:
                file, line = _place(evidence, prompt, each.say)
                wrong = f'"{each.say.written}" is heard while nobody is there.'
                yield error("R2", file, line, wrong, "Say what the key does then: when the team is back.")


def there_is_always_a_way_on(evidence: Evidence) -> Iterator[Finding]:
    """R4: a number to dial is never the only way on: every node that listens offers all the choices."""
    for node in evidence.flow.nodes.values():
        if isinstance(node, Menu | Section | Notice | Entry) and Offer.CHOICES not in node.offers:
            line = evidence.sources.line(MENU, f"nodes.{node.id}.offers")
            wrong = f'"{node.id}" does not offer all the choices.'
            yield error("R4", MENU, line, wrong, 'Put "choices" into its offers.')


def a_menu_is_short(evidence: Evidence) -> Iterator[Finding]:
    """M1: at most four numbered choices, five with the callback of a team that is away.

    0, star, pound and the other language are not counted, nor is the slower pace where it helps who is asked again.
    """
    flow = evidence.flow
    callback, pace = flow.key_of(Command.CALLBACK), flow.key_of(Command.PACE)
    apart = {flow.key_of(Command.PERSON), flow.key_of(Command.LANGUAGE), Key.STAR, Key.POUND}
    for prompt in evidence.performance.prompts:
        help_ = {pace} if prompt.at.tries else set()
        numbered = {each.key for each in evidence.ear.announced(prompt)} - apart - help_
        is_away = not evidence.graph.situations[prompt.state.situation].is_open
        most = MOST_NUMBERED_WITH_CALLBACK if is_away and callback in numbered else MOST_NUMBERED
        if len(numbered) > most:
            line = evidence.sources.line(MENU, f"nodes.{prompt.at.node}.offers")
            wrong = f'"{prompt.at.node}" announces {len(numbered)} numbered choices; {most} is the most.'
            yield error("M1", MENU, line, wrong, "Offer fewer of them.")


def a_choice_says_what_it_does_then_the_key(evidence: Evidence) -> Iterator[Finding]:
    """M2: "To hear about treatment, press 3": first what it does, then the key, in at most fourteen words."""
    for sentence in evidence.sentences:
        text, verb = written(sentence.text), PRESS.get(sentence.language)
        if sentence.kind is not Kind.OPTION or verb is None:
            continue
        if not (text.startswith(TO[sentence.language]) and text.endswith(f", {verb} {{key}}.")):
            wrong = f'The choice "{text}" is not said as what it does, then the key.'
            mend = f'Say it like "{TO[sentence.language][0]}..., {verb} {{key}}."'
            yield error("M2", sentence.file, sentence.line, wrong, mend)
        if (count := len(text.split())) > MOST_OPTION_WORDS:
            wrong = f'The choice "{text}" has {count} words.'
            yield error("M2", sentence.file, sentence.line, wrong, f"Say it in at most {MOST_OPTION_WORDS}.")


def no_two_choices_are_the_same(evidence: Evidence) -> Iterator[Finding]:
    """M2: two keys that are heard together do not say that they do the same."""
    for prompt in evidence.performance.prompts:
        heard: dict[str, Key] = {}
        for each in evidence.ear.announced(prompt):
            does = each.say.written.rpartition(",")[0]
            if does and heard.setdefault(does, each.key) is not each.key:
                file, line = _place(evidence, prompt, each.say)
                wrong = f'"{does}" is said of the keys {heard[does].value} and {each.key.value}.'
                yield error("M2", file, line, wrong, "Say of each what it alone does.")


def choices_are_worded(evidence: Evidence) -> bool:
    """Whether every choice can be heard as one: else M2 tells which cannot, and no other rule listens for it."""
    return not any(a_choice_says_what_it_does_then_the_key(evidence))


def choices_come_in_order(evidence: Evidence) -> Iterator[Finding]:
    """M2: the person, the sections without gaps, then 6 to 9, pound, and star last."""
    flow = evidence.flow
    keys = tuple(key for section in flow.sections if (key := flow.key_reading(section)))
    if keys != SECTION_KEYS[: len(keys)]:
        line = evidence.sources.line(MENU, "keys")
        found = ", ".join(key.value for key in keys)
        yield error("M2", MENU, line, f"The sections are on the keys {found}.", "Number them 1, 2, 3 and 4 at most.")
    if flow.key_of(Command.PERSON) is not Key.ZERO or any(a_key_means_the_same_everywhere(evidence)):
        return  # on other keys no choice can be in order
    for prompt in evidence.performance.prompts:
        order = ORDER_WITH_NOBODY_THERE if _is_nobody_there(evidence, prompt) else ORDER
        heard = [order.index(each.key) for each in evidence.ear.announced(prompt)]
        has_help_before = prompt.state.cue.wrong_key is not None and prompt.at.node in flow.sections
        if heard != sorted(heard) and not has_help_before:
            line = evidence.sources.line(MENU, f"nodes.{prompt.at.node}.offers")
            yield error("M2", MENU, line, f'"{prompt.at.node}" says its choices out of order.', _ORDER)


def choices_are_apart(evidence: Evidence) -> Iterator[Finding]:
    """M3: half a second to three quarters after each choice, time to find the key."""
    rest_ms = evidence.flow.line.rests.after_option_ms
    if not SHORTEST_OPTION_REST_MS <= rest_ms <= LONGEST_OPTION_REST_MS:
        line = evidence.sources.line("line.toml", "pauses.after_option")
        wrong = f"After each choice there are {rest_ms} ms of silence."
        mend = f"Leave {SHORTEST_OPTION_REST_MS} to {LONGEST_OPTION_REST_MS}."
        yield error("M3", "line.toml", line, wrong, mend)
        return
    for prompt in evidence.performance.prompts:
        for each in evidence.ear.announced(prompt):
            if each.say.trailing_ms < SHORTEST_OPTION_REST_MS:
                file, line = _place(evidence, prompt, each.say)
                wrong = f"After a key is announced there are only {each.say.trailing_ms} ms of silence."
                yield error("M3", file, line, wrong, "Announce keys under [options], in sentences of their own.")


def silences_are_short(evidence: Evidence) -> Iterator[Finding]:
    """M3: half a second of quiet after a key, and never more than three seconds inside a prompt."""
    rest_ms = evidence.flow.line.rests.after_key_ms
    if not SHORTEST_KEY_REST_MS <= rest_ms <= LONGEST_SILENCE_MS:
        line = evidence.sources.line("line.toml", "pauses.after_key")
        wrong = f"After a key there are {rest_ms} ms of silence before the line speaks."
        yield error("M3", "line.toml", line, wrong, f"Leave {SHORTEST_KEY_REST_MS} to {LONGEST_SILENCE_MS}.")
        return
    for prompt in evidence.performance.prompts:
        longest_ms = max((say.longest_silence_ms for say in prompt.says), default=0)
        if longest_ms > LONGEST_SILENCE_MS:
            line = evidence.sources.line("line.toml", "pauses.after_sentence")
            wrong = f"The line is silent for {longest_ms} ms while it speaks."
            yield error("M3", "line.toml", line, wrong, f"Leave at most {LONGEST_SILENCE_MS}.")


def a_key_means_the_same_everywhere(evidence: Evidence) -> Iterator[Finding]:
    """M4: keys keep their standard meaning, so that who knows one part of the line knows all of it."""
    for key, command in STANDARD.items():
        meaning = evidence.flow.keys.get(key)
        line = evidence.sources.line(MENU, f"keys.{key.value}")
        if meaning is None and command in _not_of(evidence.flow):
            continue
        if meaning is not command:
            wrong = f'Key {key.value} does not mean "{command.value}".'
            yield error("M4", MENU, line, wrong, f'Write "{key.value}" = "{command.value}" under [keys].')


def the_opening_is_bare(evidence: Evidence) -> Iterator[Finding]:
    """M5: the opening holds the name, the other language and the emergency line, and nothing else."""
    flow = evidence.flow
    for sentence in evidence.sentences:
        is_opening = sentence.kind is Kind.PASSAGE and isinstance(flow.nodes.get(sentence.node), Greeting)
        text = written(sentence.text)
        if is_opening and flow.line.name not in text:
            wrong = "The greeting does not say the name of the line."
            yield error("M5", sentence.file, sentence.line, wrong, f"Say it: {flow.line.name}.")
        besides = re.findall(r"[^\s,.]+", text.replace(flow.line.name, ""))
        if is_opening and len(besides) > MOST_GREETING_WORDS:
            wrong = f"The greeting has {len(besides)} words besides the name of the line."
            yield error("M5", sentence.file, sentence.line, wrong, "Say only the name of the line.")
        empty = _EMPTY_WORDS.get(sentence.language)
        for found in found_in(text, empty) if empty else ():
            wrong = f'"{found}" keeps a caller waiting.'
            yield error("M5", sentence.file, sentence.line, wrong, "Leave it out.")


def what_is_announced_works(evidence: Evidence) -> Iterator[Finding]:
    """M6: every announced key works where it is announced."""
    for prompt in evidence.performance.prompts:
        for each in evidence.ear.announced(prompt):
            answer = evidence.graph.answers[Asked(prompt.at, KeyPressed(each.key))][prompt.state.situation]
            if answer.cue.wrong_key is not None:
                file, line = _place(evidence, prompt, each.say)
                wrong = f"Key {each.key.value} is announced, and does nothing."
                mend = "Give the key a meaning under [keys] in menu.toml, or do not announce it."
                yield error("M6", file, line, wrong, mend)


def what_works_is_announced(evidence: Evidence) -> Iterator[Finding]:
    """M6: every key that is accepted is announced in some state that a caller meets."""
    if evidence.performance.refused or not choices_are_worded(evidence):
        return
    heard = {each.key for prompt in evidence.performance.prompts for each in evidence.ear.announced(prompt)}
    for key in evidence.flow.keys:
        if key not in heard:
            line = evidence.sources.line(MENU, f"keys.{key.value}")
            wrong = f"Key {key.value} works, but no prompt ever says so."
            yield error("M6", MENU, line, wrong, "Offer it somewhere, or take its meaning away.")


def the_first_reprompt_offers_the_pace(evidence: Evidence) -> Iterator[Finding]:
    """M6: who is asked again for the first time hears the key of the slower pace."""
    key = evidence.flow.key_of(Command.PACE)
    if key is None or not choices_are_worded(evidence):
        return
    missing = {
        prompt.at.node
        for prompt in evidence.performance.prompts
        if prompt.at.tries == 1
        and not prompt.takes_digits
        and not isinstance(evidence.flow.nodes[prompt.at.node], Goodbye)
        and key not in {each.key for each in evidence.ear.announced(prompt)}
    }
    for node in sorted(missing):
        line = evidence.sources.line(MENU, f"nodes.{node}")
        wrong = f'The first reprompt of "{node}" does not offer key {key.value}.'
        yield error("M6", MENU, line, wrong, "Offer the slower pace to who is asked again.")


def keys_are_called_by_their_names(evidence: Evidence) -> Iterator[Finding]:
    """M6: a key is called what stands on it: a digit by itself, star and pound by the words for them."""
    for language, script in evidence.flow.scripts.items():
        for key, text in script.key_names.items():
            names = _KEY_WORDS.get(language, {}).get(key, (key.value,))
            if written(text).lower() not in names:
                file = f"{language}/phrases.toml"
                line = evidence.sources.line(file, f"key_names.{key.value}")
                wrong = f'The key {key.value} is called "{written(text)}".'
                yield error("M6", file, line, wrong, f"Call it {' or '.join(names)}.")


def _not_of(flow: Flow) -> set[Command]:
    """What this line does not have, so that it needs no key."""
    has = {
        Command.LANGUAGE: len(flow.line.languages) > 1,
        Command.CALLBACK: flow.callback is not None,
        Command.TEXT: flow.text is not None,
    }
    return {command for command, is_there in has.items() if not is_there}


def _is_nobody_there(evidence: Evidence, prompt: Prompt) -> bool:
    now = evidence.graph.situations[prompt.state.situation]
    return not now.is_open and not now.after_hours


def _place(evidence: Evidence, prompt: Prompt, say: Say) -> tuple[str, int]:
    """The file and line of a heard sentence; for words that stand in no file, those of the node."""
    language = evidence.ear.language_of(say)
    sentence = evidence.written.sentence(language, say.written, prompt.at.node)
    if sentence is None:
        return MENU, evidence.sources.line(MENU, f"nodes.{prompt.at.node}")
    return sentence.file, sentence.line
