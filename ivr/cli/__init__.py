"""The commands: `python -m ivr COMMAND`. Each says what it did, or what is wrong and how to mend it."""

from __future__ import annotations

import click

from ivr.cli.approving import approve, diff
from ivr.cli.calling import call
from ivr.cli.connecting import connect
from ivr.cli.desk import close, desk, open_line
from ivr.cli.doctor import doctor
from ivr.cli.keeping import make_data_key, migrate, move_database, purge, rotate_keys
from ivr.cli.papers import graph, listen_to, script
from ivr.cli.probing import probe_line
from ivr.cli.proving import check
from ivr.cli.serving import fallback, run


@click.group()
def main() -> None:
    """The line: a voice menu that reads a patient page aloud and connects callers with people."""


for command in (
    run,
    call,
    check,
    fallback,
    connect,
    probe_line,
    doctor,
    approve,
    diff,
    script,
    graph,
    listen_to,
    make_data_key,
    migrate,
    purge,
    rotate_keys,
    move_database,
    desk,
    close,
    open_line,
):
    main.add_command(command)
