from __future__ import annotations

import io
import os
import pty
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ivr.phone import Answers, Team, Telephone, play, read, run_terminal, voicemail

if TYPE_CHECKING:
    from tests.unit.phone.conftest import TinyLine

Make = Callable[..., Telephone]


def shown(telephone: Telephone, keys: str) -> str:
    out = io.StringIO()
    run_terminal(telephone, io.StringIO(keys), out)
    return out.getvalue()


def test_a_call_is_shown_as_it_is_heard(telephone: Make) -> None:
    whom = Team((("+18135550101", Answers(6, "1", 180)), ("+18135550102", voicemail(20))))
    call, _, script = shown(telephone(team=whom), "3\n\n.\n#\n0\nq\n").partition("\n\n    #")
    assert call.splitlines() == [
        "A call to 1-888-663-3488",
        "Tuesday 24 November 2026, 10:00",
        "0-9 * #  press a key     Enter  stay silent     q  hang up",
        "",
        "    0.0 s  en  Hello.",
        "    0.4 s      ┆ listens 1 s at en welcome",
        "    0.4 s      ▸ 3",
        "    0.4 s  en  Treatment.",
        "    0.8 s      ┆ listens 1 s at en treat",
        "    1.8 s  en  One.",
        "    2.2 s      ┆ listens 1 s at en treat 1",
        "    3.2 s  en  Two.",
        "    3.6 s      ┆ listens 1 s at en treat 2",
        "    3.6 s      ▸ #",
        "    3.6 s  en  To hear about treatment, press 3.",
        "    6.0 s      ┆ listens 7 s at en menu tries 1",
        "    6.0 s      ▸ 0",
        "    6.0 s  en  I am connecting you with our team now.",
        "    9.2 s      ☎ +18135550101: takes the call",
        "   15.2 s      “Moffitt line. …”",
        "    9.2 s      ☎ +18135550102: stops ringing",
        "   16.2 s      The caller and the team talk for 181 s.",
        "  196.2 s  en  The call with our team has ended.",
        "  199.0 s      ┆ listens 7 s at en talked",
        "  199.0 s      You hung up.",
    ]
    assert script.startswith(" A call made by hand.")


def test_the_script_at_the_end_passes(telephone: Make, line: TinyLine) -> None:
    text = shown(telephone(), "3\n\n#\n\n\n\n")
    _, _, script = text.partition("\n\n    #")
    again = play(read("#" + script, "again.call"), line, timezone=ZoneInfo("America/New_York"))
    assert again.ended_by == "line"


def test_a_long_prompt_is_folded(telephone: Make, line: TinyLine) -> None:
    words = "word " * 40
    line.answer("/voice/answer", f'<Say voice="Polly.Lupe-Neural">{words}.</Say><Hangup/>')
    text = shown(telephone(), "")
    assert max(len(row) for row in text.splitlines()) <= 80
    assert "  es  word word" in text
    assert "The line said goodbye and hung up." in text


def test_a_call_that_the_platform_cuts_off_says_so(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", '<Say voice="Polly.Joanna-Neural">Hello.</Say>')
    assert "THE PLATFORM CUT THE CALL OFF." in shown(telephone(), "")


def test_at_a_terminal_one_stroke_is_a_key(telephone: Make) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "wb", buffering=0) as person, os.fdopen(theirs, "r", encoding="ascii") as keys:
        person.write(b"3q")
        call, out = telephone(), io.StringIO()
        run_terminal(call, keys, out, shows_script=False)
        assert [dict(request.form).get("Digits") for request in call.requests] == [None, "3", None]
    assert out.getvalue().endswith("You hung up.\n")
