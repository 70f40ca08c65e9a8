"""A log line holds listed fields only, and names a call so that nobody can tell which call it was."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from ivr.logs import FIELDS, CallNames, Unhurried, configure, keep_listed_fields
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


LINE = "x" * 199 + "\n"
PIPE_BYTES = 4096  # the least that a pipe can hold


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe that is full after twenty lines, and the end that nobody reads until a test does."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    yield reader, writer
    os.close(reader)


def read_all(reader: int) -> list[str]:
    with os.fdopen(os.dup(reader), "r") as stream:
        return stream.readlines()


def test_a_log_that_nobody_reads_makes_nobody_wait(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    log = Unhurried(writer, most=50)
    for _ in range(1000):
        log.write(LINE)  # a write that waited would never end
    assert 1000 - log.lost < 50 + 2 * PIPE_BYTES // len(LINE) + 5  # in the queue, in the pipe, and in hand
    drained: list[str] = []
    reading = threading.Thread(target=lambda: drained.extend(read_all(reader)))
    reading.start()
    log.settle(30)
    log.write(LINE)
    log.settle(30)
    os.close(writer)
    reading.join(30)
    lost = [json.loads(line) for line in drained if line.startswith("{")]
    assert drained.count(LINE) == 1001 - log.lost
    assert sum(int(line["outcome"].split()[0]) for line in lost) == log.lost > 0
    assert set(lost[0]) <= FIELDS


def test_a_log_that_nobody_can_read_any_more_counts_what_is_lost(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    kept = os.dup(reader)
    log = Unhurried(writer)
    log.write(LINE)
    log.settle(30)
    os.dup2(os.open(os.devnull, os.O_RDONLY), reader)
    os.close(kept)
    handler = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        log.write(LINE)
        log.settle(30)
    finally:
        signal.signal(signal.SIGPIPE, handler)
        os.close(writer)
    assert log.lost == 1


def test_a_process_that_forks_goes_on_with_a_log_of_its_own(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    log = Unhurried(writer)
    log.write("before\n")
    log.settle(30)
    child = os.fork()
    if child == 0:
        log.write("child\n")
        log.settle(30)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    log.write("parent\n")
    log.settle(30)
    os.close(writer)
    assert read_all(reader) == ["before\n", "child\n", "parent\n"]


def test_an_ending_process_writes_its_last_lines() -> None:
    told = (
        "import structlog, ivr.logs; ivr.logs.configure(); [structlog.get_logger().info('voice') for _ in range(500)]"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 500
    assert not done.stderr
