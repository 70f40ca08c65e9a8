"""What ops/ ships to watch the line: every name in the alerts and on the dashboard is one that the line shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ivr.cli.probing import as_metrics
from ivr.phone import Probed
from tests.conftest import MakeApplication, keeping
from tests.databases import copy_of_sqlite
from tests.platform_client import PlatformClient, call_form
from tests.rules.test_docs import anchors

ROOT = Path(__file__).parents[2]
OPS = ROOT / "ops"
WATCHING = ROOT / "docs" / "watching.md"
RULES: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((OPS / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
PANELS: list[dict[str, Any]] = json.loads((OPS / "dashboard.json").read_text("utf-8"))["panels"]
ON_PANELS = [(panel["title"], target) for panel in PANELS for target in panel["targets"]]

# What may stand in an expression beside the names of metrics.
WORDS = {"sum", "min", "max", "increase", "rate", "absent", "time", "min_over_time", "histogram_quantile"}
WORDS |= {"and", "or", "by", "offset"}

Shown = dict[str, dict[str, set[str]]]  # the values of each label of each metric

_RANGE = re.compile(r"\[(?:[0-9]+[smhd]|\$__rate_interval|\$__range)\]|\boffset [0-9]+[smhd]\b")
_BY = re.compile(r"\bby \(([a-z_, ]+)\)")
_SELECTOR = re.compile(r"([a-z_]+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'([a-z_]+)(=~|!=|=)"([^"]+)"')


def names_in(expression: str) -> set[str]:
    found = _SELECTOR.findall(_BY.sub("", _RANGE.sub("", expression)))
    return {name for name, _ in found if name not in WORDS}


def wrong_with(expression: str, shown: Shown) -> Iterator[str]:
    """What an expression asks for that nobody shows."""
    bare = _RANGE.sub("", expression)
    labels = {label for name in names_in(expression) for label in shown.get(name, {})}
    yield from (f"by {label}" for by in _BY.findall(bare) for label in by.split(", ") if label not in labels)
    for name, matchers in _SELECTOR.findall(_BY.sub("", bare)):
        if name not in WORDS and name not in shown:
            yield name
        elif matchers:
            yield from _wrong_matchers(name, matchers, shown)


def _wrong_matchers(name: str, matchers: str, shown: Shown) -> Iterator[str]:
    for matcher in matchers.split(", "):
        told = _MATCHER.fullmatch(matcher)
        if told is None:
            yield f"{name} {matcher}"
            continue
        label, _, values = told.groups()
        known = shown[name].get(label, set())
        yield from (f"{name} {label} {value}" for value in values.split("|") if value not in known)


def a_line_that_is_called(client: PlatformClient) -> bytes:
    """What /metrics shows of a line on which each thing has happened once."""
    client.post("/voice/answer")
    client.press("/voice/en/menu", "3")
    client.post("/voice/en/what/3")
    client.post("/voice/en/transfer/1", call_form(DialCallStatus="busy", DialBridged="false"))
    client.post("/voice/status")
    client.send("/voice/status", b"CallSid=CA1", "x")
    return client.send("/metrics", REQUEST_METHOD="GET", REMOTE_ADDR="127.0.0.1").body


def what_a_backup_shows(database_url: str, folder: Path) -> str:
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": database_url}
    shown = folder / "backup.prom"
    subprocess.run([OPS / "backup", folder, shown], env=environ, check=True)
    return shown.read_text("utf-8")


@pytest.fixture(scope="module")
def shown(make_application: MakeApplication, sqlite_file: str, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """All that the line, its probe and its backup show, and what Prometheus knows by itself."""
    folder = tmp_path_factory.mktemp("watched")
    database_url = copy_of_sqlite(sqlite_file, folder / "line.db")
    with keeping(make_application, database_url) as line:
        told = a_line_that_is_called(line).decode()
    backed_up = what_a_backup_shows(database_url, folder)
    probed = as_metrics(Probed((("answer", 12.0),), "rings"), datetime(2026, 11, 24, tzinfo=UTC))
    found: Shown = {"up": {"job": {"ivr"}, "instance": {"127.0.0.1:8001"}}}
    for family in text_string_to_metric_families(told + probed + backed_up):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return found


@pytest.mark.parametrize("alert", RULES)
def test_an_alert_asks_for_what_is_shown(shown: Shown, alert: str) -> None:
    assert names_in(RULES[alert]["expr"])
    assert list(wrong_with(RULES[alert]["expr"], shown)) == []


def test_every_panel_asks_for_what_is_shown(shown: Shown) -> None:
    assert {title: wrong for title, target in ON_PANELS if (wrong := list(wrong_with(target["expr"], shown)))} == {}


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("sum(ivr_nothing)", ["ivr_nothing"]),
        ("mean(ivr_open)", ["mean"]),
        ("sum by (node) (ivr_calls_total)", ["by node"]),
        ('ivr_asked_total{what="cake"}', ["ivr_asked_total what cake"]),
        ('ivr_asked_total{who="callback"}', ["ivr_asked_total who callback"]),
        ('ivr_transfers_total{outcome=~"completed|eaten"}', ["ivr_transfers_total outcome eaten"]),
        ("ivr_asked_total{what}", ["ivr_asked_total what"]),
    ],
)
def test_what_nobody_shows_is_found(shown: Shown, expression: str, wrong: list[str]) -> None:
    assert list(wrong_with(expression, shown)) == wrong


def test_what_is_shown_is_watched() -> None:
    asked = " ".join([*(rule["expr"] for rule in RULES.values()), *(target["expr"] for _, target in ON_PANELS)])
    explained = set(re.findall(r"^\| `(ivr_\w+)` \|", WATCHING.read_text("utf-8"), re.MULTILINE))
    assert explained == {name.removesuffix("_bucket").removesuffix("_count") for name in names_in(asked)} - {"up"}


def test_somebody_is_woken_only_while_callers_are_not_served() -> None:
    woken = {alert for alert, rule in RULES.items() if rule["labels"]["severity"] == "page"}
    nobody = {"NobodyTakesCalls", "NobodyTakesUrgentCalls"}
    assert woken == {"LineIsDown", "ProbeFails", "CallsAreRefused", "CallbacksCannotBeKept"} | nobody
    assert {rule["labels"]["severity"] for rule in RULES.values()} == {"page", "ticket"}


def test_every_alert_says_what_it_is_and_leads_to_what_to_do() -> None:
    told = {rule["annotations"]["runbook"] for rule in RULES.values()}
    sections = re.findall(r"^### (.+)$", WATCHING.read_text("utf-8"), re.MULTILINE)
    assert {runbook.split("#")[0] for runbook in told} == {"docs/watching.md"}
    assert {runbook.split("#")[1] for runbook in told} <= anchors(WATCHING)
    assert len(told) == len(sections)
    assert all(rule["annotations"]["summary"].endswith(".") for rule in RULES.values())


def test_the_job_of_the_alerts_is_the_one_that_is_explained() -> None:
    assert "- job_name: ivr\n" in WATCHING.read_text("utf-8")


@pytest.mark.parametrize("count", [2, 4])  # of one machine, and of two
def test_no_two_targets_that_are_explained_are_one_series(count: int) -> None:
    blocks = re.findall(r"^```yaml$(.+?)^```$", WATCHING.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    targets = [re.findall(r'targets: (.+)\n +labels: \{(.+), instance: "(.+)"\}', block) for block in blocks]
    (told,) = [each for each in targets if len(each) == count]
    assert len({(machine, path) for machine, path, _ in told}) == len({instance for *_, instance in told}) == count


def test_no_panel_lies_on_another_and_none_has_the_number_of_another() -> None:
    fields = {
        panel["id"]: {
            (x, y)
            for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
            for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
        }
        for panel in PANELS
    }
    assert len(fields) == len(PANELS)
    assert not [pair for pair in combinations(fields, 2) if fields[pair[0]] & fields[pair[1]]]
    assert max(x for taken in fields.values() for x, _ in taken) < 24


@pytest.mark.parametrize(("title", "target"), ON_PANELS)
def test_a_legend_names_what_is_told_apart(title: str, target: dict[str, str]) -> None:
    apart = {label for by in _BY.findall(target["expr"]) for label in by.split(", ")}
    assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) == apart - {"le"}, title
