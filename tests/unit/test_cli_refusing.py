"""A command line that means nothing is refused at once, with what would be right."""

from __future__ import annotations

import socket

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from tests.conftest import ENVIRON


def ran(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(main, words, env={**ENVIRON, **environ})


@pytest.mark.parametrize("port", ["0", "65536", "99999", "-1", "http"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.delattr("os.execve")
    for done in (ran("run", "--port", port), ran("run", PORT=port)):
        assert (done.exit_code, "Invalid value for '--port'" in done.output) == (2, True)


def test_a_port_that_is_taken_is_told_before_the_server_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.execve")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = ran("run", "--port", str(port))
    told = f"PORT: {port} cannot be had on this machine: Address already in use. Choose another: PORT=8000.\n"
    assert (done.exit_code, done.stderr, done.stdout) == (1, told, "")


@pytest.mark.parametrize("language", ["fr", "EN", "../en"])
def test_a_language_that_the_line_does_not_speak_is_not_called_in(language: str) -> None:
    done = ran("call", "--language", language, "0")
    assert (done.exit_code, "The line speaks en, es." in done.output) == (2, True)


def test_a_language_that_the_line_speaks_is_called_in() -> None:
    done = ran("call", "--language", "es", "q")
    assert (done.exit_code, "  es  " in done.output) == (0, True)


@pytest.mark.parametrize("key", ["x", "0x", "1 2", "#\n0"])
def test_what_is_no_key_is_not_taken_as_silence(key: str) -> None:
    done = ran("call", key, "0")
    assert (done.exit_code, f'"{key}" is no key.' in done.output) == (2, True)


def test_keys_silence_and_hanging_up_are_taken() -> None:
    done = ran("call", ".", "3#", "", "q")
    assert (done.exit_code, "You hung up." in done.output) == (0, True)


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "0", "1e300"])
def test_a_deadline_that_is_none_is_refused(seconds: str) -> None:
    done = ran("probe", "https://line.example.org", "--deadline", seconds)
    assert (done.exit_code, "is not a number of seconds above 0" in done.output) == (2, True)
