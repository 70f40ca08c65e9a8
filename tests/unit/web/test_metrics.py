"""What is counted, under labels that are closed sets, and who is shown it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import Counter
from prometheus_client.parser import text_string_to_metric_families

from ivr.model.flow import Flow
from ivr.web.answers import Answers
from ivr.web.metrics import Metrics
from tests.conftest import MakeApplication, MakePlatform, keeping
from tests.databases import copy_of_sqlite
from tests.platform_client import CALLER, CLOSED_AT, PlatformClient, call_form, header
from tests.platform_client import TOKEN as PLATFORM_TOKEN

NEAR: dict[str, Any] = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1"}
FAR: dict[str, Any] = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "192.0.2.1"}
TOKEN = "a token for who watches"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def fresh(make_platform: MakePlatform) -> PlatformClient:
    return make_platform(METRICS_TOKEN=TOKEN)


def samples_of(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def shown(client: PlatformClient) -> Samples:
    response = client.send("/metrics", **NEAR)
    assert response.status == 200
    assert response.content_type.startswith("text/plain; version=0.0.4")
    return samples_of(response.body.decode())


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


def test_requests_and_their_seconds_are_counted_by_route_and_outcome(fresh: PlatformClient) -> None:
    fresh.post("/voice/answer")
    fresh.press("/voice/en/menu", "3")
    fresh.press("/voice/en/menu", "6")
    fresh.post("/voice/status")
    fresh.send("/voice/en/menu", b"CallSid=CA1", "x")
    fresh.send("/no/such/page", **FAR)
    fresh.send("/health/live", **FAR)
    told = shown(fresh)
    for route, outcome, count in (
        ("voice.place", "Arrived", 1),
        ("voice.place", "KeyPressed", 2),
        ("voice.place", "unsigned", 1),
        ("voice.status", "204", 1),
        ("health.live", "200", 1),
        ("none", "404", 1),
    ):
        assert value(told, "ivr_request_seconds_count", route=route, outcome=outcome) == count, (route, outcome)
        seconds = value(told, "ivr_request_seconds_sum", route=route, outcome=outcome)
        assert seconds is not None
        assert 0 < seconds < 5
        assert value(told, "ivr_request_seconds_bucket", route=route, outcome=outcome, le="+Inf") == count
    assert value(told, "ivr_signature_failures_total") == 1
    assert value(told, "ivr_faults_total") == 0


def test_while_tokens_rotate_it_is_shown_which_one_the_platform_signs_with(make_platform: MakePlatform) -> None:
    old = make_platform(TWILIO_AUTH_TOKEN=f"the new token of the tests, {PLATFORM_TOKEN}")
    new = replace(old, token="the new token of the tests")
    assert [value(shown(old), "ivr_signed_total", token=which) for which in "12"] == [0, 0]
    old.post("/voice/answer")
    old.post("/voice/status")
    new.post("/voice/answer")
    new.send("/voice/answer", b"CallSid=CA1", "x")
    new.post("/voice/answer", call_form(IvrProbe="1"))  # it signs with the first, whatever the platform does
    assert [value(shown(old), "ivr_signed_total", token=which) for which in "12"] == [1, 2]


def test_what_callers_do_is_counted_where_they_do_it(fresh: PlatformClient) -> None:
    fresh.post("/voice/answer")
    fresh.post("/voice/answer?language=es")
    fresh.post("/voice/answer?language=es")
    fresh.press("/voice/en/menu", "3")
    fresh.press("/voice/es/what/2", "#")
    fresh.press("/voice/en/whisper", "1")
    fresh.post("/voice/en/what/3")
    fresh.post("/voice/en/transfer/1", call_form(DialCallStatus="busy", DialBridged="false"))
    fresh.post("/voice/en/transfer/1", call_form(DialCallStatus="completed", DialBridged="true", DialCallDuration="60"))
    fresh.post("/voice/en/transfer/1", call_form(DialCallStatus="something new"))
    told = shown(fresh)
    assert value(told, "ivr_calls_total", language="en") == 1
    assert value(told, "ivr_calls_total", language="es") == 2
    for node, key in (("menu", "3"), ("what", "#"), ("whisper", "1")):
        assert value(told, "ivr_keys_total", node=node, key=key) == 1
    assert value(told, "ivr_silence_exits_total", node="what") == 1
    assert value(told, "ivr_transfers_total", node="transfer", outcome="busy", bridged="no") == 1
    assert value(told, "ivr_transfers_total", node="transfer", outcome="completed", bridged="yes") == 1
    assert value(told, "ivr_transfers_total", node="transfer", outcome="other", bridged="unknown") == 1


def test_a_fault_that_was_answered_with_the_apology_is_counted(
    fresh: PlatformClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError

    monkeypatch.setattr(Answers, "answer", broken)
    assert fresh.post("/voice/en/menu").status == 200
    told = shown(fresh)
    assert value(told, "ivr_faults_total") == 1
    assert value(told, "ivr_request_seconds_count", route="voice.place", outcome="fault") == 1


def test_the_hours_are_shown(fresh: PlatformClient) -> None:
    assert value(shown(fresh), "ivr_open") == 1
    assert value(shown(fresh.later(CLOSED_AT)), "ivr_open") == 0


def test_no_label_holds_what_a_request_says(fresh: PlatformClient, flow: Flow) -> None:
    canary = "+12025550199"
    for target in (
        f"/voice/{canary}/{canary}",
        "/voice/xx/canary/99?back=canary.1",
        f"/voice/answer?language={canary}",
    ):
        for form in (call_form(Digits=canary), call_form(DialCallStatus=canary, DialBridged=canary), call_form()):
            fresh.post(target, form)
        fresh.send(target, canary.encode(), canary)
    fresh.send(f"/{canary}", REQUEST_METHOD=canary)
    told = fresh.send("/metrics", **NEAR).body.decode()
    for part in ("5550199", "canary", CALLER[1:], "CA5"):
        assert part not in told
    labels = {pair for _, labels in samples_of(told) for pair in labels if pair[0] in ("node", "language")}
    assert {node for name, node in labels if name == "node"} <= {*flow.nodes, "whisper"}
    assert {language for name, language in labels if name == "language"} <= set(flow.scripts)


def test_nothing_that_a_counter_does_can_cost_a_call(fresh: PlatformClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Any:
        raise OSError("No space left on device")

    before = fresh.press("/voice/en/menu", "3").body
    monkeypatch.setattr(Counter, "inc", full)
    monkeypatch.setattr(Counter, "labels", full)
    monkeypatch.setattr("prometheus_client.Histogram.observe", full)
    assert fresh.press("/voice/en/menu", "3").body == before
    assert fresh.send("/voice/en/menu").status == 403
    monkeypatch.setattr(Answers, "answer", full)
    assert fresh.press("/voice/en/menu", "3").status == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_itself_is_shown_the_metrics(fresh: PlatformClient, address: str) -> None:
    assert fresh.send("/metrics", **{**NEAR, "REMOTE_ADDR": address}).status == 200


@pytest.mark.parametrize(
    "forwarded",
    [
        {"HTTP_X_FORWARDED_FOR": "192.0.2.1"},
        {"HTTP_X_FORWARDED_FOR": ""},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "line.example.org"},
        {"HTTP_FORWARDED": "for=192.0.2.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_what_a_proxy_on_this_machine_hands_on_is_not_from_this_machine(
    fresh: PlatformClient, forwarded: dict[str, Any]
) -> None:
    assert fresh.send("/metrics", **NEAR, **forwarded).status == 404
    assert fresh.send("/metrics", **NEAR, **forwarded, HTTP_AUTHORIZATION=f"Bearer {TOKEN}").status == 200


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "::2", "", "nonsense", "127.0.0.1.example.org"])
def test_nobody_else_is_told_that_there_are_metrics(fresh: PlatformClient, address: str) -> None:
    refused = fresh.send("/metrics", **{**FAR, "REMOTE_ADDR": address})
    nowhere = fresh.send("/no/such/page", **FAR)
    assert (refused.status, refused.body, refused.headers) == (404, nowhere.body, nowhere.headers)


@pytest.mark.parametrize("borne", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer  {TOKEN} "])
def test_who_bears_the_token_is_shown_the_metrics(fresh: PlatformClient, borne: str) -> None:
    response = fresh.send("/metrics", **FAR, HTTP_AUTHORIZATION=borne)
    assert response.status == 200
    assert header(response, "Cache-Control") == "no-store"


@pytest.mark.parametrize("borne", ["", "Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}é"])
def test_another_token_is_none(fresh: PlatformClient, make_platform: MakePlatform, borne: str) -> None:
    assert fresh.send("/metrics", **FAR, HTTP_AUTHORIZATION=borne).status == 404
    assert make_platform().send("/metrics", **FAR, HTTP_AUTHORIZATION=borne).status == 404


def test_a_gauge_is_read_when_somebody_asks_and_left_out_when_it_cannot_be(flow: Flow) -> None:
    metrics = Metrics(flow)
    waiting = [3.0]
    metrics.gauge("ivr_waiting", "What waits.", lambda: waiting[0])
    metrics.gauge("ivr_broken", "What cannot be read.", lambda: 1 / 0)
    assert value(samples_of(metrics.exposed().decode()), "ivr_waiting") == 3
    waiting[0] = 5
    told = samples_of(metrics.exposed().decode())
    assert value(told, "ivr_waiting") == 5
    assert value(told, "ivr_broken") is None


def test_a_probe_is_no_caller(fresh: PlatformClient) -> None:
    fresh.post("/voice/answer", call_form(IvrProbe="1"))
    fresh.press("/voice/en/menu", "3", IvrProbe="1")
    told = shown(fresh)
    assert value(told, "ivr_probes_total") == 1
    assert value(told, "ivr_calls_total", language="en") == 0
    assert value(told, "ivr_keys_total", node="menu", key="3") is None


def test_what_alerts_ask_for_is_there_before_it_first_happens(fresh: PlatformClient) -> None:
    told = shown(fresh)
    for name, labels in (
        ("ivr_calls_total", {"language": "es"}),
        ("ivr_transfers_total", {"node": "transfer", "outcome": "completed", "bridged": "yes"}),
        ("ivr_asked_total", {"what": "callback", "outcome": "failed"}),
        ("ivr_request_seconds_count", {"route": "voice.status", "outcome": "unsigned"}),
        ("ivr_request_seconds_count", {"route": "voice.status", "outcome": "204"}),
    ):
        assert value(told, name, **labels) == 0, name
    fresh.send("/voice/status", b"CallSid=CA1", "x")
    assert value(shown(fresh), "ivr_request_seconds_count", route="voice.status", outcome="unsigned") == 1


def test_the_metrics_that_are_explained_are_those_that_there_are(
    make_application: MakeApplication, sqlite_file: str, tmp_path: Path, root: Path
) -> None:
    told = (root / "docs" / "watching.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(ivr_\w+)` \|", told, re.MULTILINE))
    with keeping(make_application, copy_of_sqlite(sqlite_file, tmp_path / "line.db")) as client:
        families = [*text_string_to_metric_families(client.send("/metrics", **NEAR).body.decode())]
    names = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    assert {name for name in names if not name.endswith("_created")} == {
        name for name in explained if not name.startswith(("ivr_probe_", "ivr_backup_"))
    }
