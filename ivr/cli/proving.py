"""The command that judges a prompts folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from ivr.checks.evidence import Evidence
from ivr.checks.figures import Figure, figures
from ivr.checks.finding import Finding, Severity
from ivr.checks.grades import has_textstat
from ivr.checks.prove import prove
from ivr.cli.common import FOLDER, stop
from ivr.content import read_folder
from ivr.errors import Faults


@click.command()
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print findings and figures for a machine.")
def check(prompts: Path, *, as_json: bool) -> None:
    """Judge a prompts folder by the caller standard, and measure it."""
    if not has_textstat():
        raise click.ClickException("textstat is missing, which grades the words. Run: make check")
    try:
        evidence = Evidence.of(read_folder(prompts), today=datetime.now(UTC).date())
    except Faults as faults:
        stop(faults)
    found = prove(evidence)
    if as_json:
        click.echo(json.dumps(_for_machines(found, figures(evidence)), ensure_ascii=False, indent=2))
    else:
        _tell(found)
        click.echo("".join(f"{figure}\n" for figure in figures(evidence)))
        click.echo(f"{_errors(found)} errors, {len(found) - _errors(found)} warnings")
    sys.exit(1 if _errors(found) else 0)


def _tell(found: Collection[Finding]) -> None:
    for each in found:
        click.echo(str(each))
    if found:
        click.echo()


def _for_machines(found: Iterable[Finding], measured: Iterable[Figure]) -> dict[str, object]:
    return {
        "findings": [{**asdict(finding), "severity": finding.severity.name.lower()} for finding in found],
        "figures": [asdict(figure) for figure in measured],
    }


def _errors(found: Iterable[Finding]) -> int:
    return sum(finding.severity is Severity.ERROR for finding in found)
