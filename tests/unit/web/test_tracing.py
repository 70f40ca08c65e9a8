"""Steps of calls as traces: what a collector is told, and that no call waits for it. By default there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.collector import Collector, collecting
from tests.conftest import ENVIRON, ROOT
from tests.gunicorn_server import Served, request, serving
from tests.platform_client import PUBLIC_URL, TOKEN, call_form

CANARY = "+12025550199"
WORKERS = 2
SIDS = ("CAcanary5550199canary", "CAanother")


def step(server: Served, target: str, sid: str, *pressed: tuple[str, str]) -> None:
    fields = {**dict(call_form()), "CallSid": sid, "From": CANARY, **dict(pressed)}
    assert server.post(target, PUBLIC_URL, TOKEN, tuple(fields.items())).status == 200


def traced(collector: Collector) -> dict[str, str]:
    """The settings of a line that is traced."""
    return {**ENVIRON, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}


def logged(server: Served) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.told if line.startswith("{")]


def told(span: Span) -> tuple[str, str, str]:
    said = {each.key: each.value.string_value for each in span.attributes}
    assert set(said) <= {"ivr.outcome", "ivr.node"}
    return span.name, said["ivr.outcome"], said.get("ivr.node", "")


def test_a_call_is_one_trace_and_a_step_of_it_a_span_without_anything_of_the_caller() -> None:
    with collecting() as collector:
        with serving(traced(collector)) as server:
            for sid in SIDS:
                step(server, "/voice/answer", sid)
                step(server, "/voice/en/menu", sid, ("Digits", "2"))
            assert server.exchange(request("/voice/answer", b"From=%2B12025550199")).status == 403
            assert server.exchange(request("/health/live", b"", method="GET")).status == 200
            assert server.stop() == 0
        steps = [("voice.place", "Arrived", "welcome"), ("voice.place", "KeyPressed", "spread")]
        assert sorted(map(told, collector.spans)) == sorted([*steps, *steps, ("health.live", "200", "")])
        calls = {span.trace_id.hex() for span in collector.spans if span.name == "voice.place"}
        assert calls == {2 * line["call"] for line in logged(server) if line["event"] == "voice"}
        assert len(calls) == len(SIDS)
        assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in collector.spans)
        assert set(collector.paths) == {"/v1/traces"}
        sent = b"".join(collector.bodies)
        assert not [each for each in (b"5550199", b"CAcanary", b"/voice", TOKEN.encode()) if each in sent]


def test_what_strangers_ask_is_not_sent() -> None:
    asked = [
        (request("/nonsense", b"", method="GET"), 404),
        (request("/metrics", b"", "X-Forwarded-For: 192.0.2.1", method="GET"), 404),
        (request("/voice/answer", b"", method="GET"), 403),
        (request("/", b"x=1"), 405),
        (request("/voice/answer", b"x" * 70_000), 413),
        (request("/voice/answer", b"x=1"), 403),
    ]
    with collecting() as collector:
        with serving(traced(collector)) as server:
            assert [server.exchange(each).status for each, _ in asked] == [status for _, status in asked]
            step(server, "/voice/answer", SIDS[0])
            assert server.stop() == 0
        assert [span.name for span in collector.spans] == ["voice.place"]


def test_a_collector_that_hangs_costs_no_call_and_no_end_and_is_told_once_in_a_line_of_ours() -> None:
    with collecting(hangs=True) as collector, serving(traced(collector)) as server:
        for sid in SIDS:
            step(server, "/voice/answer", sid)
        assert server.stop() == 0
    lost = [line for line in logged(server) if line["event"] == "traces"]
    assert 1 <= len(lost) <= WORKERS
    assert {line["outcome"] for line in lost} == {"lost"}
    assert "Traceback" not in "".join(server.told)


def test_a_line_without_a_collector_loads_nothing_of_it() -> None:
    shows = "import sys, app; print(*(name for name in sys.modules if name.startswith('opentelemetry')))"
    ran = subprocess.run(
        [sys.executable, "-c", shows], cwd=ROOT, env=ENVIRON, capture_output=True, text=True, check=True
    )
    assert not ran.stdout.split()
