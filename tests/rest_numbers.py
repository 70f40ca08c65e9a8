"""The numbers of the account at the API of the tests: found by a part of them, and changed by the public rules."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

Json = dict[str, object]

_SET_BY = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "VoiceApplicationSid": "voice_application_sid",
    "TrunkSid": "trunk_sid",
    "VoiceReceiveMode": "voice_receive_mode",
}
_QUERY = {"PhoneNumber", "PageSize", "Page", "FriendlyName", "Beta", "Origin"}
_MOST_ON_A_PAGE = 1000


def incoming(number: str, **set_to: str) -> Json:
    """A number as it is bought, with what else it is set to."""
    sid = "PN" + number.removeprefix("+").rjust(32, "0")
    fresh: Json = {
        "sid": sid,
        "phone_number": number,
        "friendly_name": number,
        "voice_url": "https://demo.twilio.com/welcome/voice/",
        "voice_method": "POST",
        "voice_fallback_url": "",
        "voice_fallback_method": "POST",
        "status_callback": "",
        "status_callback_method": "POST",
        "voice_application_sid": None,
        "trunk_sid": None,
        "voice_receive_mode": "voice",
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
    }
    return {**fresh, **set_to}


def listed(numbers: Mapping[str, Json], query: Mapping[str, str]) -> Json | None:
    """A page of the numbers that a query finds; None for a query that is none."""
    size = query.get("PageSize", "50")
    if set(query) - _QUERY or not size.isdigit() or not 1 <= int(size) <= _MOST_ON_A_PAGE:
        return None
    part = query.get("PhoneNumber", "").strip("*")
    found = [number for number in numbers.values() if part in str(number["phone_number"])]
    return {"incoming_phone_numbers": found[: int(size)], "page": 0, "page_size": int(size), "next_page_uri": None}


def refused(fields: Mapping[str, str]) -> tuple[int, str] | None:
    """Why a change is refused, as a code and words; None when it may be made."""
    for name, value in fields.items():
        if name not in _SET_BY:
            return 20001, f"Unknown parameter {name}"
        if name.endswith("Method") and value not in ("GET", "POST"):
            return 21403, f"{name} is not a valid HTTP method"
        if name in ("VoiceUrl", "VoiceFallbackUrl", "StatusCallback") and value and not _is_address(value):
            return 21402, f"{name} is not a valid URL"
        if name == "VoiceReceiveMode" and value not in ("voice", "fax"):
            return 20001, "VoiceReceiveMode must be voice or fax"
    return None


def changed(number: Json, fields: Mapping[str, str]) -> None:
    """Change a number. An application and a trunk drive each other out."""
    for name, value in fields.items():
        number[_SET_BY[name]] = value or (None if name.endswith("Sid") else "")
    if fields.get("TrunkSid"):
        number["voice_application_sid"] = None
    if fields.get("VoiceApplicationSid"):
        number["trunk_sid"] = None


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in url
