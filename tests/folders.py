"""Makes a prompts folder out of a good one and a patch, so that a broken folder is kept as what breaks it.

A patch.toml holds lists of steps, taken in this order: [[copy]] from, to; [[delete]] file; [[edit]] file, replace,
with (what is replaced must be there once); [[add]] file, text, and if need be times or encoding; [[link]] file, to.
`base` names another patch of the corpus to take first; `today` is the day for which the folder is broken.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"
CLINIC = CORPUS / "good" / "clinic"
TWO_LANGUAGES = CORPUS / "two-languages.toml"  # both in English words: enough to be read
CALLBACKS = CORPUS / "callbacks.toml"  # it calls back and sends texts, and keeps the whole caller standard
SPANISH = CORPUS / "spanish.toml"  # keeps the whole caller standard
PROMPTS = Path(__file__).parents[1] / "prompts"

Step = Mapping[str, Any]


def made(patch: Path, to: Path) -> Path:
    """A new folder out of the clinic's and a patch."""
    shutil.copytree(CLINIC, to)
    _apply(patch, to)
    return to


def today(patch: Path) -> date | None:
    """The day for which a folder is broken; None for what is broken on every day."""
    day = tomllib.loads(patch.read_text("utf-8")).get("today")
    assert day is None or isinstance(day, date)
    return day


def _apply(patch: Path, folder: Path) -> None:
    steps = tomllib.loads(patch.read_text("utf-8"))
    steps.pop("today", None)
    if "base" in steps:
        _apply(CORPUS / steps.pop("base"), folder)
    for kind, take in _STEPS.items():
        for step in steps.pop(kind, []):
            take(folder, step)
    assert not steps, f"{patch}: unknown steps {list(steps)}"


def _copy(folder: Path, step: Step) -> None:
    shutil.copytree(folder / step["from"], folder / step["to"])


def _delete(folder: Path, step: Step) -> None:
    path = folder / step["file"]
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _edit(folder: Path, step: Step) -> None:
    path = folder / step["file"]
    text = path.read_text("utf-8")
    assert text.count(step["replace"]) == 1, f"{step['file']} does not hold {step['replace']!r} once"
    path.write_text(text.replace(step["replace"], step["with"]), "utf-8")


def _add(folder: Path, step: Step) -> None:
    path = folder / step["file"]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((step["text"] * step.get("times", 1)).encode(step.get("encoding", "utf-8")))


def _link(folder: Path, step: Step) -> None:
    (folder / step["file"]).symlink_to(step["to"])


_STEPS = {"copy": _copy, "delete": _delete, "edit": _edit, "add": _add, "link": _link}
