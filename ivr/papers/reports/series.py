"""What is counted, as it is shown: which counts make one number, and how small a number of it may be shown.

The cells of the store are shared out among these so that none is in two of them: no number that is shown is a part of
another, except a day of its week and a week of its month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ivr.model.flow import Flow
from ivr.model.keys import Command, Key, ReadSection
from ivr.model.nodes import Asks, Greeting, Question, Section, Transfer
from ivr.papers.reports.periods import By

PROBE = "probe"  # calls that the line makes to itself: counted apart, and nothing else is counted of them

# The finest that is shown of each kind; a kind that is not here is told exactly, at any time.
FINEST = {
    "call": By.DAY,
    "text": By.DAY,
    "node": By.WEEK,
    "key": By.WEEK,
    "silence": By.WEEK,
}
EXACT = ("transfer", "promise", "callback", "fault", PROBE)


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """One thing that is counted, such as a section in a language. What does not matter for it is empty."""

    kind: str
    node: str = ""
    language: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A count of the store: what was counted, and how often, on a local day."""

    day: date
    kind: str
    node: str
    language: str
    detail: str
    is_probe: bool
    count: int


def tallied(counts: Iterable[Counted], flow: Flow) -> dict[Series, dict[date, int]]:
    """The counts of each series by local day."""
    tally: dict[Series, dict[date, int]] = {}
    for counted in counts:
        series = series_of(counted, flow)
        if series is not None:
            days = tally.setdefault(series, {})
            days[counted.day] = days.get(counted.day, 0) + counted.count
    return tally


def series_of(counted: Counted, flow: Flow) -> Series | None:
    """The series that a count belongs to; None for what another series tells already."""
    if counted.is_probe:
        return Series(PROBE) if counted.kind == "call" else None
    match counted.kind:
        case "call":
            return Series("call", language=counted.language)
        case "node":
            return _of_a_node(counted, flow)
        case "key":
            return _of_a_key(counted, flow)
        case "silence" | "transfer":
            return Series(counted.kind, node=counted.node, detail=counted.detail)
        case kind if kind in FINEST or kind in EXACT:
            return Series(kind, detail=counted.detail)
        case _:
            return None


def _of_a_node(counted: Counted, flow: Flow) -> Series | None:
    """A section is told by language. What else is heard is not, because totals of it are told, or nearly so."""
    if isinstance(flow.nodes.get(counted.node), Section):
        return Series("node", counted.node, counted.language)
    return None if counted.node in told_otherwise(flow) else Series("node", counted.node)


def told_otherwise(flow: Flow) -> frozenset[str]:
    """Nodes that are heard as often as something is counted: calls, the ends of transfers and of requests."""
    told = set()
    for node in flow.nodes.values():
        match node:
            case Greeting():
                told.add(node.id)
            case Transfer():
                told |= {node.id, node.talked, node.cut_off, node.nobody}
            case Question(asks=Asks.OWN_NUMBER | Asks.TYPED_NUMBER | Asks.TEXT):
                told |= {node.yes, node.failed}
            case _:
                pass
    return frozenset(told - {flow.person.closed})


def _of_a_key(counted: Counted, flow: Flow) -> Series | None:
    key = next((key for key in Key if key.value == counted.detail), None)
    if key is None or isinstance(flow.keys.get(key), ReadSection):
        return None  # what a section's key reads is counted as heard
    where = counted.node if flow.keys.get(key) is Command.PERSON else ""
    return Series("key", where, detail=counted.detail)
