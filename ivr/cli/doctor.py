"""The command that looks at a line as it is installed, for what fails in practice."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

import click

from ivr.doctor.case import World
from ivr.doctor.examine import examine
from ivr.doctor.finding import Finding, Verdict
from ivr.phone import Keys, Probed, over_network, probe
from ivr.phone.network import certificate_ends, fetch
from ivr.twiml.rest import PLATFORM, RestApi
from ivr.twiml.texting import TEXTING


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings for a machine.")
def doctor(*, as_json: bool) -> None:
    """Look at everything that makes a line fail in practice, and say how to mend it. Exits with 1 if there is a fault.

    It rings nobody: it calls the public address as a probe does. It sends nobody a mail: it signs in at the mail server
    and leaves. It changes nothing, but for a row that it writes to the database and deletes again.
    """
    found: list[Finding] = []
    for finding in examine(os.environ, world()):
        found.append(finding)
        if not as_json:
            click.echo(_coloured(finding))
    if as_json:
        click.echo(json.dumps([{**asdict(each), "verdict": each.verdict.name.lower()} for each in found], indent=2))
    else:
        click.echo(f"\nfaults: {_count(found, Verdict.FAULT)}, warnings: {_count(found, Verdict.WARNING)}")
    sys.exit(1 if _count(found, Verdict.FAULT) else 0)


def world() -> World:
    """The world as it is."""
    return World(
        clock=lambda: datetime.now(UTC),
        fetch=fetch,
        certificate_ends=certificate_ends,
        call=_call,
        api=lambda account_sid, token: RestApi(account_sid, token, PLATFORM),
        texting_api=lambda account_sid, token: RestApi(account_sid, token, TEXTING),
        free_bytes=_free_bytes,
    )


def _call(public_url: str, token: str, keys: Keys) -> Probed:
    return probe(over_network(), now=datetime.now(UTC), public_url=public_url, token=token, keys=keys)


def _free_bytes(folder: str) -> tuple[int, int]:
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def _count(found: Iterable[Finding], verdict: Verdict) -> int:
    return sum(finding.verdict is verdict for finding in found)


def _coloured(finding: Finding) -> str:
    colour = {Verdict.OK: None, Verdict.WARNING: "yellow", Verdict.FAULT: "red"}[finding.verdict]
    return click.style(str(finding), fg=colour)
