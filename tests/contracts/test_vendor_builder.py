"""What we rely on of the vendor's document builder, and what it does not do for us."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from twilio.twiml import voice_response as verbs

from ivr.errors import TwimlFault
from ivr.phone import parse


def written(response: verbs.VoiceResponse) -> str:
    return str(response.to_xml(xml_declaration=False))


def test_what_is_none_is_left_out_and_what_is_empty_is_written() -> None:
    response = verbs.VoiceResponse()
    response.gather(action=None, finish_on_key="", num_digits=1)
    assert written(response) == '<Response><Gather finishOnKey="" numDigits="1" /></Response>'


def test_of_two_texts_side_by_side_only_the_last_is_kept() -> None:
    response = verbs.VoiceResponse()
    say = response.say(None, voice="Polly.Joanna-Neural")
    say.append("one ")
    say.append("two")
    assert "one" not in written(response)
    assert "two" in written(response)


def test_text_around_mark_up_is_kept() -> None:
    response = verbs.VoiceResponse()
    say = response.say(None)
    say.append("before ")
    say.append(verbs.SsmlBreak(time="300ms"))
    say.append(" after")
    assert written(response) == '<Response><Say>before <break time="300ms" /> after</Say></Response>'


def test_text_is_escaped() -> None:
    response = verbs.VoiceResponse()
    response.say('<Hangup/> & "quotes"', voice='"&<')
    assert "<Hangup" not in written(response)
    assert '"&<' not in written(response)


def test_nothing_is_validated() -> None:
    response = verbs.VoiceResponse()
    response.say("Hello.", voice="Polly.Joana-Neural", lop=3)
    response.dial(timeout=[15], time_limit=True)
    assert 'voice="Polly.Joana-Neural"' in written(response)
    assert 'timeout="[15]"' in written(response)


def test_control_characters_make_a_document_that_cannot_be_read() -> None:
    response = verbs.VoiceResponse()
    response.say("\x00", voice="Polly.Joanna-Neural")
    with pytest.raises(TwimlFault, match=r"U\+0000"):
        parse(written(response).encode(), "text/xml")


def test_a_document_says_that_it_is_utf_8() -> None:
    response = verbs.VoiceResponse()
    response.say("ñ", voice="Polly.Lupe-Neural", language="es-US")
    document = str(response.to_xml())
    assert document.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert parse(document.encode(), "text/xml; charset=utf-8").verbs


def test_rest_is_not_imported_on_the_way_of_a_call(root: Path) -> None:
    told = "import sys, ivr.web.application; print([name for name in sys.modules if name.startswith('twilio.rest')])"
    ran = subprocess.run([sys.executable, "-c", told], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
