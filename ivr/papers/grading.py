"""How hard a text is to follow, beside the most that the caller standard allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.checks.grades import flesch_kincaid, has_textstat, inflesz
from ivr.checks.rules_wording import (
    LEAST_INFLESZ_PASSAGE,
    LEAST_INFLESZ_SECTION,
    MOST_GRADE_PASSAGE,
    MOST_GRADE_SECTION,
)
from ivr.model.speech import SlowDigits, Text, written


@dataclass(frozen=True, slots=True)
class Grade:
    """A measure and its value in words, and whether it is within the standard."""

    measure: str
    value: str
    limit: str
    is_within: bool


def grade_of(language: str, passages: Iterable[Text], *, is_section: bool) -> Grade | None:
    """The grade of some passages together; None for a language without a measure, or without textstat."""
    text = " ".join(written(piece for piece in passage if not isinstance(piece, SlowDigits)) for passage in passages)
    if language == "en" and has_textstat():
        grade, most = flesch_kincaid(text), MOST_GRADE_SECTION if is_section else MOST_GRADE_PASSAGE
        return Grade("Reading grade", f"{max(0.0, grade):.1f}", f"at most {most:.0f}", grade <= most)
    if language == "es":
        ease, least = inflesz(text), LEAST_INFLESZ_SECTION if is_section else LEAST_INFLESZ_PASSAGE
        return Grade("INFLESZ", f"{ease:.0f}", f"at least {least:.0f}", ease >= least)
    return None
