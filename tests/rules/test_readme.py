"""What the documents paste is what the commands really print."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.twiml.render import RETRIES
from ivr.twiml.request import ANSWER

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CLINICIANS = (ROOT / "prompts" / "README.md").read_text("utf-8")

_PASTED = re.compile(r"^```console\n\$ (.+)\n((?:.*\n)*?)```$", re.MULTILINE)
_FAULTS = re.compile(r"^```\n((?:prompts/.*\n)+)```$", re.MULTILINE)
_DATED = re.compile(r"^.*public holidays.*\n", re.MULTILINE)  # told or not, by the day of the test
_PASSWORD = re.compile(r"password [a-z0-9-]{19}\)")  # another one each time
_PORT = "8000"
_ELISION = "\n...\n"

PASTED = dict(_PASTED.findall(README))


def ivr_words(command: str) -> list[str]:
    """What a target of the Makefile tells `python -m ivr`: make call ARGS='3 0' -> call 3 0."""
    make, target, *settings = shlex.split(command)
    assert make == "make"
    arguments = [setting.removeprefix("ARGS=") for setting in settings]
    return [target, *shlex.split(" ".join(arguments))]


def start(*words: str) -> subprocess.Popen[str]:
    """Start a command of ours as on a fresh machine: no setting of the line is set."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "ivr", *words],
        cwd=ROOT,
        env={**environ, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def printed(*words: str) -> str:
    with start(*words) as process:
        return process.communicate()[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def printed_until_ready(port: int) -> str:
    """What `run` prints until it answers calls, or until it gives up."""
    told = ""
    with start("run", "--port", str(port)) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                told += line
                if "is ready" in line:
                    break
        finally:
            process.terminate()
    return told


def test_the_readme_shows_the_commands_of_a_newcomer() -> None:
    assert {"make run", "make check"} <= set(PASTED)


def test_what_the_readme_shows_of_run_is_what_run_prints() -> None:
    port = free_port()
    told = printed_until_ready(port).replace(f":{port}", f":{_PORT}")
    assert _PASSWORD.sub("password ...)", _DATED.sub("", told)) == PASTED["make run"]


@pytest.mark.parametrize("command", sorted(set(PASTED) - {"make run"}))
def test_what_the_readme_shows_of_a_command_is_what_it_prints(command: str) -> None:
    told, pasted = printed(*ivr_words(command)), PASTED[command]
    if _ELISION not in pasted:
        assert told == pasted
    rest = told
    for excerpt in filter(None, (piece.strip("\n") for piece in f"\n{pasted}".split(_ELISION))):
        assert excerpt in rest
        rest = rest.partition(excerpt)[2]


def test_the_faults_that_clinicians_are_shown_are_those_that_check_tells(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    prompt = tmp_path / "prompts" / "en" / "appoint.md"
    before = prompt.read_text("utf-8")
    written = next(words for words in re.findall(r"`([^`\n]+)`", CLINICIANS) if words.startswith("Call 1-888"))
    after = "\n".join(written if "{number}" in line else line for line in before.split("\n"))
    assert after != before
    prompt.write_text(after, "utf-8")
    told = printed("check", "--prompts", str(tmp_path / "prompts"))
    assert told.replace(f"{tmp_path}/", "") == _FAULTS.findall(CLINICIANS)[0]


def test_the_address_for_the_number_is_the_one_that_is_answered_and_retried() -> None:
    assert f"`https://line.example.org{ANSWER}{RETRIES}`" in README
    assert f"`{RETRIES}`" in (ROOT / "docs" / "platform.md").read_text("utf-8")
