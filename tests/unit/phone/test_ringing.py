"""What becomes of a Dial, whatever the people who are called do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ivr.errors import CallFault, TwimlFault
from ivr.phone import Answers, Behaviour, DialOutcome, DoesNotAnswer, Groups, Response, Team, Telephone, voicemail

if TYPE_CHECKING:
    from tests.unit.phone.conftest import TinyLine

Make = Callable[..., Telephone]
ONE, TWO = "+18135550101", "+18135550102"


def team(one: Behaviour, two: Behaviour | None = None, groups: Groups = Groups.STOP_AT_FIRST, **more: bool) -> Team:
    return Team(((ONE, one), (TWO, two or DoesNotAnswer())), groups, **more)  # type: ignore[arg-type]


def ring(make: Make, whom: Team) -> Telephone:
    call = make(team=whom)
    call.dial()
    call.press("0")
    call.wait_silently()
    assert set(call.ringing) == {ONE, TWO}
    call.wait_silently()
    return call


def fates(call: Telephone) -> dict[str, str]:
    return {leg.address: leg.fate for leg in call.rings[-1].legs}


def dial_form(call: Telephone) -> dict[str, str]:
    return next(dict(request.form) for request in reversed(call.requests) if request.kind == "dial")


def test_one_who_presses_1_is_connected(telephone: Make) -> None:
    call = ring(telephone, team(Answers(after_s=6, talks_s=180)))
    assert fates(call) == {ONE: "bridged", TWO: "cancelled"}
    form = dial_form(call)
    assert (form["DialCallStatus"], form["DialBridged"], form["DialCallDuration"]) == ("completed", "true", "181")
    assert form["DialCallSid"] == call.rings[-1].legs[0].call_sid
    assert call.listening_at == "/voice/en/talked"
    assert call.at_s == pytest.approx(3.2 + 6 + 1 + 180)


def test_a_whisper_is_asked_on_the_other_leg(telephone: Make) -> None:
    call = ring(telephone, team(Answers()))
    asked = [dict(request.form) for request in call.requests if request.kind in ("whisper", "keys")][1:]
    assert [form.get("Digits") for form in asked] == [None, "1"]
    for form in asked:
        assert (form["To"], form["From"]) == (ONE, "+18886633488")
        assert form["CallSid"] == call.rings[-1].legs[0].call_sid != form["ParentCallSid"]
        assert form["Direction"] == "outbound-dial"
    (heard,) = call.rings[-1].legs[0].heard
    assert (heard.speaker, heard.text, heard.is_cut) == (ONE, "Moffitt line.", True)


def test_another_key_hears_the_whisper_again(telephone: Make) -> None:
    call = ring(telephone, team(Answers(presses="51")))
    assert fates(call)[ONE] == "bridged"
    assert len(call.rings[-1].legs[0].heard) == 2


@pytest.mark.parametrize("pick_up", [voicemail(), voicemail(after_s=8), Answers(presses="")])
def test_one_who_presses_nothing_is_not_connected(telephone: Make, pick_up: Answers) -> None:
    call = ring(telephone, team(pick_up))
    assert fates(call) == {ONE: "declined", TWO: "cancelled"}
    form = dial_form(call)
    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "false")
    assert call.listening_at == "/voice/en/nobody"
    assert [heard.text for heard in call.rings[-1].legs[0].heard] == ["Moffitt line. To take this call, press 1."]


def test_where_others_ring_on_one_of_them_can_still_take_the_call(telephone: Make) -> None:
    whom = team(voicemail(), Answers(after_s=12), Groups.RING_ON)
    assert fates(ring(telephone, whom)) == {ONE: "declined", TWO: "bridged"}


def test_where_the_first_stops_the_rest_nobody_can(telephone: Make) -> None:
    assert fates(ring(telephone, team(voicemail(), Answers(after_s=12)))) == {ONE: "declined", TWO: "cancelled"}


def test_of_two_who_press_1_together_one_wins(telephone: Make) -> None:
    call = ring(telephone, team(Answers(after_s=6), Answers(after_s=6), Groups.RING_ON))
    assert sorted(fates(call).values()) == ["bridged", "cancelled"]
    assert [dict(request.form)["To"] for request in call.requests if dict(request.form).get("Digits") == "1"] == [
        ONE,
        TWO,
    ]


def test_nobody_asks_for_a_whisper_after_another_was_connected(telephone: Make) -> None:
    call = ring(telephone, team(Answers(after_s=2), Answers(after_s=4), Groups.RING_ON))
    assert fates(call) == {ONE: "bridged", TWO: "cancelled"}
    assert [dict(request.form)["To"] for request in call.requests if request.kind == "whisper"] == [ONE]


def test_a_leg_that_is_lost_during_its_whisper_is_not_connected(telephone: Make) -> None:
    call = ring(telephone, team(Answers(after_s=6, presses="", lost_after_s=2)))
    assert fates(call)[ONE] == "lost"
    assert dial_form(call)["DialBridged"] == "false"
    assert call.at_s == pytest.approx(3.2 + 8)


def test_a_leg_without_a_whisper_is_connected_as_it_is_picked_up(telephone: Make, line: TinyLine) -> None:
    dial = f'<Dial timeLimit="100" action="/voice/en/transfer"><Number>{ONE}</Number><Number>{TWO}</Number></Dial>'
    line.answer("/voice/en/welcome", dial)
    call = telephone(team=team(Answers(after_s=4, presses="", talks_s=600)))
    call.dial()
    call.press("0")
    call.wait_silently()
    assert fates(call)[ONE] == "bridged"
    assert call.at_s == pytest.approx(104)  # the limit of the Dial, not the ten minutes that they would talk


@pytest.mark.parametrize(
    ("one", "two", "status", "rings_s"),
    [
        (DoesNotAnswer(), DoesNotAnswer("busy"), "no-answer", 20),
        (DoesNotAnswer("busy"), DoesNotAnswer("failed"), "busy", 1),
        (DoesNotAnswer("failed"), DoesNotAnswer("failed"), "failed", 1),
        (DoesNotAnswer("canceled"), DoesNotAnswer("canceled"), "canceled", 1),
        (Answers(after_s=20), DoesNotAnswer(), "no-answer", 20),
    ],
)
def test_where_nobody_picks_up(telephone: Make, one: Behaviour, two: Behaviour, status: str, rings_s: float) -> None:
    call = ring(telephone, team(one, two))
    form = dial_form(call)
    assert (form["DialCallStatus"], form["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in form
    assert call.at_s == pytest.approx(3.2 + rings_s)


def test_some_platforms_say_answered_and_leave_out_whether_it_was_bridged(telephone: Make) -> None:
    call = ring(telephone, team(Answers(), says_answered=True, leaves_out_bridged=True))
    form = dial_form(call)
    assert form["DialCallStatus"] == "answered"
    assert "DialBridged" not in form


def test_an_outcome_can_be_forced_once(telephone: Make) -> None:
    forced = Team(((ONE, Answers()),), forced=(DialOutcome("something new", None, 7),))
    call = ring(telephone, forced)
    form = dial_form(call)
    assert form["DialCallStatus"] == "something new"
    assert "DialBridged" not in form
    assert call.rings[-1].legs == ()
    assert call.team.forced == ()


def test_whoever_is_not_known_does_not_answer(telephone: Make) -> None:
    assert set(fates(ring(telephone, Team())).values()) == {"unanswered"}


def test_a_caller_who_hangs_up_while_it_rings_is_not_followed(telephone: Make) -> None:
    call = telephone(team=team(Answers(after_s=10)))
    call.dial()
    call.press("0")
    call.wait_silently()
    call.hang_up(after_s=3)
    assert [request.kind for request in call.requests][-2:] == ["dial", "status"]
    assert dial_form(call)["DialCallStatus"] == "canceled"
    assert dial_form(call)["CallStatus"] == "completed"
    assert not any(request.kind == "whisper" for request in call.requests)
    assert call.ended_by == "caller"


def test_a_caller_who_hangs_up_during_the_talk(telephone: Make) -> None:
    call = telephone(team=team(Answers(after_s=6, talks_s=100)))
    call.dial()
    call.press("0")
    call.wait_silently()
    call.wait(20)
    call.hang_up()
    assert dial_form(call)["DialBridged"] == "true"
    assert dial_form(call)["DialCallDuration"] == "13"
    assert call.at_s == pytest.approx(23.2)


def test_after_a_dial_without_an_action_the_next_verb_runs(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", f'<Dial timeLimit="60"><Number>{ONE}</Number></Dial><Hangup/>')
    call = telephone()
    call.dial()
    call.wait_silently()
    assert call.ended_by == "line"


def test_a_whisper_may_hold_no_other_verbs(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/en/whisper", "<Redirect>/voice/en/menu</Redirect>")
    with pytest.raises(TwimlFault, match="/voice/en/whisper: <Redirect>: may not stand in a whisper"):
        ring(telephone, team(Answers()))


def test_a_whisper_is_answered_200(telephone: Make, line: TinyLine) -> None:
    line.instead["/voice/en/whisper"] = Response(500, "text/html", b"")
    with pytest.raises(CallFault, match="/voice/en/whisper: answered 500, not 200"):
        ring(telephone, team(Answers()))
