"""LANG/phrases.toml: every sentence that is not one node's own. The model's fields are the list of what is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from ivr.content.found import one_of
from ivr.content.table import Table
from ivr.content.text import NO_SLOTS, Slots, Wording, may_have, needs
from ivr.model.keys import Key
from ivr.model.speech import Text
from ivr.model.words import (
    OF_CALLBACKS,
    OF_TEXTS,
    About,
    Opens,
    Options,
    PromiseWords,
    Said,
    TextWords,
    WhisperWords,
)

OPTION = needs("key")
_REASON = re.compile(r"[a-z][a-z0-9-]{0,31}")
SLOTS_OF_SAID: Mapping[str, Slots] = {
    "language": needs("key"),
    "opening": needs("parts", "about"),
    "where": needs("part", "parts"),
    "not_a_choice": needs("key"),
    "still_closed": needs("opens"),
    "apology_call": needs("number"),
    "too_few": needs("count"),
    "message_left": may_have("number"),
}
SLOTS_OF_OPTIONS: Mapping[str, Slots] = {name.name: OPTION for name in fields(Options)}
SLOTS_OF_WHISPER: Mapping[str, Slots] = {"accept": needs("key")}
SLOTS_OF_ABOUT: Mapping[str, Slots] = {"minutes": needs("minutes")}
SLOTS_OF_OPENS: Mapping[str, Slots] = {
    "today": needs("time"),
    "weekday": needs("day", "time"),
    "date": needs("month", "date", "time"),
    "time": needs("hour", "daypart"),
    "minutes": needs("hour", "minute"),
    "time_one": Slots(allowed=frozenset({"hour", "daypart"}), required=frozenset({"daypart"})),
}
SLOTS_OF_PROMISE: Mapping[str, Slots] = {
    "today": needs("time"),
    "weekday": needs("day", "time"),
    "date": needs("month", "date", "time"),
    "soon_closed": needs("opens"),
}
SLOTS_OF_TEXT: Mapping[str, Slots] = {"link": needs("url")}
_LISTS = {"days": 7, "months": 12}


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language and how it is said, among all those of the line; they are empty where line.toml could not tell.

    Whether the line calls back and sends texts is None where menu.toml could not tell.
    """

    language: str
    languages: tuple[str, ...]
    wording: Wording
    calls_back: bool | None = None
    texts: bool | None = None

    @property
    def is_first(self) -> bool:
        """Whether this is what a caller hears first, and what the schedulers hear."""
        return self.languages[:1] == (self.language,)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What one phrases.toml says."""

    said: Said
    options: Options
    key_names: Mapping[Key, Text]
    about: About
    opens: Opens
    whisper: WhisperWords | None
    promise: PromiseWords | None
    text: TextWords | None
    reasons: Mapping[str, Text]


def read_phrases(table: Table, tongue: Tongue) -> Phrases:
    """Every sentence of the file; stand-ins where faults were noted."""
    wording = tongue.wording
    whispers = tongue.is_first if tongue.languages else "whisper" in table.values
    promises = "promise" in table.values if tongue.calls_back is None else tongue.calls_back
    texts = "text" in table.values if tongue.texts is None else tongue.texts
    some = [name for name, is_used in (("whisper", whispers), ("promise", promises), ("text", texts)) if is_used]
    table.only("said", "options", "key_names", "about", "opens", *some, "reasons")
    not_needed = ("language",) if len(tongue.languages) <= 1 else ()
    return Phrases(
        said=Said(**_sentences(Said, table.table("said"), wording, SLOTS_OF_SAID, not_needed, _asked(Said, tongue))),
        options=Options(
            **_sentences(Options, table.table("options"), wording, SLOTS_OF_OPTIONS, (), _asked(Options, tongue))
        ),
        key_names=_key_names(table.table("key_names"), wording),
        about=About(**_sentences(About, table.table("about"), wording, SLOTS_OF_ABOUT)),
        opens=Opens(**_sentences(Opens, table.table("opens"), wording, SLOTS_OF_OPENS)),
        whisper=_whisper(table.table("whisper"), tongue) if whispers else None,
        promise=PromiseWords(**_sentences(PromiseWords, table.table("promise"), wording, SLOTS_OF_PROMISE))
        if promises
        else None,
        text=TextWords(**_sentences(TextWords, table.table("text"), wording, SLOTS_OF_TEXT)) if texts else None,
        reasons=_reasons(table.table("reasons", is_required=False), wording),
    )


def _asked(kind: type, tongue: Tongue) -> tuple[str, ...]:
    """The sentences without which this line could not take what callers ask for."""
    callbacks = OF_CALLBACKS[kind] if tongue.calls_back else ()
    return (*callbacks, *(OF_TEXTS[kind] if tongue.texts else ()))


def _reasons(table: Table, wording: Wording) -> Mapping[str, Text]:
    for name in table.values:
        if not _REASON.fullmatch(name):
            table.at(name).fault(f'"{name}" cannot be the name of a reason.', "Use small letters, digits and hyphens.")
    return {name: sentence(table, name, wording) for name in table.values}


def sentence(table: Table, key: str, wording: Wording, slots: Slots = NO_SLOTS) -> Text:
    """One sentence of a table; empty after a fault."""
    words = table.text(key)
    return wording.text([(table.at(key), words)], slots) if words else ()


def _sentences(
    kind: type,
    table: Table,
    wording: Wording,
    slots: Mapping[str, Slots],
    not_needed: tuple[str, ...] = (),
    needed: tuple[str, ...] = (),
) -> dict[str, Any]:
    names = [field.name for field in fields(kind)]
    table.only(*names)
    optional = {field.name for field in fields(kind) if field.default is not MISSING} - set(needed)
    read: dict[str, Any] = dict.fromkeys(not_needed, ())
    for name in names:
        if name in _LISTS:
            read[name] = _list(table, name, wording)
        elif name in table.values or name not in (*optional, *not_needed):
            read[name] = sentence(table, name, wording, slots.get(name, NO_SLOTS))
    return read


def _list(table: Table, key: str, wording: Wording) -> tuple[Text, ...]:
    words = table.texts(key)
    if words and len(words) != _LISTS[key]:
        table.at(key).fault(f'"{key}" lists {len(words)} of {_LISTS[key]}.', f"Write all {_LISTS[key]}, in order.")
    return tuple(wording.text([(table.at(key, index), word)]) for index, word in enumerate(words))


def _key_names(table: Table, wording: Wording) -> Mapping[Key, Text]:
    table.only(*(key.value for key in Key))
    return {key: sentence(table, key.value, wording) for key in Key}


def _whisper(table: Table, tongue: Tongue) -> WhisperWords:
    table.only("call", "accept", "languages")
    names = table.table("languages")
    for extra in (key for key in names.values if tongue.languages and key not in tongue.languages):
        names.at(extra).fault(f'"{extra}" is no language of the line.', one_of(extra, tongue.languages))
    return WhisperWords(
        call=sentence(table, "call", tongue.wording),
        accept=sentence(table, "accept", tongue.wording, SLOTS_OF_WHISPER["accept"]),
        languages={language: sentence(names, language, tongue.wording) for language in tongue.languages},
    )
