"""A text is handed over once, and what became of it is told without guessing: over real sockets, by the API's rules."""

from __future__ import annotations

import socket
import threading
import time
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.model.outcome import Outcome, Refused, Sent, TryLater, Unknown
from ivr.twiml import rest
from ivr.twiml.messages import LATER_S, Texter
from ivr.twiml.rest import RestApi
from tests.certificates import Certificate
from tests.rest_server import ACCOUNT, FROM, TOKEN, Mood, Rules, Text, rest_server

TO = "+18135550100"
WORDS = {"en": "Here is the form: https://www.example.org/new", "es": "Aqui esta: https://www.example.org/new"}
SHORT_S = 0.2


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def texter(rules: Rules) -> Iterator[Texter]:
    with rest_server(rules) as url:
        yield Texter(RestApi(ACCOUNT, TOKEN, url), FROM, WORDS)


def hurried(texter: Texter) -> Texter:
    """The same with a deadline that a test can wait for."""
    return replace(texter, api=replace(texter.api, deadline_s=SHORT_S))


def test_a_text_is_taken_over(texter: Texter, rules: Rules) -> None:
    assert texter.send(TO, "es") == Sent()
    assert rules.texts == [Text(TO, FROM, WORDS["es"])]
    assert rules.asked == [f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json"]


def test_a_language_without_words_gets_those_of_the_first(texter: Texter, rules: Rules) -> None:
    assert texter.send(TO, "ht") == Sent()
    assert [text.body for text in rules.texts] == [WORDS["en"]]


def test_words_arrive_as_they_are_written(texter: Texter, rules: Rules) -> None:
    odd = "¿Qué? ñ & = + % https://www.example.org/?a=b&c=d"
    assert replace(texter, words={"es": odd}).send(TO, "es") == Sent()
    assert [text.body for text in rules.texts] == [odd]


@pytest.mark.parametrize(
    ("to", "code"), [("+18135550109", "21610"), (FROM, "21266"), ("18135550100", "21211"), ("", "21604")]
)
def test_what_the_platform_will_not_have_is_refused_by_its_code(
    texter: Texter, rules: Rules, to: str, code: str
) -> None:
    rules.stopped = frozenset({"+18135550109"})
    assert texter.send(to, "en") == Refused(code)
    assert rules.texts == []


def test_a_number_of_somebody_else_sends_nothing(texter: Texter) -> None:
    assert replace(texter, from_="+18135550199").send(TO, "en") == Refused("21606")


def test_words_that_are_too_long_for_the_platform_are_refused(texter: Texter) -> None:
    assert replace(texter, words={"en": "x" * 1601}).send(TO, "en") == Refused("21617")


def test_a_wrong_token_is_refused(texter: Texter) -> None:
    assert replace(texter, api=replace(texter.api, token="wrong")).send(TO, "en") == Refused("20003")


def test_an_account_that_there_is_not_is_refused(texter: Texter, rules: Rules) -> None:
    assert replace(texter, api=replace(texter.api, account_sid="AC/../other")).send(TO, "en") == Refused("20003")
    assert rules.asked == ["POST /2010-04-01/Accounts/AC%2F..%2Fother/Messages.json"]


@pytest.mark.parametrize(
    ("mood", "outcome"),
    [
        (Mood.BUSY, TryLater(7)),
        (Mood.BUSY_WITHOUT_A_WISH, TryLater(LATER_S)),
        (Mood.CLOSE, Unknown("no answer")),
        (Mood.GARBAGE, Unknown("no answer")),
        (Mood.NOT_JSON, Unknown("no sid")),
        (Mood.CUT, Unknown("no sid")),
        (Mood.BROKEN, Unknown("20500")),
        (Mood.REDIRECT, Unknown("http 307")),
    ],
)
def test_only_what_was_certainly_not_sent_may_be_tried_again(
    texter: Texter, rules: Rules, mood: Mood, outcome: Outcome
) -> None:
    rules.moods = deque([mood])
    assert texter.send(TO, "en") == outcome
    assert len(rules.asked) == 1  # nothing is asked twice, whatever the answer


@pytest.mark.parametrize("mood", [Mood.HANG, Mood.DRIP])
def test_whoever_never_ends_is_cut_off_at_the_deadline(texter: Texter, rules: Rules, mood: Mood) -> None:
    rules.moods = deque([mood])
    began = time.monotonic()
    assert isinstance(hurried(texter).send(TO, "en"), Unknown)
    assert SHORT_S * 0.9 < time.monotonic() - began < 5
    assert len(rules.asked) == 1


def test_where_nobody_listens_nothing_was_sent(texter: Texter) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert replace(texter, api=replace(texter.api, base_url=nobody)).send(TO, "en") == TryLater(LATER_S)


@pytest.mark.parametrize("url", ["http://nowhere.invalid", "http://127.0.0.1:99999", "https://[", "nonsense"])
def test_an_address_that_leads_nowhere_sends_nothing(texter: Texter, url: str) -> None:
    assert replace(texter, api=replace(texter.api, base_url=url)).send(TO, "en") == TryLater(LATER_S)


def test_a_connection_that_hangs_before_anything_was_asked_may_be_tried_again(texter: Texter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # it listens, and never says a word of TLS
        api = replace(texter.api, base_url=f"https://127.0.0.1:{mute.getsockname()[1]}", deadline_s=SHORT_S)
        assert replace(texter, api=api).send(TO, "en") == TryLater(LATER_S)


def test_an_answer_without_an_end_is_not_read_to_its_end(texter: Texter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as endless:
        flood = threading.Thread(target=_flood, args=(endless,))
        flood.start()
        api = replace(texter.api, base_url=f"http://127.0.0.1:{endless.getsockname()[1]}")
        assert replace(texter, api=api).send(TO, "en") == Unknown("no sid")
        flood.join(5)
        assert not flood.is_alive()


def test_a_server_that_is_vouched_for_is_told_and_a_stranger_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texter: Texter
) -> None:
    certificate, rules = Certificate.make(tmp_path), Rules()
    with rest_server(rules, certificate.server()) as url:
        secure = replace(texter, api=replace(texter.api, base_url=url))
        assert secure.send(TO, "en") == TryLater(LATER_S)
        assert rules.asked == []
        monkeypatch.setattr(rest, "_trust", certificate.trust)
        assert secure.send(TO, "en") == Sent()


def test_secrets_do_not_show(texter: Texter) -> None:
    assert TOKEN not in repr(texter)
    assert b64encode(TOKEN.encode()).decode() not in repr(texter)


def _flood(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 201 Created\r\n\r\n{")
        try:
            while True:
                connection.sendall(b" " * 65536)
        except OSError:  # whoever asked has had enough
            return
