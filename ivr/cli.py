"""The commands: `python -m ivr COMMAND`. Each says what it did, or what is wrong and how to mend it."""

from __future__ import annotations

import io
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import click

from ivr.checks.evidence import Evidence
from ivr.checks.finding import Severity
from ivr.checks.verify import findings, load_verified
from ivr.config import load
from ivr.content import read_with_sources
from ivr.errors import Faults, IvrError
from ivr.logs import configure
from ivr.phone import Answers, Behaviour, Team, Telephone, read_behaviour, run_terminal
from ivr.phone.telephone import CALLER
from ivr.twiml.request import ANSWER
from ivr.web.answers import fallback_document
from ivr.web.application import create_app
from ivr.web.in_process import in_process

FOLDER = click.option(
    "--prompts", type=click.Path(path_type=Path), default=Path("prompts"), show_default=True, help="The prompts folder."
)

# What a newcomer's environment lacks: a made-up team, and a token for this run only.
TRIAL = {"TEAM_NUMBERS": "+18135550101,+18135550102", "BACKUP_NUMBERS": "+18135550103"}


@click.group()
def main() -> None:
    """The line: a voice menu that reads a patient page aloud and connects callers with people."""


@main.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="The port on this machine.")
def run(port: int) -> None:
    """Serve the line on this machine, with a telephone in the browser. Needs no account, token or database."""
    here = f"http://127.0.0.1:{port}"
    environ = {**_trial(here), "PHONE_PAGE": "on", **os.environ}
    click.echo(f"The telephone:  {here}/phone\nThe whole text: {here}/\nCtrl-C stops the line.\n")
    sys.stdout.flush()
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    os.execve(sys.executable, gunicorn, environ)  # noqa: S606 because the line becomes the server: one process to stop


@main.command()
@FOLDER
@click.option("--at", "moment", help='The line\'s local time, such as "2026-12-24 17:05". Without it: now.')
@click.option("--language", help="Call the number that answers in this language, such as es.")
@click.option("--from", "caller", default=CALLER, help="Who calls; anonymous hides it.")
@click.option("--team", "people", multiple=True, help='Whom the line rings, such as "+18135550101 busy" or "others voicemail".')
@click.argument("keys", nargs=-1)
def call(
    prompts: Path, moment: str | None, language: str | None, caller: str, people: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    """Call the line on the terminal, as a telephone would. KEYS are pressed one after another; "." stays silent.

    At the end stands the script of the call, ready to be kept as a test.
    """
    environ = {**_trial("http://127.0.0.1:8000"), **os.environ}
    try:
        settings = load(environ)
        verified = load_verified(prompts)
        telephone = Telephone(
            in_process(create_app(verified, settings)),
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
        _stop(error)


@main.command()
@FOLDER
def check(prompts: Path) -> None:
    """Judge a prompts folder by the caller standard."""
    try:
        found = findings(Evidence(*read_with_sources(prompts)))
    except Faults as faults:
        _stop(faults)
    for finding in found:
        click.echo(str(finding))
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    click.echo(f"{errors} errors, {len(found) - errors} warnings")
    sys.exit(1 if errors else 0)


@main.command()
@click.option("--output", type=click.Path(path_type=Path), default=None, help="A file to write, instead of the screen.")
def fallback(output: Path | None) -> None:
    """Write the static document for the number's fallback URL, to be hosted elsewhere."""
    try:
        settings = load(os.environ)
        document = fallback_document(load_verified(settings.prompts).flow, settings.telephones)
    except Faults as faults:
        _stop(faults)
    if output is None:
        click.echo(document)
    else:
        output.write_bytes(document)
        click.echo(f"Wrote {output}. Host it away from this machine, as text/xml, and answer GET with it.")


def _trial(here: str) -> dict[str, str]:
    return {**TRIAL, "TWILIO_AUTH_TOKEN": secrets.token_hex(16), "PUBLIC_URL": here}


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


def _stop(error: IvrError) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(1)
