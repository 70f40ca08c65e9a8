"""`script`, `graph` and `listen` write what they say, and say what is wrong and how to mend it."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main

CLINIC = str(Path(__file__).parents[2] / "corpus" / "good" / "clinic")


def run(*command: str) -> Result:
    return CliRunner().invoke(main, [*command, "--prompts", CLINIC])


def test_the_script_is_written_to_the_screen_and_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "script.html"
    shown, told = run("script"), run("script", "--output", str(file))
    assert (shown.exit_code, told.exit_code) == (0, 0)
    assert shown.stdout.startswith("<!DOCTYPE html>")
    assert file.read_text() == shown.stdout.removesuffix("\n")
    assert str(file) in told.stdout


def test_the_graph_is_an_svg_where_there_is_graphviz(tmp_path: Path) -> None:
    file = tmp_path / "graph.svg"
    assert run("graph", "--output", str(file)).exit_code == 0
    assert file.exists() == (shutil.which("dot") is not None)


def test_the_graph_is_mermaid_text_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    told = run("graph", "--output", str(tmp_path / "graph.svg"))
    assert told.exit_code == 0
    assert "apt-get install graphviz" in told.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["graph.mmd"]
    assert "flowchart" in (tmp_path / "graph.mmd").read_text()
    assert "flowchart" in run("graph").stdout


def test_a_node_is_spoken_to_a_file_at_telephone_quality(tmp_path: Path) -> None:
    file = tmp_path / "who.wav"
    told = run("listen", "who", "--output", str(file))
    assert told.exit_code == 0, told.output
    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.getnframes() > 8000 * 10
    assert "not the line's voice" in told.stdout
    assert len([line for line in told.stdout.splitlines() if " s " in line]) == 4  # heading, two parts, choices


def test_without_a_voice_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    file = tmp_path / "who.wav"
    told = run("listen", "who", "--output", str(file))
    assert (told.exit_code, told.stdout, file.exists()) == (1, "", False)
    assert "espeak-ng" in told.stderr


@pytest.mark.parametrize("wrong", [("nowhere",), ("who", "--language", "es")])
def test_what_the_line_does_not_have_is_refused_with_what_it_has(wrong: tuple[str, ...]) -> None:
    told = run("listen", *wrong)
    assert told.exit_code == 2
    assert "en" in told.stderr


@pytest.mark.parametrize("command", [("script",), ("graph",), ("listen", "who")])
def test_a_folder_that_cannot_be_read_is_told(command: tuple[str, ...], tmp_path: Path) -> None:
    told = CliRunner().invoke(main, [*command, "--prompts", str(tmp_path / "none")])
    assert (told.exit_code, told.stdout) == (1, "")
    assert "no such folder" in told.stderr


@pytest.mark.parametrize("command", [("script",), ("graph",), ("listen", "who")])
def test_a_file_that_cannot_be_written_is_told(command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "none" / "x"
    told = run(*command, "--output", str(file))
    assert (told.exit_code, told.stdout) == (1, "")
    assert f"{file.parent}/x" in told.stderr
    assert "It cannot be written: No such file or directory." in told.stderr
