"""The line with another clock, which can be set while it is served: see faults/test_clock.py."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import time_machine

from app import app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["app"]


class Timed:
    """Sets the clock of its process before each request; a file says how many seconds it is ahead of the machine's."""

    def __init__(self, application: WSGIApplication, file: Path) -> None:
        self._application, self._file = application, file
        self._seconds = 0.0
        self._clock = time_machine.travel(time.time()).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seconds = float(self._file.read_text("ascii"))
        if seconds != self._seconds:
            self._seconds = seconds
            self._clock.move_to(time_machine.escape_hatch.time.time() + seconds)
        return self._application(environ, start_response)


app.wsgi_app = Timed(app.wsgi_app, Path(os.environ["CLOCK_OF_THE_TESTS"]))  # type: ignore[method-assign]
