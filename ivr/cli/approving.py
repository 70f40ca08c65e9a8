"""Commands that keep the approval of words: `approve` writes it down, `diff` shows what has changed since."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from ivr.checks.evidence import Evidence
from ivr.checks.finding import Finding, Severity
from ivr.checks.grades import has_textstat
from ivr.checks.prove import prove
from ivr.checks.rules_approval import approved_file
from ivr.cli.beside import beside
from ivr.cli.common import FOLDER, stop
from ivr.content import APPROVALS, read_folder, with_approval
from ivr.content.found import one_of
from ivr.errors import Faults
from ivr.model.approval import ACCEPTABLE, Acceptance, Approval, Draft, HeardWords

_LEAST_WIDTH = 40


def _said(_context: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """What somebody says of an approval: something, on one line."""
    if text is not None and (not text.strip() or not text.isprintable()):
        raise click.BadParameter(f"--{option.name} needs words, on one line.")
    return text.strip() if text else None


@click.command()
@FOLDER
@click.option("--by", required=True, callback=_said, help="Who approves: a full name.")
@click.option("--role", required=True, callback=_said, help="In what role, such as medical oncologist.")
@click.option("--evidence", required=True, callback=_said, help="Where the signature is kept.")
@click.option("--on", "signed", type=click.DateTime(["%Y-%m-%d"]), help="The day of the signature. Without it: today.")
@click.option("--accept", type=click.Choice(ACCEPTABLE), multiple=True, help="Accept what this rule finds in them.")
@click.option("--reason", callback=_said, help="Why it is accepted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.argument("files", nargs=-1, required=True)
def approve(  # noqa: PLR0913 because an approval says all of this
    *,
    prompts: Path,
    by: str,
    role: str,
    evidence: str,
    signed: datetime | None,
    accept: tuple[str, ...],
    reason: str | None,
    files: tuple[str, ...],
    yes: bool,
) -> None:
    """Keep the words of FILES, such as en/what.md, as approved, in approvals.toml."""
    today = datetime.now(UTC).astimezone().date()
    on = signed.date() if signed else today
    if on > today:
        raise click.BadParameter(f"{on} is a day to come.", param_hint="--on")
    if bool(accept) != bool(reason):
        raise click.UsageError("--accept and --reason belong together: say why a finding is accepted.")
    folder = _evidence(prompts)
    named = _named(folder, prompts, files)
    signed_now = {
        file: Approval(by, role, on, evidence, folder.heard[file], _accepted(folder, file, accept, reason or ""))
        for file in named
    }
    judged = Evidence(folder.flow, folder.sources, approvals={**folder.approvals, **signed_now})
    found = _refuse(judged, named, accept)
    approvals = {file: _with_what_is_found(judged, file, each, found) for file, each in signed_now.items()}
    for file in named:
        _show(file, folder.heard[file])
    if not yes:
        click.confirm(f"Does {by} ({role}) approve these words?", abort=True)
    _keep(prompts, approvals)
    for file in named:
        click.echo(f"{file}: approved as {folder.heard[file].hash}")


@click.command()
@FOLDER
@click.argument("files", nargs=-1)
def diff(prompts: Path, files: tuple[str, ...]) -> None:
    """Show which spoken words have changed since they were approved, side by side. Without FILES: of all."""
    folder = _evidence(prompts)
    named = _named(folder, prompts, files) if files else tuple(folder.heard)
    found = [draft for draft in folder.drafts if draft.file in named]
    for draft in found:
        click.echo("\n".join(_differences(draft)))
    if not found:
        click.echo("All words are as they were approved.")
    sys.exit(1 if found else 0)


def _evidence(prompts: Path) -> Evidence:
    try:
        return Evidence.of(read_folder(prompts))
    except Faults as faults:
        stop(faults)


def _named(folder: Evidence, prompts: Path, files: Iterable[str]) -> tuple[str, ...]:
    """Files as they are named in approvals.toml, whether they were given so or by a path to them."""
    named = []
    for file in files:
        path = Path(file).resolve()
        within = path.relative_to(prompts.resolve()).as_posix() if path.is_relative_to(prompts.resolve()) else file
        name = file if file in folder.heard else within
        if name not in folder.heard:
            raise click.BadParameter(f'"{file}" is no file of words. {one_of(file, folder.heard)}', param_hint="FILES")
        named.append(name)
    return tuple(dict.fromkeys(named))


def _accepted(folder: Evidence, file: str, rules: Iterable[str], reason: str) -> tuple[Acceptance, ...]:
    """What is accepted now, and before it what was accepted in these very words."""
    words, before = folder.heard[file], folder.approvals.get(file)
    kept = [each for each in before.accepted if before.acceptance(each.rule, words)] if before else []
    new = {rule: Acceptance(rule, reason, words.hash) for rule in rules}
    return (*(each for each in kept if each.rule not in new), *new.values())


def _refuse(folder: Evidence, files: Iterable[str], accept: Iterable[str]) -> list[Finding]:
    """What is found in words and accepted; words with a fault of their own are refused.

    Where textstat is missing, a reading grade cannot be judged.
    """
    if not has_textstat():
        raise click.ClickException(
            "textstat is missing, which grades the words. Run: make check, then use .venv/bin/python"
        )
    found = [each for each in prove(folder) if approved_file(folder, each) in files]
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        told = "\n".join(map(str, errors))
        raise click.ClickException(f"These words cannot be approved as they are:\n{told}")
    idle = [rule for rule in accept if not any(_is_accepted(each, rule) for each in found)]
    if idle:
        raise click.UsageError(f"There is nothing of {', '.join(idle)} to accept in these files.")
    return found


def _with_what_is_found(folder: Evidence, file: str, approval: Approval, found: Iterable[Finding]) -> Approval:
    """An approval that accepts only what is found in its own file, not in those that were signed with it."""
    rules = {each.rule for each in found if approved_file(folder, each) == file}
    return replace(approval, accepted=tuple(each for each in approval.accepted if each.rule in rules))


def _is_accepted(finding: Finding, rule: str) -> bool:
    return finding.rule == rule and finding.severity is Severity.WARNING


def _show(file: str, words: HeardWords) -> None:
    click.echo(click.style(file, bold=True))
    for key, sentence in words.sentences.items():
        click.echo(f"  {key}: {sentence}")
    for word, sound in words.sounds.items():
        click.echo(f"  {word} sounds like: {sound}")
    click.echo()


def _keep(prompts: Path, approvals: dict[str, Approval]) -> None:
    """Write all at once or nothing: a reader never meets half a file."""
    path = prompts / APPROVALS
    text = path.read_text("utf-8") if path.exists() else ""
    for file, approval in approvals.items():
        text = with_approval(text, file, approval)
    new = path.with_name(f".{APPROVALS}.new")
    new.write_text(text, "utf-8")
    new.replace(path)


def _differences(draft: Draft) -> Iterator[str]:
    if draft.approval is None:
        yield f"{draft.file}: never approved"
        return
    yield f"{draft.file}: changed since {draft.approval.by} approved it on {draft.approval.on}"
    width = max(_LEAST_WIDTH, shutil.get_terminal_size().columns)
    for change in draft.changes:
        yield f"  {change.key}"
        yield from beside(change.before or "", change.after or "", width)
