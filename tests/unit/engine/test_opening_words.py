"""How the next opening is said, in both languages, from the moment of the call to the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.engine.events import Circumstances
from ivr.engine.narrator import Narrator, opening_words, promise_words
from ivr.model.flow import Flow
from ivr.model.hours import Day, Hours, Opening
from ivr.model.place import Place
from ivr.model.speech import written

EASTERN = ZoneInfo("America/New_York")


def said(flow: Flow, language: str, opening: Opening | None) -> str:
    assert opening is not None
    return written(opening_words(flow.scripts[language].opens, opening))


def said_at(flow: Flow, moment: str, expression: str | None = None) -> tuple[str, str]:
    hours = flow.line.hours
    hours = Hours(expression, EASTERN, "US") if expression else replace(hours, closures=())
    opening = hours.opening(datetime.fromisoformat(moment).replace(tzinfo=EASTERN))
    return said(flow, "en", opening), said(flow, "es", opening)


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        (
            "2026-11-18 07:00:00",
            "today at 8 in the morning, Eastern time",
            "hoy a las 8 de la mañana, hora del este",
        ),
        (
            "2026-11-20 17:00:00",
            "on Monday at 8 in the morning, Eastern time",
            "el lunes a las 8 de la mañana, hora del este",
        ),
        (
            "2026-11-25 17:00:00",
            "on Friday at 8 in the morning, Eastern time",
            "el viernes a las 8 de la mañana, hora del este",
        ),
        (
            "2026-12-24 17:00:00",
            "on Monday at 8 in the morning, Eastern time",
            "el lunes a las 8 de la mañana, hora del este",
        ),
        (
            "2026-12-31 23:59:59",
            "on Monday at 8 in the morning, Eastern time",
            "el lunes a las 8 de la mañana, hora del este",
        ),
        (
            "2026-03-08 01:59:59",
            "on Monday at 8 in the morning, Eastern time",
            "el lunes a las 8 de la mañana, hora del este",
        ),
    ],
)
def test_a_caller_hears_when_the_team_is_back(shipped_flow: Flow, moment: str, english: str, spanish: str) -> None:
    assert said_at(shipped_flow, moment) == (english, spanish)


def test_a_weekday_is_said_up_to_six_days_ahead_and_then_a_date(shipped_flow: Flow) -> None:
    only_tuesdays = "Tu 09:00-12:00"
    english, spanish = said_at(shipped_flow, "2026-11-18 00:00:00", only_tuesdays)
    assert english == "on Tuesday at 9 in the morning, Eastern time"
    assert spanish == "el martes a las 9 de la mañana, hora del este"
    english, spanish = said_at(shipped_flow, "2026-11-17 12:00:00", only_tuesdays)
    assert english == "on November 24 at 9 in the morning, Eastern time"
    assert spanish == "el 24 de noviembre a las 9 de la mañana, hora del este"


@pytest.mark.parametrize(
    ("hour", "minute", "english", "spanish"),
    [
        (0, 0, "midnight", "las 12 de la noche"),
        (0, 30, "12 30 in the morning", "las 12 y 30 de la mañana"),
        (1, 0, "1 in the morning", "la 1 de la mañana"),
        (8, 0, "8 in the morning", "las 8 de la mañana"),
        (8, 30, "8 30 in the morning", "las 8 y 30 de la mañana"),
        (11, 59, "11 59 in the morning", "las 11 y 59 de la mañana"),
        (12, 0, "noon", "las 12 del mediodía"),
        (12, 30, "12 30 in the afternoon", "las 12 y 30 de la tarde"),
        (13, 0, "1 in the afternoon", "la 1 de la tarde"),
        (13, 30, "1 30 in the afternoon", "la 1 y 30 de la tarde"),
        (17, 59, "5 59 in the afternoon", "las 5 y 59 de la tarde"),
        (18, 0, "6 in the evening", "las 6 de la noche"),
        (23, 45, "11 45 in the evening", "las 11 y 45 de la noche"),
    ],
)
def test_a_time_is_said_as_a_person_says_it(
    shipped_flow: Flow, hour: int, minute: int, english: str, spanish: str
) -> None:
    opening = Opening(Day.TODAY, hour=hour, minute=minute)
    assert said(shipped_flow, "en", opening) == f"today at {english}, Eastern time"
    assert said(shipped_flow, "es", opening) == f"hoy a {spanish}, hora del este"


def test_every_weekday_and_month_has_its_own_name(shipped_flow: Flow) -> None:
    for language in shipped_flow.line.languages:
        days = {said(shipped_flow, language, Opening(Day.WEEKDAY, weekday=day, hour=8)) for day in range(7)}
        months = {
            said(shipped_flow, language, Opening(Day.DATE, month=month, date=3, hour=8)) for month in range(1, 13)
        }
        assert (len(days), len(months)) == (7, 12)
    assert said(shipped_flow, "en", Opening(Day.WEEKDAY, weekday=0, hour=8)).startswith("on Monday at")
    assert said(shipped_flow, "es", Opening(Day.DATE, month=1, date=2, hour=8)).startswith("el 2 de enero a")


@pytest.mark.parametrize(
    ("promise", "english", "spanish"),
    [
        (None, "as soon as we can", "lo antes posible"),
        (
            Opening(Day.TODAY, hour=17),
            "today, before 5 in the afternoon, Eastern time",
            "hoy, antes de las 5 de la tarde, hora del este",
        ),
        (
            Opening(Day.WEEKDAY, weekday=4, hour=10, minute=30),
            "on Friday, before 10 30 in the morning, Eastern time",
            "el viernes, antes de las 10 y 30 de la mañana, hora del este",
        ),
        (
            Opening(Day.DATE, month=12, date=28, hour=13),
            "on December 28, before 1 in the afternoon, Eastern time",
            "el 28 de diciembre, antes de la 1 de la tarde, hora del este",
        ),
    ],
)
def test_a_promise_is_said_as_a_time_before_which_somebody_calls(
    shipped_flow: Flow, promise: Opening | None, english: str, spanish: str
) -> None:
    for language, words in (("en", english), ("es", spanish)):
        script = shipped_flow.scripts[language]
        assert script.promise is not None
        assert written(promise_words(script.promise, script.opens, promise)) == words
        narrator = Narrator(shipped_flow, Place(language, "promised", promise=promise), Circumstances(is_open=True))
        heard, _ = narrator.passages(narrator.words.passages)
        assert words in written(heard.spans)
