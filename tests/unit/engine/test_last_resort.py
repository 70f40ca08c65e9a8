"""What is said and rung when the line itself fails, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.engine.actions import Actions, Dial, HangUp, Said, Speak
from ivr.engine.last_resort import apology, fallback
from ivr.model.flow import Flow
from ivr.model.numbers import Role
from ivr.model.speech import Rest

Named = Callable[[Said], list[str]]


def told(actions: Actions, named: Named) -> list[object]:
    """The sentences of each action in their language, the role of a dial, and the end."""
    return [
        [f"{each.language} {name}" for each in action.said for name in named((each,))]
        if isinstance(action, Speak)
        else action.role
        if isinstance(action, Dial)
        else action
        for action in actions
    ]


@pytest.mark.parametrize("role", Role)
def test_an_apology_connects_and_then_says_the_number_for_who_was_not_answered(
    shipped_flow: Flow, named: Named, role: Role
) -> None:
    assert told(apology(shipped_flow, "en", role), named) == [
        ["en apology", "en apology_connect"], role, ["en apology_call"], ["en goodbye"], HangUp(),
    ]  # fmt: skip


def test_who_asked_for_spanish_hears_what_to_say_if_english_answers(shipped_flow: Flow, named: Named) -> None:
    announced, *_ = told(apology(shipped_flow, "es", Role.TEAM), named)
    assert announced == ["es apology", "es apology_connect", "es ask_language"]


def test_an_apology_with_nobody_to_ring_says_the_emergency_line_and_the_number(
    shipped_flow: Flow, named: Named
) -> None:
    assert told(apology(shipped_flow, "es", None), named) == [
        ["es apology", "es emergency"], ["es apology_call"], ["es goodbye"], HangUp(),
    ]  # fmt: skip


def test_the_fallback_says_everything_in_each_language_in_turn(shipped_flow: Flow, named: Named) -> None:
    assert told(fallback(shipped_flow), named) == [
        ["en welcome 1", "en emergency"], ["es welcome 1", "es emergency"],
        ["en apology_connect"], ["es apology_connect", "es ask_language"],
        Role.FALLBACK,
        ["en apology_call"], ["es apology_call"],
        ["en goodbye"], ["es goodbye"],
        HangUp(),
    ]  # fmt: skip


def test_a_last_resort_rings_twice_as_long_as_a_turn_and_asks_nothing_of_us_afterwards(shipped_flow: Flow) -> None:
    ringing = shipped_flow.line.ringing
    dial = next(action for action in apology(shipped_flow, "en", Role.TEAM) if isinstance(action, Dial))
    assert dial == Dial(Role.TEAM, 0, 2 * ringing.ring_s, ringing.talk_limit_s, ends=None)


def test_every_sentence_of_a_last_resort_ends_with_a_rest(shipped_flow: Flow) -> None:
    rest = Rest(shipped_flow.line.rests.after_sentence_ms)
    for actions in (fallback(shipped_flow), apology(shipped_flow, "en", Role.TEAM), apology(shipped_flow, "en", None)):
        spoken = [each for action in actions if isinstance(action, Speak) for each in action.said]
        assert spoken
        assert {each.spans[-1] for each in spoken} == {rest}
