"""How a turn of ringing ends, and where that leads: the caller standard's P3 and P4."""

from __future__ import annotations

import pytest

from ivr.engine.actions import Dial, Speak
from ivr.engine.cues import Remark
from ivr.engine.events import Circumstances, DialEnded, DialOutcome, Event, KeyPressed
from ivr.engine.moves import move
from ivr.engine.step import step
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Key
from ivr.model.numbers import Role
from ivr.model.place import ROOT, Back, Pace, Place

MONDAY = Opening(Day.WEEKDAY, weekday=0, hour=8)
TURNS = (True, True, True)
OPEN = Circumstances(is_open=True, team=TURNS)
CLOSED = Circumstances(is_open=False, opens=MONDAY, team=TURNS)
NIGHT = Circumstances(is_open=False, opens=MONDAY, team=TURNS, after_hours=(True, True))

LONG, SHORT = False, True
COMPLETED, ANSWERED, BUSY = DialOutcome.COMPLETED, DialOutcome.ANSWERED, DialOutcome.BUSY
MISSED = (BUSY, DialOutcome.NO_ANSWER, DialOutcome.FAILED, DialOutcome.CANCELED, DialOutcome.OTHER)
NO_ANSWER = DialEnded(None, DialOutcome.NO_ANSWER, SHORT)


def led_to(flow: Flow, written: str, ended: DialEnded, now: Circumstances = OPEN) -> str:
    path, _, query = written.partition("?")
    return move(flow, Place.parse(ROOT + path, query), ended, now).place.to_url().removeprefix(ROOT)


@pytest.mark.parametrize("outcome", DialOutcome)
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_bridged_turn_was_a_talk_whatever_else_is_said(shipped_flow: Flow, outcome: DialOutcome, turn: int) -> None:
    place = f"en/transfer/{turn}"
    assert led_to(shipped_flow, place, DialEnded(bridged=True, outcome=outcome, was_short=LONG)) == "en/talked"
    assert led_to(shipped_flow, place, DialEnded(bridged=True, outcome=outcome, was_short=SHORT)) == "en/cut-off"


@pytest.mark.parametrize("outcome", DialOutcome)
@pytest.mark.parametrize("was_short", [LONG, SHORT])
def test_a_turn_that_was_not_bridged_leads_to_the_next_and_the_last_to_nobody(
    shipped_flow: Flow,
    outcome: DialOutcome,
    was_short: bool,  # noqa: FBT001
) -> None:
    ended = DialEnded(bridged=False, outcome=outcome, was_short=was_short)
    assert led_to(shipped_flow, "en/transfer/1", ended) == "en/transfer/1"  # the second turn: one has rung
    assert led_to(shipped_flow, "en/transfer/2", ended) == "en/transfer/2"
    assert led_to(shipped_flow, "en/transfer/3", ended) == "en/nobody"


@pytest.mark.parametrize("outcome", [COMPLETED, ANSWERED])
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_call_that_was_answered_counts_as_a_talk_where_the_platform_does_not_tell(
    shipped_flow: Flow, outcome: DialOutcome, turn: int
) -> None:
    place = f"en/transfer/{turn}"
    assert led_to(shipped_flow, place, DialEnded(bridged=None, outcome=outcome, was_short=LONG)) == "en/talked"
    assert led_to(shipped_flow, place, DialEnded(bridged=None, outcome=outcome, was_short=SHORT)) == "en/cut-off"


@pytest.mark.parametrize("outcome", MISSED)
@pytest.mark.parametrize("was_short", [LONG, SHORT])
def test_any_other_ending_leads_to_the_next_turn(
    shipped_flow: Flow,
    outcome: DialOutcome,
    was_short: bool,  # noqa: FBT001
) -> None:
    ended = DialEnded(bridged=None, outcome=outcome, was_short=was_short)
    assert led_to(shipped_flow, "en/transfer/1", ended) == "en/transfer/1"
    assert led_to(shipped_flow, "en/transfer/2", ended) == "en/transfer/2"
    assert led_to(shipped_flow, "en/transfer/3", ended) == "en/nobody"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_as_many_turns_ring_as_there_are(shipped_flow: Flow, turns: int) -> None:
    now = Circumstances(is_open=True, team=TURNS[:turns])
    place, actions = step(shipped_flow, Place("en", "menu"), KeyPressed(Key.ZERO), now)
    rung = []
    while isinstance(dial := actions[-1], Dial):
        rung.append(dial.turn)
        assert dial.ends is not None
        place, actions = step(shipped_flow, dial.ends, NO_ANSWER, now)
    assert rung == list(range(turns))
    assert place.node == "nobody"


def test_a_caller_who_pressed_nothing_rings_one_turn_only(shipped_flow: Flow) -> None:
    assert led_to(shipped_flow, "en/transfer/1?pressed=no", NO_ANSWER) == "en/nobody?pressed=no"
    talk = DialEnded(bridged=True, outcome=COMPLETED, was_short=LONG)
    assert led_to(shipped_flow, "en/transfer/1?pressed=no", talk) == "en/talked?pressed=no"


def test_the_same_caller_rings_every_turn_once_0_asks(shipped_flow: Flow) -> None:
    place = move(shipped_flow, Place("en", "nobody", has_pressed=False), KeyPressed(Key.ZERO), OPEN).place
    assert place == Place("en", "transfer")
    assert led_to(shipped_flow, "en/transfer/1", NO_ANSWER) == "en/transfer/1"


def test_the_way_back_travels_through_the_ringing_to_nobody_and_closed(shipped_flow: Flow) -> None:
    back = "?back=treat.2"
    assert led_to(shipped_flow, f"en/transfer/1{back}", NO_ANSWER) == f"en/transfer/1{back}"
    assert led_to(shipped_flow, f"en/transfer/3{back}", NO_ANSWER) == f"en/nobody{back}"
    assert led_to(shipped_flow, f"en/transfer/1{back}", NO_ANSWER, CLOSED) == f"en/closed{back}"
    assert led_to(shipped_flow, f"en/night/2{back}", NO_ANSWER, NIGHT) == f"en/closed{back}"


def test_the_way_back_ends_with_a_talk_which_does_not_offer_it(shipped_flow: Flow) -> None:
    place = "en/transfer/1?back=treat.2"
    assert led_to(shipped_flow, place, DialEnded(bridged=True, outcome=COMPLETED, was_short=LONG)) == "en/talked"
    assert led_to(shipped_flow, place, DialEnded(bridged=True, outcome=COMPLETED, was_short=SHORT)) == "en/cut-off"


def test_a_team_that_went_home_while_it_rang_is_not_rung_again(shipped_flow: Flow) -> None:
    assert led_to(shipped_flow, "en/transfer/1", NO_ANSWER, CLOSED) == "en/closed"
    assert led_to(shipped_flow, "en/transfer/1", NO_ANSWER, NIGHT) == "en/night"
    assert led_to(shipped_flow, "en/transfer/3", NO_ANSWER, CLOSED) == "en/nobody"


@pytest.mark.parametrize(
    ("turn", "event", "now", "remarks"),
    [
        (1, NO_ANSWER, CLOSED, (Remark.NOBODY,)),
        (2, NO_ANSWER, CLOSED, (Remark.NOBODY,)),
        (1, NO_ANSWER, NIGHT, ()),
        (0, KeyPressed(Key.EIGHT), CLOSED, (Remark.SLOWER,)),
    ],
)
def test_that_nobody_answered_is_said_only_after_it_rang_and_where_nothing_rings_next(
    shipped_flow: Flow, turn: int, event: Event, now: Circumstances, remarks: tuple[Remark, ...]
) -> None:
    assert move(shipped_flow, Place("en", "transfer", turn), event, now).remarks == remarks


def test_the_way_back_is_kept_when_no_turn_is_left(shipped_flow: Flow) -> None:
    place = Place("en", "transfer", 3, back=Back("treat", 2))
    cue = move(shipped_flow, place, KeyPressed(Key.EIGHT), OPEN)
    assert cue.place == Place("en", "nobody", pace=Pace.SLOW, back=Back("treat", 2))


@pytest.mark.parametrize("now", [CLOSED, NIGHT])
def test_a_talk_that_outlasted_the_day_ends_like_any_other(shipped_flow: Flow, now: Circumstances) -> None:
    talk = DialEnded(bridged=True, outcome=COMPLETED, was_short=LONG)
    assert led_to(shipped_flow, "en/transfer/1", talk, now) == "en/talked"


def test_the_after_hours_line_rings_its_own_turns_and_then_the_closed_message_begins_with_who_did_not_answer(
    shipped_flow: Flow,
) -> None:
    place, (_, dial) = step(shipped_flow, Place("en", "menu"), KeyPressed(Key.ZERO), NIGHT)
    assert place == Place("en", "night")
    assert isinstance(dial, Dial)
    assert (dial.role, dial.turn) == (Role.AFTER_HOURS, 0)
    assert led_to(shipped_flow, "en/night/1", NO_ANSWER, NIGHT) == "en/night/1"
    cue = move(shipped_flow, Place("en", "night", 2), NO_ANSWER, NIGHT)
    assert (cue.place, cue.remarks) == (Place("en", "closed"), (Remark.NOBODY,))


def test_a_team_that_came_meanwhile_is_rung_instead_of_the_after_hours_line(shipped_flow: Flow) -> None:
    now = Circumstances(is_open=True, team=TURNS, after_hours=(True, True))
    assert led_to(shipped_flow, "en/night/1", NO_ANSWER, now) == "en/transfer"
    assert led_to(shipped_flow, "en/night/2", NO_ANSWER, now) == "en/menu"  # that the team is away is no longer so


def test_language_and_pace_travel_through_the_ringing(shipped_flow: Flow) -> None:
    place = Place("es", "transfer", 3, Pace.SLOW, back=Back("what", 1), has_changed_language=True)
    assert move(shipped_flow, place, NO_ANSWER, OPEN).place == place._replace(node="nobody", part=0)


def test_an_ending_that_comes_where_nothing_rings_is_a_silence(shipped_flow: Flow) -> None:
    assert led_to(shipped_flow, "en/menu", NO_ANSWER) == "en/menu?tries=1"
    assert led_to(shipped_flow, "en/what/1", NO_ANSWER) == "en/what/2"


def test_a_request_without_any_ending_counts_as_a_turn_nobody_took(shipped_flow: Flow) -> None:
    silent = DialEnded(bridged=None, outcome=DialOutcome.OTHER, was_short=SHORT)
    assert led_to(shipped_flow, "en/transfer/2", silent) == "en/transfer/2"
    assert led_to(shipped_flow, "en/transfer/3", silent) == "en/nobody"


def test_a_turn_tells_what_happens_and_rings_as_long_as_the_line_says(shipped_flow: Flow) -> None:
    ringing = shipped_flow.line.ringing
    for turn in range(3):
        place = Place("en", "transfer", turn)
        _, (speak, dial) = step(shipped_flow, place, NO_ANSWER if turn else KeyPressed(Key.ZERO), OPEN)
        assert isinstance(speak, Speak)
        assert len(speak.said) == 1
        assert dial == Dial(Role.TEAM, turn, ringing.ring_s, ringing.talk_limit_s, place._replace(part=turn + 1))
