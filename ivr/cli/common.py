"""What the commands share: the prompts folder, a newcomer's environment, and how a fault is told."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import NoReturn

import click

from ivr.errors import IvrError

FOLDER = click.option(
    "--prompts",
    type=click.Path(path_type=Path),
    envvar="PROMPTS",
    default=Path("prompts"),
    show_default=True,
    help="The prompts folder.",
)

# What a newcomer's environment lacks: a made-up team, words that nobody has approved, and a token for this run only.
TRIAL = {"TEAM_NUMBERS": "+18135550101,+18135550102", "BACKUP_NUMBERS": "+18135550103", "ALLOW_DRAFTS": "all"}


def trial(here: str) -> dict[str, str]:
    """Settings with which the line can be tried on this machine, at the address `here`."""
    return {**TRIAL, "TWILIO_AUTH_TOKEN": secrets.token_hex(16), "PUBLIC_URL": here}


def stop(error: IvrError) -> NoReturn:
    """Tell what is wrong, and end as a failure."""
    click.echo(str(error), err=True)
    sys.exit(1)
