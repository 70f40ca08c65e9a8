"""What a caller meets on a line some of whose words nobody has approved: less to hear, and no way to get stuck."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.checks.verify import load_verified
from ivr.model.approval import NO_DRAFTS
from ivr.phone import Answers, Team, Telephone, Transport, play, read, walk
from ivr.web.application import create_app
from ivr.web.in_process import in_process
from tests.approvals import approve_all
from tests.conftest import MakeSettings
from tests.folders import PROMPTS, SPANISH, made
from tests.platform_client import EASTERN, OPEN_AT, PUBLIC_URL, TOKEN

MakeLine = Callable[..., Transport]
NOT_READY = 'hears "This section is not ready yet."'


@pytest.fixture(scope="module")
def make_line(tmp_path_factory: pytest.TempPathFactory, make_settings: MakeSettings) -> MakeLine:
    """Makes the line of prompts/ on which all words are approved but those of these files."""

    def line(*drafts: str) -> Transport:
        folder = shutil.copytree(PROMPTS, tmp_path_factory.mktemp("drafts") / "prompts")
        verified = load_verified(approve_all(Path(folder), but=drafts), NO_DRAFTS)
        return in_process(create_app(verified, make_settings(ALLOW_DRAFTS="")))

    return line


@pytest.fixture(scope="module")
def without_treatment(make_line: MakeLine) -> Transport:
    return make_line("en/treat.md")


@pytest.fixture(scope="module")
def without_spanish(make_line: MakeLine) -> Transport:
    return make_line("es/goodbye.md")


def call(line: Transport, *steps: str) -> Telephone:
    """Make a call to a line; CallFault when it does not go like this."""
    script = read("\n".join(("# A call.", *steps)), "call")
    team = Team(others=Answers())
    return play(script, line, timezone=EASTERN, public_url=PUBLIC_URL, token=TOKEN, team=team)


def test_a_section_that_nobody_has_approved_says_so_and_leads_to_a_person(without_treatment: Transport) -> None:
    told = ("call", "press 3 after 1", "wait 8", NOT_READY, 'hears no "clinical trials"', 'hears no "Part"')
    assert call(without_treatment, *told, "press 0", "wait 9", "talks").ended_by


def test_who_listens_to_the_end_of_it_is_offered_a_person_and_connected(without_treatment: Transport) -> None:
    told = ("call", "press 3 after 1", "wait 15", "at en treat 2", 'hears "To talk with our scheduling team"')
    assert call(without_treatment, *told, "silent", "wait 9", "talks").ended_by


def test_away_it_promises_nobody(without_treatment: Transport) -> None:
    steps = ("call", "press 3 after 1", "wait 15", NOT_READY, 'hears no "To talk with"', "press 0", "at en closed")
    assert call(without_treatment, "time 2026-12-25 10:00", *steps).ended_by


def test_it_is_heard_again_and_skipped_like_any_section(without_treatment: Transport) -> None:
    again = ("press 7 at en treat 2", "wait 5", NOT_READY)
    skipped = ("press #", "at en treat 2", "press #", "at en appoint")
    assert call(without_treatment, "call", "press 3 after 1", *again, *skipped).ended_by


def test_a_part_that_the_other_language_has_not_starts_the_section_over(without_treatment: Transport) -> None:
    there = ("call", "press 3 after 1", "press 9 at en treat 1", "at es treat")
    back = ("press 9 at es treat 3", "at en treat", "wait 12", NOT_READY)
    assert call(without_treatment, *there, *back).ended_by


def test_the_other_sections_are_read(without_treatment: Transport) -> None:
    told = ("call", "press 1 after 1", "press # after 1", "wait 14", 'hears "cancer that began in a breast."')
    assert call(without_treatment, *told, 'hears no "not ready"').ended_by


def test_a_language_that_nobody_has_approved_is_not_offered(without_spanish: Transport) -> None:
    assert call(without_spanish, "call", "wait 60", "at en menu", 'hears "press star"', 'hears no "español"').ended_by


def test_its_key_is_no_choice(without_spanish: Transport) -> None:
    told = ("call", "press 9 after 1", "wait 3", 'hears "9 is not one of the choices."', "at en menu tries 1")
    assert call(without_spanish, *told).ended_by


def test_its_number_answers_in_the_first_language(without_spanish: Transport) -> None:
    steps = ("call", "wait 4", 'hears "breast cancer line."')
    assert call(without_spanish, "language es", *steps).ended_by


def test_its_page_is_not_there_either(without_spanish: Transport, make_settings: MakeSettings, tmp_path: Path) -> None:
    del without_spanish
    folder = approve_all(Path(shutil.copytree(PROMPTS, tmp_path / "prompts")), but=("es/goodbye.md", "en/treat.md"))
    client = create_app(load_verified(folder, NO_DRAFTS), make_settings(ALLOW_DRAFTS="")).test_client()
    page = client.get("/").text
    assert client.get("/es").status_code == 404
    assert "not ready yet" in page
    assert "clinical trials" not in page


@pytest.mark.timeout(300)
def test_every_way_through_such_a_line_is_in_order(tmp_path: Path, make_settings: MakeSettings) -> None:
    folder = approve_all(made(SPANISH, tmp_path / "prompts"), but=("en/when.md", "es/who.md"))
    line = in_process(create_app(load_verified(folder, NO_DRAFTS), make_settings(ALLOW_DRAFTS="")))
    found = walk(line, now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN)
    assert found.faults == ()
    assert found.presses > 1_000
