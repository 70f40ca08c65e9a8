from __future__ import annotations

import pytest

from ivr.content.found import Found
from ivr.content.text import NO_SLOTS, Slots, Wording, may_have, needs, number_text
from ivr.model.numbers import PhoneNumber
from ivr.model.speech import Digits, Respelled, Rest, Slot, SlowDigits, Text, Words, written

LEXICON = {"flu": "floo", "flu shot": "floo shot", "elm": "ellem"}
WITH_LEXICON = Wording(LEXICON)
NUMBER = PhoneNumber("+18005550199")


def text(sentence: str, slots: Slots = NO_SLOTS, wording: Wording = WITH_LEXICON) -> Text:
    found = Found()
    built = wording.text([(found.at("en/who.md", 1), sentence)], slots)
    assert found.faults == []
    return built


def faults(sentence: str, slots: Slots = NO_SLOTS) -> list[str]:
    found = Found()
    Wording({}).text(
        [(found.at("en/who.md", 1 + index), line) for index, line in enumerate(sentence.split("\n"))], slots
    )
    return [f"{fault.line}: {fault.wrong}" for fault in found.faults]


def test_plain_words_are_said_as_they_are() -> None:
    assert text("Take your time.") == (Words("Take your time."),)


def test_a_placeholder_becomes_a_slot_in_its_place() -> None:
    assert text("Part {part} of {parts}.", needs("part", "parts")) == (
        Words("Part "),
        Slot("part"),
        Words(" of "),
        Slot("parts"),
        Words("."),
    )


def test_single_digits_joined_by_hyphens_are_said_one_by_one() -> None:
    assert text("Call 9-1-1.") == (Words("Call "), Digits("911"), Words("."))


@pytest.mark.parametrize(
    "sentence", ["Call 911.", "911", "Llame al 911, por favor", "Call 9-1-1, that is 911", "a 911-call"]
)
def test_the_emergency_number_is_never_a_large_number(sentence: str) -> None:
    assert faults(sentence) == ['1: "911" would be said as a large number.']


@pytest.mark.parametrize("sentence", ["Call 9-1-1.", "room 9115", "room 2911", "1,911 people", "911,000 people"])
def test_what_is_not_the_emergency_number_may_be_large(sentence: str) -> None:
    assert faults(sentence) == []


def test_a_word_of_the_lexicon_is_respelled_in_any_case_and_keeps_its_letters() -> None:
    assert text("Flu, FLU.") == (Respelled("Flu", "floo"), Words(", "), Respelled("FLU", "floo"), Words("."))


def test_the_longest_entry_of_the_lexicon_wins() -> None:
    assert text("a flu shot") == (Words("a "), Respelled("flu shot", "floo shot"))


@pytest.mark.parametrize("sentence", ["fluent", "elms", "influ", "élm", "elmé"])
def test_only_whole_words_are_respelled(sentence: str) -> None:
    assert text(sentence) == (Words(sentence),)


@pytest.mark.parametrize("ending", ["'s", "’s"])
def test_a_possessive_is_respelled_with_its_ending(ending: str) -> None:
    assert text(f"Elm{ending} team")[0] == Respelled(f"Elm{ending}", f"ellem{ending}")


def test_the_lines_of_a_passage_are_joined_by_a_space() -> None:
    found = Found()
    lines = [(found.at("en/who.md", 8), "The flu  "), (found.at("en/who.md", 9), "is here.")]
    assert Wording({}).text(lines) == (Words("The flu is here."),)


def test_the_number_is_said_twice_in_groups_with_a_rest_between() -> None:
    groups = SlowDigits(("1", "800", "555", "0199"))
    assert number_text(NUMBER, None, Wording({})) == (groups, Words(", "), Rest(500), groups)


def test_the_number_is_said_as_a_word_too_where_it_spells_one() -> None:
    *_, rest, start, space, word = number_text(PhoneNumber("+18885553561"), "1-888-555-ELM1", Wording(LEXICON))
    assert (rest, start, space, word) == (Rest(500), SlowDigits(("1", "888", "555")), Words(" "), Words("Elm1"))
    *_, word = number_text(NUMBER, "1-800-ELM", Wording(LEXICON))
    assert word == Respelled("Elm", "ellem")


def test_a_sentence_with_the_number_reads_well_for_eyes() -> None:
    wording = Wording(LEXICON, number_text(NUMBER, None, Wording(LEXICON)))
    sentence = text("Call Elm's team at {number}.", may_have("number"), wording)
    assert written(sentence) == "Call Elm's team at 1-800-555-0199, 1-800-555-0199."


@pytest.mark.parametrize("sentence", ["Señor, ¿qué? ¡Sí!", "It's 8: go; or don’t.", "after-hours", "8 30", "Número 4."])
def test_what_a_voice_can_say_is_let_through(sentence: str) -> None:
    assert faults(sentence) == []


@pytest.mark.parametrize("character", [*'#*_<>&@/\\()[]"“”`~^|=+%$€°•…–—\t\u00a0\u200b\u00ad×', "e\u0301", "中"])
def test_what_no_voice_can_say_is_named(character: str) -> None:
    assert len(faults(f"two{character}words")) == 1


def test_a_fault_is_told_on_the_line_it_is_on() -> None:
    assert [fault.partition(":")[0] for fault in faults("one\ntwo * two\n{three}")] == ["2", "3"]


@pytest.mark.parametrize("sentence", ["{part", "part}", "{{part}}", "{pa\nrt}", "}{"])
def test_a_brace_alone_is_a_fault(sentence: str) -> None:
    assert faults(sentence, may_have("part"))


def test_a_placeholder_that_must_be_there_is_missed() -> None:
    assert faults("Part {part}.", needs("part", "parts")) == ["1: {parts} is missing from this sentence."]
    assert faults("Part.", may_have("part")) == []
