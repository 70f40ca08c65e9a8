"""`approve` keeps the words as they were shown, `diff` shows what has changed since, `check` tells of drafts."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.cli.beside import beside
from ivr.content import APPROVALS, heard_words, read, read_folder
from tests.approvals import approve_all
from tests.folders import CLINIC

WHO = ("--by", "Jane Roe", "--role", "nurse", "--evidence", "minutes, page 3")
TODAY = datetime.now(UTC).astimezone().date()
LONG = (
    "We give a shot to each of you who comes to us on foot, by bus, by car or in a boat, and to each of your friends."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the clinic's folder."""
    return Path(shutil.copytree(CLINIC, tmp_path / "clinic"))


def run(folder: Path, *command: str, typed: str | None = None, columns: int = 80) -> Result:
    name, *rest = command
    environ = {"COLUMNS": str(columns)}
    return CliRunner().invoke(main, [name, "--prompts", str(folder), *rest], input=typed, env=environ)


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_what_is_approved_is_shown_asked_and_kept_as_it_was_shown(folder: Path) -> None:
    words = heard_words(read(folder))["en/who.md"]
    result = run(folder, "approve", "en/who.md", *WHO, typed="y\n")
    assert result.exit_code == 0, result.output
    for sentence in words.sentences.values():
        assert sentence in result.stdout
    assert result.stdout.endswith(f"en/who.md: approved as {words.hash}\n")
    (approval,) = read_folder(folder).approvals.values()
    assert (approval.by, approval.role, approval.evidence) == ("Jane Roe", "nurse", "minutes, page 3")
    assert approval.words == words
    assert abs(approval.on - TODAY) <= timedelta(days=1)


def test_who_says_no_has_approved_nothing(folder: Path) -> None:
    result = run(folder, "approve", "en/who.md", *WHO, typed="n\n")
    assert result.exit_code == 1
    assert not (folder / APPROVALS).exists()


def test_several_files_are_approved_at_once_and_named_by_their_paths_too(folder: Path) -> None:
    result = run(folder, "approve", "en/who.md", str(folder / "en" / "bye.md"), *WHO, "--on", "2026-11-02", "--yes")
    assert result.exit_code == 0, result.output
    signed = read_folder(folder).approvals
    assert list(signed) == ["en/who.md", "en/bye.md"]
    assert {approval.on for approval in signed.values()} == {date(2026, 11, 2)}


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("en/whom.md", *WHO), 'Did you mean "en/who.md"?'),
        (("menu.toml", *WHO), '"menu.toml" is no file of words.'),
        (("en/who.md", *WHO, "--on", (TODAY + timedelta(days=2)).isoformat()), "a day to come"),
        (("en/who.md", *WHO[:-1], "two\nlines"), "--evidence needs words, on one line."),
        (("en/who.md", *WHO[:-1], " "), "--evidence needs words, on one line."),
        (("en/who.md", *WHO, "--accept", "T1"), "belong together"),
        (("en/who.md", *WHO, "--reason", "names"), "belong together"),
        (("en/who.md", *WHO, "--accept", "T4", "--reason", "so"), "'T4' is not one of"),
        (("en/who.md", *WHO[:4]), "Missing option '--evidence'"),
    ],
)
def test_an_approval_that_makes_no_sense_is_refused(folder: Path, command: tuple[str, ...], told: str) -> None:
    result = run(folder, "approve", *command, "--yes")
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (folder / APPROVALS).exists()


def test_a_broken_folder_is_told_and_nothing_is_approved(folder: Path) -> None:
    edit(folder / "menu.toml", '0 = "person"', '0 = "persons"')
    for command in (("approve", "en/who.md", *WHO, "--yes"), ("diff",)):
        result = run(folder, *command)
        assert result.exit_code == 1
        assert result.stderr.startswith("menu.toml:")
        assert "Traceback" not in result.output


def test_words_that_break_a_rule_are_approved_only_when_that_is_accepted(folder: Path) -> None:
    edit(folder / "en" / "who.md", "It takes a few minutes.", LONG)
    refused = run(folder, "approve", "en/who.md", *WHO, "--yes")
    assert refused.exit_code == 1
    assert "en/who.md:11: error T1: A sentence has" in refused.stderr
    assert not (folder / APPROVALS).exists()
    assert run(folder, "approve", "en/bye.md", *WHO, "--yes").exit_code == 0

    reason = ("--accept", "T1", "--reason", "It lists ways to come.")
    assert run(folder, "approve", "en/who.md", *WHO, *reason, "--yes").exit_code == 0
    checked = run(folder, "check")
    assert checked.exit_code == 0
    assert "Accepted by Jane Roe: It lists ways to come." in checked.stdout

    again = run(folder, "approve", "en/who.md", *WHO, "--yes")
    assert again.exit_code == 0, again.output
    assert [each.rule for each in read_folder(folder).approvals["en/who.md"].accepted] == ["T1"]

    edit(folder / "en" / "who.md", "or in a boat", "or in your boat")
    assert run(folder, "check").exit_code == 1


def test_a_finding_is_accepted_in_the_file_that_has_it_alone(folder: Path) -> None:
    edit(folder / "en" / "who.md", "It takes a few minutes.", LONG)
    reason = ("--accept", "T1", "--reason", "It lists ways to come.")
    assert run(folder, "approve", "en/who.md", "en/when.md", *WHO, *reason, "--yes").exit_code == 0
    approvals = read_folder(folder).approvals
    accepted = {file: [each.rule for each in approval.accepted] for file, approval in approvals.items()}
    assert accepted == {"en/who.md": ["T1"], "en/when.md": []}


def test_there_must_be_something_to_accept(folder: Path) -> None:
    result = run(folder, "approve", "en/who.md", *WHO, "--accept", "T2", "--reason", "names", "--yes")
    assert result.exit_code == 2
    assert "nothing of T2 to accept" in result.stderr


def test_diff_is_silent_about_words_that_are_as_they_were_approved(folder: Path) -> None:
    result = run(approve_all(folder), "diff")
    assert (result.exit_code, result.stdout) == (0, "All words are as they were approved.\n")


def test_diff_shows_what_has_changed_side_by_side_and_marks_the_words(folder: Path) -> None:
    edit(approve_all(folder) / "en" / "missed.md", "Nobody on our team could", "No one here can")
    edit(folder / "lexicon.toml", '"in flew enza"', '"in flu enza"')
    result = run(folder, "diff", columns=100)
    assert result.exit_code == 1
    told = result.stdout.splitlines()
    assert told[0].startswith("en/who.md: changed since A. Clinician approved it on 2026-11-02")
    assert "  sound of influenza" in told
    assert "in [flew] enza" in result.stdout
    assert "in [flu] enza" in result.stdout
    assert "en/bye.md" not in result.stdout
    assert max(map(len, told)) <= 100
    only = run(folder, "diff", "en/missed.md").stdout
    assert "I am sorry. [No one here can] answer" in only
    assert "en/who.md" not in only


def test_diff_says_what_was_never_approved(folder: Path) -> None:
    result = run(approve_all(folder, but=("en/who.md",)), "diff")
    assert (result.exit_code, result.stdout) == (1, "en/who.md: never approved\n")


def test_check_tells_of_drafts_as_warnings(folder: Path) -> None:
    result = run(approve_all(folder, but=("en/who.md",)), "check")
    assert result.exit_code == 0
    assert "en/who.md: warning T5: This is a draft: it was never approved." in result.stdout
    assert "T5" not in run(approve_all(folder), "check").stdout


def test_two_sentences_stand_side_by_side() -> None:
    lines = list(beside("The team is here.", "The whole team is away.", 63))
    assert lines == ["    The team is [here.]          | The [whole] team is [away.]"]
    assert list(beside("", "New.", 40)) == ["                     | [New.]"]
