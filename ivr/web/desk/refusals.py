"""What the desk says when it cannot do what was asked: in plain words, and what to do about it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from ivr.desk.ports import StoreUnavailable
from ivr.web.headers import refused

_WORDS = {
    400: ("That did not work", "The page was open for too long, or something was missing. Please try it once more."),
    403: ("This belongs to another role", "If you need it, ask a supervisor of the desk."),
    404: ("Not here any more", "Somebody may have finished it in the meantime."),
}
_ANY = ("That did not work", "Please go back to the desk and try it once more.")
_NO_STORE = (
    "The desk cannot reach its records",
    "Nothing was changed. Calls are answered as before. Please try again in a minute.",
)


def refusal(error: HTTPException) -> ResponseReturnValue:
    """A page for what was refused. It repeats nothing of what was asked."""
    what, mend = _WORDS.get(error.code or 500, _ANY)
    try:
        return render_template("desk/refusal.html", what=what, mend=mend), error.code or 500
    except Exception:
        if not isinstance(error, InternalServerError):
            raise
        return refused(error)  # the page asks for what may be the fault, and the server would write down a second one


def unavailable(_: StoreUnavailable) -> ResponseReturnValue:
    """A page for when the store does not answer."""
    what, mend = _NO_STORE
    return render_template("desk/refusal.html", what=what, mend=mend), 503
