"""The whole line as data: names and settings of the line, keys, call graph and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.model.hours import Hours
from ivr.model.keys import Command, Key, Meaning, ReadSection
from ivr.model.nodes import Entry, Menu, Node, Section
from ivr.model.numbers import PhoneNumber
from ivr.model.place import ONE_MORE, Back, Pace, Place
from ivr.model.words import NodeWords, Script


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of the platform, and the language tag it speaks."""

    name: str
    tag: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds of silence after the last word: for the first and second try, the last one, and between passages."""

    first_s: int
    second_s: int
    still_here_s: int
    passage_s: int


@dataclass(frozen=True, slots=True)
class Rests:
    """Milliseconds of silence inside what is said."""

    after_option_ms: int
    after_key_ms: int
    after_sentence_ms: int


@dataclass(frozen=True, slots=True)
class Ringing:
    """How long a turn rings, how many turns there are at most, how long a talk may last, and what counts as short."""

    ring_s: int
    turns: int
    talk_limit_s: int
    short_talk_s: int


@dataclass(frozen=True, slots=True)
class Promises:
    """What may be promised to who asks to be called back, and how many such promises an hour of the team holds."""

    time_left_min: int
    after_opening_h: int
    most_an_hour: int


@dataclass(frozen=True, slots=True)
class Line:
    """What line.toml says. `languages` begins with the one that a caller hears first."""

    name: str
    short_name: str
    number: PhoneNumber
    vanity: str | None
    languages: tuple[str, ...]
    hours: Hours
    voices: Mapping[str, Voice]
    waits: Mapping[Pace, Waits]
    rests: Rests
    ringing: Ringing
    promises: Promises | None = None  # a line that calls nobody back promises nothing


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the page, which some passage of its own section must speak."""

    id: str
    text: str
    line: int = 0

    @property
    def section(self) -> str:
        """The section that the fact belongs to: the part of its id before the dot."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class PersonRoute:
    """The nodes to which the way to a person leads."""

    open: str
    closed: str
    after_hours: str


@dataclass(frozen=True, slots=True)
class Request:
    """The nodes of something that a caller can ask for: the question, and what is said when it cannot be done."""

    ask: str
    failed: str
    enter: str = ""  # where a number is typed, for a caller whose own cannot be called
    enough: str = ""  # for a caller who has asked often enough


@dataclass(frozen=True)
class Flow:
    """A prompts folder that could be read. Not yet a promise that nobody can get stuck in it: see `checks.verify`."""

    line: Line
    start: str
    menu: Menu
    person: PersonRoute
    keys: Mapping[Key, Meaning]
    nodes: Mapping[str, Node]
    scripts: Mapping[str, Script]
    facts: tuple[Fact, ...] = ()
    callback: Request | None = None
    text: Request | None = None
    sections: tuple[str, ...] = field(init=False)
    _keys_of: Mapping[Meaning, Key] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        read = ((key, meaning.node) for key, meaning in self.keys.items() if isinstance(meaning, ReadSection))
        by_key = tuple(node for _, node in sorted(read, key=lambda pair: pair[0].value))
        object.__setattr__(self, "sections", by_key)
        object.__setattr__(self, "_keys_of", {meaning: key for key, meaning in self.keys.items()})

    def words(self, language: str, node: str) -> NodeWords:
        """What a node says in a language."""
        return self.scripts[language].nodes[node]

    def parts(self, section: str, language: str | None = None) -> int:
        """How many passages a section has in a language, or in the first: one where something stands in for it."""
        return len(self.words(language or self.line.languages[0], section).passages)

    def is_inside_section(self, place: Place) -> bool:
        """Whether a passage is being read there: neither a heading nor the choices at the end."""
        return isinstance(self.nodes[place.node], Section) and 1 <= place.part <= self.parts(place.node, place.language)

    def other_language(self, language: str) -> str | None:
        """The language that the language key changes to, if the line has two."""
        return next((other for other in self.line.languages if other != language), None)

    def key_of(self, command: Command) -> Key | None:
        """The key that does this everywhere."""
        return self._keys_of.get(command)

    def key_reading(self, section: str) -> Key | None:
        """The key that reads this section everywhere."""
        return self._keys_of.get(ReadSection(section))

    def settle(self, place: Place) -> Place:
        """Make a place one that exists: an unknown language is the first one, an unknown node the menu."""
        language = place.language if place.language in self.scripts else self.line.languages[0]
        if place.node not in self.nodes:
            return Place(language, self.menu.id, pace=place.pace)
        part = min(place.part, self._last_part(place.node, language))
        back = self._settle_back(place.back, language)
        is_settled = (language, part, back) == (place.language, place.part, place.back)
        return place if is_settled else place._replace(language=language, part=part, back=back)

    def _last_part(self, node: str, language: str) -> int:
        match self.nodes[node]:
            case Section():
                return self.parts(node, language) + 1
            case Entry():
                return ONE_MORE
            case _:
                return self.line.ringing.turns

    def _settle_back(self, back: Back | None, language: str) -> Back | None:
        if back is None or not isinstance(self.nodes.get(back.node), Section):
            return None
        return Back(back.node, min(back.part, self._last_part(back.node, language)))
