"""line.toml: the line itself: its name, number, hours, voices, and how long it waits and rings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ivr.content.found import one_of
from ivr.content.table import Table
from ivr.content.text import is_spoken_the_same, note_unsayable
from ivr.model.flow import Line, Promises, Rests, Ringing, Voice, Waits
from ivr.model.hours import Closure, Hours
from ivr.model.numbers import PhoneNumber
from ivr.model.place import Pace

LANGUAGE = re.compile(r"[a-z]{2}")
_VANITY = re.compile(r"1-[0-9]{3}(?:-[A-Z0-9]+)*-[A-Z]+")
_PARSER_COLUMN = re.compile(r"--> 1:([0-9]+)")
_DAY = "(?:PH|SH|Mo|Tu|We|Th|Fr|Sa|Su)"
_DAYS_ALONE = re.compile(rf"(?:^|;|\|\||(?<=[0-9]),)\s*({_DAY}(?:\s*[-,]\s*{_DAY})*)\s*(?=;|\|\||$)")
_VOICE = re.compile(r"[A-Za-z0-9.-]+")
_UTC = ZoneInfo("UTC")
_ANY_TIME = datetime(2026, 1, 5, tzinfo=_UTC)
_MOST_LANGUAGES = 2
_STAND_IN = PhoneNumber("+18005550199")


def read_line(table: Table) -> Line:
    """The whole file; stand-ins where faults were noted."""
    table.only(
        "name",
        "short_name",
        "number",
        "vanity",
        "languages",
        "hours",
        "voices",
        "waits",
        "pauses",
        "transfer",
        "promises",
    )
    languages = _languages(table)
    number = _number(table)
    return Line(
        name=_name(table, "name"),
        short_name=_name(table, "short_name"),
        number=number,
        vanity=_vanity(table, number),
        languages=languages,
        hours=_hours(table.table("hours")),
        voices=_voices(table.table("voices"), languages),
        waits=_waits(table.table("waits")),
        rests=_rests(table.table("pauses")),
        ringing=_ringing(table.table("transfer")),
        promises=_promises(table.table("promises")) if "promises" in table.values else None,
    )


def _name(table: Table, key: str) -> str:
    name = table.text(key)
    note_unsayable(name, table.at(key))
    return name


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages")
    for index, language in enumerate(languages):
        if not LANGUAGE.fullmatch(language):
            table.at("languages", index).fault(
                f'"{language}" is no language.', 'Write its two small letters, like "en" or "es".'
            )
    is_sane = 1 <= len(languages) <= _MOST_LANGUAGES and len(set(languages)) == len(languages)
    if "languages" in table.values and not is_sane:
        table.at("languages").fault("A line has one or two languages.", 'Write them in a list: ["en", "es"].')
    return tuple(language for language in dict.fromkeys(languages) if LANGUAGE.fullmatch(language))


def _number(table: Table) -> PhoneNumber:
    try:
        return PhoneNumber.parse(text) if (text := table.text("number")) else _STAND_IN
    except ValueError as refused:
        table.at("number").fault(f'"number" {refused}.', 'Write "+1" and the ten digits, without spaces.')
        return _STAND_IN


def _vanity(table: Table, number: PhoneNumber) -> str | None:
    if "vanity" not in table.values:
        return None
    vanity = table.text("vanity")
    if vanity and not _VANITY.fullmatch(vanity):
        table.at("vanity").fault(
            f'"{vanity}" is not a number with a word in it.', 'Write it like "1-888-MOFFITT", or take the line out.'
        )
        return None
    if vanity and number is not _STAND_IN and not is_spoken_the_same(number, vanity):
        table.at("vanity").fault(
            f'"{vanity}" is not spelled by the keys of the number.', "Mend one of them, or take this line out."
        )
    return vanity or None


def _hours(table: Table) -> Hours:
    table.only("open", "timezone", "country", "holidays_checked_until", "closures")
    closures = tuple(closure for each in table.tables("closures") if (closure := _closure(each)) is not None)
    zone = _zone(table)
    country = table.text("country")
    if country and (refused := _refusal(Hours("24/7", zone, country))):
        table.at("country").fault(
            f'"{country}" is no country ({refused}).', 'Write its two capital letters, like "US".'
        )
        country = ""
    hours = Hours(table.text("open"), zone, country or "US", closures, _checked_until(table))
    if hours.expression and (refused := _refusal(hours)):
        table.at("open").fault(
            f'"{hours.expression}" cannot be understood {refused}.', 'Write hours like "Mo-Fr 08:00-17:00; PH off".'
        )
    for days in _DAYS_ALONE.findall(hours.expression):
        table.at("open").fault(
            f'"{days}" without times means day and night.',
            f'Write "{days} off" if the team is away then, "{days} 00:00-24:00" if it is here.',
        )
    return hours


def _refusal(hours: Hours) -> str | None:
    """Why hours cannot be worked with: from where on, or in the library's own words; None when they can."""
    try:
        hours.is_open(_ANY_TIME)
    except Exception as refused:  # noqa: BLE001 - only ivr.model.hours may import the library whose errors these are
        from_column = _PARSER_COLUMN.search(str(refused))
        if from_column is None:
            return str(refused).partition("\n")[0].strip().replace("`", "")
        return f'from "{hours.expression[int(from_column[1]) - 1 :]}" on'
    return None


def _zone(table: Table) -> ZoneInfo:
    name = table.text("timezone")
    try:
        return ZoneInfo(name) if name else _UTC
    except (KeyError, ValueError, OSError):
        table.at("timezone").fault(f'"{name}" is no time zone.', 'Write its full name, like "America/New_York".')
        return _UTC


def _checked_until(table: Table) -> date | None:
    value = table.values.get("holidays_checked_until")
    if not table.is_there("holidays_checked_until") or (isinstance(value, date) and not isinstance(value, datetime)):
        return value if isinstance(value, date) else None
    table.at("holidays_checked_until").fault(
        '"holidays_checked_until" is not a date.', "Write a date without quotation marks, like 2027-01-01."
    )
    return None


def _closure(table: Table) -> Closure | None:
    table.only("from", "until", "reason")
    start, end, reason = _local_time(table, "from"), _local_time(table, "until"), table.text("reason")
    if start is None or end is None:
        return None
    if end <= start:
        table.at("until").fault("This closure ends before it starts.", '"until" must be later than "from".')
    return Closure(start, end, reason)


def _local_time(table: Table, key: str) -> datetime | None:
    value = table.values.get(key)
    if not table.is_there(key) or (isinstance(value, datetime) and value.tzinfo is None):
        return value if isinstance(value, datetime) else None
    table.at(key).fault(
        f'"{key}" is not a local date and time.', "Write it without quotation marks, like 2026-12-24T12:00:00."
    )
    return None


def _voices(table: Table, languages: tuple[str, ...]) -> Mapping[str, Voice]:
    for extra in (key for key in table.values if languages and key not in languages):
        table.at(extra).fault(f'"{extra}" is no language of the line.', one_of(extra, languages))
    return {language: _voice(table.table(language), language) for language in languages}


def _voice(table: Table, language: str) -> Voice:
    table.only("voice", "tag")
    name, tag = table.text("voice"), table.text("tag")
    if name and not _VOICE.fullmatch(name):
        table.at("voice").fault(f'"{name}" is no voice.', 'Write a voice of the platform, like "Polly.Joanna-Neural".')
    if tag and not re.fullmatch(rf"{language}-[A-Z]{{2}}", tag):
        table.at("tag").fault(f'"{tag}" is no tag of this language.', f'Write it like "{language}-US".')
    return Voice(name, tag)


def _waits(table: Table) -> Mapping[Pace, Waits]:
    slow = table.table("slow")
    table.only("first", "second", "still_here", "passage", "slow")
    slow.only("first", "second", "still_here", "passage")
    return {Pace.NORMAL: _waits_of(table), Pace.SLOW: _waits_of(slow)}


def _waits_of(table: Table) -> Waits:
    return Waits(
        first_s=table.whole("first", 3, 30),
        second_s=table.whole("second", 3, 30),
        still_here_s=table.whole("still_here", 3, 30),
        passage_s=table.whole("passage", 1, 3),
    )


def _rests(table: Table) -> Rests:
    table.only("after_option", "after_key", "after_sentence")
    return Rests(
        after_option_ms=table.whole("after_option", 100, 3000),
        after_key_ms=table.whole("after_key", 100, 3000),
        after_sentence_ms=table.whole("after_sentence", 100, 3000),
    )


def _promises(table: Table) -> Promises:
    table.only("time_left", "after_opening", "most_an_hour")
    return Promises(
        time_left_min=table.whole("time_left", 0, 480),
        after_opening_h=table.whole("after_opening", 1, 8),
        most_an_hour=table.whole("most_an_hour", 1, 500),
    )


def _ringing(table: Table) -> Ringing:
    table.only("ring", "turns", "talk_limit", "short_talk")
    return Ringing(
        ring_s=table.whole("ring", 5, 60),
        turns=table.whole("turns", 1, 3),
        talk_limit_s=table.whole("talk_limit", 60, 14400),
        short_talk_s=table.whole("short_talk", 1, 120),
    )
