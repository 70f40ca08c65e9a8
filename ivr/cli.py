"""The commands: `python -m ivr COMMAND`. Each says what it did, or what is wrong and how to mend it."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import NoReturn

import click

from ivr.checks.evidence import Evidence
from ivr.checks.finding import Severity
from ivr.checks.verify import findings, load_verified
from ivr.config import load
from ivr.content import read_with_sources
from ivr.errors import Faults
from ivr.web.answers import fallback_document

FOLDER = click.option(
    "--prompts", type=click.Path(path_type=Path), default=Path("prompts"), show_default=True, help="The prompts folder."
)

# What `run` sets for a newcomer: a made-up team, a token for this run only, and the telephone in the browser.
TRIAL = {
    "TEAM_NUMBERS": "+18135550101,+18135550102",
    "BACKUP_NUMBERS": "+18135550103",
    "PHONE_PAGE": "on",
}


@click.group()
def main() -> None:
    """The line: a voice menu that reads a patient page aloud and connects callers with people."""


@main.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="The port on this machine.")
def run(port: int) -> None:
    """Serve the line on this machine, with a telephone in the browser. Needs no account, token or database."""
    here = f"http://127.0.0.1:{port}"
    environ = {**TRIAL, "TWILIO_AUTH_TOKEN": secrets.token_hex(16), "PUBLIC_URL": here, **os.environ}
    click.echo(f"The telephone:  {here}/phone\nThe whole text: {here}/\nCtrl-C stops the line.\n")
    sys.stdout.flush()
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    os.execve(sys.executable, gunicorn, environ)  # noqa: S606 because the line becomes the server: one process to stop


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


def _stop(faults: Faults) -> NoReturn:
    click.echo(str(faults), err=True)
    sys.exit(1)
