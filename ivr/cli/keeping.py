"""Commands that look after what is kept: its tables and its keys."""

from __future__ import annotations

import os

import click

from ivr.cli.common import stop
from ivr.config import Settings, load
from ivr.errors import IvrError
from ivr.storage.database import Database
from ivr.storage.migrations import upgrade
from ivr.storage.vault import data_key

_DEADLINE_S = 600  # nobody waits at the telephone for a command


@click.command("data-key")
def make_data_key() -> None:
    """Make a new key for DATA_KEYS."""
    click.echo(data_key())


@click.command()
def migrate() -> None:
    """Make the tables of the database, or bring them up to date. A line without CALLBACKS needs none."""
    try:
        settings = load(os.environ)
        if not settings.keeps_something:
            click.echo("CALLBACKS is off: nothing is kept, so there are no tables to make.")
            return
        upgrade(_database(settings))
    except IvrError as error:
        stop(error)
    click.echo("The tables are up to date.")


def _database(settings: Settings) -> Database:
    return Database(settings.database, deadline_s=_DEADLINE_S)
