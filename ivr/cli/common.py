"""What the commands share: the prompts folder, a newcomer's environment, and how a fault is told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from ivr.desk.ports import StoreUnavailable
from ivr.errors import Fault, Faults, IvrError

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
    more = " `python -m ivr doctor` says more." if isinstance(error, StoreUnavailable) else ""
    click.echo(f"{error}{more}", err=True)
    sys.exit(1)


def write(output: Path, content: bytes) -> None:
    """Write a file that was asked for; what is in the way is told."""
    try:
        output.write_bytes(content)
    except OSError as refused:
        wrong, mend = f"It cannot be written: {refused.strerror}.", "Name a file in a folder that you may write to."
        stop(Faults([Fault(output.as_posix(), 0, wrong, mend)]))
