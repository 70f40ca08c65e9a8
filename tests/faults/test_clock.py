"""The clock of a served line jumps in mid-call, as it does when a machine that has slept asks what time it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.phone import Telephone
from tests.conftest import ENVIRON
from tests.databases import migrated_sqlite
from tests.faults.callers import Platform
from tests.faults.line import Line, whole_line
from tests.faults.table import NOTHING, write_down
from tests.faults.test_database import KEPT, asked, settings
from tests.platform_client import CLOSED_AT, OPEN_AT, PUBLIC_URL

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


@dataclass(frozen=True)
class Timed:
    """The line, and the file that says by how much its clock is fast."""

    line: Line
    file: Path

    def set(self, to: datetime) -> None:
        """Let it be this time now."""
        set_clock(self.file, to)


def set_clock(file: Path, to: datetime) -> None:
    new = file.with_suffix(".new")
    new.write_text(str((to - datetime.now(UTC)).total_seconds()), "ascii")
    new.replace(file)  # whoever reads it reads all of it


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str], fallback: bytes) -> Iterator[Timed]:
    folder = tmp_path_factory.mktemp("timed")
    clock = folder / "clock"
    set_clock(clock, OPEN_AT)
    kept = settings(environ, migrated_sqlite(folder / "line.db"))
    hours = {"PROMPTS": ENVIRON["PROMPTS"], "CLOCK_OF_THE_TESTS": str(clock)}
    with whole_line(folder, {**kept, **hours}, fallback, "timed_app:app") as line:
        yield Timed(line, clock)


@pytest.fixture
def timed(running: Timed, monkeypatch: pytest.MonkeyPatch) -> Timed:
    monkeypatch.setenv("SSL_CERT_FILE", str(running.line.nginx.certificate.file))
    return running


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("began", [OPEN_AT, CLOSED_AT], ids=["open", "closed"])
@pytest.mark.parametrize("jumps_before", ["3", "0"])
def test_a_clock_that_jumps_in_mid_call(timed: Timed, jump: str, began: datetime, jumps_before: str) -> None:
    timed.set(began)
    platform = timed.line.caller().platform
    telephone = Telephone(platform, now=began, public_url=PUBLIC_URL)
    telephone.dial()
    at = began
    for key in ("*", "3", "9", "0"):
        if key == jumps_before:
            at = JUMPS[jump](began)
            timed.set(at)
        telephone.press(key)  # the strict telephone refuses any answer that is out of order
        assert telephone.spoken
    while not telephone.ringing and telephone.listening_at is None:
        telephone.wait_silently()
    assert bool(telephone.ringing) is not is_closed(at)
    if is_closed(at):
        assert any("estará de vuelta" in heard.text for heard in telephone.spoken)
    telephone.hang_up()
    assert all_well(platform)
    write_down(
        "clock",
        "every word as usual; after 0 a person, or when the team opens, by the clock's new time",
        NOTHING,
        "with the clock",
    )


@pytest.mark.parametrize("jump", JUMPS)
def test_a_request_is_kept_although_the_clock_jumps(timed: Timed, jump: str) -> None:
    timed.set(OPEN_AT)
    assert asked(timed.line, {"confirms": lambda: timed.set(JUMPS[jump](OPEN_AT))}) == KEPT


def all_well(platform: Platform) -> bool:
    return (platform.retried, platform.fell_back) == (0, 0)


def is_closed(at: datetime) -> bool:
    """By other reckoning than the line's: weekdays from 8 to 5, and the holidays that these times may meet."""
    local = at.astimezone(OPEN_AT.tzinfo)
    is_holiday = (local.month, local.day) in ((12, 25), (1, 1), (11, 26))
    return local.weekday() > 4 or not 8 <= local.hour < 17 or is_holiday
