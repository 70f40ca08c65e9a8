"""Files that pages need: what a browser has kept is not sent again, and nothing stays open for it."""

from __future__ import annotations

import gc
from pathlib import Path

from flask import Flask

ICON = "/static/icon.svg"


def _open_files() -> int:
    return sum("icon.svg" in str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink())


def test_a_file_that_has_not_changed_is_not_sent_again_and_not_left_open(application: Flask) -> None:
    client = application.test_client()
    first = client.get(ICON)
    first.close()
    gc.disable()
    try:
        again = client.get(ICON, headers={"If-None-Match": first.headers["ETag"]}, buffered=False)
        assert (again.status_code, again.data) == (304, b"")
        assert _open_files() == 0
    finally:
        gc.enable()
