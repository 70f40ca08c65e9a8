"""The telephone in the browser: what it answers, to whom, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from ivr.config import Settings
from ivr.model.flow import Flow
from ivr.phone import play, read
from ivr.web.in_process import in_process
from ivr.web.telephone import telephone
from ivr.web.telephone.story import MOST_ACTS, Press, Seal, Story, Wishes

HERE = "http://127.0.0.1:8000"
OPEN = "2026-11-24T10:00"
CHRISTMAS = "2026-12-25T10:00"
SILENT = {"does": "stay silent"}

MakeApplication = Callable[..., Flask]
MakeSettings = Callable[..., Settings]
Answer = dict[str, Any]


@pytest.fixture
def app(make_application: MakeApplication) -> Flask:
    return make_application(PUBLIC_URL=HERE, PHONE_PAGE="on", SPANISH_NUMBERS="sip:citas@example.org")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def call(client: FlaskClient, **wishes: object) -> Answer:
    return answer(client, "/phone/call", {"at": OPEN, **wishes})


def act(client: FlaskClient, before: Answer, does: Mapping[str, object]) -> Answer:
    return answer(client, "/phone/act", {"story": before["story"], "act": does})


def answer(client: FlaskClient, path: str, question: object) -> Answer:
    response = client.post(path, json=question, base_url=HERE)
    assert response.status_code == 200, response.text
    answered: Answer = response.json or {}
    assert "fault" not in answered, answered
    return answered


def press(key: str, after_s: float = 0.0) -> dict[str, object]:
    return {"does": "press", "key": key, "after_s": after_s}


def first_place(answered: Answer) -> str:
    return next(str(item["place"]["text"]) for item in answered["items"] if item["place"])


def connect(client: FlaskClient, **wishes: object) -> Answer:
    """Press 0, and wait until somebody is rung."""
    return act(client, act(client, call(client, **wishes), press("0")), SILENT)


def test_without_the_setting_there_is_no_page(application: Flask) -> None:
    assert application.test_client().get("/phone", base_url=HERE).status_code == 404
    assert application.test_client().post("/phone/call", json={}, base_url=HERE).status_code == 404


@pytest.mark.parametrize("address", ["192.0.2.1", "172.17.0.1", "2001:db8::1", "::ffff:192.0.2.1", ""])
def test_who_reaches_the_port_from_elsewhere_is_a_stranger(client: FlaskClient, address: str) -> None:
    elsewhere = {"REMOTE_ADDR": address}
    assert client.get("/phone", base_url=HERE, environ_overrides=elsewhere).status_code == 403
    assert client.post("/phone/call", json={}, base_url=HERE, environ_overrides=elsewhere).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "8.8.8.8", "[", ""]
)
def test_a_name_that_was_made_to_point_here_is_refused(client: FlaskClient, host: str) -> None:
    hosts = {"HTTP_HOST": host}
    assert client.get("/phone", environ_overrides=hosts).status_code in (400, 403)
    assert client.post("/phone/call", json={}, environ_overrides=hosts).status_code in (400, 403)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:1234", "[::1]:8000"])
def test_this_machine_by_any_of_its_names_is_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/phone", environ_overrides={"HTTP_HOST": host}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_cannot_call(client: FlaskClient, site: str) -> None:
    assert client.post("/phone/call", json={}, base_url=HERE, headers={"Sec-Fetch-Site": site}).status_code == 403


def test_a_form_cannot_call(client: FlaskClient) -> None:
    sent = client.post("/phone/call", data='{"team": "takes"}', base_url=HERE, content_type="text/plain")
    assert sent.status_code == 415


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/phone/call", "{"),
        ("/phone/call", '{"team": "unknown"}'),
        ("/phone/call", '{"after_s": 1e999}'),
        ("/phone/call", '{"at": "2026-11-24T10:00Z"}'),
        ("/phone/call", '{"language": "en&x=1"}'),
        ("/phone/call", '{"unheard": 1}'),
        ("/phone/act", "[]"),
        ("/phone/act", '{"story": "", "act": {"does": "dance"}}'),
        ("/phone/act", '{"story": "", "act": {"does": "press", "key": "A", "after_s": 0}}'),
        ("/phone/act", '{"story": "", "act": {"does": "press", "key": "1", "after_s": -1}}'),
        ("/phone/act", '{"story": "forged", "act": {"does": "stay silent"}}'),
    ],
)
def test_what_is_not_understood_is_told(client: FlaskClient, path: str, question: str) -> None:
    response = client.post(path, data=question, base_url=HERE, content_type="application/json")
    assert response.status_code == 400
    assert set(response.json or {}) == {"error"}


def test_a_story_is_sealed_by_the_secret_and_lasts_a_day() -> None:
    story = Story.begin(Wishes(), datetime.fromisoformat(OPEN))
    with time_machine.travel(datetime.fromisoformat("2026-11-24T10:00+00:00"), tick=False) as clock:
        sealed = Seal("a secret").close(story)
        assert Seal("a secret").open(sealed) == story
        assert Seal("another").open(sealed) is None
        assert Seal("a secret").open(sealed.swapcase()) is None
        clock.shift(timedelta(days=1, seconds=1))
        assert Seal("a secret").open(sealed) is None


def test_the_longest_story_fits_in_a_request_and_goes_no_further(
    client: FlaskClient, make_settings: MakeSettings
) -> None:
    key = Press(does="press", key="7", after_s=123.456)
    story = Story.begin(Wishes(), datetime.fromisoformat(OPEN)).model_copy(update={"acts": (key,) * MOST_ACTS})
    sealed = Seal(make_settings().tokens[0]).close(story)
    response = client.post("/phone/act", json={"story": sealed, "act": SILENT}, base_url=HERE)
    assert response.status_code == 400
    assert "too long" in (response.json or {})["error"]


def test_a_call_begins_with_the_greeting_in_the_order_of_time(client: FlaskClient, flow: Flow) -> None:
    answered = call(client)
    times = [item["at_s"] for item in answered["items"]]
    assert times == sorted(times)
    assert answered["items"][0]["text"].startswith(flow.line.name)
    assert first_place(answered) == flow.start


def test_a_number_may_answer_in_spanish(client: FlaskClient) -> None:
    assert call(client, language="es")["items"][0]["lang"] == "es-US"


def test_a_key_is_judged_by_the_part_that_is_being_read(client: FlaskClient) -> None:
    treat = act(client, call(client), press("3"))
    part_2 = next(item["at_s"] for item in treat["items"] if item["place"] and item["place"]["text"] == "treat 2")
    assert first_place(act(client, treat, press("7", part_2 + 0.5 - treat["at_s"]))) == "treat 2"
    assert first_place(act(client, treat, press("#", part_2 - 0.5 - treat["at_s"]))) == "treat 2"


def test_a_key_while_nothing_listens_is_lost_and_changes_nothing(client: FlaskClient) -> None:
    connecting = act(client, call(client), press("0"))
    assert act(client, connecting, press("3", 1.0)) == {"is_lost": True}
    assert act(client, connecting, SILENT)["items"][0]["kind"] == "ring"


@pytest.mark.parametrize(
    ("team", "leads_to"),
    [("takes", "talked"), ("cut off", "cut-off"), ("nobody", "nobody"), ("busy", "nobody"), ("silent", "nobody"),
     ("voicemail", "nobody")],
)  # fmt: skip
def test_what_the_team_does_decides_what_is_heard_then(client: FlaskClient, team: str, leads_to: str) -> None:
    answered = connect(client, team=team)
    for _ in range(6):
        if answered["items"][0]["kind"] == "say" and answered["items"][0]["place"]:
            break
        answered = act(client, answered, SILENT)
    assert first_place(answered) == leads_to


def test_a_voicemail_hears_the_whisper_and_nothing_else(client: FlaskClient) -> None:
    ringing = connect(client, team="voicemail")
    heard = " ".join(item["text"] for item in ringing["items"] if item["kind"] == "whisper")
    assert heard
    assert not {"cancer", "breast"} & set(heard.lower().replace(".", "").split())


def test_at_christmas_nobody_is_rung(client: FlaskClient) -> None:
    assert first_place(act(client, call(client, at=CHRISTMAS), press("0"))) == "closed"


def test_a_caller_may_hide_the_number(client: FlaskClient) -> None:
    assert "from anonymous" in call(client, is_anonymous=True)["script"].splitlines()


def test_the_same_story_is_the_same_call(client: FlaskClient) -> None:
    answered = call(client)
    once, again = (act(client, answered, press("2", 3.3)) for _ in range(2))
    del once["story"], again["story"]  # the seal tells when it was made
    assert once == again


@pytest.mark.parametrize("wishes", [{}, {"language": "es", "is_anonymous": True, "team": "busy"}, {"at": CHRISTMAS}])
def test_the_script_of_a_call_plays_again(app: Flask, flow: Flow, make_settings: MakeSettings, wishes: Answer) -> None:
    client = app.test_client()
    answered = act(client, call(client, **wishes), press("3", 2.0))
    answered = act(client, answered, press("#", 20.25))
    answered = act(client, answered, press("0", 1.0))
    answered = act(client, answered, SILENT)
    script = act(client, answered, {"does": "hang up", "after_s": 2.0})["script"]
    played = play(
        read(script, "browser.call"),
        in_process(app.wsgi_app),
        timezone=flow.line.hours.zone,
        public_url=HERE,
        token=make_settings().tokens[0],
    )
    assert played.ended_by == "caller"


def test_a_line_that_answers_nonsense_is_reported(flow: Flow, make_settings: MakeSettings) -> None:
    """Here it has no voice routes at all."""
    app = Flask("ivr.web")
    app.register_blueprint(telephone(flow, make_settings(PUBLIC_URL=HERE, PHONE_PAGE="on")))
    answered = app.test_client().post("/phone/call", json={}, base_url=HERE)
    assert answered.status_code == 200
    assert set(answered.json or {}) == {"fault"}
