"""The telephone numbers of the account: how the platform answers them, and how it should for this line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import assert_never
from urllib.parse import urlsplit

from ivr.errors import IvrError
from ivr.model.place import ROOT
from ivr.twiml.render import RETRIES
from ivr.twiml.request import ANSWER
from ivr.twiml.rest import Answered, Exchange, Fields, NoAnswer, NotReached, RestApi

MOST_TOLD = 20  # numbers of the account, when the one that is looked for is not among them

# What is set, by the name under which it is sent: the name under which it is read, and its name for people.
FIELDS = {
    "VoiceUrl": ("voice_url", "voice URL"),
    "VoiceMethod": ("voice_method", "voice method"),
    "VoiceFallbackUrl": ("voice_fallback_url", "fallback URL"),
    "VoiceFallbackMethod": ("voice_fallback_method", "fallback method"),
    "StatusCallback": ("status_callback", "status callback"),
    "StatusCallbackMethod": ("status_callback_method", "status method"),
    "VoiceApplicationSid": ("voice_application_sid", "application"),
    "TrunkSid": ("trunk_sid", "trunk"),
    "VoiceReceiveMode": ("voice_receive_mode", "receives"),
}
_USER = re.compile(r"(?<=://)[^/?#]*@")  # of an address, with the password
_NOBODYS_HOST = "demo.twilio.com"  # where a number leads that was bought and never set


class RestFault(IvrError):  # noqa: N818 because a fault is what the platform told
    """What was asked of the platform was not done, or nobody knows. The message says what to do about it."""


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of the account. `is_set_to` has what is set, by the name under which it is sent; empty for nothing."""

    sid: str
    number: str
    is_set_to: Fields

    def answered_by(self, public_url: str) -> str | None:
        """Who else answers this number now, in words; None if it is this line or nobody."""
        for name, what in (("TrunkSid", "the SIP trunk"), ("VoiceApplicationSid", "the application")):
            if self.is_set_to[name]:
                return f"{what} {self.is_set_to[name]}"
        url = self.is_set_to["VoiceUrl"]
        host = urlsplit(url).netloc.lower()
        return None if not url or host in (urlsplit(public_url).netloc.lower(), _NOBODYS_HOST) else _shown(url)

    def shown(self, name: str) -> str:
        """What is set, in words, and without the password that an address of somebody else's may hold."""
        return _shown(self.is_set_to[name]) or "nothing"


def _shown(url: str) -> str:
    return _USER.sub("", url)


def wanted(public_url: str, fallback_url: str, language: str = "") -> Fields:
    """How a number must be set that leads to this line. Without a fallback URL, the one it has is left alone."""
    query = f"?language={language}" if language else ""
    fallback = {"VoiceFallbackUrl": fallback_url, "VoiceFallbackMethod": "GET"} if fallback_url else {}
    return {
        "VoiceUrl": f"{public_url}{ANSWER}{query}{RETRIES}",
        "VoiceMethod": "POST",
        **fallback,
        "StatusCallback": f"{public_url}{ROOT}status",
        "StatusCallbackMethod": "POST",
        "VoiceApplicationSid": "",  # with one of these two, every URL of the number is ignored
        "TrunkSid": "",
        "VoiceReceiveMode": "voice",
    }


def changes(own: OwnNumber, wanted: Fields) -> Fields:
    """What of a number must be changed, with its new values."""
    return {name: value for name, value in wanted.items() if own.is_set_to[name] != value}


def find_number(api: RestApi, number: str) -> OwnNumber:
    """The number of the account; RestFault if it has none such, or the platform does not say."""
    for own in _numbers(api, {"PhoneNumber": number}):  # the platform also finds numbers of which it is a part
        if own.number == number:
            return own
    others = ", ".join(own.number for own in _numbers(api, {"PageSize": str(MOST_TOLD)})) or "none"
    raise RestFault(
        f"{number} is not a number of this account, whose numbers are: {others}. Give one of them, or set "
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN to those of the account or subaccount that has it."
    )


def change_number(api: RestApi, own: OwnNumber, changed: Fields) -> OwnNumber:
    """Set a number, and read what the platform made of it; RestFault if it did not, or does not say."""
    said = _said(api.post(api.of_account(f"IncomingPhoneNumbers/{own.sid}.json"), changed), is_change=True)
    made = _own(said)
    if left := changes(made, changed):
        names = ", ".join(FIELDS[name][1] for name in left)
        raise RestFault(f"The platform took the change, but not all of it. Set by hand in its console: {names}.")
    return made


def _numbers(api: RestApi, query: Fields) -> list[OwnNumber]:
    said = _said(api.get(api.of_account("IncomingPhoneNumbers.json"), query), is_change=False)
    found = said.get("incoming_phone_numbers")
    if not isinstance(found, list):
        raise RestFault(f"The platform's answer is not understood. Nothing was changed. {_AGAIN}")
    return [_own(each) for each in found if isinstance(each, dict)]


def _own(said: Mapping[str, object]) -> OwnNumber:
    is_set_to = {name: str(said.get(read) or "") for name, (read, _) in FIELDS.items()}
    is_set_to["VoiceReceiveMode"] = is_set_to["VoiceReceiveMode"] or "voice"
    return OwnNumber(str(said.get("sid", "")), str(said.get("phone_number", "")), is_set_to)


_AGAIN = "Try again; if it stays so, look at https://status.twilio.com."
_DOUBT = "Whether the number was changed is not known: run this again, and it shows how the number is set."


def _said(exchange: Exchange, *, is_change: bool) -> Mapping[str, object]:
    """What the platform said; RestFault, with what to do, unless it is that all is well."""
    doubt = _DOUBT if is_change else "Nothing was changed."
    match exchange:
        case Answered(status=HTTPStatus.OK, said=said) if said:
            return said
        case Answered():
            raise RestFault(_refusal(exchange, doubt))
        case NotReached():
            raise RestFault(
                "The platform cannot be reached from this machine. Nothing was changed. "
                "Let it open connections to api.twilio.com, port 443."
            )
        case NoAnswer():
            raise RestFault(f"The platform was asked, and did not answer in time. {doubt} {_AGAIN}")
        case _:
            assert_never(exchange)


def _refusal(answer: Answered, doubt: str) -> str:
    match answer.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return (
                f"The platform does not accept the credentials ({answer.code}). Nothing was changed. "
                "TWILIO_ACCOUNT_SID and the first token in TWILIO_AUTH_TOKEN must belong together, "
                "and be no test credentials."
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            wait = f"{answer.retry_after_s} seconds" if answer.retry_after_s else "a minute"
            return f"The platform is asked too much for this account. Nothing was changed. Try again in {wait}."
        case status if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            more = f": https://www.twilio.com/docs/errors/{answer.code}" if answer.code.isdigit() else ""
            return f"The platform refuses ({answer.code}). Nothing was changed. What it means{more or ' is not told'}."
        case _:
            return f"The platform failed ({answer.code}). {doubt} {_AGAIN}"
