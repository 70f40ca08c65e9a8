"""What is shown of counts, so that a small one stays hidden whatever else is shown. See decision 14.

A count under five is shown as "under 5". What holds it is shown exactly only where its parts that are not exact may
still be anything that is shown of them; otherwise as a range. So every hidden count may be anything from 0 to 4, for
who sees everything that is shown of it and knows this rule. Sums over different things are made of what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 5  # the smallest count that is shown


@dataclass(frozen=True, slots=True)
class Range:
    """A count as it is shown: from `low` to `high`, both included. It is exact where they are the same."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def is_hidden(self) -> bool:
        """Whether it is a count under five, of which nothing else is told."""
        return (self.low, self.high) == (0, FEWEST - 1)

    @property
    def width(self) -> int:
        """How many numbers it may be besides its lowest."""
        return self.high - self.low

    def __str__(self) -> str:
        if self.is_hidden:
            return f"under {FEWEST}"
        return f"{self.low:,}" if self.is_exact else f"{self.low:,} to\u00a0{self.high:,}"


def exact(count: int) -> Range:
    """A count that need not be hidden. What is taken back within the minute may be counted down in the hour after."""
    return Range(max(count, 0), max(count, 0))


def smallest(count: int) -> Range:
    """The smallest count that is shown of something, such as that of a day."""
    return exact(count) if count >= FEWEST else Range(0, FEWEST - 1)


def whole(parts: Sequence[Range], count: int) -> Range:
    """A count that its shown parts add up to, such as that of a week of days.

    What the exact parts leave is shown exactly only if it is neither so small nor so large that it would narrow a part.
    """
    low, width = sum(part.low for part in parts), sum(part.width for part in parts)
    widest = max((part.width for part in parts), default=0)
    left = count - low
    if width <= 2 * widest:
        return Range(low, low + width)
    if left <= widest:
        return Range(low, low + widest)
    if left >= width - widest:
        return Range(low + width - widest, low + width)
    return exact(count)


def together(shown: Iterable[Range]) -> Range:
    """A sum of what is shown: it tells nothing that they do not."""
    ranges = tuple(shown)
    return Range(sum(each.low for each in ranges), sum(each.high for each in ranges))
