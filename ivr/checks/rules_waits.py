"""Rules over waiting, silence and mistakes: W2, W3, W6, and the longest way without a key (W7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.checks.graph import State
from ivr.model.flow import Waits
from ivr.model.keys import Command
from ivr.model.nodes import Goodbye
from ivr.model.place import MOST_TRIES, Pace
from ivr.model.speech import written

LINE = "line.toml"
STANDARD_WAITS = {Pace.NORMAL: Waits(7, 10, 10, 1), Pace.SLOW: Waits(11, 15, 10, 2)}
LEAST_LAST_WAIT_S = 20
LONGEST_KEYLESS_S = 600

_TABLES = {Pace.NORMAL: "waits", Pace.SLOW: "waits.slow"}
_BLAME = {
    "en": ("invalid", "wrong", "incorrect", "error", "illegal"),
    "es": ("inválid", "equivocad", "incorrect", "error", "ilegal"),
}


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
    """W3: before anything happens the line warns, offers more time with star, and waits twenty seconds."""
    star = evidence.flow.key_of(Command.CHOICES)
    for pace, waits in evidence.flow.line.waits.items():
        if 2 * waits.still_here_s < LEAST_LAST_WAIT_S:
            line = evidence.sources.line(LINE, f"{_TABLES[pace]}.still_here")
            wrong = f"Before anything happens the line waits {2 * waits.still_here_s} s in all."
            yield error("W3", LINE, line, wrong, f"Write at least {LEAST_LAST_WAIT_S // 2}: it is waited twice.")
    for prompt in evidence.performance.prompts:
        is_warning = prompt.at.tries == MOST_TRIES - 1 and len(prompt.says) > 1
        if isinstance(evidence.flow.nodes[prompt.at.node], Goodbye):
            continue  # it warns of nothing: it says goodbye
        if is_warning and star not in {each.key for each in evidence.ear.announced(prompt)}:
            line = evidence.sources.line("menu.toml", f"nodes.{prompt.at.node}")
            wrong = f'The last warning of "{prompt.at.node}" does not offer more time.'
            yield error("W3", "menu.toml", line, wrong, 'Word "more_time" under [options] with {key}.')


def nobody_is_blamed(evidence: Evidence) -> Iterator[Finding]:
    """W6: a key that is no choice is named without blame."""
    for sentence in evidence.sentences:
        text = written(sentence.text).lower()
        for blame in _BLAME.get(sentence.language, ()):
            if re.search(rf"\b{blame}", text):
                wrong = f'"{blame}" blames the caller.'
                yield error("W6", sentence.file, sentence.line, wrong, "Say what happened without it.")


def a_silent_call_is_short(evidence: Evidence) -> Iterator[Finding]:
    """W7: the longest way without a key, talks apart, takes less than ten minutes."""
    longest_s: dict[State, float] = {}
    for state in TopologicalSorter(evidence.graph.keyless).static_order():
        on_s = max((longest_s[after] for after in evidence.graph.keyless[state]), default=0.0)
        longest_s[state] = evidence.performance.seconds(state) + on_s
    state, most_s = max(longest_s.items(), key=lambda pair: pair[1])
    if most_s >= LONGEST_KEYLESS_S:
        node = state.cue.place.node
        line = evidence.sources.line("menu.toml", f"nodes.{node}")
        wrong = f'From "{node}" a caller who presses nothing is kept for {most_s / 60:.1f} minutes.'
        yield error("W7", "menu.toml", line, wrong, "Say less on that way, or ring fewer turns.")
