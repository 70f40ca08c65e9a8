"""What is said where callers ask for a call or a text, and where these are offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ivr.engine.actions import Actions, Enter, Listen, Said, Speak
from ivr.engine.cues import Cue
from ivr.engine.documents import document
from ivr.engine.events import (
    Circumstances,
    DialEnded,
    DialOutcome,
    Effect,
    Event,
    KeyPressed,
    NumberGiven,
    Outcome,
    Stored,
    Typed,
)
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.place import ASKED, BEING_ASKED, HELPED, Back, Place
from ivr.model.speech import Private, Whose, written

Named = Callable[[Said], list[str]]

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=(True, True, True))
AWAY_DESK = replace(CLOSED, takes_callbacks=True, can_call_back=True, can_text=True)
NIGHT_DESK = replace(AWAY_DESK, after_hours=(True,))
DESK = replace(AWAY_DESK, is_open=True, opens=None)

SECTIONS = ["what option", "spread option", "treat option", "appoint option"]
NO_ANSWER = DialEnded(None, DialOutcome.NO_ANSWER, was_short=True)


def at(flow: Flow, place: Place, event: Event, now: Circumstances = DESK) -> Actions:
    return step(flow, place, event, now)[1]


def pressed(flow: Flow, place: Place, key: str, now: Circumstances = DESK) -> Actions:
    return at(flow, place, KeyPressed(Key(key)), now)


def each_said(actions: Actions) -> list[Said]:
    return [action.said for action in actions if isinstance(action, Listen | Speak | Enter)]


QUESTIONS = {  # and what each asks: both numbers are asked about in the same words
    "call-back": "call-back 2",
    "confirm": "call-back 2",
    "promised": "promised 2",
    "text-link": "text-link 2",
}
ANSWERS = ["yes", "no"]


@pytest.mark.parametrize(
    ("now", "first"),
    [(DESK, ["person"]), (AWAY_DESK, ["callback", "hours"]), (NIGHT_DESK, ["cannot_wait", "callback"])],
)
def test_while_the_team_is_away_the_menu_offers_to_call_back_and_first_where_nobody_is_rung(
    shipped_flow: Flow, named: Named, now: Circumstances, first: list[str]
) -> None:
    choices, helped, warned, _ = each_said(pressed(shipped_flow, Place("en", "what"), "*", now))
    assert named(choices) == [*first, *SECTIONS, "language", "choices"]
    assert named(helped) == ["no_key", *first, *SECTIONS, "pace", "language", "choices"]
    assert named(warned)[1:] == ["hours" if now is AWAY_DESK else first[0], "more_time"]


@pytest.mark.parametrize(
    ("now", "offers"),
    [(DESK, ["person", "text"]), (AWAY_DESK, ["callback", "text"]), (NIGHT_DESK, ["cannot_wait", "text"])],
)
def test_a_section_ends_with_the_person_or_in_that_place_the_callback(
    shipped_flow: Flow, named: Named, now: Circumstances, offers: list[str]
) -> None:
    *_, end, _, _, _ = each_said(pressed(shipped_flow, Place("en", "menu"), "4", now))
    assert named(end) == ["end", *offers, "again", "choices"]


@pytest.mark.parametrize(
    ("now", "offers"),
    [
        (AWAY_DESK, ["callback", "text"]),
        (replace(AWAY_DESK, can_text=False), ["callback"]),
        (replace(AWAY_DESK, takes_callbacks=False), ["text"]),
        (NIGHT_DESK, ["cannot_wait", "callback", "text"]),
    ],
)
def test_the_closed_message_offers_what_there_is(
    shipped_flow: Flow, named: Named, now: Circumstances, offers: list[str]
) -> None:
    missed = NO_ANSWER if now.after_hours else KeyPressed(Key.ZERO)
    closed = at(shipped_flow, Place("en", "night", 1), missed, now)
    begins = ["nobody"] if now.after_hours else []
    message = [*begins, "closed 1", "closed 2", "emergency", *offers, "choices"]
    assert named(each_said(closed)[0]) == message
    again = named(each_said(pressed(shipped_flow, Place("en", "closed", back=Back("what", 1)), "8", now))[0])
    assert again[-len(offers) - 2 :] == [*offers, "back", "choices"]


def test_who_is_told_goodbye_next_is_offered_the_callback_where_nobody_is_there(
    shipped_flow: Flow, named: Named
) -> None:
    *_, warned, _ = each_said(pressed(shipped_flow, Place("en", "menu"), "0", AWAY_DESK))
    assert named(warned) == ["warn_goodbye", "callback", "more_time"]


def test_why_the_desk_has_closed_the_line_is_said_in_the_closed_message(shipped_flow: Flow, named: Named) -> None:
    for reason, heard in (("weather", ["reason weather"]), ("unknown", []), ("", [])):
        closed = pressed(shipped_flow, Place("en", "menu"), "0", replace(CLOSED, reason=reason))
        assert named(each_said(closed)[0]) == ["closed 1", *heard, "closed 2", "emergency", "choices"]
        again = pressed(shipped_flow, Place("en", "closed"), "0", replace(CLOSED, reason=reason))
        assert named(each_said(again)[0]) == ["still_closed", "choices"]


@pytest.mark.parametrize("node", QUESTIONS)
def test_a_question_is_asked_with_its_two_answers_and_asked_again_with_help(
    shipped_flow: Flow, named: Named, node: str
) -> None:
    asked, answers, helped, warned, still_here = each_said(pressed(shipped_flow, Place("en", node), "7", DESK))
    assert named(asked) == [f"{node} 1"]
    assert named(answers) == [QUESTIONS[node], *ANSWERS]
    assert named(helped) == ["no_key", QUESTIONS[node], *ANSWERS, "pace", "language"]
    is_no = node in ("promised", "text-link")
    assert named(warned) == (["warn_no", *ANSWERS, "more_time"] if is_no else ["warn_person", "person", "more_time"])
    assert named(still_here) == ["still_here"]


@pytest.mark.parametrize("node", QUESTIONS)
def test_more_time_for_a_question_is_the_key_that_asks_it_again(shipped_flow: Flow, node: str) -> None:
    asked, answers, _, warned, _ = each_said(pressed(shipped_flow, Place("en", node), "7", DESK))
    assert written(warned[-1].spans) == "For more time, press 7."
    again = each_said(pressed(shipped_flow, Place("en", node, tries=2), "7", DESK))
    assert again[:2] == [asked, answers]


@pytest.mark.parametrize(("key", "first"), [("#", "nothing_to_skip"), ("8", "slower"), ("9", "emergency")])
@pytest.mark.parametrize("part", [ASKED, BEING_ASKED])
@pytest.mark.parametrize("node", QUESTIONS)
def test_what_a_key_comes_to_is_said_before_the_question_and_once(
    shipped_flow: Flow, named: Named, node: str, part: int, key: str, first: str
) -> None:
    asked, answers, helped, *_ = each_said(pressed(shipped_flow, Place("en", node, part), key, DESK))
    assert named(asked)[:2] == [first, f"{node} 1"]
    assert named(answers) == [QUESTIONS[node], *ANSWERS]
    assert named(helped)[0] == "no_key"


@pytest.mark.parametrize(
    ("node", "part"), [*((node, ASKED) for node in QUESTIONS), ("promised", BEING_ASKED), ("text-link", BEING_ASKED)]
)
def test_a_key_that_is_no_answer_is_named_and_then_only_what_is_asked_is_said_again(
    shipped_flow: Flow, named: Named, node: str, part: int
) -> None:
    now = replace(DESK, can_text=False)
    helped, warned, still_here = each_said(pressed(shipped_flow, Place("en", node, part), "6", now))
    assert named(helped) == ["not_a_choice", QUESTIONS[node], *ANSWERS, "pace", "language"]
    assert named(warned)[0] in ("warn_no", "warn_person")
    assert named(still_here) == ["still_here"]
    warned, still_here = each_said(pressed(shipped_flow, Place("en", node, part, tries=1), "6", now))
    assert named(warned)[0] == "not_a_choice"
    assert named(still_here) == ["still_here"]


@pytest.mark.parametrize(
    ("now", "when"),
    [
        (DESK, "as soon as we can"),
        (AWAY_DESK, "as soon as we can, once we are back on Monday at 8 in the morning, Eastern time"),
        (replace(AWAY_DESK, opens=None), "as soon as we can"),
    ],
)
def test_without_a_time_to_promise_it_is_said_when_the_team_is_back(
    shipped_flow: Flow, now: Circumstances, when: str
) -> None:
    about, *_ = each_said(pressed(shipped_flow, Place("en", "promised"), "7", now))
    assert written(about[0].spans).endswith(f"Our scheduling team will call you back {when}.")


def test_a_line_need_not_have_words_for_it(shipped_flow: Flow) -> None:
    script = shipped_flow.scripts["es"]
    assert script.promise is not None
    bare = replace(script, promise=replace(script.promise, soon_closed=None))
    flow = replace(shipped_flow, scripts={**shipped_flow.scripts, "es": bare})
    about, *_ = each_said(pressed(flow, Place("es", "promised"), "7", AWAY_DESK))
    assert written(about[0].spans).endswith("Nuestro equipo de citas le va a llamar lo antes posible.")


def test_more_time_to_type_a_number_is_the_key_that_helps_again(shipped_flow: Flow) -> None:
    helped, _, warned, _ = each_said(document(shipped_flow, Cue(Place("en", "number", HELPED)), DESK))
    assert written(warned[-1].spans) == "For more time, press 7."
    again = each_said(pressed(shipped_flow, Place("en", "number", HELPED, tries=2), "7", DESK))
    assert [each.spans[-1] for each in again[0]] == [each.spans[-1] for each in helped]


def test_more_time_elsewhere_is_star(shipped_flow: Flow) -> None:
    *_, warned, _ = each_said(pressed(shipped_flow, Place("en", "menu"), "*", DESK))
    assert written(warned[-1].spans) == "For more time, press star."


def test_typing_a_number_is_asked_and_helped(shipped_flow: Flow, named: Named) -> None:
    asked, first, helped, warned, _ = each_said(document(shipped_flow, Cue(Place("en", "number")), DESK))
    assert named(asked) == ["number 1"]
    assert named(first) == ["no_number", "person", "enter", "choices"]
    assert named(helped) == ["no_key", "person", "enter", "pace", "language", "choices"]
    assert named(warned) == ["warn_person", "person", "more_time"]
    one_more, *_ = each_said(at(shipped_flow, Place("en", "number"), NumberGiven(Typed.ONE_MORE), DESK))
    assert named(one_more) == ["one_more"]


@pytest.mark.parametrize(
    ("place", "event", "begins"),
    [
        (Place("en", "number"), NumberGiven(Typed.TOO_FEW, 7), ["too_few", "number 1"]),
        (Place("en", "number", tries=1), NumberGiven(Typed.NOT_CALLABLE), ["not_callable", "number 1"]),
        (Place("en", "number"), NumberGiven(Typed.STARTED_OVER), ["number 1"]),
        (Place("en", "number"), NumberGiven(Typed.FAILED), ["unkept 1", "person", "text", "choices"]),
        (Place("en", "number"), NumberGiven(Typed.WHOLE), ["confirm 1"]),
        (Place("en", "call-back"), Stored(Effect.ASK_STORE, Outcome.DONE), ["call-back 1"]),
        (Place("en", "call-back"), Stored(Effect.KEEP_OWN, Outcome.REFUSED), ["enough", "kept 1"]),
        (Place("en", "promised"), Stored(Effect.PERMIT_MESSAGE, Outcome.FAILED), ["not_noted", "kept 1"]),
        (Place("en", "promised"), Stored(Effect.PERMIT_MESSAGE, Outcome.DONE), ["kept 1", "person", "choices"]),
        (Place("en", "text-link"), Stored(Effect.SEND_TEXT, Outcome.DONE), ["texted 1", "person", "choices"]),
    ],
)
def test_what_is_said_first_after_what_a_caller_asked_for(
    shipped_flow: Flow, named: Named, place: Place, event: Event, begins: list[str]
) -> None:
    assert named(each_said(at(shipped_flow, place, event, DESK))[0])[: len(begins)] == begins


@pytest.mark.parametrize("key", ["6", "8", "9"])
def test_a_key_where_a_number_is_typed_is_answered_first(shipped_flow: Flow, named: Named, key: str) -> None:
    now = replace(DESK, can_text=False)
    (first, *_) = each_said(pressed(shipped_flow, Place("en", "number"), key, now))
    assert named(first) == [{"6": "not_a_choice", "8": "slower", "9": "emergency"}[key], "number 1"]


def test_how_many_digits_were_heard_is_said(shipped_flow: Flow) -> None:
    for count in (0, 7, 9):
        heard = each_said(at(shipped_flow, Place("en", "number"), NumberGiven(Typed.TOO_FEW, count), DESK))[0]
        assert str(count) in written(heard[0].spans).split()


def test_no_document_of_the_engine_knows_a_digit_of_a_caller(shipped_flow: Flow) -> None:
    for node, whose in (("call-back", Whose.LAST_TWO), ("text-link", Whose.LAST_TWO), ("confirm", Whose.TYPED)):
        for language in shipped_flow.line.languages:
            asked = each_said(document(shipped_flow, Cue(Place(language, node)), DESK))[0]
            assert Private(whose) in {span for each in asked for span in each.spans}
