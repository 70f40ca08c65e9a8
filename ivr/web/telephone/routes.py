"""The page, and the two questions that it asks: call, and one more act of a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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

Answer = tuple[Response, int] | Response

_TITLE = "A call made in the browser."


def telephone(flow: Flow, settings: Settings) -> Blueprint:
    """The routes under /phone, for this machine only. Not to be registered unless the settings switch the page on."""
    pages = Blueprint("telephone", __name__, url_prefix="/phone")
    secret = settings.secret_key.get_secret_value() if settings.secret_key else settings.tokens[0]
    desk = _Desk(flow, Switchboard(flow, settings), Seal(secret))
    pages.before_request(_refuse_strangers)
    pages.add_url_rule("", "page", desk.page, methods=["GET"])
    pages.add_url_rule("/call", "call", desk.call, methods=["POST"])
    pages.add_url_rule("/act", "act", desk.act, methods=["POST"])
    return pages


def _refuse_strangers() -> None:
    """Only a page of our own, on this machine.

    A name that was made to point here gives itself away in Host, another site in Sec-Fetch-Site; a form of another site
    cannot send JSON.
    """
    if not is_loopback(f"http://{request.host}"):
        abort(403)
    if request.method == "POST":
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            abort(403)
        if request.mimetype != "application/json":
            abort(415)


@dataclass(frozen=True)
class _Desk:
    flow: Flow
    switchboard: Switchboard
    seal: Seal

    def page(self) -> str:
        line = self.flow.line
        languages = [(language, page_words(language).own_name) for language in line.languages]
        return render_template("telephone.html", line=line, languages=languages, zone=Calendar(self.flow, "en").zone)

    def call(self) -> Answer:
        wishes = _read(Wishes)
        if not isinstance(wishes, Wishes):
            return wishes
        return self._answer(Story.begin(wishes, datetime.now(self.flow.line.hours.zone)))

    def act(self) -> Answer:
        asked = _read(Asked)
        if not isinstance(asked, Asked):
            return asked
        story = self.seal.open(asked.story)
        if story is None:
            return _refused("This call is not known here any more. Please call again.")
        if len(story.acts) >= MOST_ACTS:
            return _refused("This call has gone on for too long. Please call again.")
        return self._answer(story.then(asked.act))

    def _answer(self, story: Story) -> Answer:
        try:
            call = self.switchboard.play(story, in_process(current_app.wsgi_app))
            if call is None:
                return jsonify(is_lost=True)
            items = [] if call.has_ended else timeline(call)
        except (CallFault, TwimlFault) as fault:
            return jsonify(fault=str(fault))
        return jsonify(story=self.seal.close(story), items=items, **_state(call))


def _state(call: Telephone) -> dict[str, Any]:
    return {
        "at_s": call.at_s,
        "began": f"{call.began:%a, %b} {call.began.day}, {call.began:%Y, %H:%M}",
        "ended_by": call.ended_by,
        "script": write(call, _TITLE),
    }


def _read(model: type[BaseModel]) -> BaseModel | tuple[Response, int]:
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in error.errors())
        return _refused(f"This was not understood: {wrong}.")


def _refused(why: str) -> tuple[Response, int]:
    return jsonify(error=why), 400

