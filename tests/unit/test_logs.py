"""A log line holds listed fields only, and names a call so that nobody can tell which call it was."""

from __future__ import annotations

import json
from io import StringIO

import pytest
import structlog

from ivr.logs import FIELDS, CallNames, configure, keep_listed_fields
from tests.conftest import Log
from tests.platform_client import CALL_SID


def test_what_is_not_listed_cannot_be_written(log: Log) -> None:
    structlog.get_logger().info("voice", node="menu", caller="+18135550100", url="/voice", exc_info=None, digits="3")
    (line,) = log.lines
    assert set(line) == {"event", "level", "node", "time"}
    assert "+18135550100" not in log.text


def test_fields_are_kept_whatever_they_hold() -> None:
    listed = dict.fromkeys(FIELDS, "x")
    assert keep_listed_fields(None, "", {**listed, "other": "x"}) == listed


def test_no_listed_field_could_be_about_a_caller() -> None:
    assert not FIELDS & {"from", "caller", "number", "digits", "url", "path", "query", "body", "error", "exception"}


def test_a_line_is_one_line_of_json_with_a_time_in_utc() -> None:
    stream = StringIO()
    configure(stream)
    try:
        structlog.get_logger().warning("refused", outcome="two\nlines\x00")
    finally:
        structlog.reset_defaults()
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue())["time"].endswith("Z")


def test_a_call_has_one_name() -> None:
    name = CallNames("secret").name(CALL_SID)
    assert name == CallNames("secret").name(CALL_SID)
    assert len(name) == 16
    assert int(name, 16)
    assert name not in CALL_SID


def test_another_call_and_another_secret_make_another_name() -> None:
    names = {CallNames(secret).name(sid) for secret in ("secret", "other") for sid in (CALL_SID, CALL_SID[:-1] + "6")}
    assert len(names) == 4


def test_a_call_without_a_name_has_none() -> None:
    assert CallNames("secret").name("") == ""


@pytest.mark.parametrize("sid", ["\ud800", "ñ", "\x00", "x" * 100_000])
def test_any_call_can_be_named(sid: str) -> None:
    assert len(CallNames("secret").name(sid)) == 16
