"""No count under five can be worked out: proved for every small case there is, by comparing what would be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import pytest

from ivr.papers.reports import hiding
from ivr.papers.reports.hiding import Range, exact, smallest, together, whole

Whole = Callable[[Sequence[Range], int], Range]
HIDDEN = set(range(5))
BIG = 7  # stands for every count that is shown: they all act alike


def shown(weeks: tuple[tuple[int, ...], ...], made: Whole = whole) -> tuple[tuple[Range, ...], ...]:
    """All that is shown of a month of weeks of days."""
    days = tuple(tuple(smallest(day) for day in week) for week in weeks)
    of_weeks = tuple(made(parts, sum(week)) for parts, week in zip(days, weeks, strict=True))
    return (*days, of_weeks, (made(of_weeks, sum(map(sum, weeks))),))


def months(shape: tuple[int, ...]) -> list[tuple[tuple[int, ...], ...]]:
    """Every month of weeks that have so many days."""
    every = []
    for counts in product((*sorted(HIDDEN), BIG), repeat=sum(shape)):
        left = iter(counts)
        every.append(tuple(tuple(next(left) for _ in range(size)) for size in shape))
    return every


def given_away(shape: tuple[int, ...], made: Whole = whole) -> int:
    """Of how many hidden days something is told, by everything that is shown of some month."""
    alike = defaultdict(list)
    for month in months(shape):
        alike[shown(month, made)].append(sum(month, ()))
    told = 0
    for group in alike.values():
        for values in zip(*group, strict=True):
            told += set(values) != {BIG} and set(values) != HIDDEN
    return told


@pytest.mark.parametrize(
    "shape", [(1,), (2,), (3,), (4,), (5,), (6,), (1, 1), (2, 2), (1, 3), (2, 3), (3, 3), (1, 1, 1, 1), (1, 2, 2)]
)
def test_a_hidden_count_may_be_anything_whatever_is_shown_of_what_holds_it(shape: tuple[int, ...]) -> None:
    assert given_away(shape) == 0


@pytest.mark.parametrize("shape", [(2,), (3,), (2, 2)])
def test_totals_that_are_always_exact_would_give_them_away(shape: tuple[int, ...]) -> None:
    assert given_away(shape, lambda _, count: exact(count)) > 0


@pytest.mark.parametrize("shape", [(3,), (4,)])
def test_so_would_hiding_one_more_where_only_one_is_hidden(shape: tuple[int, ...]) -> None:
    def usual(parts: Sequence[Range], count: int) -> Range:
        hidden = [part for part in parts if not part.is_exact]
        return exact(count) if len(hidden) != 1 else together(parts)

    assert given_away(shape, usual) > 0


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((7, 9, 8), Range(24, 24)),  # nothing is hidden
        ((7, 9, 3), Range(16, 20)),  # the total would tell the last
        ((7, 2, 3), Range(7, 15)),  # two hidden ones would be told too easily
        ((7, 2, 2, 2), Range(13, 13)),
        ((7, 0, 0, 0), Range(7, 11)),  # exactly 7 would say that nobody called
        ((7, 4, 4, 4), Range(15, 19)),  # exactly 19 would say that each is 4
        ((1, 1, 1, 1), Range(0, 4)),
        ((2, 2, 2, 2), Range(8, 8)),
    ],
)
def test_a_total_is_shown_as_closely_as_it_may_be(days: tuple[int, ...], told: Range) -> None:
    assert whole([smallest(day) for day in days], sum(days)) == told


def test_what_is_shown_is_always_true() -> None:
    for month in months((2, 3)):
        of_days, of_weeks, (of_month,) = shown(month)[:-2], *shown(month)[-2:]
        pairs = [*zip(sum(month, ()), sum(of_days, ()), strict=True)]
        pairs += [*zip(map(sum, month), of_weeks, strict=True), (sum(map(sum, month)), of_month)]
        assert all(range_.low <= count <= range_.high for count, range_ in pairs)


def test_a_range_is_read_as_it_is_said() -> None:
    assert [str(each) for each in (smallest(3), exact(0), exact(1204), Range(43, 47))] == [
        "under 5",
        "0",
        "1,204",
        "43 to\u00a047",
    ]


def test_the_decision_says_how_a_hidden_count_is_shown(root: Path) -> None:
    decision = (root / "docs" / "decisions" / "0014-small-counts.md").read_text("utf-8")
    for told in (decision, hiding.__doc__ or ""):
        assert f'is shown as "{smallest(0)}"' in told
