"""The account at the platform: where the number leads, and whether texts may go out. Needs TWILIO_ACCOUNT_SID."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.case import Case
from ivr.doctor.finding import Seen, fault, ok, warning
from ivr.twiml.numbers import FIELDS, RestFault, changes, find_number, wanted
from ivr.twiml.texting import APPROVED, verification

_CONNECT = "See what would be set, and set it: python -m ivr connect"
_LOOK = "Look at TWILIO_ACCOUNT_SID and the first of TWILIO_AUTH_TOKEN, and try again."


def number(case: Case) -> Iterator[Seen]:
    """Whether the number leads here, and to the fallback when this fails."""
    settings = case.settings
    if not settings.twilio_account_sid:
        mend = "Set it to the account's identifier, from its console."
        yield warning("TWILIO_ACCOUNT_SID is not set, so that nobody looked where the number leads.", mend)
        return
    api = case.world.api(settings.twilio_account_sid, settings.tokens[0])
    try:
        own = find_number(api, case.flow.line.number.e164)
    except RestFault as error:
        yield fault(str(error), _LOOK)
        return
    change = changes(own, wanted(settings.public_url, settings.fallback_url))
    for name, value in change.items():
        yield fault(f"{FIELDS[name][1]} of the number is {own.shown(name)}, not {value}.", _CONNECT)
    if not change:
        yield ok("The number leads to this line, and to the fallback document when it fails.")


def texting(case: Case) -> Iterator[Seen]:
    """Whether the number that texts come from may send them: until it is verified, none is delivered."""
    settings = case.settings
    if settings.texting_from is None:
        yield ok("TEXTING_FROM is not set: no texts are offered.")
        return
    try:
        own = find_number(case.world.api(settings.twilio_account_sid, settings.tokens[0]), settings.texting_from.e164)
        status = verification(case.world.texting_api(settings.twilio_account_sid, settings.tokens[0]), own.sid)
    except RestFault as error:
        yield fault(str(error), _LOOK)
        return
    if status == APPROVED:
        yield ok("The number of TEXTING_FROM is verified for texts.")
    else:
        said = f"The number of TEXTING_FROM is not verified for texts ({status or 'nothing was handed in'})."
        yield fault(said, "Until it is, texts are not delivered: leave TEXTING_FROM out.")
