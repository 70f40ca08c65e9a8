"""What a review once broke stays whole: broken bodies, full disks, odd headers, days that skip an hour, settings that
do not fit."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ivr.errors import SettingsFaults
from ivr.logs import Unbreakable
from tests.conftest import ENVIRON, MakeApplication
from tests.gunicorn_server import Served, request, serving
from tests.platform_client import PUBLIC_URL, TOKEN, call_form

CANARY = "+12025550199"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(ENVIRON) as served:
        yield served


@pytest.mark.parametrize(
    "body",
    [
        b"CallSid=CA1&From=%2B12025550199\r\n\r\n",
        b"zz\r\nFrom=%2B12025550199\r\n0\r\n\r\n",
        b"3\r\nabcd\r\n0\r\nFrom: +12025550199 x\r\n\r\n",
    ],
)
def test_a_broken_chunked_body_is_refused_and_not_quoted(server: Served, body: bytes) -> None:
    answer = server.exchange(request("/voice/answer", body, "Transfer-Encoding: chunked"))
    assert answer.status == 403
    assert CANARY[1:] not in "".join(server.told)


def test_a_header_cannot_move_the_application(server: Served) -> None:
    answer = server.post("/voice/answer", PUBLIC_URL, TOKEN, call_form(), "SCRIPT_NAME: /voice")
    assert answer.status in (200, 400)


class FullDisk(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device", text)

    def flush(self) -> None:
        raise ValueError("closed")


def test_a_log_that_cannot_be_written_costs_nothing() -> None:
    stream = Unbreakable(FullDisk())
    assert stream.write("a line") == len("a line")
    stream.flush()


def test_the_page_can_be_read_on_every_day_of_a_year(make_application: MakeApplication) -> None:
    client = make_application().test_client()
    day = datetime(2027, 1, 1, 12, tzinfo=UTC)
    failed = [
        day + timedelta(days=number)
        for number in range(0, 365, 7)
        if client.get("/", environ_overrides={"ivr.now": day + timedelta(days=number)}).status_code != 200
    ]
    assert failed == []


@pytest.mark.parametrize("name", ["TEAM_NUMBERS", "BACKUP_NUMBERS", "AFTER_HOURS_NUMBERS", "FALLBACK_NUMBER"])
def test_a_line_may_not_ring_itself(make_application: MakeApplication, name: str) -> None:
    with pytest.raises(SettingsFaults, match=f"{name}: names the line's own number"):
        make_application(**{name: "+18886633488"})
    if name != "FALLBACK_NUMBER":
        for address in ("sip:+18886633488@trunk.example.org", "sip:+1-888-663-3488@trunk.example.org;accept=none"):
            with pytest.raises(SettingsFaults, match=f"{name}: names the line's own number"):
                make_application(**{name: address})


def test_an_after_hours_line_has_at_most_as_many_turns_as_ring(make_application: MakeApplication) -> None:
    turns = "+18135550101,+18135550102,+18135550103,+18135550104"
    with pytest.raises(SettingsFaults, match="AFTER_HOURS_NUMBERS: has 4 turns"):
        make_application(AFTER_HOURS_NUMBERS=turns)
