from __future__ import annotations

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.phone import sign

URL = "https://line.example.org/voice/en/menu?tries=1&back=treat.2"
FORM = (("To", "+18886633488"), ("CallSid", "CA1"), ("Digits", "#"), ("Note", "ñ é"), ("Twice", "b"), ("Twice", "a"))


def test_the_vendors_own_library_accepts_our_signature() -> None:
    assert RequestValidator("a token").validate(URL, MultiDict(FORM), sign("a token", URL, FORM))


def test_the_order_and_a_repetition_of_fields_change_nothing() -> None:
    assert sign("a token", URL, (*reversed(FORM), FORM[0])) == sign("a token", URL, FORM)


def test_a_fragment_is_not_signed_and_all_else_is() -> None:
    signature = sign("a token", URL, FORM)
    assert sign("a token", f"{URL}#rc=2", FORM) == signature
    others = (
        sign("another", URL, FORM),
        sign("a token", f"{URL}0", FORM),
        sign("a token", URL, FORM[1:]),
    )
    assert signature not in others
