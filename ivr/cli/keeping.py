"""Commands that look after what is kept: its tables, its keys, how long it stays, and where."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import click

from ivr.cli.common import stop
from ivr.config import Settings, load
from ivr.content import read_folder
from ivr.errors import IvrError
from ivr.storage.database import Database
from ivr.storage.migrations import upgrade
from ivr.storage.moving import move
from ivr.storage.purge import Purge
from ivr.storage.rotation import OLD_KEYS_KEPT, rotate
from ivr.storage.store import Storage
from ivr.storage.vault import Vault, data_key

_DEADLINE_S = 600  # nobody waits at the telephone for a command


@click.command("data-key")
def make_data_key() -> None:
    """Make a new key for DATA_KEYS."""
    click.echo(data_key())


@click.command()
def migrate() -> None:
    """Make the tables of the database, or bring them up to date. A line without CALLBACKS needs none."""
    with _told():
        settings = load(os.environ)
        if not settings.keeps_something:
            click.echo("CALLBACKS is off: nothing is kept, so there are no tables to make.")
            return
        with _opened(settings.database) as database:
            is_ours = upgrade(database)
    said = "The tables are up to date." if is_ours else "The tables are a newer version's, and do for this one too."
    click.echo(said)


@click.command()
def purge() -> None:
    """Delete what is over, now. The line itself does so every hour, and forgets numbers every minute."""
    with _told():
        settings = _keeping()
        hours = read_folder(settings.prompts).flow.line.hours
        with _opened(settings.database) as database:
            done = Purge(database, hours).run(datetime.now(UTC))
    for what, deleted in done.items():
        click.echo(f"{deleted:7,} {what}")


@click.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt all that is kept with the first of DATA_KEYS. It can be stopped and run again."""
    unreadable = 0
    with _told():
        settings = _keeping()
        with _opened(settings.database) as database:
            for column in rotate(Storage(database, Vault(settings.keys))):
                unreadable += column.unreadable
                click.echo(f"{column.renewed:7,} encrypted anew in {column.what}")
    if unreadable:
        raise click.ClickException(f"{unreadable:,} were encrypted with a key that DATA_KEYS does not hold.")
    click.echo(f"The older keys can be taken out in {OLD_KEYS_KEPT.days} days: until then they find what calls asked.")


@click.command("move-database")
@click.argument("source", metavar="FROM", envvar="MOVE_FROM")
@click.argument("target", metavar="[TO]", default="")
def move_database(source: str, target: str) -> None:
    """Copy all that is kept from one database to another, which must be empty. Without TO: to DATABASE_URL.

    An address with a password belongs into the environment, as MOVE_FROM: what is typed here others can see.
    """
    with _told(), _opened(source) as old, _opened(target or load(os.environ).database) as new:
        moved = move(old, new)
    for table, rows in moved.items():
        click.echo(f"{rows:7,} {table}")
    click.echo("Everything has arrived. Set DATABASE_URL to the second, and start the line again.")


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error of ours as the end of a command."""
    try:
        yield
    except IvrError as error:
        stop(error)


def _keeping() -> Settings:
    settings = load(os.environ)
    if not settings.keeps_something:
        raise click.UsageError("CALLBACKS is off: nothing is kept.")
    return settings


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    try:
        database = Database(url, deadline_s=_DEADLINE_S)
    except ValueError as error:
        raise click.UsageError(f"One of the addresses {error}.") from None
    with closing(database):
        yield database
