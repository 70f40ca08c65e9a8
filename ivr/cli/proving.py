"""The command that judges a prompts folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ivr.checks.evidence import Evidence
from ivr.checks.finding import Severity
from ivr.checks.verify import findings
from ivr.cli.common import FOLDER, stop
from ivr.content import read_with_sources
from ivr.errors import Faults


@click.command()
@FOLDER
def check(prompts: Path) -> None:
    """Judge a prompts folder by the caller standard."""
    try:
        found = findings(Evidence(*read_with_sources(prompts)))
    except Faults as faults:
        stop(faults)
    for finding in found:
        click.echo(str(finding))
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    click.echo(f"{errors} errors, {len(found) - errors} warnings")
    sys.exit(1 if errors else 0)
