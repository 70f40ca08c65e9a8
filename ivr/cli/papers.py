"""Commands that write the line down for people: `script`, `graph`, and `listen`, which speaks a node."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click

from ivr.checks.evidence import Evidence
from ivr.cli.common import FOLDER, stop, write
from ivr.content import read_folder
from ivr.errors import Faults
from ivr.model.place import Pace, Place
from ivr.papers.drawing import mermaid, svg
from ivr.papers.graph import picture
from ivr.papers.listening import NoVoice, Part, listen, whole
from ivr.papers.moments import met
from ivr.papers.script import Paper
from ivr.papers.sound import write_wav

OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="A file to write, instead of the screen.",
)
NO_GRAPHVIZ = (
    "Graphviz is not installed, so this is Mermaid text, which GitHub and many editors draw. "
    "For an SVG: `sudo apt-get install graphviz`, or `brew install graphviz` on a Mac."
)


@click.command()
@FOLDER
@OUTPUT
def script(prompts: Path, output: Path | None) -> None:
    """Write everything that a caller can hear as one page (HTML) to print, for those who approve it."""
    _write(Paper(_evidence(prompts)).html(), output)


@click.command()
@FOLDER
@OUTPUT
def graph(prompts: Path, output: Path | None) -> None:
    """Draw what leads where, as SVG; as Mermaid text where there is no Graphviz."""
    drawn = picture(_evidence(prompts))
    vector = svg(drawn)
    if vector is None:
        click.echo(NO_GRAPHVIZ, err=True)
        _write(mermaid(drawn), output.with_suffix(".mmd") if output else None)
    else:
        _write(vector, output)


@click.command("listen")
@FOLDER
@click.argument("node")
@click.option("--language", help="Such as es. Without it: what a caller hears first.")
@click.option("--slow", is_flag=True, help="At the slow pace.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), default=None, help="The file to write; NODE.wav."
)
def listen_to(prompts: Path, node: str, language: str | None, output: Path | None, *, slow: bool) -> None:
    """Speak a node to a sound file, as a telephone carries it, and measure it."""
    evidence = _evidence(prompts)
    place = Place(language or evidence.flow.line.languages[0], node, pace=Pace.SLOW if slow else Pace.NORMAL)
    _refuse_unknown(evidence, place)
    try:
        parts = listen(evidence, place)
    except NoVoice as missing:
        stop(missing)
    file = output or Path(f"{node}.wav")
    sound = BytesIO()
    write_wav(sound, whole(parts))
    write(file, sound.getvalue())
    _tell(parts)
    click.echo(f"\nWrote {file}. This is not the line's voice: it shows the words and the rests.")


def _evidence(prompts: Path) -> Evidence:
    try:
        return Evidence.of(read_folder(prompts), today=datetime.now(UTC).date())
    except Faults as faults:
        stop(faults)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text)
    else:
        write(output, text.encode("utf-8"))
        click.echo(f"Wrote {output}.")


def _refuse_unknown(evidence: Evidence, place: Place) -> None:
    flow = evidence.flow
    if place.language not in flow.scripts:
        raise click.BadParameter(f"The line speaks {', '.join(flow.line.languages)}.", param_hint="--language")
    if place.node not in flow.nodes:
        raise click.BadParameter(f"The nodes are {', '.join(flow.nodes)}.", param_hint="NODE")
    if not met(evidence, place.node):
        raise click.BadParameter(f'No caller can ever reach "{place.node}".', param_hint="NODE")


def _tell(parts: Iterable[Part]) -> None:
    click.echo(f"{'':24}{'estimated':>10}{'measured':>10}{'ratio':>7}")
    for part in parts:
        ratio = part.measured_s / part.estimated_s
        click.echo(f"{part.name:24}{part.estimated_s:>8.1f} s{part.measured_s:>8.1f} s{ratio:>7.2f}")
