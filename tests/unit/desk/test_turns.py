"""Whom a call rings: Spanish first for Spanish callers, the backup last, three turns at most, calls spread evenly."""

from __future__ import annotations

from collections import Counter

import pytest

from ivr.desk.targets import parse_turns
from ivr.desk.turns import Telephones, plan, spread
from ivr.model.numbers import Turn

TEAM = parse_turns("+18135550101,+18135550102,+18135550103")
SPANISH = parse_turns("+18135550104,+18135550105")
(BACKUP,) = parse_turns("+18135550106")
NIGHT = parse_turns("+18135550107,+18135550108")
ALL = Telephones(TEAM, BACKUP, {"es": SPANISH}, NIGHT)
SIDS = [f"CA{number:032x}" for number in range(300)]


def turns(telephones: Telephones, language: str = "en", sid: str = "CA1") -> tuple[Turn, ...]:
    return plan(telephones, language, "en", spread(sid), 3).roster.team


def test_the_same_call_has_the_same_plan() -> None:
    assert plan(ALL, "es", "en", spread("CA1"), 3) == plan(ALL, "es", "en", spread("CA1"), 3)


def test_calls_begin_at_every_turn_about_as_often() -> None:
    begins = Counter(turns(ALL, sid=sid)[0] for sid in SIDS)
    assert set(begins) == set(TEAM)
    assert min(begins.values()) > len(SIDS) / 3 / 2


def test_after_where_they_begin_the_turns_keep_their_order() -> None:
    without_backup = Telephones(TEAM)
    rotations = {TEAM, TEAM[1:] + TEAM[:1], TEAM[2:] + TEAM[:2]}
    assert {turns(without_backup, sid=sid) for sid in SIDS} == rotations


def test_the_backup_is_the_last_of_three() -> None:
    for sid in SIDS[:30]:
        rung = turns(ALL, sid=sid)
        assert len(rung) == 3
        assert rung[2] == BACKUP


def test_a_team_of_one_has_one_turn_and_the_backup() -> None:
    assert turns(Telephones(TEAM[:1], BACKUP)) == (TEAM[0], BACKUP)
    assert turns(Telephones(TEAM[:1])) == TEAM[:1]


def test_spanish_numbers_ring_first_for_spanish_callers_only() -> None:
    for sid in SIDS[:30]:
        assert set(turns(ALL, "es", sid)[:2]) == set(SPANISH)
        assert not set(turns(ALL, "en", sid)) & set(SPANISH)
    begins = Counter(turns(ALL, "es", sid)[0] for sid in SIDS)
    assert set(begins) == set(SPANISH)


def test_each_turn_says_whether_it_answers_in_the_callers_language() -> None:
    spanish = plan(ALL, "es", "en", spread("CA1"), 3)
    assert spanish.speaks_language == (True, True, False)
    assert spanish.after_hours_speaks_language == (False, False)
    english = plan(ALL, "en", "en", spread("CA1"), 3)
    assert english.speaks_language == (True, True, True)
    assert english.after_hours_speaks_language == (True, True)


def test_without_spanish_numbers_spanish_callers_ring_the_team() -> None:
    spanish = plan(Telephones(TEAM, BACKUP), "es", "en", spread("CA1"), 3)
    assert set(spanish.roster.team[:2]) <= set(TEAM)
    assert spanish.speaks_language == (False, False, False)


@pytest.mark.parametrize("telephones", [ALL, Telephones(TEAM), Telephones(TEAM, BACKUP), Telephones(TEAM[:1])])
@pytest.mark.parametrize("language", ["en", "es"])
def test_there_are_at_most_three_turns_and_each_has_its_language(telephones: Telephones, language: str) -> None:
    for sid in SIDS[:30]:
        made = plan(telephones, language, "en", spread(sid), 3)
        assert 1 <= len(made.roster.team) <= 3
        assert len(made.roster.team) == len(made.speaks_language)
        assert len(made.roster.after_hours) == len(made.after_hours_speaks_language)


def test_after_hours_numbers_ring_in_the_order_they_are_named() -> None:
    assert all(plan(ALL, "en", "en", spread(sid), 3).roster.after_hours == NIGHT for sid in SIDS[:30])


def test_a_call_without_a_name_has_a_plan() -> None:
    assert len(turns(ALL, sid="")) == 3


@pytest.mark.parametrize("telephones", [ALL, Telephones(TEAM), Telephones(TEAM[:1], BACKUP), Telephones(())])
@pytest.mark.parametrize("language", ["en", "es"])
def test_there_are_no_more_plans_than_ways(telephones: Telephones, language: str) -> None:
    for sid in SIDS[:60]:
        way = spread(sid) % telephones.ways
        assert plan(telephones, language, "en", way, 3) == plan(telephones, language, "en", spread(sid), 3)
