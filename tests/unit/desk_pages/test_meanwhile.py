"""What a page answers when its visitor was reset while the request was under way."""

from __future__ import annotations

import pytest

from ivr.storage.people import People, Role
from ivr.storage.sign_in import SignIn as Steps
from ivr.storage.store import Storage
from tests.desk import PASSWORD
from tests.platform_client import OPEN_AT
from tests.unit.desk_pages.conftest import SignIn


def test_who_was_reset_before_a_new_password_is_kept_is_led_to_the_sign_in(
    enter: SignIn, kept: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = enter(Role.SCHEDULER)
    visitor.open("/desk/password")

    def reset_meanwhile(*_: object) -> None:
        People(kept.database, kept.vault).reset("scheduler", OPEN_AT, "supervisor")

    monkeypatch.setattr(Steps, "has_password", reset_meanwhile)
    visitor.press("Keep it", password=PASSWORD, new="another quiet heron", again="another quiet heron")
    assert visitor.title.startswith("Sign in")
