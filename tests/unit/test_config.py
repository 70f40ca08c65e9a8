"""Settings are read whole or refused whole, and say how to mend what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from ivr.config import Settings, is_loopback, load
from ivr.errors import SettingsFaults
from ivr.model.approval import ALL_DRAFTS, NO_DRAFTS
from ivr.model.numbers import Target, TargetKind

LEAST = {
    "TWILIO_AUTH_TOKEN": "a token of the tests",
    "PUBLIC_URL": "https://line.example.org",
    "TEAM_NUMBERS": "+18135550101",
}
KEY = "qvTfJ1mX0Zk7w2Yd9LhQeRb5uPGxI3sCnA8oVtB6yUE="
SHOWN = "NXq3sCEqVmb0ZJBWxDoGPNW4K2zTCQGDCEVB9yKIXkI="  # in the documentation
TOKEN_MEND = "Copy the auth token from the account's console; while rotating, both with a comma between."
URL_MEND = "Set it to the address that the platform calls, such as https://line.example.org."
TEAM_MEND = "Set it to whom 0 rings, such as +18135550100,+18135550101."
PAGE_MEND = "Set it to on or off, and to off wherever others could open that page: it can place calls."
KEY_MEND = "Make a key with: python -m ivr data-key. A new one goes to the end first, after a comma."
DATABASE_MEND = "Set it to sqlite:////srv/line/line.db, or to postgresql://user:password@host/name."
ELSE_MEND = "Mend it or leave it out."


def faults(**environ: str) -> list[str]:
    with pytest.raises(SettingsFaults) as raised:
        load({**LEAST, **environ})
    return str(raised.value).splitlines()


def test_the_least_is_a_token_an_address_and_a_team() -> None:
    settings = load(LEAST)
    assert settings.tokens == ("a token of the tests",)
    assert settings.telephones.team == ((Target(TargetKind.NUMBER, "+18135550101"),),)
    assert settings.telephones.backup is None
    assert settings.telephones.fallback == settings.telephones.after_hours == ()
    assert (settings.prompts, settings.phone_page, settings.secret_key) == (Path("prompts"), False, None)


def test_nothing_set_is_told_all_at_once() -> None:
    with pytest.raises(SettingsFaults) as raised:
        load({})
    assert str(raised.value).splitlines() == [
        f"PUBLIC_URL: is not set. {URL_MEND}",
        f"TEAM_NUMBERS: is not set. {TEAM_MEND}",
        f"TWILIO_AUTH_TOKEN: is not set. {TOKEN_MEND}",
    ]


def test_every_setting_that_is_wrong_is_told_at_once() -> None:
    assert faults(
        TWILIO_AUTH_TOKEN="one,,two",
        PUBLIC_URL="line.example.org",
        TEAM_NUMBERS="8135550101",
        BACKUP_NUMBERS="+18135550101,+18135550102",
        SPANISH_NUMBERS="sip:x",
        AFTER_HOURS_NUMBERS="+18765550101",
        FALLBACK_NUMBER="911",
        REGISTRATION_URL="http://example.org",
        PHONE_PAGE="maybe",
    ) == [
        f"AFTER_HOURS_NUMBERS: target 1 of turn 1 is outside the United States and its territories. {ELSE_MEND}",
        f"BACKUP_NUMBERS: is one turn: join its targets with & instead of a comma. {ELSE_MEND}",
        f"FALLBACK_NUMBER: is not a number in the form +18135550100. {ELSE_MEND}",
        f"PHONE_PAGE: Input should be a valid boolean, unable to interpret input. {PAGE_MEND}",
        f"PUBLIC_URL: is not an address in the form https://line.example.org. {URL_MEND}",
        f"REGISTRATION_URL: is not an address in the form https://www.example.org/page. {ELSE_MEND}",
        f"SPANISH_NUMBERS: target 1 of turn 1 is not a SIP address in the form sip:desk@example.org. {ELSE_MEND}",
        f"TEAM_NUMBERS: target 1 of turn 1 is not a number in the form +18135550100. {TEAM_MEND}",
        f"TWILIO_AUTH_TOKEN: holds an empty token. {TOKEN_MEND}",
    ]


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
@pytest.mark.parametrize("name", sorted(LEAST))
def test_a_blank_setting_is_not_set(name: str, blank: str) -> None:
    assert [told.partition(".")[0] for told in faults(**{name: blank})] == [f"{name}: is not set"]


@pytest.mark.parametrize("tokens", [",", "one,", ",one", "one, ,two"])
def test_no_token_may_be_empty(tokens: str) -> None:
    assert faults(TWILIO_AUTH_TOKEN=tokens) == [f"TWILIO_AUTH_TOKEN: holds an empty token. {TOKEN_MEND}"]


def test_tokens_are_a_list_while_they_rotate() -> None:
    assert load({**LEAST, "TWILIO_AUTH_TOKEN": f"{'new' * 9} , {'old' * 9}"}).tokens == ("new" * 9, "old" * 9)


def test_a_token_that_is_shown_or_could_be_guessed_opens_no_line(root: Path) -> None:
    documents = "".join((root / "docs" / name).read_text("utf-8") for name in ("settings.md", "deploy.md"))
    shown = re.findall(r"TWILIO_AUTH_TOKEN='?(\w+(?:,\w+)*)", documents)
    assert {"THE_AUTH_TOKEN", "NEW_TOKEN,OLD_TOKEN", "NEW,OLD"} <= set(shown)
    wrong = f"TWILIO_AUTH_TOKEN: has less than 16 letters, and could be guessed. {TOKEN_MEND}"
    for tokens in ("x", f"{LEAST['TWILIO_AUTH_TOKEN']},x", *shown):
        assert faults(TWILIO_AUTH_TOKEN=tokens) == [wrong]
        assert load({**LEAST, "TWILIO_AUTH_TOKEN": tokens, "PUBLIC_URL": "http://127.0.0.1:8000"}).tokens


def test_a_team_of_commas_is_not_set() -> None:
    assert faults(TEAM_NUMBERS=", ,") == [f"TEAM_NUMBERS: is not set. {TEAM_MEND}"]


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://line.example.org", "must be https, unless it is this machine itself"),
        ("http://127.0.0.1.example.org", "must be https, unless it is this machine itself"),
        ("https://line.example.org/voice", "has more than a host and a port: leave out the path"),
        ("https://line.example.org?x=1", "has more than a host and a port: leave out the path"),
        ("https://line.example.org#x", "has more than a host and a port: leave out the path"),
        ("https://user:word@line.example.org", "is not an address in the form https://line.example.org"),
        ("https://", "is not an address in the form https://line.example.org"),
        ("ftp://line.example.org", "is not an address in the form https://line.example.org"),
        ("https://line.example.org:port", "is not an address in the form https://line.example.org"),
        ("https://line.example.org:99999", "is not an address in the form https://line.example.org"),
        ("https://[::1", "is not an address in the form https://line.example.org"),
        ("https://lïne.example.org", "is not an address in the form https://line.example.org"),
    ],
)
def test_an_address_that_no_signature_could_fit_is_refused(url: str, wrong: str) -> None:
    assert faults(PUBLIC_URL=url) == [f"PUBLIC_URL: {wrong}. {URL_MEND}"]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://line.example.org/", "https://line.example.org"),
        (" https://line.example.org:8443 ", "https://line.example.org:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_https_or_this_machine(url: str, kept: str) -> None:
    assert load({**LEAST, "PUBLIC_URL": url}).public_url == kept


@pytest.mark.parametrize("url", ["https://line.example.org", "https://10.0.0.1", "https://localhost.example.org"])
def test_the_telephone_page_is_refused_where_others_could_open_it(url: str) -> None:
    told = f"PHONE_PAGE: is on, but PUBLIC_URL is not this machine itself. {PAGE_MEND}"
    assert faults(PUBLIC_URL=url, PHONE_PAGE="on") == [told]
    assert faults(PUBLIC_URL=url, PHONE_PAGE="on", TEAM_NUMBERS="") == [told, f"TEAM_NUMBERS: is not set. {TEAM_MEND}"]
    assert not load({**LEAST, "PUBLIC_URL": url, "PHONE_PAGE": "off"}).phone_page
    assert load({**LEAST, "PUBLIC_URL": "http://127.0.0.1:1", "PHONE_PAGE": "on"}).phone_page


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "http://127.1.2.3:80", "http://[::1]", "http://localhost", "http://LOCALHOST:1"]
)
def test_this_machine_is_known_by_its_addresses(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url", ["", "http://", "http://0.0.0.0", "http://128.0.0.1", "http://127.0.0.1.nip.io", "http://::1"]
)
def test_nothing_else_is_this_machine(url: str) -> None:
    assert not is_loopback(url)


def test_a_secret_is_not_printed() -> None:
    settings = load(
        {**LEAST, "TWILIO_AUTH_TOKEN": "canary-one-canary,canary-two-canary", "SECRET_KEY": "canary-three-canary"}
    )
    assert "canary" not in repr(settings) + str(settings) + f"{settings.model_dump()}" + settings.model_dump_json()


def test_a_secret_is_not_quoted_in_a_fault() -> None:
    assert "canary" not in str(faults(TWILIO_AUTH_TOKEN="canary,", SECRET_KEY="canary", PUBLIC_URL="canary"))


@pytest.mark.parametrize("name", ["TEAM_NUMBERS", "BACKUP_NUMBERS", "SPANISH_NUMBERS", "FALLBACK_NUMBER"])
def test_a_number_is_not_quoted_in_a_fault(name: str) -> None:
    for wrong in ("5550199", "+44 1632 960199", "+1900555019", "+1813555019", "+441632960199"):
        assert wrong[-6:] not in str(faults(**{name: wrong}))


@pytest.mark.parametrize("number", ["+19005550101", "+18139760101", "+18765550101", "+18095550101", "+441632960199"])
def test_numbers_that_cost_money_are_refused(number: str) -> None:
    for name in ("TEAM_NUMBERS", "AFTER_HOURS_NUMBERS", "FALLBACK_NUMBER"):
        (told,) = faults(**{name: number})
        assert told.startswith(f"{name}: ")


def test_settings_do_not_change() -> None:
    settings = load(LEAST)
    with pytest.raises(ValidationError):
        settings.phone_page = True


def test_names_of_others_are_ignored() -> None:
    assert load({**LEAST, "PATH": "/bin", "team_numbers": "x", "UNKNOWN": "x"}) == load(LEAST)


def test_every_setting_is_named_in_capitals_without_a_prefix() -> None:
    assert all(name == name.lower() and name.isidentifier() for name in Settings.model_fields)


def test_no_draft_is_allowed_unless_it_is_named() -> None:
    assert load(LEAST).allow_drafts == NO_DRAFTS
    assert load({**LEAST, "ALLOW_DRAFTS": "all"}).allow_drafts == ALL_DRAFTS
    assert load({**LEAST, "ALLOW_DRAFTS": "es/what, spread"}).allow_drafts.names == ("es/what", "spread")
    (told,) = faults(ALLOW_DRAFTS="es,,what")
    assert told.startswith("ALLOW_DRAFTS: holds an empty name. Name languages and nodes")


def test_a_line_that_keeps_nothing_needs_neither_keys_nor_a_database() -> None:
    settings = load(LEAST)
    assert (settings.keeps_something, settings.keys, settings.database) == (False, (), "sqlite:///line.db")


def test_callbacks_need_a_key_and_are_told_where_they_are_kept() -> None:
    assert faults(CALLBACKS="on") == [f"DATA_KEYS: is not set, and CALLBACKS is on. {KEY_MEND}"]
    kept = {**LEAST, "CALLBACKS": "on", "DATA_KEYS": f" {KEY} , {KEY[::-1].strip('=')}= "}
    settings = load(kept)
    assert settings.keeps_something
    assert settings.keys == (KEY, f"{KEY[::-1].strip('=')}=")
    assert [gap for gap in settings.gaps if gap.startswith("DATABASE_URL")] == [
        "DATABASE_URL is not set: what callers ask for is kept on this machine only, and is lost with its disk."
    ]
    chosen = load({**kept, "DATABASE_URL": "sqlite:////srv/line.db"})
    assert [gap for gap in chosen.gaps if gap.startswith("DATABASE_URL")] == []


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        (",", "holds a key 1 of 0 bytes instead of 32"),
        (f"{KEY},canary", "holds a key 2 that is not base64"),
        (f"Y2FuYXJ5,{KEY}", "holds a key 1 of 6 bytes instead of 32"),
        (f"{KEY},{'A' * 43}=", "holds a key 2 that is not random"),
        (f"{KEY},{SHOWN}", "holds the example of the documentation, which everybody knows"),
    ],
)
def test_a_key_that_is_none_is_told_by_its_place(keys: str, wrong: str) -> None:
    assert faults(DATA_KEYS=keys) == [f"DATA_KEYS: {wrong}. {KEY_MEND}"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "METRICS_TOKEN"])
def test_a_secret_that_others_could_know_is_refused(name: str) -> None:
    mend = "Set it to a long random text, such as `python -m ivr data-key` prints."
    known = "is the example of the documentation, which everybody knows"
    assert faults(**{name: "canary"}) == [f"{name}: has less than 16 letters, and could be guessed. {mend}"]
    assert faults(**{name: "a-long-random-text"}) == [f"{name}: {known}. {mend}"]


def test_a_desk_that_a_password_alone_opens_is_told_at_the_start() -> None:
    told = "DESK_SECOND_FACTOR is off: whoever learns a password of the desk can read callers' numbers."
    desk = {**LEAST, "CALLBACKS": "on", "DATA_KEYS": KEY, "DESK_SECOND_FACTOR": "off"}
    assert told in load(desk).gaps
    assert told not in load({**desk, "DESK_SECOND_FACTOR": "on"}).gaps
    assert told not in load({**desk, "PUBLIC_URL": "http://127.0.0.1:8000"}).gaps
    assert told not in load({**desk, "CALLBACKS": "off"}).gaps
