"""The command that makes the platform answer a number with this line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ivr.cli.common import FOLDER, stop
from ivr.config import Settings, is_loopback, load
from ivr.content import read_folder
from ivr.errors import Faults
from ivr.model.flow import Flow
from ivr.model.numbers import PhoneNumber
from ivr.twiml.numbers import FIELDS, OwnNumber, RestFault, change_number, changes, find_number, wanted
from ivr.twiml.rest import PLATFORM, Fields, RestApi

NO_FALLBACK = (
    "FALLBACK_URL is not set, and the number has no fallback URL: when this line cannot be reached, "
    "callers hear an error and are cut off."
)


@click.command()
@FOLDER
@click.argument("number", required=False)
@click.option("--language", help="Have the number answer in this language, such as es; for a number of its own.")
@click.option("--yes", "is_meant", is_flag=True, help="Change the number. Without it, nothing is changed.")
@click.option("--take-over", "may_take", is_flag=True, help="Change it although something else answers it now.")
@click.pass_obj
def connect(
    api_url: str | None, prompts: Path, number: str | None, language: str | None, *, is_meant: bool, may_take: bool
) -> None:
    """Show how NUMBER is set at the platform and how it should be, and set it with --yes.

    Without NUMBER it is the line's own. Needs TWILIO_ACCOUNT_SID, and the settings of the line.
    """
    try:
        settings, flow = load(os.environ), read_folder(prompts).flow
        _refuse(settings, flow, language)
        api = RestApi(settings.twilio_account_sid, settings.tokens[0], api_url or PLATFORM)
        own = find_number(api, _parsed(number) if number else flow.line.number.e164)
        change = changes(own, wanted(settings.public_url, settings.fallback_url, language or ""))
        _show(own, change)
        if not settings.fallback_url and not own.is_set_to["VoiceFallbackUrl"]:
            click.echo(NO_FALLBACK)
        if change:
            _change(api, own, change, settings.public_url, is_meant=is_meant, may_take=may_take)
    except (Faults, RestFault) as fault:
        stop(fault)


def _change(api: RestApi, own: OwnNumber, change: Fields, public_url: str, *, is_meant: bool, may_take: bool) -> None:
    other = own.answered_by(public_url)
    if other:
        click.echo(f"This number is answered by {other} now. Its callers would reach this line instead.")
    how = "--yes --take-over" if other else "--yes"
    if is_meant and (may_take or not other):
        change_number(api, own, change)
        click.echo(f"{own.number} now leads to this line. Call it.")
        return
    click.echo(f"Nothing was changed. To change it, add {how}.")
    if is_meant:
        sys.exit(1)


def _show(own: OwnNumber, change: Fields) -> None:
    if not change:
        click.echo(f"{own.number} leads to this line. There is nothing to change.")
        return
    click.echo(f"{own.number} ({own.sid}) would be changed:")
    for name, value in change.items():
        click.echo(f"  {FIELDS[name][1]}\n    from  {own.shown(name)}\n    to    {value or 'nothing'}")


def _refuse(settings: Settings, flow: Flow, language: str | None) -> None:
    """What cannot work is told before anybody is asked."""
    if not settings.twilio_account_sid:
        raise RestFault("TWILIO_ACCOUNT_SID is not set. Copy it from the account's console: it begins with AC.")
    if is_loopback(settings.public_url):
        raise RestFault(
            "PUBLIC_URL is this machine itself, where the platform cannot call. Set it to a public address."
        )
    if language and language not in flow.line.languages:
        raise click.BadParameter(f"The line speaks {', '.join(flow.line.languages)}.", param_hint="--language")


def _parsed(number: str) -> str:
    try:
        return PhoneNumber.parse(number).e164
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="NUMBER") from None
