"""The whole line walked as the platform would: every key at every prompt, every silence, every end of a transfer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask

from ivr.checks.verify import VerifiedFlow, load_verified
from ivr.model.approval import ALL_DRAFTS
from ivr.model.flow import Flow
from ivr.model.keys import ReadSection
from ivr.phone import Request, Transport, Walk, walk
from ivr.phone.wire import prepare, read_answer
from ivr.web.application import create_app
from ivr.web.in_process import in_process
from tests.calls.store import LINES as OF_A_STORE
from tests.calls.store import asking_line
from tests.conftest import MakeApplication, MakeSettings
from tests.databases import copy_of_sqlite
from tests.platform_client import CALLER, CLOSED_AT, OPEN_AT, TOKEN
from tests.properties.judges import JUDGES, Walked

pytestmark = pytest.mark.usefixtures("quiet_log")

STARTS = ("/voice/answer", "/voice/answer?language=es")


@dataclass(frozen=True)
class Situation:
    """When and how the line is called, and at least how much there is to walk, so that it cannot silently shrink."""

    at: datetime
    person: str
    requests: int
    presses: int
    documents: int
    starts: tuple[str, ...] = STARTS
    later: datetime | None = None  # our team comes or goes while a call lasts
    environ: dict[str, str] = field(default_factory=dict)
    caller: str = CALLER


NIGHT = {"AFTER_HOURS_NUMBERS": "+18135550105,+18135550106"}
EVERY_KIND = {
    "TEAM_NUMBERS": "+18135550101&sip:desk@example.org,+18135550102;accept=none",
    "SPANISH_NUMBERS": "+18135550107",
    "BACKUP_NUMBERS": "+18135550103&+18135550104",
}
SITUATIONS = {
    "open": Situation(
        OPEN_AT, "transfer", 20_000, 14_000, 4_000, later=CLOSED_AT, environ=EVERY_KIND, caller="anonymous"
    ),
    "closed": Situation(CLOSED_AT, "closed", 20_000, 14_000, 4_000, later=OPEN_AT),
    "after hours": Situation(CLOSED_AT, "night", 20_000, 14_000, 4_000, environ=NIGHT),
}
# The same where callers can ask for a call and for a text, and where their own number is hidden from us. Every place
# of a section can be come back to, so that what is walked grows with their number: a section of one passage stands for
# all.
ASKING = {
    "open": Situation(OPEN_AT, "transfer", 19_000, 16_000, 4_500, starts=STARTS[:1]),
    "after hours": Situation(
        CLOSED_AT, "night", 12_000, 10_000, 3_300, starts=STARTS[:1], environ=NIGHT, caller="anonymous"
    ),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_way_through_the_line_is_in_order(make_application: MakeApplication, flow: Flow, name: str) -> None:
    situation = SITUATIONS[name]
    line = in_process(make_application(**situation.environ))
    found = _walked(line, situation)
    _is_in_order(found, flow, situation)
    if situation.later is not None:
        assert _asked_again(line, found, situation.later) > 1_500


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ASKING)
def test_every_way_through_a_line_that_is_asked_for_something_is_in_order(
    make_settings: MakeSettings, flow: Flow, name: str, sqlite_file: str, tmp_path: Path
) -> None:
    situation, short = ASKING[name], _with_one_short_section(flow)
    url = copy_of_sqlite(sqlite_file, tmp_path / "line.db")
    settings = {**situation.environ, **OF_A_STORE["callbacks"], **OF_A_STORE["texts"]}

    def make(**environ: str) -> Flask:
        return create_app(VerifiedFlow(short), make_settings(**environ))

    with asking_line(make, (), "", url, settings) as line:
        found = _walked(line.transport, situation)
    _is_in_order(found, short, situation)


@pytest.mark.timeout(300)
def test_a_clinic_with_one_language_is_in_order_too(root: Path, make_settings: MakeSettings) -> None:
    clinic: VerifiedFlow = load_verified(root / "tests" / "corpus" / "good" / "clinic", ALL_DRAFTS)
    line = in_process(create_app(clinic, make_settings()))
    found = walk(line, now=OPEN_AT, public_url="https://line.example.org", token=TOKEN)
    assert found.faults == ()
    assert found.presses > 1_000
    assert _judged(Walked(clinic.flow, found, ("ring",))) == []


def _with_one_short_section(flow: Flow) -> Flow:
    others = {ReadSection(section) for section in flow.sections[1:]}
    keys = {key: meaning for key, meaning in flow.keys.items() if meaning not in others}
    scripts = {}
    for language, script in flow.scripts.items():
        short = {}
        for section in flow.sections:
            words = script.nodes[section]
            first = replace(words, passages=words.passages[:1], facts=words.facts[:1], lines=words.lines[:1])
            short[section] = replace(first, person_after=None)
        scripts[language] = replace(script, nodes={**script.nodes, **short})
    return replace(flow, keys=keys, scripts=scripts)


def _walked(line: Transport, situation: Situation) -> Walk:
    public_url = "https://line.example.org"
    return walk(line, situation.starts, now=situation.at, public_url=public_url, token=TOKEN, from_=situation.caller)


def _is_in_order(found: Walk, flow: Flow, situation: Situation) -> None:
    assert found.faults == ()
    assert found.requests > situation.requests
    assert found.presses > situation.presses
    assert found.documents > situation.documents
    assert _judged(Walked(flow, found, (situation.person,))) == []


def _judged(walked: Walked) -> list[str]:
    """The first few faults that each judge finds."""
    return [f"{judge.__name__}: {fault}" for judge in JUDGES for fault in islice(judge(walked), 3)]


def _asked_again(line: Transport, found: Walk, at: datetime) -> int:
    """Ask for every place of a walk at another time; how many there are."""
    targets = {one.request.url: one.request for one in found.reached if one.request.kind != "whisper"}
    for first in targets.values():
        for keys in ("", "0"):
            fields = tuple(pair for pair in first.form if pair[0] not in ("Digits", "CallStatus"))
            asked = Request(first.kind, first.url, (*fields, ("CallStatus", "in-progress"), ("Digits", keys)))
            request = prepare(asked, TOKEN, at)
            document = read_answer(request, line(request))
            assert document.leads_on, f"{request.path_and_query}, {keys}: silence ends the call"
    return len(targets)
