"""The rules of axe on every page, light and dark, in the hand and on a desk; and what a keyboard alone can do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.looks import PHONE, Scheme, everywhere, faults

Open = Callable[..., Page]


@everywhere
@pytest.mark.parametrize("path", ["/", "/es"])
def test_the_transcript(opened: Open, path: str, scheme: Scheme, size: ViewportSize) -> None:
    page = opened(path, scheme=scheme, size=size)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@everywhere
def test_the_telephone_before_during_and_after_a_call(opened: Open, scheme: Scheme, size: ViewportSize) -> None:
    page = opened("/phone", scheme=scheme, size=size)
    assert faults(page) == []
    page.locator("[name=at]").fill("2026-11-24T10:00")
    page.locator("#speed").select_option("instant")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#path")).to_contain_text("menu")
    page.keyboard.press("0")
    expect(page.locator("#path")).to_contain_text("talked")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#script")).to_be_visible()
    assert faults(page) == []


def test_in_a_call_the_words_and_the_keys_fit_on_the_screen_of_a_telephone(opened: Open) -> None:
    page = opened("/phone", size=PHONE)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#heard .is-now")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Hang up")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("path", ["/", "/es", "/phone"])
def test_the_first_tab_stop_skips_to_the_text(opened: Open, path: str) -> None:
    page = opened(path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    target = page.evaluate("document.activeElement.id")
    assert target in ("text", "handset")


@pytest.mark.parametrize("path", ["/", "/es", "/phone"])
def test_letters_are_large_enough_to_read(opened: Open, path: str) -> None:
    page = opened(path, size=PHONE)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
