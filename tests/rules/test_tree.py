"""The rules of the house, held by the files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
MOST_FUNCTION_LINES = 50
MOST_TEST_LINES = 300

# Numbers that look real and are not: each belongs to nobody who could be called.
NOBODYS = {
    "+19002345678": "a premium number, to be refused",
    "+18139760101": "the premium exchange, to be refused",
    "+18885553561": "an exchange that is not given out, for a number as a word",
    "+441632960199": "of the numbers that the British regulator keeps for drama",
}
_NUMBER = re.compile(r"\+(?:1[0-9]{10,14}|[2-9][0-9]{8,14})\b")
_FICTION = re.compile(r"\+1[0-9]{3}55501[0-9]{2}")
_NAMED_BY_OTHERS = {"process_bind_param", "process_result_value"}  # what SQLAlchemy calls
_FORBIDDEN_NAME = re.compile(r"(^|_)(utils?|helpers?|manager)($|_)|^(handle|process)_")


def files(*endings: str) -> list[Path]:
    """The files of the project, as git would have them."""
    told = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in sorted(set(told.stdout.splitlines()))]
    return [path for path in paths if path.is_file() and (not endings or path.suffix in endings)]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def served() -> list[Path]:
    return [path for path in files(".py") if not named(path).startswith("tests/")]


def in_tests() -> list[Path]:
    return [path for path in files(".py") if named(path).startswith("tests/")]


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8")))


def dotted(node: ast.AST) -> str:
    """What an expression of names and dots says: os.environ."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{dotted(value)}.{attribute}"
        case _:
            return ""


def test_imports_only_go_down() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_only_the_settings_read_the_environment() -> None:
    def reads(path: Path) -> bool:
        words = {dotted(node) for node in nodes(path)}
        imported = {name.name for node in nodes(path) if isinstance(node, ast.ImportFrom) for name in node.names}
        return bool(
            words & {"os.environ", "os.environb", "os.getenv", "os.getenvb"} or imported & {"environ", "getenv"}
        )

    # These hand the whole environment to `config.load`, which is who reads it.
    readers = {named(path) for path in served() if reads(path)}
    assert readers
    assert not {name for name in readers if name != "app.py" and not name.startswith(("ivr/cli/", "bench/"))}


def test_the_environment_is_handed_over_whole_and_never_read_by_name() -> None:
    for path in (path for path in served() if not named(path).startswith("bench/")):  # programs, not the line
        for node in nodes(path):
            assert not (isinstance(node, ast.Subscript) and dotted(node.value) == "os.environ"), named(path)
            assert not (isinstance(node, ast.Call) and dotted(node.func).startswith("os.environ.")), named(path)


def test_only_where_the_application_is_made_is_a_secret_unwrapped() -> None:
    for path in served():
        if named(path) != "ivr/config.py" and not named(path).startswith("ivr/web/"):
            assert "get_secret_value" not in path.read_text("utf-8"), named(path)


def test_every_telephone_number_is_the_lines_own_or_belongs_to_nobody() -> None:
    allowed = {"+18886633488", "+266696687", *NOBODYS}  # the second is ANONYMOUS on a keypad
    for path in files(".py", ".md", ".toml", ".txt", ".xml", ".call", ".js", ".html", ".example"):
        if not path.name.startswith("requirements"):
            found = set(_NUMBER.findall(path.read_text("utf-8", errors="replace"))) - allowed
            assert not [number for number in found if not _FICTION.fullmatch(number)], named(path)


def test_no_number_is_excused_that_nobody_uses() -> None:
    text = "".join(
        path.read_text("utf-8", errors="replace") for path in files(".py", ".toml") if path != Path(__file__)
    )
    assert not [number for number in NOBODYS if number not in text]


@pytest.mark.parametrize("path", files(".py", ".js", ".css", ".html"), ids=named)
def test_a_file_can_be_read_at_one_sitting(path: Path) -> None:
    most = MOST_TEST_LINES if path.name.startswith("test_") else MOST_LINES
    assert len(path.read_text("utf-8").splitlines()) <= most


def test_a_function_can_be_seen_at_once() -> None:
    for path in files(".py"):
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < MOST_FUNCTION_LINES, f"{named(path)}: {node.name}"


def test_names_say_what_things_are() -> None:
    for path in files(".py", ".js"):
        assert not _FORBIDDEN_NAME.search(path.stem), named(path)
    for path in served():
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in _NAMED_BY_OTHERS:
                assert not _FORBIDDEN_NAME.search(node.name.lower()), f"{named(path)}: {node.name}"


def test_nothing_is_switched_by_the_name_of_the_environment_or_left_undone() -> None:
    for path in served():
        text = path.read_text("utf-8")
        assert not re.search(r"\b(TODO|FIXME|XXX|FLASK_ENV|app\.debug|is_production|is_development)\b", text), named(
            path
        )


def test_no_test_sleeps_is_skipped_or_is_expected_to_fail() -> None:
    forbidden = {"time.sleep", "sleep", "pytest.skip", "pytest.xfail", "pytest.importorskip"}
    forbidden |= {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "unittest.mock"}
    for path in in_tests():
        assert not {dotted(node) for node in nodes(path)} & forbidden, named(path)


def test_every_test_asserts_something() -> None:
    for path in in_tests():
        functions = [node for node in nodes(path) if isinstance(node, ast.FunctionDef)]
        asserting = {node.name for node in functions if _asserts(node, frozenset())}
        for node in functions:
            if node.name.startswith("test_"):
                assert _asserts(node, frozenset(asserting)), f"{named(path)}: {node.name}"


def test_the_web_process_is_the_one_that_gunicorn_reads_its_settings_for() -> None:
    (web,) = [line for line in (ROOT / "Procfile").read_text("utf-8").splitlines() if line.startswith("web:")]
    assert web.split()[1] == "gunicorn"
    assert 'wsgi_app = "app:app"' in (ROOT / "gunicorn.conf.py").read_text("utf-8")


def _asserts(function: ast.FunctionDef, asserting: frozenset[str]) -> bool:
    """Whether a test has an assertion, expects an error, or calls what asserts for it."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        called = dotted(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if called in asserting or called in ("raises", "expect", "play") or called.startswith("assert_"):
            return True
    return False


def test_a_line_without_the_telephone_page_loads_no_telephone() -> None:
    settings = {
        "TWILIO_AUTH_TOKEN": "a token of the tests",
        "PUBLIC_URL": "https://line.example.org",
        "TEAM_NUMBERS": "+18135550101",
        "ALLOW_DRAFTS": "all",
    }
    asked = "import sys, app; print(sorted(name for name in sys.modules if name.startswith('ivr.phone')))"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"
