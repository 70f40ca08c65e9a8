"""The words of the transcript page itself: whatever is not said on the telephone, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ivr.model.flow import Flow
from ivr.model.speech import written
from ivr.web.week import DAY_MINUTES, Days, Times, Week

_NOON_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True)
class PageWords:
    """The page's own words in one language; `own_name` is how the language calls itself."""

    own_name: str
    skip: str
    about: str
    call: str
    or_as_word: str
    hours: str
    away: str
    day_and_night: str
    day_and: str
    day_to: str
    from_to: str
    on_date: str
    other_days: str
    form: str
    menu: str
    key: str
    does: str
    other: str
    other_lead: str
    choices: str
    sentences: str
    foot: str
    am: str
    pm: str
    noon: str
    midnight: str
    zones: Mapping[str, str]
    stand_ins: Mapping[str, str]


ENGLISH = PageWords(
    own_name="English",
    skip="Skip to the text",
    about="This is everything you can hear on our telephone line, to read.",
    call="Call us",
    or_as_word="or",
    hours="Our scheduling team answers",
    away="away",
    day_and_night="day and night",
    day_and="{first} and {last}",
    day_to="{first} to {last}",
    from_to="{begins} to {ends}",
    on_date="{weekday}, {month} {day}",
    other_days="In the weeks ahead these days are different",
    form="Fill in the new patient registration form",
    menu="What each key does",
    key="Key",
    does="What it does",
    other="What else you may hear",
    other_lead="Words in brackets change from call to call.",
    choices="The choices, as they are offered",
    sentences="Short sentences",
    foot="This page is made from the same words as the calls.",
    am="a.m.",
    pm="p.m.",
    noon="noon",
    midnight="midnight",
    zones={
        "America/New_York": "Eastern time",
        "America/Chicago": "Central time",
        "America/Denver": "Mountain time",
        "America/Los_Angeles": "Pacific time",
    },
    stand_ins={
        "key": "key",
        "part": "number",
        "parts": "number",
        "minutes": "number",
        "about": "how long",
        "opens": "day and time",
        "promise": "when we will call",
        "last_two": "the last two digits of your number",
        "typed": "the number that you keyed in",
        "count": "number",
    },
)

SPANISH = PageWords(
    own_name="Español",
    skip="Ir al texto",
    about="Aquí puede leer todo lo que se oye en nuestra línea de teléfono.",
    call="Llámenos",
    or_as_word="o",
    hours="Nuestro equipo de citas contesta",
    away="no está",
    day_and_night="día y noche",
    day_and="{first} y {last}",
    day_to="{first} a {last}",
    from_to="{begins} a {ends}",
    on_date="{weekday} {day} de {month}",
    other_days="En las próximas semanas, estos días son diferentes",
    form="Llene el formulario de registro para pacientes nuevos",
    menu="Qué hace cada tecla",
    key="Tecla",
    does="Qué hace",
    other="Qué más puede oír",
    other_lead="Las palabras entre corchetes cambian de una llamada a otra.",
    choices="Las opciones, como se ofrecen",
    sentences="Frases cortas",
    foot="Esta página se hace con las mismas palabras que las llamadas.",
    am="a. m.",
    pm="p. m.",
    noon="mediodía",
    midnight="medianoche",
    zones={
        "America/New_York": "hora del este",
        "America/Chicago": "hora del centro",
        "America/Denver": "hora de la montaña",
        "America/Los_Angeles": "hora del Pacífico",
    },
    stand_ins={
        "key": "tecla",
        "part": "número",
        "parts": "número",
        "minutes": "número",
        "about": "cuánto tiempo",
        "opens": "día y hora",
        "promise": "cuándo vamos a llamar",
        "last_two": "los dos últimos dígitos de su número",
        "typed": "el número que marcó",
        "count": "número",
    },
)

WORDS = {"en": ENGLISH, "es": SPANISH}


def page_words(language: str) -> PageWords:
    """The page's own words in a language; English for one that nobody has written them in yet."""
    return WORDS.get(language, ENGLISH)


@dataclass(frozen=True)
class Calendar:
    """Days and times as one language writes them; the names of days and months are the line's own."""

    flow: Flow
    language: str

    def usual(self, week: Week) -> tuple[tuple[str, str], ...]:
        """Every row of a usual week: its days, and its times."""
        return tuple((self._days(days), self._times(days.times)) for days in week.usual)

    def others(self, week: Week) -> tuple[tuple[str, str], ...]:
        """The days ahead that differ, with their times."""
        return tuple((self._date(other.day), self._times(other.times)) for other in week.others)

    @property
    def zone(self) -> str:
        """The name of the line's time zone."""
        key = self.flow.line.hours.zone.key
        return self._words.zones.get(key, key.replace("_", " "))

    @property
    def _words(self) -> PageWords:
        return page_words(self.language)

    def _weekday(self, weekday: int) -> str:
        return written(self.flow.scripts[self.language].opens.days[weekday])

    def _days(self, days: Days) -> str:
        first, last = self._weekday(days.first), self._weekday(days.last)
        if first == last:
            return _begun(first)
        pattern = self._words.day_and if days.last == days.first + 1 else self._words.day_to
        return _begun(pattern.format(first=first, last=last))

    def _date(self, day: date) -> str:
        month = written(self.flow.scripts[self.language].opens.months[day.month - 1])
        return _begun(self._words.on_date.format(weekday=self._weekday(day.weekday()), month=month, day=day.day))

    def _times(self, times: Times) -> str:
        if not times:
            return self._words.away
        if times == ((0, DAY_MINUTES),):
            return self._words.day_and_night
        pattern = self._words.from_to
        return ", ".join(pattern.format(begins=self._time(begins), ends=self._time(ends)) for begins, ends in times)

    def _time(self, minutes: int) -> str:
        if minutes == _NOON_MINUTES:
            return self._words.noon
        if minutes % DAY_MINUTES == 0:
            return self._words.midnight
        hour, minute = divmod(minutes, 60)
        half = self._words.am if minutes < _NOON_MINUTES else self._words.pm
        return f"{(hour - 1) % 12 + 1}:{minute:02d} {half}"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
