"""The command that calls the line through its public address, every few minutes, so that a machine knows it first."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from ivr.cli.common import stop
from ivr.config import is_address, load_probe
from ivr.errors import Faults
from ivr.phone import Keys, Probed, over_network, probe
from ivr.phone.network import DEADLINE_S

_MOST_S = 600.0


def _sound(_context: click.Context, _option: click.Parameter, seconds: float) -> float:
    if not 0 < seconds <= _MOST_S:  # "nan" is a number too, and neither above nor below another
        raise click.BadParameter(f"is not a number of seconds above 0, and of {_MOST_S:g} at most")
    return seconds


@click.command("probe")
@click.argument("url", envvar="PUBLIC_URL")
@click.option("--via", help="Connect to this address instead, signed as for URL: an instance behind its proxy.")
@click.option(
    "--deadline", default=DEADLINE_S, show_default=True, callback=_sound, help="Seconds that one answer may take."
)
@click.option("--section", default="1", show_default=True, help="The key of a section; empty leaves it out.")
@click.option(
    "--language",
    default="9",
    show_default=True,
    help="The key of the other language; empty or ONE_LANGUAGE=on leaves it out.",
)
@click.option(
    "--textfile",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write how it went to this file too, for node_exporter's textfile collector.",
)
def probe_line(url: str, via: str | None, deadline: float, section: str, language: str, textfile: Path | None) -> None:
    """Call the line at URL, signed, and walk it up to ringing a person, who is not rung.

    Prints one line of JSON; exits with 1 when a caller would not have been served. Needs TWILIO_AUTH_TOKEN.
    """
    if via is not None and not is_address(via):
        raise click.BadParameter("is not an address in the form http://127.0.0.1:8001", param_hint="--via")
    try:
        settings = load_probe({**os.environ, "PUBLIC_URL": url})
    except Faults as faults:
        stop(faults)
    began_at = datetime.now(UTC)
    probed = probe(
        over_network(deadline, via),
        now=began_at,
        public_url=settings.public_url,
        token=settings.token,
        keys=Keys(section=section, language="" if settings.one_language else language),
    )
    click.echo(told(probed))
    if textfile is not None:
        keep(textfile, as_metrics(probed, began_at))
    sys.exit(0 if probed.is_well else 1)


def told(probed: Probed) -> str:
    """A probe as one line of JSON, with nothing of a caller in it."""
    return json.dumps(
        {
            "outcome": "well" if probed.is_well else "failed",
            "failed": probed.failed or None,
            "wrong": probed.wrong or None,
            "person": probed.person or None,
            "milliseconds": dict(probed.steps),
        }
    )


def as_metrics(probed: Probed, at: datetime) -> str:
    """A probe in the text form of Prometheus."""
    steps = [f'ivr_probe_step_seconds{{step="{step}"}} {taken_ms / 1000:.4f}' for step, taken_ms in probed.steps]
    lines = [
        "# HELP ivr_probe_works Whether the last probe was served as a caller must be.",
        "# TYPE ivr_probe_works gauge",
        f"ivr_probe_works {int(probed.is_well)}",
        "# HELP ivr_probe_time_seconds When it began.",
        "# TYPE ivr_probe_time_seconds gauge",
        f"ivr_probe_time_seconds {at.timestamp():.0f}",
        "# HELP ivr_probe_step_seconds How long each of its steps took.",
        "# TYPE ivr_probe_step_seconds gauge",
        *steps,
    ]
    return "\n".join(lines) + "\n"


def keep(file: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it; click.FileError when it cannot be written."""
    beside = file.with_name(file.name + ".new")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(file)
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from error
