"""The whole text of the line for eyes: nothing left out, nothing made up, every language by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from ivr.checks.verify import load_verified
from ivr.config import Settings
from ivr.model.approval import ALL_DRAFTS
from ivr.model.flow import Flow
from ivr.model.hours import Closure, Hours
from ivr.model.nodes import Section
from ivr.model.speech import Slot, SlowDigits, written
from ivr.web.application import create_app
from ivr.web.page_words import Calendar
from ivr.web.transcript import address
from ivr.web.voice import NOW
from ivr.web.week import Days, week_from
from tests.conftest import EVERYTHING

EASTERN = ZoneInfo("America/New_York")
NOVEMBER = datetime(2026, 11, 23, 10, 0, tzinfo=EASTERN)

MakeSettings = Callable[..., Settings]
MakeApplication = Callable[..., Flask]


class Tags(HTMLParser):
    """The opening tags of a page, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def page(application: Flask, path: str, at: datetime = NOVEMBER) -> str:
    response = application.test_client().get(path, environ_overrides={NOW: at})
    assert response.status_code == 200
    return response.text


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


@pytest.fixture
def one_language(make_settings: MakeSettings) -> Flask:
    clinic = Path(__file__).parents[2] / "corpus" / "good" / "clinic"
    return create_app(load_verified(clinic, ALL_DRAFTS), make_settings())


@pytest.fixture(scope="module")
def asking(make_application: MakeApplication) -> Flask:
    """A line on which callers can ask for a call and for a text."""
    return make_application(**EVERYTHING)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_passage_of_every_section_is_there(application: Flask, flow: Flow, language: str) -> None:
    shown = text(page(application, address(flow, language)))
    plain = [
        written(passage)
        for node in flow.nodes.values()
        if isinstance(node, Section)
        for passage in flow.words(language, node.id).passages
        if not any(isinstance(piece, SlowDigits | Slot) for piece in passage)
    ]
    assert len(plain) > 8
    assert [passage for passage in plain if passage not in shown] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_title_and_the_emergency_line_are_there(application: Flask, flow: Flow, language: str) -> None:
    shown = text(page(application, address(flow, language)))
    wanted = [written(flow.words(language, section).title) for section in flow.sections]
    wanted.append(written(flow.scripts[language].said.emergency))
    assert [words for words in wanted if words not in shown] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_key_has_a_row(asking: Flask, flow: Flow, language: str) -> None:
    html = page(asking, address(flow, language))
    assert set(re.findall(r"<kbd>(.)</kbd>", html)) == {key.value for key in flow.keys}
    assert len(re.findall(r"<tr><th scope=\"row\">", html)) == len(flow.keys)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_place_to_fill_is_left_open(asking: Flask, flow: Flow, language: str) -> None:
    assert not set("{}") & set(text(page(asking, address(flow, language))))


@pytest.mark.parametrize(
    ("language", "heard"),
    [
        ("en", ("It ends in [the last two digits of your number].", "I heard [the number that you keyed in].")),
        ("en", ("will call you back [when we will call].", "For yes, press 1.", "For no, press 2.")),
        ("en", ("To key in your number, press 5.", "We are closed because of the weather.")),
        ("es", ("Termina en [los dos últimos dígitos de su número].", "Oí [el número que marcó].")),
        ("es", ("Para decir sí, oprima 1.", "Para marcar su número, oprima 5.")),
    ],
)
def test_what_is_said_where_callers_ask_for_something_is_there(
    asking: Flask, flow: Flow, language: str, heard: tuple[str, ...]
) -> None:
    shown = text(page(asking, address(flow, language)))
    assert [words for words in heard if words not in shown] == []
    assert "returning your call" not in shown  # our team says it to an answering machine, and the line to nobody


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("setting", "key", "nodes"),
    [
        ("CALLBACKS", "5", ("call-back", "number", "confirm", "promised", "kept", "unkept")),
        ("TEXTING_FROM", "6", ("text-link", "texted", "untexted")),
    ],
)
def test_nothing_is_told_of_what_callers_cannot_ask_for(
    make_application: MakeApplication,
    asking: Flask,
    flow: Flow,
    language: str,
    setting: str,
    key: str,
    nodes: tuple[str, ...],
) -> None:
    titles = {written(flow.words(language, node).title) for node in nodes}
    for app, is_told in ((asking, True), (make_application(**{**EVERYTHING, setting: ""}), False)):
        html = page(app, address(flow, language))
        assert {title for title in titles if title in text(html)} == (titles if is_told else set())
        assert (f"<kbd>{key}</kbd>" in html) is is_told


def test_what_both_need_is_told_where_one_is_to_be_had(make_application: MakeApplication, application: Flask) -> None:
    both = ("For yes, press 1.", "I will take that as a no")
    for setting in ("CALLBACKS", "TEXTING_FROM"):
        shown = text(page(make_application(**{**EVERYTHING, setting: ""}), "/"))
        assert [words for words in both if words not in shown] == []
    shown = text(page(application, "/"))
    assert [words for words in (*both, "I did not hear a number.", "because of the weather") if words in shown] == []


def test_the_key_for_more_time_in_a_question_is_told_where_there_are_questions(
    asking: Flask, application: Flask
) -> None:
    for app, is_told in ((asking, True), (application, False)):
        html = app.test_client().get("/").text
        assert "For more time, press star." in html
        assert ("For more time, press 7." in html) is is_told


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_page_is_in_its_language_and_names_the_other(application: Flask, flow: Flow, language: str) -> None:
    tags = Tags(page(application, address(flow, language)))
    assert tags.of("html") == [{"lang": language}]
    other = flow.other_language(language)
    links = [link for link in tags.of("a") if "hreflang" in link]
    assert links == [{"href": address(flow, other or ""), "hreflang": other, "lang": other}]
    assert [cell["lang"] for cell in tags.of("td") if "lang" in cell] == [other]


def test_the_number_can_be_called(application: Flask, flow: Flow) -> None:
    tags = Tags(page(application, "/"))
    assert {link["href"] for link in tags.of("a") if (link["href"] or "").startswith("tel:")} == {
        f"tel:{flow.line.number.e164}"
    }


def test_headings_go_down_one_level_at_a_time(application: Flask) -> None:
    levels = [int(tag[1]) for tag, _ in Tags(page(application, "/")).found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_it_needs_no_script_and_sets_no_cookie(application: Flask) -> None:
    response = application.test_client().get("/")
    assert "Set-Cookie" not in response.headers
    assert Tags(response.text).of("script") == []
    assert all("style" not in attributes for _, attributes in Tags(response.text).found)


def test_the_form_is_linked_only_where_there_is_one(application: Flask, make_application: MakeApplication) -> None:
    address_of_form = "https://forms.example.org/new?patient=1&x=2"
    with_form = make_application(REGISTRATION_URL=address_of_form)
    assert address_of_form in {link["href"] for link in Tags(page(with_form, "/")).of("a")}
    assert "https:" not in page(application, "/")


def test_the_after_hours_line_is_named_only_where_there_is_one(
    application: Flask, make_application: MakeApplication, flow: Flow
) -> None:
    said = written(flow.words("en", flow.person.after_hours).passages[0])
    assert said in text(page(make_application(AFTER_HOURS_NUMBERS="+18135550109"), "/"))
    assert said not in text(page(application, "/"))


def test_a_line_of_one_language_names_no_other(one_language: Flask) -> None:
    assert one_language.test_client().get("/es").status_code == 404
    tags = Tags(page(one_language, "/"))
    assert [tag for tag, attributes in tags.found if "hreflang" in attributes] == []
    assert tags.of("nav") == []


def test_holidays_ahead_are_told_in_each_language(flow: Flow) -> None:
    week = week_from(Hours("Mo-Fr 08:00-17:00; PH off", EASTERN, "US"), date(2026, 11, 23))
    assert Calendar(flow, "en").others(week)[0] == ("Thursday, November 26", "away")
    assert Calendar(flow, "es").others(week)[0] == ("Jueves 26 de noviembre", "no está")


def test_a_usual_week_is_found_at_the_end_of_a_year() -> None:
    week = week_from(Hours("Mo-Fr 08:00-17:00; PH off", EASTERN, "US"), date(2026, 12, 21))
    assert week.usual == (Days(0, 4, ((480, 1020),)), Days(5, 6, ()))
    assert [other.day for other in week.others] == [date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 18)]


def test_a_closure_of_half_a_day_is_told_with_the_hours_that_are_left() -> None:
    closure = Closure(datetime(2026, 11, 24, 12, 0), datetime(2026, 11, 25, 8, 0), "moving")  # noqa: DTZ001 local times
    week = week_from(Hours("Mo-Fr 08:00-17:00", EASTERN, "US", (closure,)), date(2026, 11, 23))
    assert [(other.day, other.times) for other in week.others] == [(date(2026, 11, 24), ((480, 720),))]


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("24/7", (("Monday to Sunday", "day and night"),)),
        ("Mo,Tu 09:30-12:00,13:00-20:00", (
            ("Monday and Tuesday", "9:30 a.m. to noon, 1:00 p.m. to 8:00 p.m."),
            ("Wednesday to Sunday", "away"),
        )),
        ("Mo 17:00-24:00; Tu 00:00-02:00", (
            ("Monday", "5:00 p.m. to midnight"),
            ("Tuesday", "midnight to 2:00 a.m."),
            ("Wednesday to Sunday", "away"),
        )),
        ("Sa 00:00-24:00", (("Monday to Friday", "away"), ("Saturday", "day and night"), ("Sunday", "away"))),
    ],
)  # fmt: skip
def test_a_week_in_words(flow: Flow, expression: str, rows: tuple[tuple[str, str], ...]) -> None:
    week = week_from(Hours(expression, EASTERN, "US"), date(2026, 11, 23))
    assert Calendar(flow, "en").usual(week) == rows
