"""The tables of a report, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ivr.model.keys import Command, Key
from ivr.papers.leads import title_of
from ivr.papers.reports.hiding import Range, together
from ivr.papers.reports.ledger import Ledger
from ivr.papers.reports.periods import By, Period
from ivr.papers.reports.series import PROBE, Series

LANGUAGES = {"en": "English", "es": "Spanish"}
# How things end: what is counted, and what its details are called.
ENDINGS = {
    "transfers": ("transfer", {"talked": "Talked", "cut_off": "Cut off", "nobody": "Nobody came"}),
    "promises": ("promise", {"kept": "In time", "late": "Late", "broken": "Broken", "soon": "As soon as we can"}),
    "requests": ("callback", {"kept": "Kept", "failed": "Not kept", "refused": "Refused"}),
    "callbacks": (
        "callback",
        {
            "reached": "Reached",
            "message": "Left a message",
            "no_answer": "No answer",
            "wrong_number": "Wrong number",
            "expired": "Let go",
        },
    ),
    "texts": (
        "text",
        {
            "asked": "Asked for",
            "sent": "Sent",
            "again": "Sent already",
            "refused": "Refused",
            "unknown": "Not known",
            "lost": "Lost",
            "failed": "Failed",
        },
    ),
    "faults": ("fault", {"apology": "Apologies", "whisper": "Whispers left out"}),
}
Columns = tuple[tuple[Series, ...], ...]  # each column is what several series are together
_COMMANDS = {
    Command.PERSON: "a person",
    Command.AGAIN: "again",
    Command.PACE: "slower, or normal",
    Command.LANGUAGE: "the other language",
    Command.CHOICES: "all the choices",
    Command.NEXT: "the next part",
    Command.CALLBACK: "call me back",
    Command.TEXT: "text me the link",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A period, a node or a key, with a value for each column. A period has its place among those of the view."""

    label: str
    values: tuple[Range, ...]
    place: int
    is_over: bool = True

    @property
    def all(self) -> Range:
        """What its values are together."""
        return together(self.values)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, and what each column is over the whole view."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: tuple[Range, ...]

    @property
    def all(self) -> Range:
        """Everything together."""
        return together(self.sums)

    @property
    def sure(self) -> Table:
        """The rows of which it is shown that they happened at all."""
        return replace(self, rows=tuple(row for row in self.rows if row.all.low))

    @property
    def seldom(self) -> tuple[str, ...]:
        """The other rows: they happened seldom or never."""
        return tuple(row.label for row in self.rows if not row.all.low)


@dataclass(frozen=True, slots=True)
class Report:
    """What a page shows of a ledger."""

    ledger: Ledger

    @property
    def calls(self) -> Table:
        """Calls that arrived, by language."""
        return self._by_time({_language(each.language): (each,) for each in self.ledger.arrived})

    @property
    def probes(self) -> Table:
        """Calls that the line made to itself."""
        return self._by_time({"Calls": (Series(PROBE),)})

    def ends(self, what: str) -> Table:
        """How often something ended in each way; one of ENDINGS."""
        kind, details = ENDINGS[what]
        return self._by_time({label: self.ledger.ended(kind, detail) for detail, label in details.items()})

    @property
    def timed_promises(self) -> Table:
        """How promises of a time ended: "as soon as we can" is none, so that it is neither kept in time nor not."""
        kind, details = ENDINGS["promises"]
        return self._by_time({details[name]: self.ledger.ended(kind, name) for name in ("kept", "late", "broken")})

    def sums(self, what: str) -> Table:
        """How often something ended in each way over the whole view: a row for each."""
        kind, details = ENDINGS[what]
        return self._of_all((label, (self.ledger.ended(kind, detail),)) for detail, label in details.items())

    @property
    def line_itself(self) -> Table:
        """What was not a caller's doing: faults, and the calls that the line made to itself."""
        faults = self.sums("faults")
        probes = self._sum((Series(PROBE),))
        rows = (*faults.rows, Row("Probe calls", (probes,), len(faults.rows)))
        return Table(faults.columns, rows, (together([*faults.sums, probes]),))

    @property
    def sections(self) -> Table:
        """Which section was heard, by language."""
        nodes: dict[str, list[tuple[Series]]] = {}
        for series in self.ledger.heard:
            if series.language:
                nodes.setdefault(series.node, []).append((series,))
        return self._of_all(((self._title(node), tuple(each)) for node, each in nodes.items()), self._languages)

    @property
    def sections_in_time(self) -> Table:
        """The same, period by period, as far as they are long enough for it."""
        told = (series for series in self.ledger.heard if series.language)
        return self._by_time({f"{self._title(each.node)}: {_language(each.language)}": (each,) for each in told})

    @property
    def others(self) -> Table:
        """What else was heard, in all languages together."""
        return self._of_all((self._title(each.node), ((each,),)) for each in self.ledger.heard if not each.language)

    @property
    def person(self) -> Table:
        """Where the key to a person was pressed."""
        return self._of_all((self._title(each.node), ((each,),)) for each in self.ledger.pressed if each.node)

    @property
    def keys(self) -> Table:
        """How often each other key was pressed, wherever that was."""
        return self._of_all((self._key(each.detail), ((each,),)) for each in self.ledger.pressed if not each.node)

    @property
    def silence(self) -> Table:
        """Where silence led on."""
        return self._of_all((self._title(each.node), ((each,),)) for each in self.ledger.silent)

    def _of_all(self, rows: Iterable[tuple[str, Columns]], columns: tuple[str, ...] = ("Times",)) -> Table:
        made = tuple(
            Row(label, tuple(self._sum(column) for column in series), place)
            for place, (label, series) in enumerate(rows)
        )
        return Table(columns, made, tuple(together(row.values[index] for row in made) for index in range(len(columns))))

    def _sum(self, column: tuple[Series, ...]) -> Range:
        return together(self.ledger.of_all(each) for each in column)

    def _by_time(self, columns: Mapping[str, tuple[Series, ...]]) -> Table:
        periods = enumerate(self.ledger.view.periods)
        rows = (self._at_time(place, period, tuple(columns.values())) for place, period in periods)
        sums = tuple(self._sum(column) for column in columns.values())
        return Table(tuple(columns), tuple(row for row in rows if row is not None), sums)

    def _at_time(self, place: int, period: Period, columns: Columns) -> Row | None:
        shown = [[self.ledger.of(each, period) for each in series] for series in columns]
        values = tuple(together(value for value in column if value is not None) for column in shown)
        is_shown = any(value is not None for column in shown for value in column)
        label = label_of(period, self.ledger.view.by)
        return Row(label, values, place, self.ledger.is_over(period)) if is_shown else None

    @property
    def _languages(self) -> tuple[str, ...]:
        return tuple(_language(each) for each in self.ledger.flow.line.languages)

    def _title(self, node: str) -> str:
        return title_of(self.ledger.flow, node) if node in self.ledger.flow.nodes else node

    def _key(self, key: str) -> str:
        meaning = self.ledger.flow.keys.get(Key(key))
        does = _COMMANDS[meaning] if isinstance(meaning, Command) else "no choice"
        return f"{key}: {does}"


def share(table: Table, column: int) -> str:
    """How much of everything in an exact table is in one column, in whole percent; a dash for nothing of nothing."""
    return f"{round(100 * table.sums[column].low / table.all.low)}%" if table.all.low else "–"


def title_of_months(months: Sequence[Period]) -> str:
    """Months in a row in words."""
    first, last = months[0].first, months[-1].first
    if first == last:
        return f"{last:%B %Y}"
    return f"{first:%B}{'' if first.year == last.year else f' {first:%Y}'} to {last:%B %Y}"


def label_of(period: Period, by: By) -> str:
    """A period in words: "Mon, Jul 13", "Jul 13 to 19" or "July 2026"."""
    first, last = period.first, period.last
    if by is By.MONTH:
        return f"{first:%B %Y}"
    if by is By.DAY:
        return f"{first:%a, %b} {first.day}"
    return f"{first:%b} {first.day}" + (f" to {last.day}" if last != first else "")


def _language(language: str) -> str:
    return LANGUAGES.get(language, language)
