"""Tables as bars. Widths and places are shares of the picture, so that it fits a telephone with letters of full size.

A count that is not shown exactly is drawn as far as it is sure, and the rest of its range on top as an outline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from ivr.papers.reports.periods import By, Period, View
from ivr.papers.reports.report import Row, Table

UNSURE = "unsure"  # the fill of what may be or may not; the others are those of the columns, "fill-0" and so on
HEIGHT_PX = 216

_TOP_PX, _FOOT_PX = 18, 190  # where the highest line and the axis are
_LEFT = 10.0  # percent of the width, for the numbers of the lines
_WIDEST = 7.0  # percent: a few bars must not become walls
_LINES = 4
_MONDAY = 0
_LAST_MARKED = 28  # a date further on would stand out of the picture


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a bar, in percent across and in pixels (or percent) down."""

    fill: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row as a bar, and what it says when it is pointed at."""

    says: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or a number of an axis, and where it stands. One that is `is_minor` has no room in the hand."""

    text: str
    x: str
    y: str
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Upright bars over the periods of a view."""

    description: str
    bars: tuple[Bar, ...]
    lines: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    height_px: int = HEIGHT_PX


def chart(table: Table, view: View) -> Chart:
    """The bars of a table whose rows are periods of the view."""
    step = _step(max((row.all.high for row in table.rows), default=0))
    most = step * _LINES
    slot = (100 - _LEFT) / len(view.periods)
    return Chart(
        _description(table),
        tuple(Bar(says(table, row), tuple(_upright(row, most, slot))) for row in table.rows),
        tuple(Mark(f"{step * line:,}", "0%", _px(_height(step * line, most))) for line in range(_LINES + 1)),
        tuple(_marks(view, slot)),
    )


def lying(table: Table) -> tuple[tuple[Piece, ...], ...]:
    """A bar for each row of a table, as long as its share of the longest."""
    most = max((row.all.high for row in table.rows), default=0) or 1
    return tuple(tuple(_across(row, most)) for row in table.rows)


def says(table: Table, row: Row) -> str:
    """A row in one sentence: "Mon, Jul 13: English 43, Spanish under 5"."""
    values = ", ".join(f"{column} {value}" for column, value in zip(table.columns, row.values, strict=True))
    return f"{row.label}{'' if row.is_over else ' so far'}: {values}"


def _description(table: Table) -> str:
    if not table.rows:
        return "Nothing is to be shown yet."
    first, last = table.rows[0], table.rows[-1]
    highest = max(table.rows, key=lambda row: row.all.high)
    return f"Bars from {first.label} to {last.label}. The highest is {says(table, highest)}. A table with them follows."


def _upright(row: Row, most: int, slot: float) -> Iterator[Piece]:
    width = min(slot * 0.76, _WIDEST)
    x = _LEFT + slot * row.place + (slot - width) / 2
    for fill, low, high in _stacked(row):
        top, foot = _height(high, most), _height(low, most)
        yield Piece(fill, _percent(x), _px(top), _percent(width), _px(foot - top))


def _across(row: Row, most: int) -> Iterator[Piece]:
    for fill, low, high in _stacked(row):
        yield Piece(fill, _percent(100 * low / most), "0", _percent(100 * (high - low) / most), "100%")


def _stacked(row: Row) -> Iterator[tuple[str, int, int]]:
    """What is sure of each column upon the one before, and what is not sure of all of them at the end."""
    at = 0
    for index, value in enumerate(row.values):
        if value.low:
            yield f"fill-{index}", at, at + value.low
            at += value.low
    if row.all.width:
        yield UNSURE, at, at + row.all.width


def _marks(view: View, slot: float) -> Iterator[Mark]:
    for place, period in enumerate(view.periods):
        text = _mark(period, view.by)
        if text:
            is_minor = view.by is By.MONTH and period.first.month % 3 != 1
            yield Mark(text, _percent(_LEFT + slot * (place + 0.5)), _px(HEIGHT_PX - 6), is_minor)


def _mark(period: Period, by: By) -> str:
    """Mondays, the weeks with which a month begins, months: no more than has room, and none at the very edge."""
    first = period.first
    if by is By.DAY:
        is_at_edge = first.day > _LAST_MARKED
        return f"{first:%b} {first.day}" if first.weekday() == _MONDAY and not is_at_edge else ""
    return f"{first:%b}" if first.day == 1 else ""


def _step(most: int) -> int:
    """A round number, four of which hold the most: 1, 2, 5, 10, 20, 50."""
    least = max(ceil(most / _LINES), 1)
    ten = int(10 ** floor(log10(least)))
    return next(each * ten for each in _ROUND if each * ten >= least)


_ROUND: Sequence[int] = (1, 2, 5, 10)


def _height(count: int, most: int) -> float:
    return _FOOT_PX - (_FOOT_PX - _TOP_PX) * count / most


def _percent(share: float) -> str:
    return f"{share:.2f}%"


def _px(pixels: float) -> str:
    return f"{pixels:.1f}"
