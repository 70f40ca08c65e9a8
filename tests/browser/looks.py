"""What every page is looked at with: two ways in which screens differ, and the rules of axe."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

Scheme = Literal["light", "dark"]

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 800}

# Each scheme and each size once: no rule of a style sheet depends on both.
everywhere = pytest.mark.parametrize(("scheme", "size"), [("light", NARROW), ("dark", DESK)], ids=["light", "dark"])


def faults(page: Page) -> list[str]:
    """What axe finds on a page, each with where."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]
