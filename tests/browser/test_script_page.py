"""The call script in a browser: the rules of axe, in the hand and on a desk, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from ivr.checks.evidence import Evidence
from ivr.content import read_folder
from ivr.papers.script import Paper
from tests.browser.looks import DESK, PHONE, faults

ROOT = Path(__file__).parents[2]
LETTER: ViewportSize = {"width": 720, "height": 960}  # about a page without its margins


@pytest.fixture(scope="module", params=["prompts", "tests/corpus/good/clinic"])
def script(request: pytest.FixtureRequest) -> str:
    return Paper(Evidence.of(read_folder(ROOT / request.param))).html()


def test_everybody_can_read_it(browser: Browser, script: str) -> None:
    page = browser.new_page(viewport=DESK)
    page.set_content(script)
    found = faults(page)
    page.close()
    assert found == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=str)
def test_it_fits_in_the_hand_and_on_a_desk(browser: Browser, script: str, size: ViewportSize) -> None:
    page = browser.new_page(viewport=size)
    page.set_content(script)
    fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
    assert fits


def test_on_paper_nothing_is_cut_off_and_there_is_room_to_sign(browser: Browser, script: str) -> None:
    page = browser.new_page(viewport=LETTER)
    page.set_content(script)
    page.emulate_media(media="print")
    fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    chapters, signatures = page.locator("section.chapter[id]").count(), page.locator(".sign:visible").count()
    page.close()
    assert fits
    assert signatures == chapters - 1  # the sentences of no one place are signed with their files
