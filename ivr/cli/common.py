"""What the commands share: the prompts folder, a newcomer's environment, and how a fault is told."""

from __future__ import annotations

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


def stop(error: IvrError) -> NoReturn:
    """Tell what is wrong, and end as a failure."""
    click.echo(str(error), err=True)
    sys.exit(1)
