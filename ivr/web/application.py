"""A verified flow and settings to a Flask application. Anything that is wrong is found here, at start."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from ivr.checks.verify import VerifiedFlow
from ivr.config import Settings
from ivr.errors import Fault, SettingsFaults
from ivr.logs import CallNames
from ivr.model.flow import Flow
from ivr.model.numbers import PhoneNumber
from ivr.twiml.signature import SignatureCheck
from ivr.web.answers import Answers
from ivr.web.headers import protect
from ivr.web.health import health
from ivr.web.telephone import telephone
from ivr.web.transcript import transcript
from ivr.web.voice import AnyPath, Voice

MOST_BODY_BYTES = 64 * 1024  # a webhook of the platform has about 1 kB


def create_app(verified: VerifiedFlow, settings: Settings) -> Flask:
    """Make the application that answers calls; SettingsFaults when the settings do not fit the prompts."""
    _refuse_misfits(verified.flow, settings)
    app = Flask("ivr.web")
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY_BYTES, MAX_FORM_MEMORY_SIZE=MOST_BODY_BYTES, MAX_FORM_PARTS=200)
    app.url_map.merge_slashes = False  # a redirect would lose the key that was pressed
    app.url_map.strict_slashes = False
    app.url_map.converters["any_path"] = AnyPath
    voice = Voice(
        Answers(verified.flow, settings.telephones),
        SignatureCheck.of(settings.public_url, settings.tokens),
        CallNames(settings.secret),
    )
    app.register_blueprint(voice.blueprint())
    app.register_blueprint(health)
    app.register_blueprint(transcript(verified.flow, settings))
    if settings.phone_page:
        app.register_blueprint(telephone(verified.flow, settings))
    protect(app, is_https=settings.public_url.startswith("https:"))
    return app


def _refuse_misfits(flow: Flow, settings: Settings) -> None:
    """Settings that are sound by themselves, and not with these prompts."""
    faults = [*_loops(flow.line.number, settings), *_unused_after_hours(flow, settings)]
    if faults:
        raise SettingsFaults(faults)


def _loops(number: PhoneNumber, settings: Settings) -> Iterator[Fault]:
    """A line that rings its own number answers itself, for ever and at a price."""
    rung = {
        "TEAM_NUMBERS": settings.team_numbers,
        "BACKUP_NUMBERS": settings.backup_numbers,
        "SPANISH_NUMBERS": settings.spanish_numbers,
        "AFTER_HOURS_NUMBERS": settings.after_hours_numbers,
        "FALLBACK_NUMBER": settings.telephones.fallback,
    }
    wrong, mend = "names the line's own number, so that the line would call itself.", "Name whom the line should ring."
    for name, turns in rung.items():
        if any(target.address == number.e164 for turn in turns for target in turn):
            yield Fault(name, 0, wrong, mend)


def _unused_after_hours(flow: Flow, settings: Settings) -> Iterator[Fault]:
    """An after-hours line that the prompts never ring would be offered to callers all the same."""
    turns = len(settings.after_hours_numbers)
    if turns and flow.person.after_hours == flow.person.closed:
        mend = 'Give menu.toml a transfer with role = "after_hours" and name it under [person], or unset this.'
        yield Fault("AFTER_HOURS_NUMBERS", 0, "is set, but the prompts never ring an after-hours line.", mend)
    if turns > flow.line.ringing.turns:
        wrong = f"has {turns} turns, and only the first {flow.line.ringing.turns} would ever ring."
        yield Fault("AFTER_HOURS_NUMBERS", 0, wrong, "Join targets with & so that they ring together.")
