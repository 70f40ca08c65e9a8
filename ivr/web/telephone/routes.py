"""The page, and the two questions that it asks: call, and one more act of a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from pydantic import BaseModel, ValidationError

from ivr.config import Settings, is_loopback
from ivr.errors import CallFault, TwimlFault
from ivr.model.flow import Flow
from ivr.phone import Telephone, write
from ivr.web.in_process import in_process
from ivr.web.page_words import Calendar, page_words
from ivr.web.telephone.calls import Switchboard
from ivr.web.telephone.story import MOST_ACTS, Asked, Seal, Story, Wishes
from ivr.web.telephone.timeline import timeline
from ivr.web.watching import is_near

_TITLE = "A call made in the browser."
_GONE = "This call is not known here any more. Please call again."
_TOO_LONG = "This call has gone on for too long. Please call again."

Question = TypeVar("Question", bound=BaseModel)


def telephone(flow: Flow, settings: Settings) -> Blueprint:
    """The routes under /phone, for this machine only. Not to be registered unless the settings switch the page on."""
    pages = Blueprint("telephone", __name__, url_prefix="/phone")
    secret = settings.secret
    booth = _Booth(flow, Switchboard(flow, settings), Seal(secret))
    pages.before_request(_refuse_strangers)
    pages.add_url_rule("", "page", booth.page, methods=["GET"])
    pages.add_url_rule("/call", "call", booth.call, methods=["POST"])
    pages.add_url_rule("/act", "act", booth.act, methods=["POST"])
    return pages


def _refuse_strangers() -> None:
    """Only a page of our own, on this machine: whoever else reaches the port, whatever they call it, is a stranger.

    A name that was made to point here gives itself away in Host, another site in Sec-Fetch-Site; and a form of another
    site cannot send JSON.
    """
    if not (_is_here(request.host) and is_near(request.remote_addr or "")):
        abort(403)
    if request.method == "POST":
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            abort(403)
        if request.mimetype != "application/json":
            abort(415)


def _is_here(host: str) -> bool:
    try:
        return is_loopback(f"http://{host}")
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Booth:
    flow: Flow
    switchboard: Switchboard
    seal: Seal

    def page(self) -> str:
        line = self.flow.line
        languages = [(language, page_words(language).own_name) for language in line.languages]
        return render_template("telephone.html", line=line, languages=languages, zone=Calendar(self.flow, "en").zone)

    def call(self) -> Response:
        return self._answer(Story.begin(_read(Wishes), datetime.now(self.flow.line.hours.zone)))

    def act(self) -> Response:
        asked = _read(Asked)
        story = self.seal.open(asked.story)
        if story is None:
            abort(_refusal(_GONE))
        if len(story.acts) >= MOST_ACTS:
            abort(_refusal(_TOO_LONG))
        return self._answer(story.then(asked.act))

    def _answer(self, story: Story) -> Response:
        try:
            call = self.switchboard.play(story, in_process(current_app.wsgi_app))
            if call is None:
                return jsonify(is_lost=True)
            return jsonify(story=self.seal.close(story), **_state(call))
        except (CallFault, TwimlFault) as fault:
            return jsonify(fault=str(fault))


def _state(call: Telephone) -> dict[str, object]:
    return {
        "at_s": call.at_s,
        "began": f"{call.began:%a, %b} {call.began.day}, {call.began:%Y, %H:%M}",
        "items": [] if call.has_ended else timeline(call),
        "ended_by": call.ended_by,
        "script": write(call, _TITLE),
    }


def _read(question: type[Question]) -> Question:
    try:
        return question.model_validate_json(request.get_data())
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in error.errors())
        abort(_refusal(f"This was not understood: {wrong}."))


def _refusal(why: str) -> Response:
    refusal = jsonify(error=why)
    refusal.status_code = 400
    return refusal
