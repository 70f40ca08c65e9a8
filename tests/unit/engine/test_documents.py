"""What a document is made of: where it listens, for how long, and where it leads when nobody presses a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from ivr.engine.actions import Actions, Continue, Dial, Enter, HangUp, Listen, Perform, Said, Speak
from ivr.engine.cues import Cue
from ivr.engine.documents import document
from ivr.engine.events import (
    Arrived,
    Circumstances,
    Effect,
    Event,
    KeyPressed,
    NumberGiven,
    Outcome,
    Silence,
    Stored,
    Typed,
)
from ivr.engine.step import step
from ivr.model.flow import Flow, Waits
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.nodes import Question
from ivr.model.place import ASKED, BEING_ASKED, HELPED, ONE_MORE, TYPING, Back, Pace, Place
from ivr.model.speech import Rest, Words

Named = Callable[[Said], list[str]]

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
OPEN = Circumstances(is_open=True, team=(True, True, True))
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=(True, True, True))
NIGHT = Circumstances(is_open=False, opens=MONDAY, team=(True, True, True), after_hours=(True,))
DESK = replace(OPEN, takes_callbacks=True, can_call_back=True, can_text=True)


def at(flow: Flow, place: Place, event: Event, now: Circumstances = OPEN) -> Actions:
    return step(flow, place, event, now)[1]


def arrived(flow: Flow, language: str = "en", now: Circumstances = OPEN) -> Actions:
    return at(flow, Place(language, ""), Arrived(), now)


def pressed(flow: Flow, place: Place, key: str, now: Circumstances = OPEN) -> Actions:
    return at(flow, place, KeyPressed(Key(key)), now)


def waits(actions: Actions) -> list[tuple[str, int, int, int]]:
    listens = (action for action in actions if isinstance(action, Listen))
    return [(listen.at.node, listen.at.part, listen.at.tries, listen.wait_s) for listen in listens]


def said(actions: Actions) -> Said:
    return tuple(each for action in actions if isinstance(action, Listen | Speak | Enter) for each in action.said)


def test_a_section_is_one_document_from_its_heading_to_its_last_wait(shipped_flow: Flow) -> None:
    actions = pressed(shipped_flow, Place("en", "menu"), "2")
    assert waits(actions) == [
        ("spread", 0, 0, 1), ("spread", 1, 0, 1), ("spread", 2, 0, 1), ("spread", 3, 0, 1), ("spread", 4, 0, 1),
        ("spread", 5, 0, 7), ("spread", 5, 1, 10), ("spread", 5, 2, 10), ("spread", 5, 2, 10),
    ]  # fmt: skip
    assert actions[-1] == Continue(Place("en", "spread", 5, tries=3))


def test_slow_pace_waits_longer_everywhere(shipped_flow: Flow) -> None:
    actions = pressed(shipped_flow, Place("en", "menu", pace=Pace.SLOW), "1")
    assert [wait_s for *_, wait_s in waits(actions)] == [2, 2, 2, 11, 15, 15, 15]
    assert {action.at.pace for action in actions if isinstance(action, Listen | Continue)} == {Pace.SLOW}


def test_what_is_said_without_listening_is_slow_too(shipped_flow: Flow) -> None:
    for pace in Pace:
        announced, _ = pressed(shipped_flow, Place("en", "menu", pace=pace), "0")
        *_, last_word, _ = at(shipped_flow, Place("en", "talked", pace=pace, tries=3), Silence())
        assert [action.pace for action in (announced, last_word) if isinstance(action, Speak)] == [pace, pace]


def test_each_try_waits_as_long_as_the_line_says_for_it(shipped_flow: Flow) -> None:
    waits_s = Waits(first_s=1, second_s=2, still_here_s=3, passage_s=4)
    flow = replace(shipped_flow, line=replace(shipped_flow.line, waits=dict.fromkeys(Pace, waits_s)))
    assert [wait_s for *_, wait_s in waits(arrived(flow))] == [4, 4, 1, 2, 3, 3]


def test_a_wrong_key_in_a_section_counts_for_that_part_only(shipped_flow: Flow) -> None:
    actions = pressed(shipped_flow, Place("en", "spread", 2), "6")
    parts = [(part, tries) for _, part, tries, _ in waits(actions)]
    assert parts == [(2, 1), (3, 0), (4, 0), (5, 0), (5, 1), (5, 2), (5, 2)]


def test_the_greeting_listens_for_the_name_the_emergency_line_and_the_menu_each(shipped_flow: Flow) -> None:
    actions = arrived(shipped_flow)
    assert waits(actions) == [
        ("welcome", 0, 0, 1), ("welcome", 1, 0, 1),
        ("menu", 0, 0, 7), ("menu", 0, 1, 10), ("menu", 0, 2, 10), ("menu", 0, 2, 10),
    ]  # fmt: skip
    assert actions[-1] == Continue(Place("en", "menu", tries=3, has_pressed=False))


def test_only_the_name_is_said_to_who_has_not_heard_the_emergency_line(shipped_flow: Flow) -> None:
    place = Place("en", "welcome", has_pressed=False, is_unwarned=True)
    for actions in (arrived(shipped_flow), pressed(shipped_flow, place, "8"), pressed(shipped_flow, place, "9")):
        name, emergency, *others = (action.at for action in actions if isinstance(action, Listen | Continue))
        assert name.is_unwarned
        assert [at.is_unwarned for at in (emergency, *others)] == [False] * 6


def test_a_key_in_the_greeting_says_what_is_left_of_it(shipped_flow: Flow) -> None:
    name, emergency, menu = ("welcome", 0, 0, 2), ("welcome", 1, 0, 2), ("menu", 0, 0, 11)
    assert waits(pressed(shipped_flow, Place("en", "welcome"), "8"))[:3] == [name, emergency, menu]
    assert waits(pressed(shipped_flow, Place("en", "welcome", 1), "8"))[:2] == [emergency, menu]


@pytest.mark.parametrize(("tries", "listens"), [(0, [0, 1, 2, 2]), (1, [1, 2, 2]), (2, [2, 2])])
def test_a_document_begins_with_the_try_that_it_is_at(shipped_flow: Flow, tries: int, listens: list[int]) -> None:
    actions = document(shipped_flow, Cue(Place("en", "nobody", tries=tries)), OPEN)
    assert [listen[2] for listen in waits(actions)] == listens
    assert actions[-1] == Continue(Place("en", "nobody", tries=3))


def test_the_second_reprompt_leaves_at_least_twenty_seconds(shipped_flow: Flow) -> None:
    for pace in Pace:
        *_, warned, still_here = waits(pressed(shipped_flow, Place("en", "what", pace=pace), "*"))
        assert warned[3] + still_here[3] >= 20


def test_the_way_back_and_the_language_travel_along(shipped_flow: Flow) -> None:
    place = Place("es", "closed", back=Back("what", 2), has_changed_language=True)
    for action in pressed(shipped_flow, place, "0", CLOSED):
        assert isinstance(action, Listen | Continue)
        assert action.at._replace(part=0, tries=0) == place


def test_the_goodbye_listens_while_the_number_is_said_and_then_hangs_up(shipped_flow: Flow) -> None:
    number, last_word, hang_up = at(shipped_flow, Place("en", "talked", tries=3), Silence())
    assert isinstance(number, Listen)
    assert isinstance(last_word, Speak)
    assert hang_up == HangUp()
    assert at(shipped_flow, Place("en", "goodbye"), Silence()) == (last_word, hang_up)


@pytest.mark.parametrize("pace", Pace)
def test_a_number_is_typed_key_by_key_and_who_types_none_is_helped(shipped_flow: Flow, pace: Pace) -> None:
    place = Place("en", "number", pace=pace, tries=1, back=Back("what", 1))
    asked, *helped, leads_on = document(shipped_flow, Cue(place), DESK)
    assert isinstance(asked, Enter)
    wait_s = shipped_flow.line.waits[pace].second_s
    assert (asked.at, asked.most_keys, asked.wait_s) == (place, 10, wait_s)
    awaits = [(action.at.part, action.at.tries) for action in helped if isinstance(action, Listen)]
    assert awaits == [(HELPED, 1), (HELPED, 2), (HELPED, 2)]
    assert leads_on == Continue(place._replace(part=HELPED, tries=3))
    assert document(shipped_flow, Cue(place._replace(part=HELPED)), DESK) == (*helped, leads_on)


@pytest.mark.parametrize("pace", Pace)
def test_the_eleventh_key_is_awaited_alone_and_then_the_number_anew(shipped_flow: Flow, pace: Pace) -> None:
    place = Place("en", "number", ONE_MORE, pace, tries=1)
    one_more, *anew = document(shipped_flow, Cue(place), DESK)
    assert isinstance(one_more, Enter)
    assert (one_more.at, one_more.most_keys) == (place, 1)
    assert one_more.wait_s == shipped_flow.line.waits[pace].second_s
    assert tuple(anew) == document(shipped_flow, Cue(place._replace(part=TYPING)), DESK)


def questions(flow: Flow) -> Iterator[Place]:
    """Every question of the line, in both languages and paces, with what a caller takes along."""
    for node, language, pace in product(flow.nodes, flow.line.languages, Pace):
        if isinstance(flow.nodes[node], Question):
            promise = MONDAY if node == "promised" else None
            yield Place(language, node, pace=pace, back=Back("what", 1), promise=promise)


def test_what_a_question_is_about_listens_first_and_what_it_asks_with_its_answers(
    shipped_flow: Flow, named: Named
) -> None:
    for place in questions(shipped_flow):
        being_asked, answers, helped, warned, still_here, leads_on = document(shipped_flow, Cue(place), DESK)
        assert isinstance(being_asked, Listen)
        assert named(being_asked.said) == [f"{place.node} 1"]
        assert being_asked.at == place._replace(part=BEING_ASKED)
        assert being_asked.wait_s == shipped_flow.line.waits[place.pace].passage_s
        assert isinstance(answers, Listen)
        asks = "call-back" if place.node == "confirm" else place.node  # both ask in the same words
        assert named(answers.said) == [f"{asks} 2", "yes", "no"]
        listens = [action.at for action in (answers, helped, warned, still_here) if isinstance(action, Listen)]
        assert listens == [place._replace(tries=tries) for tries in (0, 1, 2, 2)]
        assert answers.wait_s == shipped_flow.line.waits[place.pace].first_s
        assert leads_on == Continue(place._replace(tries=3))


def test_in_a_question_of_one_passage_no_yes_counts(shipped_flow: Flow, named: Named) -> None:
    script = shipped_flow.scripts["en"]
    words = script.nodes["confirm"]
    nodes = {**script.nodes, "confirm": replace(words, passages=words.passages[:1])}
    flow = replace(shipped_flow, scripts={**shipped_flow.scripts, "en": replace(script, nodes=nodes)})
    being_asked, answers, *_ = document(flow, Cue(Place("en", "confirm")), DESK)
    assert isinstance(being_asked, Listen)
    assert isinstance(answers, Listen)
    assert (named(being_asked.said), named(answers.said)) == (["confirm 1"], ["yes", "no"])
    assert (being_asked.at.part, answers.at.part) == (BEING_ASKED, ASKED)


def test_a_question_is_asked_the_same_wherever_in_it_a_caller_was(shipped_flow: Flow) -> None:
    for place, tries in product(questions(shipped_flow), range(3)):
        once, early = place._replace(tries=tries), place._replace(part=BEING_ASKED, tries=tries)
        assert document(shipped_flow, Cue(early), DESK) == document(shipped_flow, Cue(once), DESK)


@pytest.mark.parametrize(("tries", "listens"), [(1, [1, 2, 2]), (2, [2, 2])])
def test_of_a_question_that_was_said_only_what_it_asks_is_said_again_by_itself(
    shipped_flow: Flow, named: Named, tries: int, listens: list[int]
) -> None:
    for place in questions(shipped_flow):
        actions = document(shipped_flow, Cue(place._replace(tries=tries)), DESK)
        assert [(part, tried) for _, part, tried, _ in waits(actions)] == [(ASKED, each) for each in listens]
        asks = "call-back 2" if place.node == "confirm" else f"{place.node} 2"  # both ask in the same words
        again = {name for name in named(said(actions)) if name in (f"{place.node} 1", asks)}
        assert again == ({asks} if tries == 1 else set())


def test_what_is_to_be_done_stands_alone_in_its_document(shipped_flow: Flow) -> None:
    for effect in Effect:
        place = Place("en", "call-back", back=Back("what", 1))
        assert document(shipped_flow, Cue(place, effect=effect, is_after_key=True), DESK) == (Perform(effect, place),)


def test_there_is_half_a_second_of_quiet_after_a_number_and_after_what_was_done(shipped_flow: Flow) -> None:
    number, asked = Place("en", "number"), Place("en", "call-back")
    for typed in Typed:
        assert said(at(shipped_flow, number, NumberGiven(typed, 3), DESK))[0].spans[0] == Rest(500)
    for outcome in Outcome:
        assert said(at(shipped_flow, asked, Stored(Effect.KEEP_OWN, outcome), DESK))[0].spans[0] == Rest(500)


def test_what_leads_on_by_itself_is_said_and_then_rings(shipped_flow: Flow) -> None:
    for now, node in ((OPEN, "transfer"), (NIGHT, "night")):
        announced, dial = pressed(shipped_flow, Place("en", "menu"), "0", now)
        assert isinstance(announced, Speak)
        assert isinstance(dial, Dial)
        assert dial.ends == Place("en", node, 1)


@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize("key", [key.value for key in Key])
@pytest.mark.parametrize(
    "node", ["welcome", "menu", "what", "closed", "nobody", "talked", "cut-off", "goodbye", "kept", "number"]
)
def test_there_is_half_a_second_of_quiet_after_any_key(shipped_flow: Flow, node: str, key: str, pace: Pace) -> None:
    quiet, *words = said(pressed(shipped_flow, Place("en", node, pace=pace), key, CLOSED))[0].spans
    assert quiet == Rest(500)
    assert any(isinstance(span, Words) for span in words)


def test_there_is_no_quiet_at_the_start_of_a_call_or_after_silence(shipped_flow: Flow) -> None:
    for actions in (arrived(shipped_flow), at(shipped_flow, Place("en", "menu", tries=3), Silence())):
        assert not isinstance(said(actions)[0].spans[0], Rest)


def test_every_sentence_ends_with_a_rest_and_every_choice_with_a_longer_one(shipped_flow: Flow) -> None:
    rests = shipped_flow.line.rests
    for actions in (arrived(shipped_flow), pressed(shipped_flow, Place("es", "menu"), "4")):
        last = {each.spans[-1] for each in said(actions)}
        assert last == {Rest(rests.after_option_ms), Rest(rests.after_sentence_ms)}
    assert 500 <= rests.after_option_ms <= 750
