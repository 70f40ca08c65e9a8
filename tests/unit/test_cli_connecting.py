"""`connect` shows what it would change, changes nothing unless it is meant, and says in words what went wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from tests.conftest import ENVIRON
from tests.rest_numbers import incoming
from tests.rest_server import ACCOUNT, TOKEN, Mood, Rules, rest_server

ROOT = Path(__file__).parents[2]
LINE = "+18886633488"
SPANISH = "+18135550120"
PN = "PN" + "0" * 21 + "18886633488"
URL = "https://line.example.org/voice/answer#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&tt=14000"
FALLBACK = "https://files.example.org/fallback.xml"
OTHERS = "https://other.example.org/ivr?x=1"
SETTINGS = {
    **ENVIRON,
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": f"{TOKEN},an older token of the tests",
    "FALLBACK_URL": FALLBACK,
}

Connect = Callable[..., Result]


@pytest.fixture
def rules() -> Rules:
    numbers = [incoming("+18135550119"), incoming(LINE), incoming(SPANISH)]
    return Rules(incoming={str(number["sid"]): number for number in numbers})


@pytest.fixture
def connect(rules: Rules) -> Iterator[Connect]:
    """Runs the command against these rules, with settings overruled by name."""
    with rest_server(rules) as url:

        def run(*words: str, api_url: str = url, **environ: str) -> Result:
            given = ["connect", "--prompts", str(ROOT / "prompts"), *words]
            return CliRunner(env={**SETTINGS, **environ}).invoke(main, given, obj=api_url)

        yield run


def changes(rules: Rules) -> list[str]:
    return [asked for asked in rules.asked if asked.startswith("POST")]


def test_what_would_be_changed_is_shown_and_nothing_is(connect: Connect, rules: Rules) -> None:
    told = connect()
    assert (told.exit_code, told.output) == (
        0,
        f"""\
+18886633488 ({PN}) would be changed:
  voice URL
    from  https://demo.twilio.com/welcome/voice/
    to    {URL}
  fallback URL
    from  nothing
    to    {FALLBACK}
  fallback method
    from  POST
    to    GET
  status callback
    from  nothing
    to    https://line.example.org/voice/status
Nothing was changed. To change it, add --yes.
""",
    )
    assert changes(rules) == []


def test_with_yes_the_number_leads_here_and_then_there_is_nothing_to_change(connect: Connect, rules: Rules) -> None:
    told = connect("--yes")
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "+18886633488 now leads to this line. Call it.")
    assert len(changes(rules)) == 1
    set_to = rules.incoming[PN]
    assert (set_to["voice_url"], set_to["voice_method"]) == (URL, "POST")
    assert (set_to["voice_fallback_url"], set_to["voice_fallback_method"]) == (FALLBACK, "GET")
    assert set_to["status_callback"] == "https://line.example.org/voice/status"
    again = connect("--yes")
    assert again.output == "+18886633488 leads to this line. There is nothing to change.\n"
    assert len(changes(rules)) == 1


def test_a_number_of_its_own_answers_in_spanish(connect: Connect, rules: Rules) -> None:
    assert connect(SPANISH, "--language", "es", "--yes").exit_code == 0
    (number,) = [number for number in rules.incoming.values() if number["phone_number"] == SPANISH]
    assert number["voice_url"] == URL.replace("#", "?language=es#")
    assert rules.incoming[PN]["voice_url"] != URL


@pytest.mark.parametrize(
    ("set_to", "who"),
    [
        ({"voice_url": OTHERS}, OTHERS),
        ({"trunk_sid": "TK1"}, "the SIP trunk TK1"),
        ({"voice_application_sid": "AP1"}, "the application AP1"),
    ],
)
def test_a_number_that_something_else_answers_is_not_taken_by_accident(
    connect: Connect, rules: Rules, set_to: dict[str, str], who: str
) -> None:
    rules.incoming[PN] = incoming(LINE, **set_to)
    told = connect("--yes")
    assert told.exit_code == 1
    assert told.output.splitlines()[-2:] == [
        f"This number is answered by {who} now. Its callers would reach this line instead.",
        "Nothing was changed. To change it, add --yes --take-over.",
    ]
    assert changes(rules) == []
    assert connect("--take-over").exit_code == 0  # without --yes it only shows
    assert changes(rules) == []
    assert connect("--yes", "--take-over").exit_code == 0
    number = rules.incoming[PN]
    assert (number["voice_url"], number["trunk_sid"], number["voice_application_sid"]) == (URL, None, None)


def test_a_password_in_an_address_of_somebody_elses_is_not_shown(connect: Connect, rules: Rules) -> None:
    rules.incoming[PN] = incoming(LINE, voice_url="https://user:c@n@ry@other.example.org/ivr?x=1@2")
    told = connect().output
    assert "    from  https://other.example.org/ivr?x=1@2\n" in told
    assert "answered by https://other.example.org/ivr?x=1@2 now." in told
    assert "ry@" not in told


def test_this_lines_own_address_with_another_path_is_nobody_elses(connect: Connect, rules: Rules) -> None:
    rules.incoming[PN] = incoming(LINE, voice_url="https://LINE.example.org/voice/answer", voice_receive_mode="fax")
    assert connect("--yes").exit_code == 0
    assert (rules.incoming[PN]["voice_url"], rules.incoming[PN]["voice_receive_mode"]) == (URL, "voice")


def test_a_fallback_url_that_is_there_is_kept_and_one_that_is_missing_is_told(connect: Connect, rules: Rules) -> None:
    warning = "FALLBACK_URL is not set, and the number has no fallback URL"
    assert warning in connect(FALLBACK_URL="").output
    rules.incoming[PN] = incoming(LINE, voice_fallback_url=FALLBACK)
    told = connect("--yes", FALLBACK_URL="")
    assert warning not in told.output
    assert rules.incoming[PN]["voice_fallback_url"] == FALLBACK


def test_a_number_that_is_not_there_is_told_with_those_that_are(connect: Connect, rules: Rules) -> None:
    told = connect("+18135550112", "--yes")
    assert told.exit_code == 1
    assert told.output == (
        "+18135550112 is not a number of this account, whose numbers are: +18135550119, +18886633488, +18135550120. "
        "Give one of them, or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN to those of the account or subaccount that "
        "has it.\n"
    )
    rules.incoming.clear()
    assert "whose numbers are: none." in connect().output


def test_a_number_of_which_another_is_a_part_is_not_taken_for_it(connect: Connect, rules: Rules) -> None:
    rules.incoming = {"PN1": incoming(LINE + "0")}
    assert "is not a number of this account" in connect("--yes").output


@pytest.mark.parametrize(
    "environ",
    [
        {"TWILIO_AUTH_TOKEN": "a wrong token of the tests"},
        {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32},
        {"TWILIO_AUTH_TOKEN": f"a new token of the tests,{TOKEN}"},
    ],
)
def test_wrong_credentials(connect: Connect, environ: dict[str, str]) -> None:
    told = connect("--yes", **environ)
    assert told.exit_code == 1
    assert told.output == (
        "The platform does not accept the credentials (20003). Nothing was changed. TWILIO_ACCOUNT_SID and the first "
        "token in TWILIO_AUTH_TOKEN must belong together, and be no test credentials.\n"
    )


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (Mood.BUSY, "The platform is asked too much for this account. Nothing was changed. Try again in 7 seconds."),
        (Mood.BUSY_WITHOUT_A_WISH, "Try again in a minute."),
        (Mood.BROKEN, "The platform failed (20500). Nothing was changed. Try again; if it stays so, look at"),
        (Mood.CLOSE, "The platform was asked, and did not answer in time. Nothing was changed."),
        (Mood.GARBAGE, "The platform was asked, and did not answer in time. Nothing was changed."),
        (Mood.NOT_JSON, "The platform failed (http 200). Nothing was changed."),
        (Mood.REDIRECT, "The platform failed (http 307). Nothing was changed."),
    ],
)
def test_a_platform_that_does_not_say(connect: Connect, rules: Rules, mood: Mood, words: str) -> None:
    rules.moods = deque([mood])
    told = connect("--yes")
    assert told.exit_code == 1
    assert words in told.output
    assert changes(rules) == []


@pytest.mark.parametrize("mood", [Mood.BROKEN, Mood.CLOSE, Mood.CUT])
def test_a_change_whose_answer_is_lost_is_not_called_undone(connect: Connect, rules: Rules, mood: Mood) -> None:
    rules.moods = deque([Mood.NONE, mood])
    told = connect("--yes")
    assert told.exit_code == 1
    assert "Whether the number was changed is not known: run this again" in told.output
    assert "Nothing was changed" not in told.output


def test_a_change_that_the_platform_refuses(connect: Connect, rules: Rules) -> None:
    told = connect("--yes", FALLBACK_URL="https://files/fallback.xml")
    assert (
        "The platform refuses (21402). Nothing was changed. What it means: https://www.twilio.com/docs/errors/21402."
        in (told.output)
    )
    assert rules.incoming[PN]["voice_url"] != URL


def test_a_change_that_was_not_made_is_told(connect: Connect, rules: Rules) -> None:
    rules.is_hard_of_hearing = True
    told = connect("--yes")
    assert told.exit_code == 1
    assert (
        "The platform took the change, but not all of it. Set by hand in its console: voice URL, fallback"
        in told.output
    )


def test_a_platform_that_cannot_be_reached(connect: Connect) -> None:
    told = connect("--yes", api_url="http://nowhere.invalid")
    assert told.exit_code == 1
    assert told.output.startswith("The platform cannot be reached from this machine. Nothing was changed.")


@pytest.mark.parametrize(
    ("words", "environ", "told"),
    [
        ((), {"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID is not set."),
        ((), {"PUBLIC_URL": "http://127.0.0.1:8000"}, "PUBLIC_URL is this machine itself"),
        ((), {"TEAM_NUMBERS": ""}, "TEAM_NUMBERS: is not set."),
        (("--language", "fr"), {}, "The line speaks en, es."),
        (("8886633488",), {}, "is not a number in the form +18135550100."),
    ],
)
def test_what_cannot_work_asks_nobody(
    connect: Connect, rules: Rules, words: tuple[str, ...], environ: dict[str, str], told: str
) -> None:
    refused = connect(*words, "--yes", **environ)
    assert refused.exit_code != 0
    assert told in refused.output
    assert rules.asked == []


def test_no_token_is_ever_shown(connect: Connect) -> None:
    assert TOKEN not in connect("--yes").output
