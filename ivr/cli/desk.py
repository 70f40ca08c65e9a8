"""Commands for the desk: who may come in, and the switch, for when nobody can."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from ivr.cli.common import stop
from ivr.config import Settings, load
from ivr.content import read_folder
from ivr.desk.ports import Override
from ivr.desk.switching import Wish, latest, local_time, reasons, refusal
from ivr.errors import IvrError
from ivr.model.flow import Flow
from ivr.storage.audit import COMMAND_LINE
from ivr.storage.database import Database
from ivr.storage.people import Newcomer, People, Person, Role
from ivr.storage.switch import Switch
from ivr.storage.vault import Vault

_DEADLINE_S = 30
_OPENING = "opening"
_LOGIN = click.argument("login")


@click.group()
def desk() -> None:
    """Add, list, disable, enable and reset the people of the desk, and say where their mails go."""


@desk.command()
@_LOGIN
@click.option("--name", required=True, help="The name that others at the desk see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do.")
@click.option("--email", default="", help="Where a supervisor is told that a callback waits.")
def add(login: str, name: str, role: str, email: str) -> None:
    """Add somebody, and make the password for their first sign-in."""
    with _opened() as here:
        password = here.people.add(Newcomer(login, name, Role(role), email), datetime.now(UTC), COMMAND_LINE)
        here.hand_over(login, password)


@desk.command("list")
def list_people() -> None:
    """List everybody."""
    with _opened() as here:
        everybody = here.people.all()
    for person in everybody:
        click.echo(f"{person.login:20} {person.role.value:12} {_state(person):22} {person.name}")
    if not everybody:
        click.echo("Nobody yet.")


@desk.command()
@_LOGIN
def disable(login: str) -> None:
    """Let somebody in no more, at once."""
    with _opened() as here:
        here.people.disable(login, datetime.now(UTC), COMMAND_LINE)
    click.echo(f"{login} can sign in no more.")


@desk.command()
@_LOGIN
def enable(login: str) -> None:
    """Let somebody in again."""
    with _opened() as here:
        here.people.enable(login, datetime.now(UTC), COMMAND_LINE)
    click.echo(f"{login} can sign in again.")


@desk.command()
@_LOGIN
def reset(login: str) -> None:
    """Forget somebody's password and second factor, and make a password for their next sign-in."""
    with _opened() as here:
        here.hand_over(login, here.people.reset(login, datetime.now(UTC), COMMAND_LINE))


@desk.command()
@_LOGIN
@click.argument("address", default="")
def email(login: str, address: str) -> None:
    """Have a supervisor told at this mail address that a callback waits; without one, by no mail."""
    with _opened() as here:
        here.people.mail_to(login, address, datetime.now(UTC), COMMAND_LINE)
    click.echo(f"{login} is told by mail now." if address else f"{login} is told nothing by mail.")


@click.command()
@click.option("--until", required=True, help='In the line\'s own time: "2026-11-30 12:00"; or "opening", the next one.')
@click.option("--reason", required=True, help="The name of words in [reasons] of phrases.toml.")
def close(until: str, reason: str) -> None:
    """Close the line until a time, whatever its hours say."""
    _turn(until, reason, is_open=False)


@click.command("open")
@click.option("--until", default="", help="Until when the team is here; without it, the usual hours hold again.")
def open_line(until: str) -> None:
    """Open the line until a time, or end what the desk has switched."""
    if until:
        _turn(until, "", is_open=True)
        return
    with _opened() as here:
        has_ended = Switch(here.database).back(datetime.now(UTC), COMMAND_LINE)
    click.echo("The line keeps its usual hours again." if has_ended else "The line keeps its usual hours.")


@dataclass(frozen=True, slots=True)
class _Desk:
    """The desk, as a command has it."""

    settings: Settings
    database: Database

    @property
    def people(self) -> People:
        return People(self.database, Vault(self.settings.keys))

    def hand_over(self, login: str, password: str) -> None:
        click.echo(f"{login} signs in at {self.settings.public_url}/desk with a password that works once: {password}")


@contextmanager
def _opened() -> Iterator[_Desk]:
    try:
        settings = load(os.environ)
        if not settings.keeps_something:
            raise click.UsageError("CALLBACKS is off: there is no desk.")
        with closing(Database(settings.database, deadline_s=_DEADLINE_S)) as database:
            yield _Desk(settings, database)
    except IvrError as error:
        stop(error)


def _turn(until: str, reason: str, *, is_open: bool) -> None:
    with _opened() as here:
        flow = read_folder(here.settings.prompts).flow
        at = datetime.now(UTC)
        override = Override(is_open, reason, _end(flow, until, at))
        wrong = refusal(flow.line.hours, reasons(flow), Wish(override, is_dated=True), at)
        if wrong:
            raise click.UsageError(wrong if is_open else f"{wrong} The reasons are: {', '.join(reasons(flow))}.")
        Switch(here.database).turn(override, at, COMMAND_LINE)
    local = override.ends_at.astimezone(flow.line.hours.zone)
    click.echo(f"The line is {'open' if is_open else 'closed'} until {local:%Y-%m-%d %H:%M}.")


def _end(flow: Flow, until: str, at: datetime) -> datetime:
    if until == _OPENING:
        return latest(flow.line.hours, at)
    ends_at = local_time(flow.line.hours, until)
    if ends_at is None:
        raise click.UsageError('--until is a time like "2026-11-30 12:00", or "opening".')
    return ends_at


def _state(person: Person) -> str:
    if not person.is_enabled:
        return "disabled"
    return "has not signed in yet" if person.must_change_password else "enabled"
