"""How long a section says it takes: to the nearest minute, at the caller's pace, waits included."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.engine.events import Circumstances
from ivr.engine.narrator import Narrator
from ivr.model.flow import Flow, Waits
from ivr.model.place import Pace, Place
from ivr.model.speech import Text, Words, written

OPEN = Circumstances(is_open=True)
A_MINUTE: Text = (Words("word " * 150),)
A_WORD: Text = (Words("word"),)


def told(shipped_flow: Flow, passages: tuple[Text, ...], passage_s: int, pace: Pace = Pace.NORMAL) -> str:
    """What the heading of a section of these passages says of its length."""
    script = shipped_flow.scripts["en"]
    words = replace(script.nodes["what"], passages=passages)
    waits = dict.fromkeys(Pace, Waits(first_s=7, second_s=10, still_here_s=10, passage_s=passage_s))
    line = replace(shipped_flow.line, waits=waits, rests=replace(shipped_flow.line.rests, after_sentence_ms=0))
    english = replace(script, nodes={**script.nodes, "what": words})
    flow = replace(shipped_flow, line=line, scripts={**shipped_flow.scripts, "en": english})
    return written(Narrator(flow, Place("en", "what", pace=pace), OPEN).heading()[1].spans)


@pytest.mark.parametrize(
    ("passages", "passage_s", "pace", "minutes"),
    [
        ((A_WORD,), 1, Pace.NORMAL, 0),
        ((A_MINUTE,), 1, Pace.NORMAL, 1),
        ((A_WORD,), 60, Pace.NORMAL, 1),
        ((A_MINUTE, A_MINUTE), 0, Pace.NORMAL, 2),
        ((A_WORD, A_WORD, A_WORD), 60, Pace.NORMAL, 3),
        ((A_MINUTE,) * 4, 0, Pace.NORMAL, 4),
        ((A_MINUTE,) * 4, 0, Pace.SLOW, 5),
        ((A_WORD,), 3600, Pace.NORMAL, 60),
    ],
)
def test_a_section_says_how_many_minutes_it_takes(
    shipped_flow: Flow, passages: tuple[Text, ...], passage_s: int, pace: Pace, minutes: int
) -> None:
    about = shipped_flow.scripts["en"].about
    named = {0: written(about.under_a_minute), 1: written(about.one_minute)}
    expected = named.get(minutes, written(about.minutes).replace("{minutes}", str(minutes)))
    assert expected in told(shipped_flow, passages, passage_s, pace)
