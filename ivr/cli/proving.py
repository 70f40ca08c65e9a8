"""The command that judges a prompts folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
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
from ivr.errors import Fault, Faults


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
        unread = Faults(replace(fault, where=_from_here(prompts, fault.where)) for fault in faults.faults)
        if not as_json:
            stop(unread)
        _tell_machines(map(_as_finding, unread.faults), ())
        sys.exit(1)
    found = [replace(finding, file=_from_here(prompts, finding.file)) for finding in prove(evidence)]
    if as_json:
        _tell_machines(found, figures(evidence))
    else:
        _tell(found)
        click.echo("".join(f"{figure}\n" for figure in figures(evidence)))
        click.echo(f"{_errors(found)} errors, {len(found) - _errors(found)} warnings")
    sys.exit(1 if _errors(found) else 0)


def _from_here(prompts: Path, file: str) -> str:
    """The path at which an editor finds a file of the folder; a folder that is not there is named as it was given."""
    return file if file == prompts.as_posix() else (prompts / file).as_posix()


def _as_finding(fault: Fault) -> Finding:
    return Finding(fault.where, fault.line, "", Severity.ERROR, fault.wrong, fault.mend)


def _tell(found: Collection[Finding]) -> None:
    for each in found:
        click.echo(str(each))
    if found:
        click.echo()


def _tell_machines(found: Iterable[Finding], measured: Iterable[Figure]) -> None:
    told = {
        "findings": [{**asdict(finding), "severity": finding.severity.name.lower()} for finding in found],
        "figures": [asdict(figure) for figure in measured],
    }
    click.echo(json.dumps(told, indent=2))  # in ASCII: a file name need not be UTF-8, and no output can refuse it


def _errors(found: Iterable[Finding]) -> int:
    return sum(finding.severity is Severity.ERROR for finding in found)
