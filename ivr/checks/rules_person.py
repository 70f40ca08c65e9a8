"""Rules over reaching somebody: P1, P2, P5, A1, A2, V1, and where the emergency line is heard (E1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.checks.graph import CLOSED, OPEN, Asked, State
from ivr.checks.rules_reading import sentences_of
from ivr.engine.events import KeyPressed
from ivr.model.keys import Command
from ivr.model.nodes import Greeting, Transfer
from ivr.model.seconds import seconds
from ivr.model.speech import Utterance, plain, slots, written
from ivr.model.wording import ILLNESS, found_in
from ivr.phone import Say

LONGEST_ANNOUNCEMENT_S = 8.0
LONGEST_WHISPER_S = 5.0
ZONES = {
    "America/New_York": {"en": "Eastern time", "es": "hora del este"},
    "America/Chicago": {"en": "Central time", "es": "hora del centro"},
    "America/Denver": {"en": "Mountain time", "es": "hora de la montaña"},
    "America/Los_Angeles": {"en": "Pacific time", "es": "hora del Pacífico"},
}

# A call is recorded, but a patient's record is none, and to grab is English.
_RECORDING = re.compile(r"\brecord(?:ed|ings?)\b|\b(?:we|to|and|may|will|can) record\b|\bgrab(?!s?\b|b)\w+")


def a_transfer_is_announced_in_a_sentence(evidence: Evidence) -> Iterator[Finding]:
    """P1: one sentence says what is about to happen."""
    for sentence in evidence.sentences:
        is_transfer = isinstance(evidence.flow.nodes.get(sentence.node), Transfer)
        if is_transfer and (count := len(sentences_of(sentence.text))) != 1:
            wrong = f"The transfer is announced in {count} sentences."
            yield error("P1", sentence.file, sentence.line, wrong, "Say it in one.")


def nothing_uninterruptible_is_long(evidence: Evidence) -> Iterator[Finding]:
    """P1 and W1: what cannot be interrupted lasts at most eight seconds."""
    longest_s: dict[tuple[str, str, str], float] = {}
    for each in evidence.performance.announcements:
        place = each.state.cue.place
        said = place.language, place.node, " ".join(say.written for say in each.says)
        longest_s[said] = max(each.seconds, longest_s.get(said, 0.0))
    for (language, node, said_words), takes_s in longest_s.items():
        if takes_s > LONGEST_ANNOUNCEMENT_S:
            line = max(evidence.flow.words(language, node).lines, default=0)
            wrong = f'"{said_words}" takes {takes_s:.1f} s when spoken slowly, and cannot be interrupted.'
            yield error("P1", f"{language}/{node}.md", line, wrong, f"Say it in {LONGEST_ANNOUNCEMENT_S:.0f} s.")


def the_closed_message_says_when_we_are_back(evidence: Evidence) -> Iterator[Finding]:
    """P5: the closed message, and its short form, say when the team is here next."""
    flow = evidence.flow
    for language, script in flow.scripts.items():
        file = f"{language}/{flow.person.closed}.md"
        if not any("opens" in slots(text) for text in script.nodes[flow.person.closed].passages):
            wrong = "The closed message does not say when the team is back."
            yield error("P5", file, 0, wrong, "Write a passage of its own with {opens}.")
        if "opens" not in slots(script.said.still_closed):
            phrases = f"{language}/phrases.toml"
            line = evidence.sources.line(phrases, "said.still_closed")
            yield error("P5", phrases, line, "It does not say when the team is back.", "Write {opens} in it.")


def the_opening_hours_name_their_zone(evidence: Evidence) -> Iterator[Finding]:
    """P5: every time of day is said with the name of the time zone that the hours are in."""
    zone = evidence.flow.line.hours.zone.key
    for language, script in evidence.flow.scripts.items():
        name = ZONES.get(zone, {}).get(language, "")
        for key in ("time", "time_one", "noon", "midnight"):
            if name not in written(getattr(script.opens, key)):
                file = f"{language}/phrases.toml"
                line = evidence.sources.line(file, f"opens.{key}")
                wrong = f'It does not say "{name}", and the hours are those of {zone}.'
                yield error("P5", file, line, wrong, "Name the time zone of line.toml.")


def no_call_is_recorded(evidence: Evidence) -> Iterator[Finding]:
    """V1: no call is recorded, and none is said to be. The strict telephone knows no verb and no attribute for it."""
    for sentence in evidence.sentences:
        for found in found_in(written(sentence.text), _RECORDING):
            wrong = f'"{found}" speaks of recording a call.'
            yield error("V1", sentence.file, sentence.line, wrong, "Leave it out: no call is recorded.")


def everything_can_be_read(evidence: Evidence) -> Iterator[Finding]:
    """A2: whatever is heard has words for the eyes, which the page shows."""
    for sentence in evidence.sentences:
        if not any(map(str.isalnum, written(sentence.text))):
            wrong = "There is nothing of it to read."
            yield error("A2", sentence.file, sentence.line, wrong, "Write its words, and not only how they sound.")


def the_whisper_names_no_illness(evidence: Evidence) -> Iterator[Finding]:
    """P2: what our staff hear lasts at most five seconds. It names no illness, and nor does what they may leave."""
    for sentence in evidence.sentences:
        is_whisper = sentence.key.startswith("whisper.") or sentence.key == "said.message_left"
        for found in found_in(written(sentence.text), ILLNESS) if is_whisper else ():
            wrong = f'"{found}" would be heard by whoever plays the voicemail.'
            yield error("P2", sentence.file, sentence.line, wrong, "Say only whose line it is.")
    for language, script in evidence.flow.scripts.items():
        if (whisper := script.whisper) is None:
            continue
        for spoken in whisper.languages.values():
            said = [Utterance(language, plain(text)) for text in (whisper.call, spoken, whisper.accept)]
            if (takes_s := seconds(said)) > LONGEST_WHISPER_S:
                file = f"{language}/phrases.toml"
                wrong = f"The whisper takes {takes_s:.1f} s."
                mend = f"Say it in {LONGEST_WHISPER_S:.0f} s."
                yield error("P2", file, evidence.sources.line(file, "whisper.call"), wrong, mend)


def the_greeting_is_the_same_day_and_night(evidence: Evidence) -> Iterator[Finding]:
    """P5: whoever calls at night hears the same greeting as by day."""
    for language in evidence.flow.line.languages:
        day, night = (_greeting(evidence, language, situation) for situation in (OPEN, CLOSED))
        if day != night:
            file = f"{language}/{evidence.flow.start}.md"
            yield error("P5", file, 0, "The greeting differs at night.", "Say nothing in it that depends on the hour.")


def doing_nothing_reaches_a_person(evidence: Evidence) -> Iterator[Finding]:
    """A1: when the line is open, who does nothing is connected."""
    for state in evidence.graph.documents:
        is_start = isinstance(evidence.flow.nodes[state.cue.place.node], Greeting) and not state.cue.place.has_pressed
        if is_start and state.situation == OPEN and not _reaches_a_transfer(evidence, state):
            line = evidence.sources.line("menu.toml", f"nodes.{evidence.flow.menu.id}.silence")
            wrong = "A caller who does nothing is never connected."
            yield error("A1", "menu.toml", line, wrong, 'Let the silence of the menu lead to "person".')


def the_emergency_line_is_heard(evidence: Evidence) -> Iterator[Finding]:
    """E1: the emergency line is heard in every greeting before the menu, and in the closed message."""
    flow = evidence.flow
    for state in evidence.performance.documents:
        place = state.cue.place
        is_greeting = isinstance(flow.nodes[place.node], Greeting)
        is_closed = place.node == flow.person.closed and place.part == 0 and place.tries == 0
        if not (is_greeting or is_closed):
            continue
        if not _says_the_emergency_line(evidence, state):
            file = f"{place.language}/phrases.toml"
            line = evidence.sources.line(file, "said.emergency")
            yield error("E1", file, line, f'"{place.node}" does not say the emergency line.', "It cannot be left out.")


def the_emergency_line_is_heard_in_both_languages(evidence: Evidence) -> Iterator[Finding]:
    """E1: at the first change of language the emergency line is heard again, in the other language."""
    missing = {
        (led.cue.place.language, asked.at.node)
        for asked, led in _after(evidence, Command.LANGUAGE)
        if not asked.at.has_changed_language and not _says_the_emergency_line(evidence, led)
    }
    for language, node in sorted(missing):
        line = evidence.sources.line(f"{language}/phrases.toml", "said.emergency")
        wrong = f'Who changes the language at "{node}" does not hear the emergency line.'
        yield error("E1", f"{language}/phrases.toml", line, wrong, "Say it at the first change of language.")


def the_emergency_line_is_not_said_at_every_star(evidence: Evidence) -> Iterator[Finding]:
    """E1: who asks for all the choices after the emergency line was said does not hear it again."""
    menus = {
        (asked.at.node, led)
        for asked, led in _after(evidence, Command.CHOICES)
        if led.cue.place.node == evidence.flow.menu.id and not asked.at.is_unwarned
    }
    repeating = {led for led in {led for _, led in menus} if _says_the_emergency_line(evidence, led)}
    repeated = {(led.cue.place.language, node) for node, led in menus if led in repeating}
    for language, node in sorted(repeated):
        line = evidence.sources.line(f"{language}/phrases.toml", "said.emergency")
        wrong = f'Who asks for the choices at "{node}" hears the emergency line again.'
        yield error("E1", f"{language}/phrases.toml", line, wrong, "Say it once before the first menu.")


def _after(evidence: Evidence, command: Command) -> Iterator[tuple[Asked, State]]:
    """Where the key of a command leads from each place, in each situation, as far as it is heard."""
    key = evidence.flow.key_of(command)
    for asked, answers in evidence.graph.answers.items():
        if key is not None and asked.event == KeyPressed(key):
            yield from ((asked, led) for led in answers.values() if led in evidence.performance.documents)


def _says_the_emergency_line(evidence: Evidence, state: State) -> bool:
    line = written(evidence.flow.scripts[state.cue.place.language].said.emergency)
    return any(say.written == line for prompt in evidence.performance.of(state) for say in prompt.says)


def _reaches_a_transfer(evidence: Evidence, state: State) -> bool:
    waiting, seen = [state], {state}
    while waiting:
        here = waiting.pop()
        if isinstance(evidence.flow.nodes[here.cue.place.node], Transfer):
            return True
        after = evidence.graph.keyless[here] - seen
        seen |= after
        waiting += after
    return False


def _greeting(evidence: Evidence, language: str, situation: str) -> list[tuple[Say, ...]]:
    return [
        prompt.says
        for prompt in evidence.performance.prompts
        if isinstance(evidence.flow.nodes[prompt.at.node], Greeting)
        and prompt.at.language == language
        and prompt.state.situation == situation
        and not prompt.state.cue.is_after_key
    ]
