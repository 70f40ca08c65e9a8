"""Two sentences side by side, with the words that differ in square brackets, which no sentence can hold."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

_INDENT, _BETWEEN = "    ", " | "


def beside(before: str, after: str, width: int) -> Iterator[str]:
    """The lines of two columns that together are at most `width` wide: what was approved, and what stands now."""
    old, new = before.split(), after.split()
    same = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    column = (width - len(_INDENT) - len(_BETWEEN)) // 2
    left = textwrap.wrap(" ".join(_marked(old[a:b], tag) for tag, a, b, _, _ in same if a < b), column)
    right = textwrap.wrap(" ".join(_marked(new[c:d], tag) for tag, _, _, c, d in same if c < d), column)
    for ours, theirs in zip_longest(left, right, fillvalue=""):
        yield f"{_INDENT}{ours:{column}}{_BETWEEN}{theirs}".rstrip()


def _marked(words: list[str], tag: str) -> str:
    text = " ".join(words)
    return text if tag == "equal" else f"[{text}]"
