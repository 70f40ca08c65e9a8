"""Calls that were written down: read, played, and written again."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from ivr.errors import CallFault, TwimlFault
from ivr.phone import Answers, Behaviour, DoesNotAnswer, Groups, Team, Telephone, play, read, voicemail, write
from ivr.phone.people import behaviour_words, read_behaviour

if TYPE_CHECKING:
    from tests.unit.phone.conftest import TinyLine

Make = Callable[..., Telephone]
EASTERN = ZoneInfo("America/New_York")

WHOLE = """
# A frightened caller skips to treatment and is connected.
time 2026-11-24 10:00:30          # a Tuesday
from anonymous
team +18135550101 voicemail
team +18135550102 answers after 12, presses 5 1, talks 180
groups ring on

call
at en welcome
by 3 s hears "treatment"
press 3                           # now, while the line speaks
at en treat
hears "two"
hears no "three"
rings nobody
press # at en treat 2             # silent until that part is read, then the key
retry
at en menu tries 1
press 0 after 1.5
dials +18135550102 & +18135550101
whisper +18135550101 hears "press 1"
whisper +18135550101 hears no "cancer"
talks
at en talked
silent
ends
"""


def played(line: TinyLine, text: str) -> Telephone:
    return play(read(text, "a.call"), line, timezone=EASTERN)


def fault_of(line: TinyLine, text: str) -> str:
    with pytest.raises(CallFault) as refused:
        played(line, text)
    return str(refused.value)


def test_a_whole_call_comes_true(line: TinyLine) -> None:
    telephone = played(line, WHOLE)
    assert telephone.ended_by == "line"
    assert telephone.began.isoformat() == "2026-11-24T10:00:30-05:00"
    assert dict(telephone.requests[0].form)["From"] == "anonymous"
    assert {leg.address: leg.fate for leg in telephone.rings[0].legs} == {
        "+18135550101": "declined",
        "+18135550102": "bridged",
    }


def test_settings_reach_the_call(line: TinyLine) -> None:
    platform = "platform says answered\nplatform leaves out bridged\nplatform leaves out star"
    text = f"language es\nto +18135550100\nsid CAabc\nfrom\n{platform}\ncall"
    telephone = played(line, text)
    form = dict(telephone.requests[0].form)
    assert telephone.requests[0].path_and_query == "/voice/answer?language=es"
    assert (form["To"], form["CallSid"], form["From"]) == ("+18135550100", "CAabc", "")
    assert telephone.team.says_answered
    assert telephone.team.leaves_out_bridged
    assert telephone.team.leaves_out_star


def test_several_keys_are_pressed_at_once_or_one_after_the_other(line: TinyLine) -> None:
    line.answer(
        "/voice/answer",
        '<Gather action="/voice/en/number" numDigits="10" finishOnKey="*"/>'
        '<Gather action="/voice/en/number/1" numDigits="1" finishOnKey=""/><Redirect>/voice/en/menu</Redirect>',
    )
    for pressed, at_s in (("press 8135550123", 0), ("press 8135550123 at en number after 1 every 2.5", 23.5)):
        telephone = played(line, f"call\n{pressed}")
        assert dict(telephone.requests[1].form)["Digits"] == "8135550123"
        assert telephone.at_s == pytest.approx(at_s)


def test_a_call_that_the_script_leaves_is_hung_up(line: TinyLine) -> None:
    assert played(line, "call\nwait 2.5").ended_by == "caller"
    assert played(line, "call\nhang up after 1").at_s == pytest.approx(1)


def test_a_forced_outcome_overrules_the_team(line: TinyLine) -> None:
    text = "outcome completed, bridged unknown, 40 seconds\ncall\npress 0\ndials +18135550101 & +18135550102\n"
    assert played(line, text + "nobody takes it\nat en nobody").ended_by == "caller"


def test_the_team_can_change_in_mid_call(line: TinyLine) -> None:
    rings = "dials +18135550101 & +18135550102"
    text = f"call\npress 0\n{rings}\nnobody takes it\nteam +18135550101 answers\npress 0\n{rings}\ntalks\nat en talked"
    line.answer("/voice/en/nobody", "<Redirect>/voice/en/transfer</Redirect>")
    played(line, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("call\nat en menu",
         ("a.call:2: The line should listen at en menu, but it listens at en welcome. "
         "The caller has heard nothing yet.")),
        ("call\npress 3\nat en treat tries 1",
         ("a.call:3: The line should listen at en treat tries 1, but it listens at en treat. "
         "The caller has heard nothing yet.")),
        ('call\nwait 1\nhears "cancer"',
         'a.call:3: The caller should hear "cancer" here. The caller last heard: "Hello."'),
        ('call\nhears no "hello"',
         'a.call:2: The caller should not hear "hello" here. The caller has heard nothing yet.'),
        ('call\nby 1 s hears "press 3"',
         ('a.call:2: The caller should hear "press 3" by 1 s, but it begins at 3.0 s. '
         "The caller has heard nothing yet.")),
        ("call\ndials +18135550101",
         ("a.call:2: The line should ring +18135550101, but it listens at en menu tries 1. "
         'The caller last heard: "Hello. To hear about treatment, press 3."')),
        ("call\npress 0\ndials +18135550101",
         ("a.call:3: The line should ring +18135550101, but it rings +18135550101 & +18135550102. "
         'The caller last heard: "I am connecting you with our team now."')),
        ("call\npress 0\ndials +18135550101 & +18135550102\ntalks",
         ("a.call:4: Somebody should take the call, but +18135550101 unanswered, +18135550102 unanswered. "
         'The caller last heard: "I am connecting you with our team now."')),
        ("call\ntalks",
         ("a.call:2: The line should ring somebody now, but it listens at en welcome. "
         "The caller has heard nothing yet.")),
        ("call\npress 0\ndials +18135550101 & +18135550102\nrings nobody",
         ("a.call:4: Nobody should be rung, but somebody is or was. "
         'The caller last heard: "I am connecting you with our team now."')),
        ('call\nwhisper +18135550101 hears "press 1"',
         "a.call:2: +18135550101 heard no whisper. The caller has heard nothing yet."),
        ("call\nends",
         ("a.call:2: The line should end the call, but it listens at en menu tries 1. "
         'The caller last heard: "Hello. To hear about treatment, press 3."')),
        ("call\nhang up\nat en menu",
         ("a.call:3: The line should listen at en menu, but the call was ended by the caller. "
         "The caller has heard nothing yet.")),
        ("call\npress 3 at es menu",
         ("a.call:2: The call ended before it was at es menu. "
         'The caller last heard: "Nobody could answer. Goodbye."')),
        ("call\nteam +18135550101 sleeps",
         'a.call:2: "sleeps" is nothing that the one who is called can do. The caller has heard nothing yet.'),
    ],
)  # fmt: skip
def test_what_does_not_come_true_names_its_line(line: TinyLine, text: str, message: str) -> None:
    assert fault_of(line, text) == message


def test_a_document_out_of_order_names_the_line_that_led_to_it(line: TinyLine) -> None:
    line.answer("/voice/en/welcome", "<Hangup now='yes'/>")
    with pytest.raises(TwimlFault, match=r"^a\.call:2: /voice/en/welcome: <Hangup>: now is not an attribute"):
        played(line, "call\npress 3")


def test_every_line_that_cannot_be_read_is_said_at_once() -> None:
    with pytest.raises(CallFault) as refused:
        read("time tomorrow\ncall\n\npress three\nsing\n", "b.call")
    first, second, third = str(refused.value).split("\n")
    assert first == 'b.call:1: "time tomorrow" is not understood. Write: time 2026-11-24 10:00.'
    assert (
        second
        == 'b.call:4: "press three" is not understood. Write: press KEYS [at PLACE] [after SECONDS] [every SECONDS].'
    )
    assert third.startswith('b.call:5: "sing" is not understood. Write: one of time, language, from')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("press 3", "c.call: there must be one line that says call, and there are 0."),
        ("call\ncall", "c.call: there must be one line that says call, and there are 2."),
        ("silent\ncall", "c.call:1: silent must stand after the call."),
        ("call\nfrom anonymous", "c.call:2: from must stand before the call."),
    ],
)
def test_lines_out_of_order_are_refused(text: str, message: str) -> None:
    with pytest.raises(CallFault) as refused:
        read(text, "c.call")
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("words", "behaviour"),
    [
        ("answers", Answers()),
        ("answers after 2.5, presses #, talks 9", Answers(2.5, "#", 9)),
        ("answers, presses 5 1", Answers(presses="51")),
        ("answers after 6, presses nothing, lost after 3", Answers(6, "", lost_after_s=3)),
        ("voicemail after 8", voicemail(8)),
        ("busy", DoesNotAnswer("busy")),
        ("no answer", DoesNotAnswer("no-answer")),
        ("answers after six", None),
    ],
)
def test_what_people_do_in_words(words: str, behaviour: Behaviour | None) -> None:
    assert read_behaviour(words) == behaviour
    if behaviour is not None:
        assert read_behaviour(behaviour_words(behaviour)) == behaviour


def kept(telephone: Telephone) -> list[tuple[str, str, str]]:
    """What of a call must be the same when it is made again: what was asked, and which keys went with it."""
    forms = [(request, dict(request.form)) for request in telephone.requests]
    return [(one.kind, one.path_and_query, form.get("Digits", "")) for one, form in forms]


def test_the_script_of_a_call_reads_well(telephone: Make) -> None:
    call = telephone(team=Team((("+18135550101", Answers(6, "1", 180)),)))
    call.dial()
    call.press("3")
    call.press_at("en treat 2", "#", after_s=0.34)
    call.press("0", after_s=1)
    call.wait_silently()
    call.wait_silently()
    call.wait_silently()
    call.wait_silently()
    assert write(call, "A frightened caller.") == (
        "# A frightened caller.\n"
        "time 2026-11-24 10:00\n"
        "team +18135550101 answers after 6, presses 1, talks 180\n"
        "\n"
        "call\n"
        "at en welcome\n"
        "press 3\n"
        "at en treat\n"
        "press # at en treat 2 after 0.3\n"
        "at en menu tries 1\n"
        "press 0 after 1\n"
        "dials +18135550101 & +18135550102\n"
        "talks\n"
        "at en talked\n"
        "silent\n"
        "ends\n"
    )


@pytest.mark.parametrize("seed", range(60))
def test_the_script_of_any_call_passes_when_it_is_played(telephone: Make, line: TinyLine, seed: int) -> None:
    chance = random.Random(seed)
    people: list[Behaviour] = [voicemail(), Answers(presses="51"), DoesNotAnswer("busy"), Answers(lost_after_s=0.5)]
    chosen = tuple((f"+1813555010{number}", chance.choice(people)) for number in "12")
    made = telephone(team=Team(chosen, chance.choice(list(Groups))), from_=chance.choice(["anonymous", "+18135550109"]))
    made.dial(chance.choice(["/voice/answer", "/voice/answer?language=es"]))
    for _ in range(12):
        act(made, chance)
    made.hang_up()
    again = play(read(write(made), "again.call"), line, timezone=EASTERN, token="a token")
    assert kept(again) == kept(made)
    assert again.ended_by == made.ended_by


def act(telephone: Telephone, chance: random.Random) -> None:
    """Do something that a caller might do, if it can be done now."""
    if chance.random() < 0.4:
        telephone.wait_silently()
    elif telephone.call.listening is not None:
        if chance.random() < 0.5:
            telephone.wait(chance.random() * 4)
        if telephone.call.listening is not None:
            telephone.press(chance.choice("0123#*"))
