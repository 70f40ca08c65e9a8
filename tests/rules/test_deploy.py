"""What docs/deploy.md tells people to paste can be read by a shell, and a release that fails does not go on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench.rehearsal import DOCUMENT, Block, blocks

BLOCKS = list(blocks(DOCUMENT.read_text("utf-8")))
RESTORES = [block for block in BLOCKS if "$BACKUP" in block.commands]
# Says what it was asked for, and fails at one word of it.
_SUDO = """#!/bin/sh
echo "$*" >> "$TOLD"
case " $* " in *" $FAILS "*) exit 1;; esac
"""


def the_block(section: str) -> Block:
    (found,) = (block for block in BLOCKS if block.section == section)
    return found


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.section)
def test_a_shell_can_read_it(block: Block) -> None:
    read = subprocess.run(["bash", "-n"], input=block.commands, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize("fails", ["clone", "venv", "install", "compileall"])
def test_a_release_that_cannot_be_installed_does_not_become_the_current_one(tmp_path: Path, fails: str) -> None:
    told = pasted(the_block("2. The code"), tmp_path, fails)
    assert fails in told[-1]
    assert not [line for line in told if line.startswith("ln ")]


def test_a_release_that_can_be_installed_becomes_the_current_one(tmp_path: Path) -> None:
    told = pasted(the_block("2. The code"), tmp_path, "nothing")
    assert [line for line in told if line.startswith("ln ")] == [f"ln -sfn {tmp_path}/releases/v9 {tmp_path}/current"]


def test_whoever_goes_back_to_a_backup_makes_none_of_what_is_lost() -> None:
    assert [block.section for block in RESTORES] == ["Back from a backup", "PostgreSQL"]
    assert not [block.section for block in RESTORES if "ivr-backup" in block.commands]
    beside = [block.commands for block in BLOCKS if block.section == RESTORES[0].section]
    assert not [commands for commands in beside if "ivr-backup" in commands]


@pytest.mark.parametrize(
    ("block", "fails"),
    [(block, fails) for block in RESTORES for fails in ("stop", "cp", "pg_restore", "rm", "mv", "migrate", "purge")],
    ids=lambda value: value if isinstance(value, str) else value.section,
)
def test_a_restore_that_fails_does_not_go_on(tmp_path: Path, block: Block, fails: str) -> None:
    told = pasted(block, tmp_path, fails)
    assert told[-1] == "desk list" if fails not in block.commands else fails in told[-1].split()


def pasted(block: Block, tmp_path: Path, fails: str) -> list[str]:
    """What sudo and ivr were asked for, when a block is pasted and one of its commands fails."""
    for name in ("sudo", "ivr"):
        (tmp_path / name).write_text(_SUDO, "utf-8")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "releases" / "v9").mkdir(parents=True)
    environ = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "TOLD": str(tmp_path / "told"),
        "FAILS": fails,
    }
    environ |= {"VERSION": "v9", "SOURCE": "somewhere"}
    commands = block.commands.replace("/srv/ivr", str(tmp_path))
    subprocess.run(["bash", "-c", commands], env=environ, check=False, capture_output=True)
    return (tmp_path / "told").read_text("utf-8").splitlines()
