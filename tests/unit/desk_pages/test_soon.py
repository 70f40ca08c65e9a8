"""What the desk shows of somebody who was promised no time."""

from __future__ import annotations

from datetime import timedelta

from ivr.storage.people import Role
from ivr.storage.store import Storage
from tests.desk import ask
from tests.platform_client import OPEN_AT
from tests.unit.desk_pages.conftest import SignIn

DAY = timedelta(days=1)


def test_a_card_without_a_promise_says_no_time_before_it_is_late(enter: SignIn, kept: Storage) -> None:
    ask(kept, at=OPEN_AT - DAY + timedelta(minutes=20))
    visitor = enter(Role.SCHEDULER)
    assert visitor.page is not None
    assert "<h2>As soon as we can</h2>" in visitor.page.text
    assert "1 person waits to be called back." in visitor.text


def test_a_card_without_a_promise_says_when_it_is_late(enter: SignIn, kept: Storage) -> None:
    ask(kept, at=OPEN_AT - DAY - timedelta(hours=3))
    visitor = enter(Role.SCHEDULER)
    assert visitor.page is not None
    assert '<h2>As soon as we can <span class="away late">3 hours late</span></h2>' in visitor.page.text
    assert "1 person waits to be called back, 1 of them late." in visitor.text
