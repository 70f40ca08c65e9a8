"""The clock jumps in mid-call, as it does when a machine that has slept asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.phone import Request, Response, Telephone
from tests.faults.table import NOTHING, write_down
from tests.platform_client import CLOSED_AT, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient

JUMPS: dict[str, Callable[[datetime], datetime]] = {
    "an hour on": lambda at: at + timedelta(hours=1),
    "an hour back": lambda at: at - timedelta(hours=1),
    "three days on": lambda at: at + timedelta(days=3),
    "three days back": lambda at: at - timedelta(days=3),
    "to 1970": lambda _: datetime(1970, 1, 1, tzinfo=UTC),
    "to 2100": lambda _: datetime(2100, 6, 1, 15, tzinfo=UTC),
    "to the hour that there is twice": lambda _: datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    "to the hour that there is not": lambda _: datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
}


class Jumping:
    """The line, whose clock is set to another time by `jump`."""

    def __init__(self, platform: PlatformClient) -> None:
        self.platform = platform
        self.jump: datetime | None = None

    def __call__(self, request: Request) -> Response:
        return self.platform.transport(replace(request, now=self.jump or request.now))


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("began", [OPEN_AT, CLOSED_AT], ids=["open", "closed"])
@pytest.mark.parametrize("jumps_before", ["*", "3", "9", "0"])
def test_a_clock_that_jumps_in_mid_call(
    platform: PlatformClient, jump: str, began: datetime, jumps_before: str
) -> None:
    line = Jumping(platform)
    telephone = Telephone(line, now=began, public_url=PUBLIC_URL, token=TOKEN)
    telephone.dial()
    for key in ("*", "3", "9", "0"):
        if key == jumps_before:
            line.jump = JUMPS[jump](began)
        telephone.press(key)  # the strict telephone refuses any answer that is out of order
        assert telephone.spoken
    while not telephone.ringing and telephone.listening_at is None:
        telephone.wait_silently()
    is_open = not is_closed(line.jump or began)
    assert bool(telephone.ringing) is is_open
    if not is_open:
        assert any("Estará de vuelta" in heard.text for heard in telephone.spoken)
    telephone.hang_up()
    write_down(
        "clock",
        "every word as usual; after 0 a person, or when the team opens, by the clock's new time",
        NOTHING,
        "with the clock",
    )


def is_closed(at: datetime) -> bool:
    """By other reckoning than the line's: weekdays from 8 to 5, and the holidays that these times may meet."""
    local = at.astimezone(OPEN_AT.tzinfo)
    is_holiday = (local.month, local.day) in ((12, 25), (1, 1), (11, 26))
    return local.weekday() > 4 or not 8 <= local.hour < 17 or is_holiday
