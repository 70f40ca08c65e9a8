"""How the turns of the settings are written for the platform."""

from __future__ import annotations

import pytest

from ivr.phone import Dial, Document
from tests.conftest import MakePlatform
from tests.platform_client import CLOSED_AT, PlatformClient, call_form

NOBODY = {"DialCallStatus": "no-answer", "DialBridged": "false"}


def dial(document: Document) -> Dial:
    (found,) = [verb for verb in document.verbs if isinstance(verb, Dial)]
    return found


def next_turn(platform: PlatformClient, ringing: Dial) -> Document:
    assert ringing.action is not None
    return platform.hear(ringing.action.partition("#")[0], call_form(**NOBODY))


def test_who_takes_calls_by_key_hears_a_whisper_and_who_does_not_is_connected(make_platform: MakePlatform) -> None:
    platform = make_platform(
        TEAM_NUMBERS="+18135550101&sip:desk@example.org;transport=tls&+18135550102;accept=none", BACKUP_NUMBERS=""
    )
    ringing = dial(platform.hear("/voice/es/menu", call_form(Digits="0")))
    first, desk, queue = ringing.targets
    assert (first.address, desk.address) == ("+18135550101", "sip:desk@example.org;transport=tls")
    assert first.url == desk.url
    assert (first.url or "").startswith("/voice/es/whisper#")
    assert (queue.address, queue.url) == ("+18135550102", None)
    assert ringing.timeout_s == 15


def test_the_turns_ring_one_after_another_and_the_backup_last(platform: PlatformClient) -> None:
    rung: list[str] = []
    document = platform.hear("/voice/en/menu", call_form(Digits="0"))
    while any(isinstance(verb, Dial) for verb in document.verbs):
        rung += [target.address for target in dial(document).targets]
        document = next_turn(platform, dial(document))
    assert sorted(rung[:-1]) == ["+18135550101", "+18135550102", "+18135550103"]
    assert rung[-1] == "+18135550104"


def test_a_caller_who_has_pressed_nothing_rings_one_turn(platform: PlatformClient) -> None:
    ringing = dial(platform.hear("/voice/en/menu?tries=3&pressed=no"))
    document = next_turn(platform, ringing)
    assert not any(isinstance(verb, Dial) for verb in document.verbs)


@pytest.mark.parametrize("to", ["+18886633488", "+18135550109"])
def test_who_is_rung_sees_the_number_that_was_called(platform: PlatformClient, to: str) -> None:
    assert dial(platform.hear("/voice/en/menu", call_form(Digits="0", To=to))).caller_id == to


def test_at_night_the_after_hours_line_rings_and_nobody_else(make_platform: MakePlatform) -> None:
    night = make_platform(AFTER_HOURS_NUMBERS="+18135550106;accept=none").later(CLOSED_AT)
    (target,) = dial(night.hear("/voice/en/menu", call_form(Digits="0"))).targets
    assert (target.address, target.url) == ("+18135550106", None)


def test_at_night_without_an_after_hours_line_nobody_is_rung(platform: PlatformClient) -> None:
    document = platform.later(CLOSED_AT).hear("/voice/en/menu", call_form(Digits="0"))
    assert not any(isinstance(verb, Dial) for verb in document.verbs)
