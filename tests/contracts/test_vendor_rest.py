"""The vendor's client and ours say the same to the API, and the API of the tests takes both at their word."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.model.outcome import Refused, Sent
from ivr.twiml.messages import Texter
from ivr.twiml.numbers import change_number, changes, find_number, wanted
from ivr.twiml.rest import PLATFORM, RestApi
from tests.rest_numbers import incoming
from tests.rest_server import ACCOUNT, FROM, TOKEN, Rules, Text, rest_server

TO = "+18135550100"
STOPPED = "+18135550109"
WORDS = "¿Dónde? https://www.example.org/?a=b&c=d+e"


@pytest.fixture
def rules() -> Rules:
    return Rules(stopped=frozenset({STOPPED}))


@pytest.fixture
def url(rules: Rules) -> Iterator[str]:
    with rest_server(rules) as base_url:
        yield base_url


@pytest.fixture
def vendor(url: str) -> Iterator[Client]:
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = url
    yield client
    client.http_client.session.close()


def test_the_address_is_that_of_the_vendor() -> None:
    assert Client(ACCOUNT, TOKEN).api.base_url == PLATFORM


def test_both_ask_for_the_same_text(url: str, vendor: Client, rules: Rules) -> None:
    vendor.messages.create(to=TO, from_=FROM, body=WORDS)
    assert Texter(RestApi(ACCOUNT, TOKEN, url), FROM, {"es": WORDS}).send(TO, "es") == Sent()
    assert rules.texts == [Text(TO, FROM, WORDS)] * 2
    assert len(set(rules.asked)) == 1


def test_both_read_the_same_refusal(url: str, vendor: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        vendor.messages.create(to=STOPPED, from_=FROM, body=WORDS)
    ours = Texter(RestApi(ACCOUNT, TOKEN, url), FROM, {"es": WORDS}).send(STOPPED, "es")
    assert ours == Refused(str(refused.value.code))


def test_both_find_and_set_a_number_alike(url: str, vendor: Client, rules: Rules) -> None:
    rules.incoming = {"PN" + "5" * 32: {**incoming(FROM), "sid": "PN" + "5" * 32}}
    set_to = wanted("https://line.example.org", "https://files.example.org/fallback.xml", "es")
    (theirs,) = vendor.incoming_phone_numbers.list(phone_number=FROM)
    vendor.incoming_phone_numbers(theirs.sid).update(
        voice_url=set_to["VoiceUrl"],
        voice_method=set_to["VoiceMethod"],
        voice_fallback_url=set_to["VoiceFallbackUrl"],
        voice_fallback_method=set_to["VoiceFallbackMethod"],
        status_callback=set_to["StatusCallback"],
        status_callback_method=set_to["StatusCallbackMethod"],
    )
    by_theirs, asked = rules.incoming[theirs.sid], list(rules.asked)
    rules.incoming, rules.asked = {theirs.sid: {**incoming(FROM), "sid": theirs.sid}}, []
    api = RestApi(ACCOUNT, TOKEN, url)
    own = find_number(api, FROM)
    assert changes(change_number(api, own, changes(own, set_to)), set_to) == {}
    assert rules.incoming[theirs.sid] == by_theirs
    assert rules.asked == asked


def test_ours_does_not_load_the_vendors() -> None:
    program = "import sys, ivr.twiml.messages; sys.exit(any(name in sys.modules for name in ('twilio', 'requests')))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
