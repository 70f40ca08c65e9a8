"""What the alerts about calls say of hours of calls and probes, by the line's own metrics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from ivr.model.flow import Flow
from ivr.phone import probe
from tests.conftest import MakeApplication
from tests.platform_client import CLOSED_AT, OPEN_AT, PUBLIC_URL, TOKEN, PlatformClient, call_form

RULES: dict[str, str] = {
    rule["alert"]: rule["expr"]
    for group in yaml.safe_load((Path(__file__).parents[2] / "ops" / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
REFUSED, UNHEARD = "CallsAreRefused", "CallsEndUnheard"
UNANSWERED, URGENT = "NobodyTakesCalls", "NobodyTakesUrgentCalls"
PROBED = range(0, 60, 3)  # minutes

Do = Callable[[PlatformClient], object]

_ASKED = re.compile(  # of all that is shown
    r"^(?:(?:ivr_request_seconds_count|ivr_calls_total|ivr_transfers_total)\{|ivr_open ).*$", re.MULTILINE
)
_INCREASE = re.compile(r"sum\(increase\((\w+)(?:\{([^}]*)\})?\[([0-9]+)([mh])\]\)\)")
_LEAST = re.compile(r"min\(min_over_time\((\w+)\[([0-9]+)([mh])\]\)\)")
_MATCHER = re.compile(r'(\w+)(=~|!=|=)"([^"]*)"')
_MINUTES = {"m": 1, "h": 60}

Matchers = list[tuple[str, str, str]]


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
            wanted = _MATCHER.findall(matchers or "")
            return str(self._sum(minute, name, wanted) - self._sum(since, name, wanted))

        def least(found: re.Match[str]) -> str:
            name, many, unit = found.groups()
            since = max(0, minute - int(many) * _MINUTES[unit] + 1)
            return str(min(self._sum(each, name, []) for each in range(since, minute + 1)))

        left = _LEAST.sub(least, _INCREASE.sub(increase, RULES[alert]))
        return bool(eval(left, {}))  # noqa: S307 because what is left is arithmetic

    def _sum(self, minute: int, name: str, wanted: Matchers) -> float:
        samples = [sample for sample in self.scrapes[minute] if sample.name == name]
        assert samples, name
        return sum(sample.value for sample in samples if _fits(sample.labels, wanted))


def _fits(labels: Mapping[str, str], wanted: Matchers) -> bool:
    return all(
        bool(re.fullmatch(told if how == "=~" else re.escape(told), labels.get(label, ""))) is (how != "!=")
        for label, how, told in wanted
    )


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


def rings(node: str, status: str, bridged: str) -> Do:
    ended = call_form(DialCallStatus=status, DialBridged=bridged, DialCallDuration="60")
    return lambda client: client.post(f"/voice/en/{node}/1", ended)


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


def test_the_two_ways_to_a_person_are_watched_by_their_names(flow: Flow) -> None:
    watched = [set(re.findall(r'node="([^"]*)"', RULES[alert])) for alert in (UNANSWERED, URGENT)]
    assert watched == [{flow.person.open}, {flow.person.after_hours}]


@pytest.mark.parametrize(("every", "within"), [(1, 10), (25, 180)])
def test_a_team_that_takes_no_call_wakes_somebody(watched: Watched, every: int, within: int) -> None:
    watched.through(range(30), taken=([5], rings("transfer", "completed", "true")))
    watched.through(range(240), unanswered=(range(0, 240, every), rings("transfer", "no-answer", "false")))
    assert 30 < watched.fires(UNANSWERED)[0] <= 30 + within
    assert watched.fires(URGENT) == []


def test_what_nobody_took_at_night_does_not_wake_anybody_for_the_team_in_the_morning(watched: Watched) -> None:
    watched.client = watched.client.later(CLOSED_AT)
    watched.through(range(60), unanswered=(range(30, 60, 5), rings("night", "no-answer", "false")))
    watched.client = watched.client.later(OPEN_AT)
    watched.through(range(60))
    assert watched.fires(UNANSWERED) == []


@pytest.mark.parametrize(("every", "within"), [(1, 4), (10, 30), (120, 360)])
@pytest.mark.parametrize(("status", "bridged"), [("no-answer", "false"), ("failed", "false"), ("completed", "false")])
def test_an_after_hours_line_that_takes_no_call_wakes_somebody(
    watched: Watched, every: int, within: int, status: str, bridged: str
) -> None:
    watched.client = watched.client.later(CLOSED_AT)
    watched.through(range(360), unanswered=(range(0, 360, every), rings("night", status, bridged)))
    assert watched.fires(URGENT)[0] <= within
    assert watched.fires(UNANSWERED) == []


def test_an_after_hours_line_that_takes_calls_wakes_nobody(watched: Watched) -> None:
    watched.client = watched.client.later(CLOSED_AT)
    unanswered = (range(0, 360, 30), rings("night", "no-answer", "false"))
    watched.through(range(360), unanswered=unanswered, taken=(range(0, 360, 45), rings("night", "completed", "true")))
    assert watched.fires(URGENT) == []
