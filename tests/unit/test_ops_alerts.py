"""What the alerts about refused and unheard calls say of an hour of calls and probes, by the line's own metrics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from ivr.phone import probe
from tests.conftest import MakeApplication
from tests.platform_client import OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient

RULES: dict[str, str] = {
    rule["alert"]: rule["expr"]
    for group in yaml.safe_load((Path(__file__).parents[2] / "ops" / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
REFUSED, UNHEARD = "CallsAreRefused", "CallsEndUnheard"
PROBED = range(0, 60, 3)  # minutes

Do = Callable[[PlatformClient], object]

_ASKED = re.compile(r"^(?:ivr_request_seconds_count|ivr_calls_total)\{.*$", re.MULTILINE)  # of all that is shown
_INCREASE = re.compile(r"sum\(increase\((\w+)(?:\{([^}]*)\})?\[([0-9]+)([mh])\]\)\)")
_MATCHER = re.compile(r'(\w+)="([^"]*)"')
_MINUTES = {"m": 1, "h": 60}


@dataclass
class Watched:
    """A line, and what it showed at the end of each minute."""

    client: PlatformClient
    scrapes: list[tuple[Sample, ...]] = field(default_factory=list)

    def scrape(self) -> None:
        told = self.client.send("/metrics", REQUEST_METHOD="GET", REMOTE_ADDR="127.0.0.1").body.decode()
        families = text_string_to_metric_families("\n".join(_ASKED.findall(told)))
        self.scrapes.append(tuple(sample for family in families for sample in family.samples))

    def through(self, minutes: Iterable[int], **happens: tuple[Iterable[int], Do]) -> None:
        """Let each thing happen in its minutes."""
        for minute in minutes:
            for at, do in happens.values():
                if minute in at:
                    do(self.client)
            self.scrape()

    def fires(self, alert: str) -> list[int]:
        """The minutes at whose end the expression of an alert holds."""
        return [minute for minute in range(1, len(self.scrapes)) if self._holds(alert, minute)]

    def _holds(self, alert: str, minute: int) -> bool:
        def increase(found: re.Match[str]) -> str:
            name, matchers, many, unit = found.groups()
            since = max(0, minute - int(many) * _MINUTES[unit])
            wanted = dict(_MATCHER.findall(matchers or ""))
            return str(self._sum(minute, name, wanted) - self._sum(since, name, wanted))

        return bool(eval(_INCREASE.sub(increase, RULES[alert]), {}))  # noqa: S307 because what is left is arithmetic

    def _sum(self, minute: int, name: str, wanted: dict[str, str]) -> float:
        samples = [sample for sample in self.scrapes[minute] if sample.name == name]
        assert samples, name
        return sum(sample.value for sample in samples if wanted.items() <= sample.labels.items())


@pytest.fixture
def watched(make_application: MakeApplication) -> Watched:
    line = Watched(PlatformClient(make_application()))
    line.scrape()
    return line


def a_call(client: PlatformClient) -> None:
    client.post("/voice/answer")
    client.post("/voice/status")


def a_call_that_hears_the_fallback(client: PlatformClient) -> None:
    client.post("/voice/status")


def a_call_of_another_token(client: PlatformClient) -> None:
    a_call(replace(client, token="the token since then"))


def a_probe(client: PlatformClient) -> None:
    assert probe(client.transport, now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN).is_well


@pytest.mark.parametrize("every", [60, 20, 6, 1])
def test_a_line_that_is_well_is_left_alone(watched: Watched, every: int) -> None:
    watched.through(range(60), calls=(range(0, 60, every), a_call), probes=(PROBED, a_probe))
    assert (watched.fires(REFUSED), watched.fires(UNHEARD)) == ([], [])


@pytest.mark.parametrize(("every", "within"), [(20, 45), (15, 35), (6, 20), (1, 10)])
def test_a_new_token_at_the_platform_wakes_somebody(watched: Watched, every: int, within: int) -> None:
    watched.through(range(60), calls=(range(0, 60, every), a_call), probes=(PROBED, a_probe))
    watched.through(range(60), calls=(range(0, 60, every), a_call_of_another_token), probes=(PROBED, a_probe))
    assert 60 < watched.fires(REFUSED)[0] <= 60 + within


def test_one_that_nobody_signed_wakes_nobody(watched: Watched) -> None:
    watched.through(range(60), strangers=([30], a_call_of_another_token), probes=(PROBED, a_probe))
    assert watched.fires(REFUSED) == []


def test_calls_that_hear_the_fallback_are_told(watched: Watched) -> None:
    watched.through(range(60), calls=(range(0, 60, 6), a_call_that_hears_the_fallback), probes=(PROBED, a_probe))
    assert watched.fires(UNHEARD)[0] <= 40
