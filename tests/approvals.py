"""Signs the words of a prompts folder, as `python -m ivr approve` would, all of them or all but some."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from ivr.content import APPROVALS, heard_words, read, with_approval
from ivr.model.approval import Approval, HeardWords

ON = date(2026, 11, 2)


def approval(words: HeardWords, on: date = ON) -> Approval:
    """An approval of these words by somebody who is nobody."""
    return Approval("A. Clinician", "medical oncologist", on, "minutes of the board", words)


def approve_all(folder: Path, but: Iterable[str] = (), on: date = ON) -> Path:
    """Approve every file of a folder that has words, but for these; the folder."""
    text = ""
    for file, words in heard_words(read(folder)).items():
        if file not in but:
            text = with_approval(text, file, approval(words, on))
    (folder / APPROVALS).write_text(text, "utf-8")
    return folder
