"""What the desk shows of texts and mails that may not have arrived."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle

import pytest

from ivr.model.numbers import PhoneNumber
from ivr.model.outcome import Outcome, Refused, Sent, Unknown
from ivr.storage.outbox import MOST_TEXTS_AN_HOUR, Outbox, add_mail
from ivr.storage.people import Role
from ivr.storage.store import Storage
from tests.platform_client import OPEN_AT
from tests.unit.desk_pages.conftest import SignIn

MINUTE = timedelta(minutes=1)
HEADING = "Texts and mails"
_LAST_TWO = cycle(range(1, 100))  # each text goes to another number


def settled(kept: Storage, outcome: Outcome, kind: str = "text", at: datetime = OPEN_AT - 30 * MINUTE) -> None:
    """A letter that came to this end."""
    box = Outbox(kept, most_texts_an_hour=1000)
    if kind == "text":
        assert box.add_text(PhoneNumber(f"+181355501{next(_LAST_TWO):02}"), "es", at)
    else:
        with kept.database.begin() as connection:
            add_mail(connection, "new", f"new:{at}:{outcome}", kept.vault.seal("one@example.org"), at)
    letter = box.claim([kind], at)
    assert letter is not None
    box.settle(letter.id, outcome, at)


def test_when_all_is_well_nothing_is_said(enter: SignIn, kept: Storage) -> None:
    settled(kept, Sent())
    settled(kept, Refused("21610"))
    assert HEADING not in enter(Role.SUPERVISOR).text


@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.SUPERVISOR])
def test_what_may_not_have_arrived_is_told_without_anybody(enter: SignIn, kept: Storage, role: Role) -> None:
    settled(kept, Unknown("no answer"))
    visitor = enter(role)
    assert (
        f"{HEADING} 1 text may have arrived or not, and will not be sent again, of today, 9:30 a.m. Tell"
        in visitor.text
    )
    assert visitor.page is not None
    assert "55501" not in visitor.page.text
    visitor.open("/desk/list")
    assert HEADING in visitor.text


def test_what_is_alike_is_one_sentence_with_how_often_and_when_last(enter: SignIn, kept: Storage) -> None:
    for minutes in (50, 40, 20):
        settled(kept, Unknown("no answer"), at=OPEN_AT - minutes * MINUTE)
    settled(kept, Refused("21606"))
    settled(kept, Refused("smtp 535"), "mail")
    settled(kept, Unknown("no answer"), "mail")
    told = enter(Role.SUPERVISOR).text
    for sentence in (
        "1 mail to a supervisor was not sent (smtp 535), of today, 9:30 a.m.",
        "1 mail to a supervisor may have arrived or not, and will not be sent again, of today, 9:30 a.m.",
        "1 text was not sent (21606), of today, 9:30 a.m.",
        "3 texts may have arrived or not, and will not be sent again, the last of today, 9:40 a.m.",
    ):
        assert sentence in told


def test_the_ceiling_and_what_waits_for_long_are_told(enter: SignIn, kept: Storage) -> None:
    for _ in range(MOST_TEXTS_AN_HOUR):
        settled(kept, Sent())
    Outbox(kept).add_text(PhoneNumber("+18135550100"), "en", OPEN_AT - 9 * MINUTE)
    visitor = enter(Role.SCHEDULER)
    assert "As many texts went out within the hour as may." in visitor.text
    assert "to be sent, the first since" not in visitor.text
    visitor.later(minutes=1).open("/desk")
    assert "1 text or mail waits to be sent, the first since today, 9:51 a.m." in visitor.text


def test_who_only_reads_the_trail_is_not_told(enter: SignIn, kept: Storage) -> None:
    settled(kept, Unknown("no answer"))
    assert HEADING not in enter(Role.AUDITOR).text
