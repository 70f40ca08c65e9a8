"""The list of callbacks: who sees what, who may do what with which callback, and where a number stands."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from ivr.storage.audit import Trail
from ivr.storage.people import Role
from ivr.storage.store import Storage
from tests.desk import Hired, Visitor, ask, hire, sign_in
from tests.platform_client import OPEN_AT
from tests.unit.desk_pages.conftest import SignIn

HOUR = timedelta(hours=1)
WRITTEN = "1-813-555-0147"
MASK = "•-•••-•••-••••"


def acts(kept: Storage) -> list[tuple[str, str]]:
    return [(entry.person, entry.action) for entry in Trail(kept.database).page(100) if entry.subject]


def holding(visitor: Visitor, name: str) -> Visitor:
    """A visitor who has claimed a callback."""
    visitor.send(f"/desk/callbacks/{name}/claim", csrf_token=visitor.csrf())
    return visitor


def calling(visitor: Visitor, name: str) -> Visitor:
    """The same, who sees its number."""
    holding(visitor, name).press("Show the number")
    return visitor


def order(visitor: Visitor) -> list[str]:
    assert visitor.page is not None
    return re.findall(r'id="c-([^"]+)"', visitor.page.text)


def test_callbacks_stand_in_the_order_of_their_promises(enter: SignIn, kept: Storage) -> None:
    someday = ask(kept, "+18135550141", at=OPEN_AT)
    later = ask(kept, "+18135550142", promised_by=OPEN_AT + 3 * HOUR)
    soon = ask(kept, "+18135550144", promised_by=OPEN_AT + timedelta(minutes=20))
    late = ask(kept, "+18135550143", promised_by=OPEN_AT - timedelta(minutes=25), at=OPEN_AT - 3 * HOUR)
    assert order(enter(Role.SCHEDULER)) == [late, soon, later, someday]


def test_a_card_says_what_one_must_know(enter: SignIn, kept: Storage) -> None:
    ask(kept, promised_by=OPEN_AT - timedelta(minutes=25), at=OPEN_AT - 3 * HOUR, language="es", is_typed=True)
    visitor = enter(Role.SCHEDULER)
    for words in (
        "By today, 9:35 a.m.",
        "25 minutes late",
        "Spanish",
        "a number that was typed in",
        "Asked 3 hours ago",
    ):
        assert words in visitor.text
    assert "leave no message" in visitor.text
    assert "1 person waits to be called back, 1 of them late" in visitor.text
    assert visitor.title == "(1) Callbacks · Moffitt line"


def test_the_count_is_in_the_title_of_every_page(enter: SignIn, kept: Storage) -> None:
    ask(kept)
    visitor = enter(Role.SUPERVISOR)
    visitor.open("/desk/people")
    assert visitor.title == "(1) People · Moffitt line"
    auditor = enter(Role.AUDITOR)
    assert auditor.title == "Who did what · Moffitt line"


def test_no_page_shows_a_number_until_somebody_asks_for_it(enter: SignIn, kept: Storage) -> None:
    name = ask(kept)
    visitor = holding(enter(Role.SUPERVISOR), name)
    for path in ("/desk", "/desk/list", "/desk/people", "/desk/switch"):
        visitor.open(path)
        assert visitor.page is not None
        assert not re.search(r"0147|813.?555", visitor.page.text), path
    visitor.open("/desk")
    assert MASK in visitor.text


def test_a_number_is_shown_once_to_who_has_claimed_it(enter: SignIn, kept: Storage) -> None:
    ask(kept, "+18135550148")
    name = ask(kept)
    visitor = holding(enter(Role.SCHEDULER), name)
    visitor.press("Show the number")
    assert WRITTEN in visitor.text
    assert visitor.page is not None
    assert visitor.page.headers["Cache-Control"] == "no-store"
    assert 'data-shown="120"' in visitor.page.text
    assert "0148" not in visitor.page.text
    for path in ("/desk", "/desk/list"):
        visitor.open(path)
        assert WRITTEN not in visitor.text
    assert acts(kept) == [("scheduler", "number shown"), ("scheduler", "claimed")]


def test_a_number_is_in_no_address_and_not_in_the_cookie(enter: SignIn, kept: Storage) -> None:
    visitor = holding(enter(Role.SCHEDULER), ask(kept))
    visitor.press("Show the number")
    visitor.press("Reached")
    told = "".join(answer.headers.get("Location", "") for answer in visitor.passed)
    held = "".join(cookie.value for cookie in visitor.cookies())
    assert "0147" not in told + held


def test_each_showing_is_recorded(enter: SignIn, kept: Storage) -> None:
    name = ask(kept)
    visitor = holding(enter(Role.SCHEDULER), name)
    for _ in range(3):
        visitor.open("/desk")
        visitor.press("Show the number")
    assert acts(kept).count(("scheduler", "number shown")) == 3


def test_who_has_not_claimed_it_sees_no_number(enter: SignIn, kept: Storage) -> None:
    name = ask(kept)
    holding(enter(Role.SCHEDULER), name)
    other = enter(Role.SUPERVISOR)
    other.send(f"/desk/callbacks/{name}/number", csrf_token=other.csrf())
    assert WRITTEN not in other.text
    assert "Somebody else has that callback" in other.text


def test_of_two_who_claim_one_has_it_and_both_are_told(enter: SignIn, kept: Storage) -> None:
    name = ask(kept)
    first, second = enter(Role.SCHEDULER), enter(Role.SUPERVISOR)
    holding(first, name)
    second.send(f"/desk/callbacks/{name}/claim", csrf_token=second.csrf())
    assert "You have this until 10:30 a.m." in first.text
    assert "Somebody else has that callback" in second.text
    assert "Scheduler has it until 10:30 a.m." in second.text


def test_a_scheduler_cannot_take_over_and_a_supervisor_can(app: Flask, enter: SignIn, kept: Storage) -> None:
    name = ask(kept)
    holding(enter(Role.SCHEDULER), name)
    dee = sign_in(Visitor.of(app), hire(kept, "dee", Role.SCHEDULER))
    assert "Take over" not in dee.text
    assert dee.send(f"/desk/callbacks/{name}/take-over", csrf_token=dee.csrf()).status_code == 403
    supervisor = enter(Role.SUPERVISOR)
    supervisor.press("Take over")
    assert "You have this until" in supervisor.text
    assert acts(kept) == [("supervisor", "taken over"), ("scheduler", "claimed")]


@pytest.mark.parametrize("act", ["number", "outcome", "release"])
@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.SUPERVISOR])
def test_nobody_acts_on_what_somebody_else_has(app: Flask, enter: SignIn, kept: Storage, act: str, role: Role) -> None:
    name = ask(kept)
    holding(sign_in(Visitor.of(app), hire(kept, "dee", Role.SCHEDULER)), name)
    other = enter(role)
    other.send(f"/desk/callbacks/{name}/{act}", csrf_token=other.csrf(), outcome="reached")
    assert "Somebody else has that callback" in other.text
    assert acts(kept) == [("dee", "claimed")]


@pytest.mark.parametrize("act", ["claim", "take-over", "release", "number", "outcome", "undo"])
def test_an_auditor_can_do_nothing_with_a_callback(enter: SignIn, kept: Storage, act: str) -> None:
    name = ask(kept)
    auditor = enter(Role.AUDITOR)
    auditor.open("/desk")
    answer = auditor.send(f"/desk/callbacks/{name}/{act}", csrf_token=auditor.csrf(), outcome="reached")
    assert answer.status_code == 403
    assert acts(kept) == []


def test_an_auditor_sees_no_list(enter: SignIn, kept: Storage) -> None:
    ask(kept)
    auditor = enter(Role.AUDITOR)
    assert auditor.open("/desk/list").status_code == 403
    auditor.open("/desk")
    assert "waits to be called back" not in auditor.text
    assert "Callbacks" not in auditor.text


def test_a_callback_that_there_is_not_is_told(enter: SignIn) -> None:
    visitor = enter(Role.SCHEDULER)
    visitor.send("/desk/callbacks/nothing/claim", csrf_token=visitor.csrf())
    assert "That callback is not open any more." in visitor.text


def test_a_message_may_be_left_only_in_the_approved_words_and_where_it_is_permitted(
    enter: SignIn, kept: Storage
) -> None:
    never, may = ask(kept, "+18135550148"), ask(kept, language="es", may_leave_message=True)
    visitor = calling(enter(Role.SCHEDULER), may)
    assert "Habla Moffitt, para devolver su llamada. Nuestro número es 1-888-663-3488" in visitor.text
    assert visitor.text.count("1-888-663-3488") == 1
    assert "Left the message" in visitor.text
    visitor.send(f"/desk/callbacks/{may}/outcome", csrf_token=visitor.csrf(), outcome="message")
    assert "Message left." in visitor.text
    calling(visitor, never)
    assert "Leave no message, with anybody or on any machine." in visitor.text
    assert "Left the message" not in visitor.text
    visitor.send(f"/desk/callbacks/{never}/outcome", csrf_token=visitor.csrf(), outcome="message")
    assert "That caller permits no message." in visitor.text


def test_what_is_done_can_be_undone_for_a_minute(enter: SignIn, kept: Storage) -> None:
    visitor = calling(enter(Role.SCHEDULER), name := ask(kept))
    visitor.send(f"/desk/callbacks/{name}/outcome", csrf_token=visitor.csrf(), outcome="reached")
    assert "Reached. Its number is hidden, and deleted within a minute." in visitor.text
    assert "Nobody waits to be called back." in visitor.text
    visitor.later(seconds=50).open("/desk")
    visitor.press("Undo")
    assert "You have this until" in visitor.text
    visitor.send(f"/desk/callbacks/{name}/outcome", csrf_token=visitor.csrf(), outcome="reached")
    visitor.later(seconds=61)
    visitor.send(f"/desk/callbacks/{name}/undo", csrf_token=visitor.csrf())
    assert "That can no longer be undone." in visitor.text


def test_nobody_undoes_what_somebody_else_has_done(enter: SignIn, kept: Storage) -> None:
    visitor = calling(enter(Role.SCHEDULER), name := ask(kept))
    visitor.send(f"/desk/callbacks/{name}/outcome", csrf_token=visitor.csrf(), outcome="reached")
    other = enter(Role.SUPERVISOR)
    assert "Undo" not in other.text
    other.send(f"/desk/callbacks/{name}/undo", csrf_token=other.csrf())
    assert "That can no longer be undone." in other.text


def test_a_try_without_an_answer_stays_in_the_list(enter: SignIn, kept: Storage) -> None:
    name = ask(kept, promised_by=OPEN_AT - HOUR, at=OPEN_AT - 3 * HOUR)
    visitor = holding(enter(Role.SCHEDULER), name)
    visitor.send(f"/desk/callbacks/{name}/outcome", csrf_token=visitor.csrf(), outcome="no_answer")
    assert "Nothing was noted, because the number was not shown" in visitor.text
    visitor.press("Show the number")
    visitor.send(f"/desk/callbacks/{name}/outcome", csrf_token=visitor.csrf(), outcome="no_answer")
    assert "called once without an answer, last today, 10:00 a.m." in visitor.text
    assert "late" not in visitor.text
    assert order(visitor) == [name]


def test_a_wrong_number_is_gone_at_once(enter: SignIn, kept: Storage) -> None:
    visitor = calling(enter(Role.SCHEDULER), name := ask(kept))
    assert "This deletes the number at once, and cannot be undone." in visitor.text
    visitor.send(f"/desk/callbacks/{name}/outcome", csrf_token=visitor.csrf(), outcome="wrong_number")
    assert "The number is deleted." in visitor.text
    assert "Undo" not in visitor.text
    assert order(visitor) == []


@pytest.mark.parametrize("outcome", ["", "expired", "reached ", "REACHED"])
def test_an_outcome_that_there_is_not_is_refused(enter: SignIn, kept: Storage, outcome: str) -> None:
    name = ask(kept)
    visitor = holding(enter(Role.SCHEDULER), name)
    answer = visitor.send(f"/desk/callbacks/{name}/outcome", csrf_token=visitor.csrf(), outcome=outcome)
    assert answer.status_code == 400


def test_a_claim_lapses_after_half_an_hour_and_at_the_sign_out(enter: SignIn, kept: Storage) -> None:
    name = ask(kept)
    holder, other = holding(enter(Role.SCHEDULER), name), enter(Role.SUPERVISOR)
    other.later(minutes=29).open("/desk")
    assert "Scheduler has it until 10:30 a.m." in other.text
    holder.press("Sign out")
    other.open("/desk")
    assert "I will call" in other.text
    holding(other, name)
    assert "You have this until 10:59 a.m." in other.text


def test_ones_own_callbacks_come_first(enter: SignIn, kept: Storage) -> None:
    first = ask(kept, "+18135550141", promised_by=OPEN_AT + HOUR)
    second = ask(kept, "+18135550142", promised_by=OPEN_AT + 2 * HOUR)
    assert order(holding(enter(Role.SCHEDULER), second)) == [second, first]


@pytest.mark.parametrize(("role", "is_told"), [(Role.SUPERVISOR, True), (Role.SCHEDULER, False)])
def test_supervisors_see_what_will_be_deleted_before_it_is(
    enter: SignIn, kept: Storage, role: Role, *, is_told: bool
) -> None:
    ask(kept, promised_by=OPEN_AT - timedelta(days=9), at=OPEN_AT - timedelta(days=10))
    assert ("Soon deleted" in enter(role).text) is is_told


def test_a_store_that_fails_is_told_and_nothing_of_it_is(enter: SignIn, kept: Storage) -> None:
    visitor = enter(Role.SCHEDULER)
    with kept.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE callbacks RENAME TO elsewhere")
    answer = visitor.open("/desk")
    assert answer.status_code == 503
    assert "The desk cannot reach its records" in visitor.text
    assert "callbacks" not in answer.text.lower().replace("callbacks</a>", "").split("<main")[1]


def test_somebody_who_is_disabled_is_out_at_once(enter: SignIn, people: dict[Role, Hired]) -> None:
    scheduler, supervisor = enter(Role.SCHEDULER), enter(Role.SUPERVISOR)
    supervisor.open("/desk/people")
    supervisor.send("/desk/people/disable", csrf_token=supervisor.csrf(), login=people[Role.SCHEDULER].login)
    scheduler.open("/desk")
    assert scheduler.title.startswith("Sign in")
