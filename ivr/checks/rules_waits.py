"""Rules over waiting, silence and mistakes: W2, W3, W5, W6; the longest way without a key (W7); ringing (P3, P4)."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.checks.graph import State
from ivr.checks.performance import RING_SLACK_S
from ivr.checks.rules_menus import choices_are_worded
from ivr.model.flow import Waits
from ivr.model.keys import Command
from ivr.model.nodes import Entry, Goodbye, Question
from ivr.model.place import MOST_TRIES, Pace
from ivr.model.speech import SlowDigits, written
from ivr.model.wording import beginning_with, found_in

LINE = "line.toml"
STANDARD_WAITS = {Pace.NORMAL: Waits(7, 10, 10, 1), Pace.SLOW: Waits(11, 15, 10, 2)}
LEAST_LAST_WAIT_S = 20
LONGEST_KEYLESS_S = 600
MOST_TURNS, LONGEST_RINGING_S = 3, 100
SHORT_TALK_S, LEAST_TALK_LIMIT_S = 20, 3600

_TABLES = {Pace.NORMAL: "waits", Pace.SLOW: "waits.slow"}
BLAME = {
    "en": ("invalid", "not valid", "wrong", "incorrect", "error", "illegal", "mistake", "your fault", "you failed"),
    "es": ("inválid", "no es válid", "equivoc", "incorrect", "error", "ilegal", "su culpa"),
}

_BLAME = {language: beginning_with(words) for language, words in BLAME.items()}


def waits_are_long_enough(evidence: Evidence) -> Iterator[Finding]:
    """W2: seven seconds after the last word, then ten; eleven and fifteen at the slow pace; a gap between passages."""
    for pace, standard in STANDARD_WAITS.items():
        waits, table = evidence.flow.line.waits[pace], _TABLES[pace]
        for name, has_s, needs_s in (
            ("first", waits.first_s, standard.first_s),
            ("second", waits.second_s, standard.second_s),
            ("passage", waits.passage_s, standard.passage_s),
        ):
            if has_s != needs_s:
                line = evidence.sources.line(LINE, f"{table}.{name}")
                wrong = f'The wait "{name}" of [{table}] is {has_s} s.'
                yield error("W2", LINE, line, wrong, f"Write {needs_s}.")


def the_last_try_warns_and_waits(evidence: Evidence) -> Iterator[Finding]:
    """W3: before anything happens the line warns, offers more time with one key, and waits twenty seconds.

    The key is star; where something is asked it is the one that asks it again, since star would leave it unanswered.
    """
    is_heard = choices_are_worded(evidence)
    for pace, waits in evidence.flow.line.waits.items():
        if 2 * waits.still_here_s < LEAST_LAST_WAIT_S:
            line = evidence.sources.line(LINE, f"{_TABLES[pace]}.still_here")
            wrong = f"Before anything happens the line waits {2 * waits.still_here_s} s in all."
            yield error("W3", LINE, line, wrong, f"Write at least {LEAST_LAST_WAIT_S // 2}: it is waited twice.")
    for prompt in evidence.performance.prompts:
        is_warning = prompt.at.tries == MOST_TRIES - 1 and len(prompt.says) > 1
        if prompt.takes_digits or isinstance(evidence.flow.nodes[prompt.at.node], Goodbye):
            continue  # it warns of nothing: it waits for a number, or says goodbye
        is_asked = isinstance(evidence.flow.nodes[prompt.at.node], Question | Entry)
        key = evidence.flow.key_of(Command.AGAIN if is_asked else Command.CHOICES)
        if is_heard and is_warning and key not in {each.key for each in evidence.ear.announced(prompt)}:
            file = f"{prompt.at.language}/phrases.toml"
            line = evidence.sources.line(file, "options.more_time")
            wrong = "The last warning does not offer more time."
            yield error("W3", file, line, wrong, "Say that a key gives more time, and name it with {key}.")


def the_goodbye_says_the_number(evidence: Evidence) -> Iterator[Finding]:
    """W5: who is told goodbye hears the number first, and can still press a key while it is said."""
    flow = evidence.flow
    for language, script in flow.scripts.items():
        for node in (node for node in flow.nodes.values() if isinstance(node, Goodbye)):
            words = script.nodes[node.id]
            if not any(isinstance(piece, SlowDigits) for passage in words.passages[:-1] for piece in passage):
                wrong = "The goodbye does not say the number before its last word."
                mend = "Write {number} in a passage before the last one."
                yield error("W5", f"{language}/{node.id}.md", words.lines[0] if words.lines else 0, wrong, mend)


def ringing_is_short(evidence: Evidence) -> Iterator[Finding]:
    """P3: at most three turns, and a hundred seconds in all."""
    ringing = evidence.flow.line.ringing
    rings_s = ringing.turns * (ringing.ring_s + RING_SLACK_S)
    if ringing.turns > MOST_TURNS:
        line = evidence.sources.line(LINE, "transfer.turns")
        yield error("P3", LINE, line, f"The team is rung in {ringing.turns} turns.", f"Write at most {MOST_TURNS}.")
    elif rings_s > LONGEST_RINGING_S:
        line = evidence.sources.line(LINE, "transfer.ring")
        yield error("P3", LINE, line, f"It rings for {rings_s} s in all.", f"Ring for {LONGEST_RINGING_S} s at most.")


def a_talk_is_told_from_a_cut(evidence: Evidence) -> Iterator[Finding]:
    """P4: a talk of twenty seconds was a talk; and no talk is cut off before an hour has passed."""
    ringing = evidence.flow.line.ringing
    if ringing.short_talk_s != SHORT_TALK_S:
        line = evidence.sources.line(LINE, "transfer.short_talk")
        yield error("P4", LINE, line, f"A talk of {ringing.short_talk_s} s is short.", f"Write {SHORT_TALK_S}.")
    if ringing.talk_limit_s < LEAST_TALK_LIMIT_S:
        line = evidence.sources.line(LINE, "transfer.talk_limit")
        wrong = f"A talk is cut off after {ringing.talk_limit_s} s."
        yield error("P4", LINE, line, wrong, f"Write at least {LEAST_TALK_LIMIT_S}.")


def nobody_is_blamed(evidence: Evidence) -> Iterator[Finding]:
    """W6: a key that is no choice is named without blame."""
    for sentence in evidence.sentences:
        words = _BLAME.get(sentence.language)
        for found in found_in(written(sentence.text), words) if words else ():
            wrong = f'"{found}" blames the caller.'
            yield error("W6", sentence.file, sentence.line, wrong, "Say what happened without it.")


def a_silent_call_is_short(evidence: Evidence) -> Iterator[Finding]:
    """W7: the longest way without a key, talks apart, takes less than ten minutes."""
    longest_s: dict[State, float] = {}
    try:
        in_order = tuple(TopologicalSorter(evidence.graph.keyless).static_order())
    except CycleError:
        return  # a circle has a rule of its own
    for state in in_order:
        on_s = max((longest_s[after] for after in evidence.graph.keyless[state]), default=0.0)
        longest_s[state] = evidence.performance.seconds(state) + on_s
    state, most_s = max(longest_s.items(), key=lambda pair: pair[1])
    if most_s >= LONGEST_KEYLESS_S:
        node = state.cue.place.node
        line = evidence.sources.line("menu.toml", f"nodes.{node}")
        wrong = f'From "{node}" a caller who presses nothing is kept for {most_s / 60:.1f} minutes.'
        yield error("W7", "menu.toml", line, wrong, "Say less on that way, or ring fewer turns.")
