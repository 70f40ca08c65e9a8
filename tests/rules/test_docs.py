"""The documents name what there is: settings, rules, commands, files and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.checks import rules_approval
from ivr.checks.verify import RULES
from ivr.cli import main
from ivr.config import Settings, load
from ivr.content.text import SLOTS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), ROOT / "prompts" / "README.md", *DOCS.rglob("*.md")])
SETTINGS = (DOCS / "settings.md").read_text("utf-8")
STANDARD = (DOCS / "caller-standard.md").read_text("utf-8")
DECISIONS = sorted((DOCS / "decisions").iterdir())
FAMILIES = {"R": 5, "M": 6, "W": 8, "S": 8, "L": 5, "T": 7, "E": 1, "P": 9, "A": 3, "V": 4}

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_RULE = re.compile(r"^- \*\*([A-Z][0-9]) · ([SIL])\.\*\* \S", re.MULTILINE)
_SETTING = re.compile(r"^## `([A-Z_]+)`\n\n((?:(?!## ).*\n)*)", re.MULTILINE)
_EXAMPLE = re.compile(r"^ *([A-Z_]+)=(\S+)$", re.MULTILINE)


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def slug(heading: str) -> str:
    """The anchor that a heading gets: small letters, hyphens for spaces, no other marks."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(document: Path) -> set[str]:
    return {slug(heading) for heading in _HEADING.findall(_FENCED.sub("", document.read_text("utf-8")))}


def broken_links(document: Path) -> Iterator[str]:
    for link in _LINK.findall(_FENCED.sub("", document.read_text("utf-8"))):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not link.startswith("https://") and not (target.exists() and (not anchor or anchor in anchors(target))):
            yield link


def example_settings() -> list[tuple[str, str]]:
    return [pair for _, body in _SETTING.findall(SETTINGS) for pair in _EXAMPLE.findall(body)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(broken_links(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_of_ours_that_is_named_exists(document: Path) -> None:
    codes = _CODE.findall(_FENCED.sub("", document.read_text("utf-8")))
    paths = (code.split("#")[0] for code in codes if re.fullmatch(r"(ivr|prompts|docs)/[\w./-]*", code))
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ |=1 )make ([a-z]+)", text)) <= targets
    assert set(re.findall(r"python -m ivr ([a-z-]+)", text)) <= set(main.commands)


def test_the_settings_that_are_explained_are_those_that_there_are() -> None:
    explained = [name for name, _ in _SETTING.findall(SETTINGS)]
    assert sorted(explained) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize(("name", "body"), _SETTING.findall(SETTINGS))
def test_a_setting_says_whether_it_is_required_and_shows_itself(name: str, body: str) -> None:
    is_required = Settings.model_fields[name.lower()].is_required()
    assert body.startswith("Required." if is_required else "Default: ")
    assert name in {example for example, _ in _EXAMPLE.findall(body)}


@pytest.mark.parametrize(("name", "value"), example_settings())
def test_every_example_of_a_setting_is_accepted(name: str, value: str) -> None:
    least = {
        "TWILIO_AUTH_TOKEN": "a token of the tests",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "TEAM_NUMBERS": "+18135550101",
    }
    needed = ("DATA_KEYS", "TWILIO_ACCOUNT_SID", "REGISTRATION_URL")  # by some others
    both = {"SMTP_URL": "MAIL_FROM", "MAIL_FROM": "SMTP_URL"}
    examples = {known: shown for known, shown in example_settings() if known in (*needed, both.get(name))}
    known = {} if name == "PUBLIC_URL" else examples  # a key that is shown here is good for this machine only
    settings = load({**least, **known, name: value})
    assert getattr(settings, name.lower()) != Settings.model_fields[name.lower()].default


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required <= set(rows) <= {name.upper() for name in Settings.model_fields}


def test_the_standard_has_every_rule_once_and_in_order() -> None:
    expected = [f"{family}{number}" for family, count in FAMILIES.items() for number in range(1, count + 1)]
    assert [rule for rule, _ in _RULE.findall(STANDARD)] == expected


def test_every_rule_that_a_check_names_is_in_the_standard() -> None:
    rules = {rule for rule, _ in _RULE.findall(STANDARD)}
    checks = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "ivr" / "checks").rglob("*.py")))
    checked = set(re.findall(r"\b[A-Z][0-9]\b", checks))
    assert {rule.number for rule in RULES} <= checked <= rules


def test_the_standard_says_which_rules_a_start_proves() -> None:
    told = re.search(r"^A start of the line proves .*: (.+)\.$", STANDARD, re.MULTILINE)
    assert told is not None
    assert told[1].split(", ") == list(dict.fromkeys(rule.number for rule in RULES))


def test_the_standard_says_which_of_these_rules_stop_no_start() -> None:
    told = re.search(r"^Told at a start, and no reason to stop it: (.+?)\.", STANDARD, re.MULTILINE)
    assert told is not None
    of_approvals = [rule.number for rule in RULES if rule.find.__module__ == rules_approval.__name__]
    assert told[1].split(", ") == list(dict.fromkeys(of_approvals))


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:5] for path in DECISIONS] == [f"{number:04}-" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("decision", DECISIONS, ids=named)
def test_a_decision_says_why_what_follows_and_what_we_dislike(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert text.startswith(f"# {int(decision.name[:4])}. ")
    assert re.findall(r"^\*\*(.+?)\.\*\* \S", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "What follows",
        "What we dislike",
    ]


def test_clinicians_are_told_of_every_file_and_every_placeholder() -> None:
    told = (ROOT / "prompts" / "README.md").read_text("utf-8")
    files = {path.name for path in (ROOT / "prompts").rglob("*") if path.suffix in (".md", ".toml")}
    assert files - set(_CODE.findall(told)) <= {"README.md"}
    assert set(re.findall(r"^\| ((?:`\{\w+\}` )+)\|", told, re.MULTILINE)) != set()
    assert set(re.findall(r"`\{(\w+)\}`", told)) == SLOTS


def test_every_folder_of_tests_is_explained() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert folders <= set(re.findall(r"^\| `tests/(\w+)/` \|", told, re.MULTILINE))
