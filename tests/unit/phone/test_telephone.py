"""The telephone does what the platform does, on the caller's leg."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from ivr.errors import CallFault, TwimlFault
from ivr.phone import Response, Telephone

if TYPE_CHECKING:
    from tests.unit.phone.conftest import TinyLine

Make = Callable[..., Telephone]
HELLO = '<Say voice="Polly.Joanna-Neural">One two three four five.</Say>'  # two seconds


def targets(telephone: Telephone) -> list[tuple[str, str]]:
    return [(request.kind, request.path_and_query) for request in telephone.requests]


def test_a_call_begins_with_the_fields_of_the_platform(telephone: Make) -> None:
    call = telephone(from_="anonymous", extra=(("StirVerstat", ""),))
    call.dial()
    (request,) = call.requests
    form = dict(request.form)
    assert (form["From"], form["Caller"], form["To"]) == ("anonymous", "anonymous", "+18886633488")
    assert (form["CallStatus"], form["Direction"], form["StirVerstat"]) == ("ringing", "inbound", "")
    assert request.url == "http://127.0.0.1:8000/voice/answer"


def test_every_request_is_signed_and_carries_its_moment(telephone: Make) -> None:
    call = telephone()
    call.dial("/voice/answer?language=es")
    call.wait_silently()
    first, second = call.requests
    text = first.url + "".join(name + value for name, value in sorted(first.form))
    mac = hmac.new(b"a token", text.encode(), hashlib.sha1).digest()
    assert dict(first.headers)["X-Twilio-Signature"] == base64.b64encode(mac).decode()
    assert first.now is not None
    assert second.now == first.now + timedelta(seconds=call.at_s)


def test_the_first_key_acts_at_once_and_cuts_the_speech(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.press("3", after_s=2.4)
    assert targets(call)[-1] == ("keys", "/voice/en/menu")
    assert dict(call.requests[-1].form)["Digits"] == "3"
    assert [(heard.text, heard.is_cut) for heard in call.heard] == [("Hello.", False), ("To hear", True)]
    assert call.listening_at == "/voice/en/treat"


def test_a_key_belongs_to_the_prompt_that_was_being_said(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.press("3", after_s=0.1)
    assert targets(call)[-1] == ("keys", "/voice/en/welcome")


def test_silence_falls_through_to_the_next_verb_without_a_request(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.wait(3.0)
    assert len(call.requests) == 1
    assert call.listening_at == "/voice/en/menu"
    call.wait_silently()
    assert targets(call)[-1] == ("redirect", "/voice/en/menu?tries=1")
    assert "Digits" not in dict(call.requests[-1].form)
    assert call.at_s == pytest.approx(0.4 + 1 + 2.4 + 7)  # both prompts and both waits


def test_a_star_and_a_pound_arrive_as_keys(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.press("#")
    call.press("*")
    assert [dict(request.form).get("Digits") for request in call.requests] == [None, "#", "*"]


def test_a_key_that_nothing_listens_for_is_a_fault(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", HELLO + "<Redirect>/voice/en/menu</Redirect>")
    call = telephone()
    call.dial()
    with pytest.raises(CallFault, match=r"^3 was pressed 1\.0 s into the call, when nothing listened\.$"):
        call.press("3", after_s=1.0)


def test_press_at_waits_for_its_prompt_even_beyond_this_document(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.press("3")
    call.press_at("en treat 2", "#", after_s=0.2)
    assert targets(call)[-1] == ("keys", "/voice/en/treat/2")
    call = telephone()
    call.dial()
    call.press_at("/voice/en/menu?tries=1", "0")
    assert targets(call)[-2:] == [("redirect", "/voice/en/menu?tries=1"), ("keys", "/voice/en/menu?tries=1")]


def test_press_at_a_place_that_never_comes_is_a_fault(telephone: Make) -> None:
    call = telephone()
    call.dial()
    with pytest.raises(CallFault, match="The call ended before it was at en spread"):
        call.press_at("en spread", "1")


def test_a_gather_that_posts_silence_does(telephone: Make, line: TinyLine) -> None:
    asks = '<Gather action="/voice/en/number" numDigits="1" finishOnKey="" actionOnEmptyResult="true"/>'
    line.answer("/voice/answer", f"{asks}<Redirect>/voice/en/goodbye</Redirect>")
    call = telephone()
    call.dial()
    call.wait_silently()
    assert dict(call.requests[-1].form)["Digits"] == ""


def test_fragments_are_never_sent_and_relative_urls_are_resolved(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", "<Redirect>menu?tries=1#rc=2&amp;rt=4000</Redirect>")
    call = telephone(strict_urls=False)
    call.dial()
    assert call.requests[-1].url == "http://127.0.0.1:8000/voice/menu?tries=1"


def test_cookies_last_for_the_call(telephone: Make, line: TinyLine) -> None:
    line.instead["/voice/answer"] = Response(
        200, "text/xml", b"<Response><Redirect>/voice/en/menu</Redirect></Response>", (("Set-Cookie", "a=1; Path=/"),)
    )
    call = telephone()
    call.dial()
    call.press("3")
    assert [dict(request.headers).get("Cookie") for request in call.requests] == [None, "a=1", "a=1"]


def test_the_line_ends_a_call_by_hanging_up(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", HELLO + "<Hangup/>")
    call = telephone()
    call.dial()
    call.wait_silently()
    assert call.ended_by == "line"
    form = dict(call.requests[-1].form)
    assert targets(call)[-1] == ("status", "/voice/status")
    assert (form["CallStatus"], form["CallDuration"]) == ("completed", "2")


def test_a_document_that_runs_out_is_ended_by_the_platform(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", HELLO)
    call = telephone()
    call.dial()
    call.wait_silently()
    assert call.ended_by == "platform"


def test_a_caller_may_hang_up_in_the_middle_of_a_word(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.hang_up(after_s=2.4)
    assert call.ended_by == "caller"
    assert call.heard[-1].text == "To hear"
    call.wait_silently()
    assert targets(call) == [("answer", "/voice/answer"), ("status", "/voice/status")]


def test_a_repeated_request_must_be_answered_the_same(telephone: Make, line: TinyLine) -> None:
    call = telephone()
    call.dial()
    call.press("3")
    call.retry()
    assert line.asked[-1] == line.asked[-2]
    line.answer("/voice/en/welcome", HELLO + "<Hangup/>")
    with pytest.raises(CallFault, match="/voice/en/welcome: a repeated request was answered differently"):
        call.retry()


@pytest.mark.parametrize("status", [204, 302, 403, 404, 429, 500])
def test_another_status_than_200_is_a_fault(telephone: Make, line: TinyLine, status: int) -> None:
    line.instead["/voice/answer"] = Response(status, "text/xml", b"<Response/>")
    with pytest.raises(CallFault, match=f"/voice/answer: answered {status}, not 200"):
        telephone().dial()


def test_a_status_callback_is_answered_204(telephone: Make, line: TinyLine) -> None:
    line.instead["/voice/status"] = Response(200, "text/xml", b"<Response/>")
    call = telephone()
    call.dial()
    with pytest.raises(CallFault, match="/voice/status: answered 200, not 204"):
        call.hang_up()


def test_a_fault_in_a_document_names_its_address(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", "<Hangup now='yes'/>")
    with pytest.raises(TwimlFault, match=r"^/voice/answer: <Hangup>: now is not an attribute that the line uses"):
        telephone().dial()


def test_redirects_without_end_are_a_fault(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", "<Redirect>/voice/answer</Redirect>")
    with pytest.raises(CallFault, match="20 requests and no second has passed"):
        telephone().dial()


def test_what_a_document_will_say_can_be_read_before_it_is_said(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.wait(1.0)
    assert [(heard.text, heard.at_s) for heard in call.spoken] == [
        ("Hello.", 0.0),
        ("To hear about treatment, press 3.", pytest.approx(1.4)),
    ]


def test_hear_out_stops_where_the_wait_begins(telephone: Make) -> None:
    call = telephone()
    call.dial()
    call.hear_out()
    assert call.at_s == pytest.approx(0.4)
    call.press("3")
    assert urlsplit(call.requests[-1].url).path == "/voice/en/welcome"
