"""A place is written into a URL and read back; whatever else is in a URL is read as far as it makes sense."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.place import MOST_TRIES, ROOT, Back, Pace, Place

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True)
PARTS = st.integers(0, 99)
TIMES = {"weekday": st.integers(0, 6), "hour": st.integers(0, 23), "minute": st.integers(0, 59)}
OPENINGS = st.builds(Opening, st.sampled_from((Day.TODAY, Day.WEEKDAY)), **TIMES) | st.builds(
    Opening, st.just(Day.DATE), month=st.integers(1, 12), date=st.integers(1, 31), **TIMES
)
PLACES = st.builds(
    Place,
    language=NAMES,
    node=NAMES,
    part=PARTS,
    pace=st.sampled_from(Pace),
    tries=st.integers(0, MOST_TRIES),
    back=st.none() | st.builds(Back, node=NAMES, part=PARTS),
    has_pressed=st.booleans(),
    has_changed_language=st.booleans(),
    is_unwarned=st.booleans(),
    promise=st.none() | OPENINGS,
)
ANY_PATH = st.text() | st.builds(ROOT.__add__, st.text()) | st.from_regex(r"/voice/[a-z]{1,3}(/.{0,9}){0,4}")
QUERY_PIECES = (
    "pace=slow", "tries=9", "tries=-1", "tries=²", "back=what.1", "back=../..", "pressed=no", "=", "%zz",
    "promise=today.0.0.0.17.0", "promise=date.0.0.0.8.0", "promise=weekday.7.0.0.8.0", "promise=.....", "promise=today",
)  # fmt: skip
ODD_PROMISES = (
    "", "soon", "today", "today.0.0.0.17", "today.0.0.0.17.0.0", "Today.0.0.0.17.0", "today.0.0.0.-1.0",
    "today.0.0.0.24.0", "today.0.0.0.17.60", "weekday.7.0.0.8.0", "date.0.13.1.8.0", "date.0.12.32.8.0",
    "date.0.0.1.8.0", "date.0.12.0.8.0", "date.0.12.1.8.x",
)  # fmt: skip
ANY_QUERY = st.text() | st.lists(st.sampled_from(QUERY_PIECES) | st.text(max_size=5)).map("&".join)
WRITTEN = re.compile(r"/voice/[a-z0-9-]*/[a-z0-9-]*(/[1-9][0-9]?)?(\?[a-z0-9.=&-]+)?")


def parsed(url: str) -> Place:
    path, _, query = url.partition("?")
    return Place.parse(path, query)


@given(PLACES)
def test_a_place_reads_back_as_it_was_written(place: Place) -> None:
    assert parsed(place.to_url()) == place


@given(ANY_PATH, ANY_QUERY)
def test_any_url_is_a_place(path: str, query: str) -> None:
    place = Place.parse(path, query)
    assert 0 <= place.part <= 99
    assert 0 <= place.tries <= MOST_TRIES
    assert place.back is None or 0 <= place.back.part <= 99


@given(ANY_PATH, ANY_QUERY)
def test_nothing_of_an_odd_url_is_written_into_the_next_one(path: str, query: str) -> None:
    url = Place.parse(path, query).to_url()
    assert WRITTEN.fullmatch(url)
    assert parsed(url).to_url() == url


@given(place=PLACES, path=ANY_PATH, query=ANY_QUERY)
def test_whatever_is_asked_settles_to_a_place_that_exists(
    shipped_flow: Flow, place: Place, path: str, query: str
) -> None:
    for asked in (place, Place.parse(path, query)):
        settled = shipped_flow.settle(asked)
        assert settled.language in shipped_flow.line.languages
        assert settled.node in shipped_flow.nodes
        assert settled.back is None or settled.back.node in shipped_flow.sections
        assert shipped_flow.settle(settled) == settled


@pytest.mark.parametrize(
    ("place", "url"),
    [
        (Place("en", "menu"), "/voice/en/menu"),
        (Place("es", "cut-off"), "/voice/es/cut-off"),
        (Place("en", "what", 2), "/voice/en/what/2"),
        (Place("en", "menu", tries=1), "/voice/en/menu?tries=1"),
        (Place("en", "menu", has_pressed=False), "/voice/en/menu?pressed=no"),
        (
            Place("es", "closed", 1, Pace.SLOW, 2, Back("what", 1), has_changed_language=True),
            "/voice/es/closed/1?pace=slow&tries=2&back=what.1&changed=yes",
        ),
        (
            Place("en", "promised", promise=Opening(Day.WEEKDAY, weekday=4, hour=10, minute=30)),
            "/voice/en/promised?promise=weekday.4.0.0.10.30",
        ),
        (
            Place("en", "promised", promise=Opening(Day.DATE, month=12, date=28, hour=9)),
            "/voice/en/promised?promise=date.0.12.28.9.0",
        ),
    ],
)
def test_a_place_has_a_short_url_of_its_own(place: Place, url: str) -> None:
    assert place.to_url() == url
    assert urlsplit(url).path.startswith(ROOT)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("/voice/en/menu?tries=7", Place("en", "menu", tries=MOST_TRIES)),
        ("/voice/en/menu?tries=-1", Place("en", "menu")),
        ("/voice/en/menu?tries=1&tries=2", Place("en", "menu", tries=2)),
        ("/voice/en/menu?pace=fast&pressed=yes&changed=no&colour=red", Place("en", "menu")),
        ("/voice/en/what/1/2", Place("en", "what")),
        ("/voice/en/what/٣", Place("en", "what")),
        ("/voice/en/what/100", Place("en", "what")),
        ("/voice/EN/Menu", Place("", "")),
        ("/voice/en/../../etc/passwd", Place("en", "")),
        ("/voice/en/menu?back=what", Place("en", "menu")),
        ("/voice/en/menu?back=.1", Place("en", "menu")),
        ("/voice/en/menu?back=what.1.2", Place("en", "menu")),
        ("/voice/en/menu?back=../...1", Place("en", "menu")),
        *((f"/voice/en/promised?promise={odd}", Place("en", "promised")) for odd in ODD_PROMISES),
        ("/voice/", Place("", "")),
        ("/", Place("", "")),
        ("", Place("", "")),
    ],
)
def test_what_is_not_understood_is_left_out(url: str, place: Place) -> None:
    assert parsed(url) == place


def test_a_query_longer_than_any_place_needs_is_not_read_to_its_end() -> None:
    padding = "x=" + "y" * 200
    assert parsed(f"/voice/en/menu?{padding}&tries=2") == Place("en", "menu")
    assert parsed(f"/voice/en/menu?tries=2&{padding}") == Place("en", "menu", tries=2)


@pytest.mark.parametrize(
    ("asked", "settled"),
    [
        (Place("fr", "menu"), Place("en", "menu")),
        (Place("es", "gone", 3, Pace.SLOW, 2), Place("es", "menu", pace=Pace.SLOW)),
        (Place("en", "what", 99), Place("en", "what", 3)),  # two passages and the end
        (Place("en", "transfer", 99), Place("en", "transfer", 3)),
        (Place("en", "number", 99), Place("en", "number", 2)),  # the eleventh key
        (Place("en", "closed", back=Back("menu", 0)), Place("en", "closed")),
        (Place("en", "closed", back=Back("gone", 1)), Place("en", "closed")),
        (Place("en", "closed", back=Back("what", 99)), Place("en", "closed", back=Back("what", 3))),
    ],
)
def test_a_place_that_is_not_settles_to_the_nearest_that_is(shipped_flow: Flow, asked: Place, settled: Place) -> None:
    assert shipped_flow.settle(asked) == settled
