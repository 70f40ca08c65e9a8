"""What is read out of a folder that is good, however it was saved."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.content import read, read_with_sources
from ivr.content.phrases import (
    SLOTS_OF_ABOUT,
    SLOTS_OF_OPENS,
    SLOTS_OF_PROMISE,
    SLOTS_OF_SAID,
    SLOTS_OF_TEXT,
    SLOTS_OF_WHISPER,
)
from ivr.errors import ContentFaults
from ivr.model.flow import Promises, Request
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import Asks, Entry, Greeting, Menu, Notice, Offer, Question, Section, Transfer
from ivr.model.numbers import Role
from ivr.model.place import Pace
from ivr.model.speech import Private, SlowDigits, Text, Whose, Words, slots, written
from ivr.model.words import OF_CALLBACKS, OF_TEXTS, About, Opens, PromiseWords, Said, TextWords, WhisperWords

PROMPTS = Path(__file__).parents[3] / "prompts"


def test_the_prompts_of_the_line_can_be_read() -> None:
    flow = read(PROMPTS)
    assert set(flow.scripts) == set(flow.line.languages)
    for script in flow.scripts.values():
        assert set(script.nodes) == set(flow.nodes)


def test_keys_and_call_graph(clinic: Path) -> None:
    flow = read(clinic)
    assert flow.keys[Key.ZERO] is Command.PERSON
    assert flow.keys[Key.TWO] == ReadSection("when")
    assert flow.sections == ("who", "when", "after")
    assert flow.nodes["hello"] == Greeting("hello", "main")
    assert flow.nodes["main"] == Menu("main", (Offer.PERSON, Offer.SECTIONS, Offer.CHOICES), "person")
    assert flow.nodes["ring"] == Transfer("ring", Role.TEAM, "ended", "dropped", "missed")
    assert isinstance(flow.nodes["away"], Notice)
    assert isinstance(flow.nodes["who"], Section)


def test_offers_are_put_in_the_order_in_which_they_are_said(clinic: Path) -> None:
    edit(clinic / "menu.toml", '["person", "sections", "choices"]', '["choices", "sections", "person"]')
    node = read(clinic).nodes["main"]
    assert isinstance(node, Menu)
    assert node.offers == (Offer.PERSON, Offer.SECTIONS, Offer.CHOICES)


def test_a_line_without_an_after_hours_line_leads_to_its_closed_message(clinic: Path) -> None:
    assert read(clinic).person.after_hours == "away"
    edit(clinic / "menu.toml", 'closed = "away"', 'closed = "away"\nafter_hours = "ring"')
    assert read(clinic).person.after_hours == "ring"


def test_what_callers_can_ask_for(with_callbacks: Path) -> None:
    flow = read(with_callbacks)
    assert flow.callback == Request(ask="own", failed="lost", enter="number", enough="kept")
    assert flow.text == Request(ask="link", failed="unsent")
    assert (flow.keys[Key.FIVE], flow.keys[Key.SIX]) == (Command.CALLBACK, Command.TEXT)
    assert flow.nodes["noted"] == Question("noted", Asks.MESSAGE, "kept", "kept", "kept", "kept")
    assert flow.nodes["number"] == Entry(
        "number", "right", "lost", (Offer.PERSON, Offer.CALLBACK, Offer.CHOICES), "person"
    )
    assert flow.line.promises == Promises(time_left_min=60, after_opening_h=2, most_an_hour=12)
    assert Private(Whose.LAST_TWO) in flow.words("en", "own").passages[0]
    assert Private(Whose.TYPED) in flow.words("en", "right").passages[0]
    assert slots(flow.words("en", "noted").passages[0]) == {"promise"}


def test_the_words_for_what_callers_can_ask_for(with_callbacks: Path) -> None:
    script = read(with_callbacks).scripts["en"]
    assert script.promise is not None
    assert written(script.promise.soon) == "as soon as we can"
    assert script.text is not None
    assert slots(script.text.link) == {"url"}
    assert {name: written(text) for name, text in script.reasons.items()} == {
        "weather": "We are closed because of the weather."
    }


def test_a_line_where_nothing_can_be_asked_for_needs_no_words_for_it(clinic: Path) -> None:
    flow = read(clinic)
    script = flow.scripts["en"]
    assert (flow.callback, flow.text, flow.line.promises) == (None, None, None)
    assert (script.promise, script.text, script.reasons) == (None, None, {})
    asked = {name for kind in (OF_CALLBACKS, OF_TEXTS) for names in kind.values() for name in names}
    words = (getattr(table, name, None) for table in (script.said, script.options) for name in asked)
    assert set(words) == {None}


def test_the_settings_of_the_line(clinic: Path) -> None:
    line = read(clinic).line
    assert (line.name, line.short_name, line.vanity) == ("Elm Street Clinic", "Elm Street", None)
    assert line.waits[Pace.NORMAL].first_s == 7
    assert line.waits[Pace.SLOW].still_here_s == 15
    assert line.voices["en"].tag == "en-US"
    assert line.hours.is_open(datetime(2026, 12, 25, 3, tzinfo=ZoneInfo("UTC")))


def test_closures_are_local_times(clinic: Path) -> None:
    closure = 'closures = [{ from = 2026-12-24T12:00:00, until = 2026-12-26T08:00:00, reason = "Christmas" }]'
    edit(clinic / "line.toml", 'country = "US"', f'country = "US"\n{closure}')
    hours = read(clinic).line.hours
    noon_in_chicago = datetime(2026, 12, 24, 18, tzinfo=ZoneInfo("UTC"))
    assert not hours.is_open(noon_in_chicago)
    assert hours.next_opening(noon_in_chicago) == datetime(2026, 12, 26, 8, tzinfo=ZoneInfo("America/Chicago"))


def test_passages_facts_and_their_lines(clinic: Path) -> None:
    flow = read(clinic)
    words = flow.words("en", "who")
    assert words.lines == (8, 11)
    assert words.facts == (("who.1",), ("who.2",))
    assert "clinic. Influenza is" in written(words.passages[0])
    assert flow.words("en", "after").facts[2] == ()
    assert flow.words("en", "when").person_after == 2
    assert [(fact.id, fact.line) for fact in flow.facts][2:4] == [("when.1", 6), ("when.2", 7)]


def test_a_node_may_word_the_way_to_a_person_for_itself(clinic: Path) -> None:
    flow = read(clinic)
    assert set(flow.words("en", "missed").options) == {"person"}
    assert flow.words("en", "away").options == {}


def test_the_number_is_put_in_when_it_is_read(clinic: Path) -> None:
    passage = read(clinic).words("en", "bye").passages[0]
    assert sum(isinstance(piece, SlowDigits) for piece in passage) == 2


def test_only_the_first_language_whispers(two_languages: Path) -> None:
    flow = read(two_languages)
    whisper = flow.scripts["en"].whisper
    assert whisper is not None
    assert set(whisper.languages) == {"en", "es"}
    assert flow.scripts["es"].whisper is None


def test_one_language_offers_no_other(clinic: Path) -> None:
    flow = read(clinic)
    assert flow.scripts["en"].said.language == ()
    assert flow.scripts["en"].said.ask_language is None


@pytest.mark.parametrize("file", ["en/who.md", "menu.toml", "en/phrases.toml", "line.toml"])
def test_how_an_editor_saves_makes_no_difference(clinic: Path, file: str) -> None:
    expected = read(clinic)
    path = clinic / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    flow = read(clinic)
    assert flow.scripts == expected.scripts
    assert (flow.nodes, flow.keys, flow.line.waits) == (expected.nodes, expected.keys, expected.line.waits)


def test_accents_are_composed(clinic: Path) -> None:
    edit(clinic / "en/who.md", "a few minutes", "a few sen\u0303or minutes")
    assert read(clinic).words("en", "who").passages[1] == (Words("It takes a few se\u00f1or minutes."),)


def test_hidden_files_are_let_be(clinic: Path) -> None:
    (clinic / "en" / ".who.md.swp").write_text("x")
    (clinic / ".DS_Store").write_text("x")
    assert read(clinic).start == "hello"


def test_sources_tell_the_line_of_a_key_or_of_what_it_would_be_in(clinic: Path) -> None:
    _, sources = read_with_sources(clinic)
    assert sources.line("menu.toml", "nodes.who") == 27
    assert sources.line("menu.toml", "nodes.who.silence") == 30
    assert sources.line("menu.toml", "keys.*") == 11
    assert sources.line("en/phrases.toml", "said.where") == 4
    assert sources.line("en/phrases.toml", "said.ask_language") == 1
    assert sources.line("en/who.md", "facts") == 5
    assert sources.line("menu.toml") == 0
    assert sources.line("nothing.toml", "a.b") == 0


@pytest.mark.parametrize("name", ["nowhere", "x" * 300])
def test_a_folder_that_is_not_there_is_one_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(ContentFaults) as raised:
        read(tmp_path / name)
    assert [fault.where for fault in raised.value.faults] == [(tmp_path / name).as_posix()]


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (Said, SLOTS_OF_SAID),
        (About, SLOTS_OF_ABOUT),
        (Opens, SLOTS_OF_OPENS),
        (WhisperWords, SLOTS_OF_WHISPER),
        (PromiseWords, SLOTS_OF_PROMISE),
        (TextWords, SLOTS_OF_TEXT),
    ],
)
def test_placeholders_are_named_for_sentences_that_exist(kind: type, known: dict[str, Text]) -> None:
    assert set(known) <= {field.name for field in fields(kind)}


def edit(file: Path, replace: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(replace) == 1
    file.write_text(text.replace(replace, new), "utf-8")
