"""A heard sentence is found where it is written, whatever its places were filled with."""

from __future__ import annotations

from ivr.checks.written import Written
from ivr.content import Kind
from ivr.model.speech import Slot, Text, Words
from tests.heard import sentence

PART: Text = (Words("Part "), Slot("part"), Words(" of "), Slot("parts"), Words("."))
FILLED = sentence(PART, node="", line=4, key="said.where")
EXACT = sentence("Part 1 of 2.", node="who", line=9)
QUESTION = sentence("Is it so? (Yes.)", node="", line=5)


def test_a_sentence_is_found_by_what_is_heard_of_it() -> None:
    written = Written([FILLED, QUESTION])
    assert written.sentence("en", "Part 3 of 12.", "who") is FILLED
    assert written.sentence("en", "Is it so? (Yes.)", "who") is QUESTION
    assert written.sentence("en", "Is it s", "who") is None
    assert written.sentence("en", "Part of.", "who") is None
    assert written.sentence("en", "It is Part 3 of 12. Yes.", "who") is None
    assert written.sentence("es", "Part 3 of 12.", "who") is None


def test_what_a_node_says_itself_comes_before_what_others_say() -> None:
    others = sentence("Part 1 of 2.", node="when", line=3)
    written = Written([FILLED, others, EXACT])
    assert written.sentence("en", "Part 1 of 2.", "who") is EXACT
    assert written.sentence("en", "Part 1 of 2.", "when") is others


def test_of_the_others_the_one_with_most_words_is_meant() -> None:
    short: Text = (Words("Part "), Slot("part"))
    shorter = sentence(short, node="", line=2)
    for order in ([shorter, FILLED], [FILLED, shorter]):
        assert Written(order).sentence("en", "Part 1 of 2.", "who") is FILLED


def test_a_piece_is_no_sentence_of_its_own() -> None:
    piece = sentence("Part 1 of 2.", kind=Kind.PIECE, node="")
    assert Written([piece]).sentence("en", "Part 1 of 2.", "who") is None


def test_what_was_found_is_remembered_for_its_language_and_node() -> None:
    written = Written([EXACT, sentence("Part 1 of 2.", "es", node="when")])
    for _ in range(2):
        assert written.sentence("en", "Part 1 of 2.", "when") is EXACT
        found = written.sentence("es", "Part 1 of 2.", "when")
        assert found is not None
        assert found.language == "es"


def test_every_sentence_that_holds_some_words_is_found() -> None:
    spanish = sentence("Part 1 of 2.", "es", node="who")
    written = Written([FILLED, EXACT, spanish, QUESTION])
    assert set(written.holding("en", "Part")) == {FILLED, EXACT}
    assert written.holding("es", "Part") == (spanish,)
    assert written.holding("en", "Nobody says this") == ()
