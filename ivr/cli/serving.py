"""Commands that serve: `run` on this machine, `fallback` for when the line itself is down."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from ivr.checks.verify import load_verified
from ivr.cli.common import stop, write
from ivr.cli.trial import LOGIN, prepare, trial
from ivr.config import load
from ivr.errors import Fault, Faults, IvrError
from ivr.web.answers import fallback_document
from ivr.web.fit import refuse_misfits

TRIAL_FOLDER = Path("instance")
_PORT = 8000


@click.command()
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(1, 65535),
    default=_PORT,
    show_default=True,
    help="The port on this machine.",
)
def run(port: int) -> None:
    """Serve the line on this machine, with a telephone in the browser. Needs no account, token or database server."""
    here = f"http://127.0.0.1:{port}"
    try:
        _refuse_taken(port)
        made = trial(here, TRIAL_FOLDER)
        environ = {**made, "PHONE_PAGE": "on", **os.environ}
        load(environ)
        password = prepare(made)
    except IvrError as error:
        stop(error)
    click.echo(f"The telephone:  {here}/phone\nThe whole text: {here}/")
    if environ["DATABASE_URL"] == made["DATABASE_URL"]:
        click.echo(f"The desk:       {here}/desk (login {LOGIN}, password {password})")
    click.echo("Ctrl-C stops the line.\n")
    sys.stdout.flush()
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    os.execve(sys.executable, gunicorn, environ)  # noqa: S606 because the line becomes the server: one process to stop


def _refuse_taken(port: int) -> None:
    """The server would try for seconds, and say it in words of its own."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            another = 8001 if port == _PORT else _PORT
            wrong = f"{port} cannot be had on this machine: {error.strerror}."
            raise Faults([Fault("PORT", 0, wrong, f"Choose another: PORT={another}.")]) from None


@click.command()
@click.option("--output", type=click.Path(path_type=Path), default=None, help="A file to write, instead of the screen.")
def fallback(output: Path | None) -> None:
    """Write the static document for the number's fallback URL, to be hosted elsewhere."""
    try:
        settings = load(os.environ)
        verified = load_verified(settings.prompts, settings.allow_drafts)
        refuse_misfits(verified.flow, settings)
        document = fallback_document(verified.flow, settings.telephones)
    except Faults as faults:
        stop(faults)
    if output is None:
        click.echo(document)
    else:
        write(output, document)
        click.echo(f"Wrote {output}. Host it away from this machine, as text/xml, and answer GET with it.")
