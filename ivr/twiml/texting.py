"""Whether a toll-free number may send texts: until the platform has verified its owner, it delivers none."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from ivr.twiml.numbers import RestFault
from ivr.twiml.rest import Answered, RestApi

TEXTING = "https://messaging.twilio.com"  # where the API knows of verifications
APPROVED = "TWILIO_APPROVED"


def verification(api: RestApi, number_sid: str) -> str:
    """How far the verification of a number is, in the platform's words; empty when none was handed in.

    RestFault when the platform does not say.
    """
    answer = api.get("/v1/Tollfree/Verifications", {"TollfreePhoneNumberSid": number_sid})
    if not isinstance(answer, Answered):
        raise RestFault("The platform did not say whether the number is verified for texts.")
    found = answer.said.get("verifications")
    if answer.status != HTTPStatus.OK or not isinstance(found, list):
        raise RestFault(f"The platform did not say whether the number is verified for texts ({answer.code}).")
    first = found[0] if found else {}
    return str(first.get("status", "")) if isinstance(first, Mapping) else ""
