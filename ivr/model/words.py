"""Every sentence of one language. The fields are the closed list of what must be written; the loader reads it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.model.keys import Key
from ivr.model.speech import Text


@dataclass(frozen=True, slots=True)
class NodeWords:
    """What one node says. `facts` has one tuple of fact ids a passage; `source` says where the words come from.

    A stand-in is what is served for a section that nobody has approved: one sentence and the way to a person.
    """

    title: Text
    passages: tuple[Text, ...]
    source: str
    option: Text | None = None
    facts: tuple[tuple[str, ...], ...] = ()
    person_after: int | None = None
    options: Mapping[str, Text] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    is_stand_in: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences that belong to no one node."""

    emergency: Text
    language: Text
    opening: Text
    where: Text
    end: Text
    nothing_to_skip: Text
    slower: Text
    normal: Text
    not_a_choice: Text
    no_key: Text
    warn_person: Text
    warn_closed: Text
    warn_goodbye: Text
    still_here: Text
    still_trying: Text
    nobody: Text
    unapproved: Text
    still_closed: Text
    still_closed_unknown: Text
    apology: Text
    apology_connect: Text
    apology_call: Text
    goodbye: Text
    ask_language: Text | None = None
    no_number: Text | None = None
    too_few: Text | None = None
    not_callable: Text | None = None
    one_more: Text | None = None
    warn_no: Text | None = None
    enough: Text | None = None
    not_noted: Text | None = None
    message_left: Text | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """The sentences that announce a key: what it does first, then the key."""

    person: Text
    cannot_wait: Text
    hours: Text
    again: Text
    again_part: Text
    skip: Text
    back: Text
    pace: Text
    pace_normal: Text
    next: Text
    choices: Text
    more_time: Text
    yes: Text | None = None
    no: Text | None = None
    callback: Text | None = None
    enter: Text | None = None
    text: Text | None = None


# Which of these only a line needs that calls back, or that sends texts.
OF_CALLBACKS: Mapping[type, tuple[str, ...]] = {
    Said: ("no_number", "too_few", "not_callable", "one_more", "warn_no", "enough", "not_noted", "message_left"),
    Options: ("yes", "no", "callback", "enter"),
}
OF_TEXTS: Mapping[type, tuple[str, ...]] = {Said: ("warn_no",), Options: ("yes", "no", "text")}


@dataclass(frozen=True, slots=True)
class WhisperWords:
    """What a scheduler hears before taking a call; `languages` names the caller's language."""

    call: Text
    accept: Text
    languages: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class About:
    """How long a section takes, in words."""

    under_a_minute: Text
    one_minute: Text
    minutes: Text


@dataclass(frozen=True, slots=True)
class Opens:
    """How the next opening is said. `days` begins on Monday, `months` in January."""

    today: Text
    weekday: Text
    date: Text
    time: Text
    time_one: Text
    minutes: Text
    noon: Text
    midnight: Text
    morning: Text
    afternoon: Text
    evening: Text
    days: tuple[Text, ...]
    months: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """How the time is said by which a caller is called back."""

    today: Text
    weekday: Text
    date: Text
    soon: Text
    soon_closed: Text | None = None  # the same while the team is away, with {opens}; where it is left out, `soon`


@dataclass(frozen=True, slots=True)
class TextWords:
    """What is sent to a caller who asks for the link: {url} in it, and no illness."""

    link: Text


@dataclass(frozen=True, slots=True)
class Script:
    """All the words of one language. `whisper` is only in the first language, which the schedulers hear."""

    nodes: Mapping[str, NodeWords]
    said: Said
    options: Options
    key_names: Mapping[Key, Text]
    about: About
    opens: Opens
    whisper: WhisperWords | None = None
    promise: PromiseWords | None = None
    text: TextWords | None = None
    reasons: Mapping[str, Text] = field(default_factory=dict)  # why the desk may close the line, by name
