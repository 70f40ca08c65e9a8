"""The settings of texts and mails: what one needs of another is told, and no password or number is quoted."""

from __future__ import annotations

import pytest

from ivr.config import Settings, load
from ivr.errors import SettingsFaults
from ivr.storage.vault import data_key

LEAST = {
    "TWILIO_AUTH_TOKEN": "a token of the tests",
    "PUBLIC_URL": "https://line.example.org",
    "TEAM_NUMBERS": "+18135550101",
}
TEXTING = {
    "TEXTING_FROM": "+18135550109",
    "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
    "REGISTRATION_URL": "https://www.example.org/new",
    "DATA_KEYS": data_key(),
}
MAILING = {"SMTP_URL": "starttls://line:hush%20hush@mail.example.org", "MAIL_FROM": "line@example.org"}


def loaded(*groups: dict[str, str], **others: str) -> Settings:
    return load({name: value for group in (LEAST, *groups, others) for name, value in group.items()})


def wrong(*groups: dict[str, str], **others: str) -> dict[str, str]:
    with pytest.raises(SettingsFaults) as refused:
        loaded(*groups, **others)
    return {fault.where: fault.wrong for fault in refused.value.faults}


def test_a_line_without_texts_and_mails_needs_none_of_it() -> None:
    settings = loaded()
    assert (settings.texting_from, settings.smtp_url, settings.mail_from) == (None, None, "")
    assert not settings.keeps_something


def test_texts_need_an_account_a_link_and_a_key() -> None:
    settings = loaded(TEXTING)
    assert settings.texting_from is not None
    assert settings.texting_from.e164 == "+18135550109"
    assert settings.keeps_something


@pytest.mark.parametrize("missing", ["TWILIO_ACCOUNT_SID", "REGISTRATION_URL"])
def test_what_texts_lack_is_told(missing: str) -> None:
    assert wrong(TEXTING, **{missing: ""}) == {"TEXTING_FROM": f"is set, and {missing} is not."}


def test_texts_without_a_key_are_refused() -> None:
    assert wrong(TEXTING, DATA_KEYS="") == {"DATA_KEYS": "is not set, and TEXTING_FROM is."}


def test_one_fault_is_told_once() -> None:
    told = wrong(TEXTING, MAILING, REGISTRATION_URL="http://www.example.org", SMTP_URL="http://mail.example.org")
    assert set(told) == {"REGISTRATION_URL", "SMTP_URL"}


def test_a_number_that_texts_cannot_come_from_is_not_quoted() -> None:
    assert wrong(TEXTING, TEXTING_FROM="8135550109") == {"TEXTING_FROM": "is not a number in the form +18135550100."}


def test_callbacks_of_which_nobody_is_told_are_a_gap() -> None:
    told = "SMTP_URL is not set: nobody is told of a callback who does not look."
    asked = {"CALLBACKS": "on", "DATA_KEYS": data_key()}
    assert told in loaded(asked).gaps
    assert told not in loaded(asked, MAILING).gaps
    assert told not in loaded(TEXTING).gaps


def test_mails_need_a_server_and_a_sender() -> None:
    settings = loaded(MAILING)
    assert settings.smtp_url is not None
    assert (settings.smtp_url.password, settings.mail_from) == ("hush hush", "line@example.org")
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"SMTP_URL": ""}, {"MAIL_FROM": "is set, and SMTP_URL is not."}),
        ({"MAIL_FROM": ""}, {"MAIL_FROM": "is not set, and SMTP_URL is."}),
        ({"MAIL_FROM": "The line <line@example.org>"}, {"MAIL_FROM": "is not a mail address."}),
        ({"MAIL_FROM": "line@localhost"}, {"MAIL_FROM": "is not a mail address."}),
        (
            {"SMTP_URL": "smtp://line:hush@mail.example.org"},
            {"SMTP_URL": "would send its password in clear: write starttls:// or smtps:// instead of smtp://."},
        ),
    ],
)
def test_what_mails_lack_is_told(others: dict[str, str], told: dict[str, str]) -> None:
    assert wrong(MAILING, **others) == told
