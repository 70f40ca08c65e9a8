"""The command that calls the line on the terminal."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ivr.checks.verify import load_verified
from ivr.cli.common import FOLDER, stop
from ivr.cli.trial import prepare, trial
from ivr.config import load
from ivr.errors import IvrError
from ivr.logs import configure
from ivr.phone import KEYS, Answers, Behaviour, Team, Telephone, read_behaviour, run_terminal
from ivr.phone.telephone import CALLER
from ivr.phone.terminal import HANG_UP, SILENT
from ivr.twiml.request import ANSWER
from ivr.web.application import create_app
from ivr.web.background import EXTENSION
from ivr.web.in_process import in_process


@click.command()
@FOLDER
@click.option("--at", "moment", help='The line\'s local time, such as "2026-12-24 17:05". Without it: now.')
@click.option("--language", help="Call the number that answers in this language, such as es.")
@click.option("--from", "caller", default=CALLER, help="Who calls; anonymous hides it.")
@click.option("--team", "people", multiple=True, help='What they do, such as "+18135550101 busy".')
@click.argument("keys", nargs=-1)
def call(
    prompts: Path, moment: str | None, language: str | None, caller: str, people: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    """Call the line on the terminal, as a telephone would. KEYS are pressed one after another; "." stays silent.

    At the end stands the script of the call, ready to be kept as a test.
    """
    _refuse_no_keys(keys)
    with tempfile.TemporaryDirectory() as folder:
        try:
            settings = load(_environ(Path(folder)))
            verified = load_verified(prompts, settings.allow_drafts)
            if language and language not in verified.flow.scripts:
                raise click.BadParameter(
                    f"The line speaks {', '.join(verified.flow.scripts)}.", param_hint="--language"
                )
            app = create_app(verified, settings)
            if EXTENSION in app.extensions:
                app.extensions[EXTENSION].read_desk()
            telephone = Telephone(
                in_process(app),
                now=_moment(moment, verified.flow.line.hours.zone),
                public_url=settings.public_url,
                token=settings.tokens[0],
                to=verified.flow.line.number.e164,
                from_=caller,
                team=_team(people),
            )
            configure(io.StringIO())  # the log of this call would stand between what is heard
            typed = io.StringIO("\n".join(keys)) if keys else sys.stdin
            run_terminal(telephone, typed, sys.stdout, path=f"{ANSWER}?language={language}" if language else ANSWER)
        except IvrError as error:
            stop(error)


def _refuse_no_keys(keys: tuple[str, ...]) -> None:
    """Whatever is no key would be taken as silence."""
    for typed in keys:
        if not set(typed) <= {*KEYS, SILENT, HANG_UP}:
            told = f'"{typed}" is no key. Press {KEYS}; "{SILENT}" stays silent, and {HANG_UP} hangs up.'
            raise click.BadParameter(told, param_hint="KEYS")


def _environ(folder: Path) -> dict[str, str]:
    """The environment over that of a trial; what this call asks for is kept in its own folder, and gone with it."""
    made = trial("http://127.0.0.1:8000", folder)
    prepare(made)
    kept = {name: made[name] for name in ("DATABASE_URL", "DATA_KEYS", "SECRET_KEY")}
    return {**made, **os.environ, **kept}


def _moment(text: str | None, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else datetime.now(zone)
    except ValueError:
        raise click.BadParameter(f'"{text}" is no time. Write it as "2026-12-24 17:05".') from None


def _team(people: tuple[str, ...]) -> Team:
    """What the people who are called do; who is not named takes the call."""
    behaviours: dict[str, Behaviour] = {"others": Answers()}
    for words in people:
        who, _, does = words.partition(" ")
        behaviour = read_behaviour(does)
        if behaviour is None:
            hint = '"busy", "no answer", "voicemail after 2", or "answers after 6, presses 1, talks 60"'
            raise click.BadParameter(f'"{words}": what they do is not understood. Write {hint} after the number.')
        behaviours[who] = behaviour
    others = behaviours.pop("others")
    return Team(tuple(behaviours.items()), others=others)
