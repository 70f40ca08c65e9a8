"""Each command does what it says, and says what is wrong and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.phone import Dial, Document, Hangup, Say, parse
from tests.conftest import ENVIRON
from tests.folders import CLINIC, CORPUS, made
from tests.gunicorn_server import free_port, request, serving

FALLBACK = {**ENVIRON, "FALLBACK_NUMBER": "+18135550105"}
NO_SETTINGS = dict.fromkeys(("TWILIO_AUTH_TOKEN", "PUBLIC_URL", "TEAM_NUMBERS", "FALLBACK_NUMBER", "PROMPTS"))


def run(*command: str, **environ: str | None) -> Result:
    return CliRunner().invoke(main, command, env={**NO_SETTINGS, **environ})


@pytest.fixture(scope="module")
def written() -> bytes:
    result = run("fallback", **FALLBACK)
    assert result.exit_code == 0
    return result.stdout_bytes.rstrip(b"\n")


@pytest.fixture(scope="module")
def fallback(written: bytes) -> Document:
    return parse(written, "text/xml")


def test_the_fallback_document_rings_the_fallback_number_once(fallback: Document) -> None:
    (dial,) = [verb for verb in fallback.verbs if isinstance(verb, Dial)]
    (target,) = dial.targets
    assert (target.address, target.url, dial.action) == ("+18135550105", None, None)
    assert isinstance(fallback.verbs[-1], Hangup)


def test_the_fallback_document_begins_with_our_name_and_the_emergency_line_in_both_languages(
    fallback: Document,
) -> None:
    begins = [verb for verb in fallback.verbs[:4] if isinstance(verb, Say)]
    assert [say.language for say in begins] == ["en-US", "en-US", "es-US", "es-US"]
    assert ["Cancer Center" in say.written for say in begins] == [True, False, True, False]
    assert ["911" in say.written for say in begins] == [False, True, False, True]


def test_the_fallback_document_speaks_to_both_languages_before_and_after_it_rings(fallback: Document) -> None:
    at = next(index for index, verb in enumerate(fallback.verbs) if isinstance(verb, Dial))
    for half in (fallback.verbs[:at], fallback.verbs[at:]):
        assert {verb.language for verb in half if isinstance(verb, Say)} == {"en-US", "es-US"}


def test_the_fallback_document_depends_on_no_address(written: bytes) -> None:
    assert not [word for word in (b"action=", b"url=", b"<Redirect", b"http", b"/voice") if word in written]


def test_the_fallback_document_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "fallback.xml"
    environ = {**FALLBACK, "PROMPTS": str(CLINIC)}
    result = run("fallback", "--output", str(file), **environ)
    assert result.exit_code == 0
    assert str(file) in result.stdout
    assert file.read_bytes() == run("fallback", **environ).stdout_bytes.rstrip(b"\n")


def test_a_fallback_document_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    result = run("fallback", "--output", str(tmp_path / "none" / "fallback.xml"), **FALLBACK)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "It cannot be written: No such file or directory." in result.stderr


def test_without_a_number_there_is_no_fallback_document() -> None:
    result = run("fallback", **{**ENVIRON, "PROMPTS": str(CLINIC)})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "FALLBACK_NUMBER: is not set. Set it to a telephone that is answered at any hour.\n"


def test_every_fault_of_the_settings_is_told_at_once() -> None:
    result = run("fallback")
    assert (result.exit_code, result.stdout) == (1, "")
    told = [line.partition(":")[0] for line in result.stderr.splitlines()]
    assert told == ["PUBLIC_URL", "TEAM_NUMBERS", "TWILIO_AUTH_TOKEN"]


def test_a_good_folder_has_no_errors() -> None:
    result = run("check", "--prompts", str(CLINIC))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("0 errors, ")


def test_a_broken_folder_is_told_with_file_and_line(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(CLINIC, tmp_path / "clinic"))
    menu = broken / "menu.toml"
    menu.write_text(menu.read_text().replace('0 = "person"', '0 = "persons"'))
    result = run("check", "--prompts", str(broken))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{broken}/menu.toml:5: ")
    assert "Traceback" not in result.output


def test_a_machine_is_told_why_a_folder_cannot_be_read(tmp_path: Path) -> None:
    broken = made(CORPUS / "bad" / "key-does-nothing" / "patch.toml", tmp_path / "clinic")
    plain = run("check", "--prompts", str(broken))
    result = run("check", "--json", "--prompts", str(broken))
    assert (result.exit_code, result.stderr) == (1, "")
    told = json.loads(result.stdout)
    assert told["figures"] == []
    assert {(each["rule"], each["severity"]) for each in told["findings"]} == {("", "error")}
    assert plain.stderr == "".join("{file}:{line}: {wrong} {mend}\n".format(**each) for each in told["findings"])


def test_a_machine_is_told_of_a_file_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CLINIC, tmp_path / "clinic"))
    Path(os.fsdecode(os.fsencode(folder) + b"/en/\xff.md")).touch()
    command = (sys.executable, "-m", "ivr", "check", "--json", "--prompts", str(folder))
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run(command, env=environ, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"")
    (told,) = json.loads(done.stdout)["findings"]
    assert os.fsencode(told["file"]) == os.fsencode(folder) + b"/en/\xff.md"
    assert told["wrong"] == "menu.toml has no node of this name."


def test_what_a_rule_finds_is_told_with_the_path_that_an_editor_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(CORPUS / "bad" / "w6-blame" / "patch.toml", tmp_path / "words")
    monkeypatch.chdir(tmp_path)
    plain = [
        line.partition(": ")[0] for line in run("check", "--prompts", "words").stdout.splitlines() if " W6: " in line
    ]
    told = json.loads(run("check", "--json", "--prompts", "words").stdout)["findings"]
    assert plain
    assert plain == [f"{each['file']}:{each['line']}" for each in told if each["rule"] == "W6"]
    assert all(Path(each["file"]).exists() for each in told)


def test_a_line_of_which_no_document_is_accepted_is_told_and_measured(tmp_path: Path) -> None:
    mute = made(CORPUS / "bad" / "t6-every-document-refused" / "patch.toml", tmp_path / "mute")
    result = run("check", "--prompts", str(mute))
    told = result.stdout.splitlines()
    assert (result.exit_code, told[-1]) == (1, "1 errors, 1 warnings")
    assert [line for line in told if "line.toml:12: error T6" in line]
    assert ["documents", "proved", "0"] in [line.split() for line in told]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("check", "--prompts", "nowhere")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("nowhere: There is no such folder.")


def test_run_needs_no_account_no_token_and_no_team() -> None:
    port = free_port()
    with serving({"PORT": str(port)}, ["-m", "ivr", "run"], port) as served:
        assert served.exchange(request("/health/ready", b"", method="GET")).status == 200
        assert served.exchange(request("/voice/answer", b"")).status == 403
        assert served.stop() == 0
    assert f"http://127.0.0.1:{port}/phone" in "".join(served.told)


def test_run_keeps_the_settings_that_are_set() -> None:
    port = free_port()
    with (
        pytest.raises(AssertionError, match="TEAM_NUMBERS: target 1 of turn 1 is not a number"),
        serving({"PORT": str(port), "TEAM_NUMBERS": "nobody"}, ["-m", "ivr", "run"], port),
    ):
        pass


@pytest.mark.parametrize(
    "via", ["http://[", "http://127.0.0.1:99999", "http://127.0.0.1:0", "ftp://127.0.0.1", "127.0.0.1:8001", "http://"]
)
def test_a_way_to_an_instance_that_is_no_address_is_told(via: str) -> None:
    done = run("probe", "https://line.example.org", "--via", via)
    assert (done.exit_code, "is not an address in the form http://127.0.0.1:8001" in done.output) == (2, True)


def test_a_question_is_heard_to_its_answers() -> None:
    """A yes to what is still being asked does not count, and nobody at a terminal can tell one wait from the next."""
    done = CliRunner().invoke(main, ["call", "--at", "2026-11-24 22:00", "5", "1", "1"])
    assert done.exit_code == 0
    assert done.output.count("Is this the right number?") == 1
    assert "We have your request." in done.output
