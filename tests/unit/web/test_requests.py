"""What a step of a call asks of the store: nothing at all, unless the caller asks for something, and then little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from ivr.desk.ports import DeskState, Services
from ivr.desk.turns import Telephones
from ivr.model.flow import Flow
from ivr.model.numbers import Target, TargetKind
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.store import open_storage
from ivr.storage.vault import data_key
from ivr.twiml.request import caller, read
from ivr.web.answers import Answer, Answers
from tests.databases import copy_of_sqlite
from tests.platform_client import CLOSED_AT, OPEN_AT, call_form

TEAM = (Target(TargetKind.NUMBER, "+18135550101"),)
HIDDEN = "anonymous"
TYPED = "8135550147"


class SomebodyAtTheDesk:
    """A desk that takes callbacks and has closed nothing."""

    def state(self, at: datetime) -> DeskState:
        """The same at any time."""
        assert at
        return DeskState(takes_callbacks=True)


class Spy:
    """A real store, and the names of what it was asked."""

    def __init__(self, store: StoredCallbacks) -> None:
        self.store = store
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> object:
        """One of the methods of the store."""
        self.asked.append(name)
        return getattr(self.store, name)


@dataclass(frozen=True)
class Line:
    """A line whose store tells what it is asked."""

    answers: Answers
    spy: Spy = field(repr=False)

    def asks(self, target: str, keys: str = "", number: str = "+18135550142", at: datetime = OPEN_AT) -> list[str]:
        """Send a request, and say what the store is asked for it."""
        self.spy.asked.clear()
        self.heard(target, keys, number, at)
        return list(self.spy.asked)

    def heard(self, target: str, keys: str, number: str, at: datetime = OPEN_AT) -> Answer:
        """What is answered to a request."""
        form = dict(call_form(From=number, **({"Digits": keys} if keys else {})))
        path, _, query = target.partition("?")
        return self.answers.answer(*read(path, query, form, 20), at, caller(form))


@pytest.fixture
def line(flow: Flow, sqlite_file: str, tmp_path: Path) -> Iterator[Line]:
    storage = open_storage(copy_of_sqlite(sqlite_file, tmp_path / "line.db"), (data_key(),), deadline_s=10)
    spy = Spy(StoredCallbacks(storage.database, storage.vault))
    services = Services(callbacks=spy, desk=SomebodyAtTheDesk())  # type: ignore[arg-type] # it is one by delegation
    yield Line(Answers(flow, Telephones(team=(TEAM,)), services), spy)
    storage.database.close()


@pytest.mark.parametrize("key", ["", *"12346789*#", "0"])
@pytest.mark.parametrize(
    "target", ["/voice/answer", "/voice/en/menu", "/voice/es/what/2?pace=slow", "/voice/en/talked"]
)
def test_who_asks_for_nothing_costs_the_store_nothing(line: Line, target: str, key: str) -> None:
    for at in (OPEN_AT, CLOSED_AT):
        assert line.asks(target, key, at=at) == []


@pytest.mark.parametrize("number", ["+18135550142", HIDDEN])
def test_the_store_is_tried_once_before_anything_is_asked_of_the_caller(line: Line, number: str) -> None:
    assert line.asks("/voice/en/menu", "5", number) == ["ask"]


@pytest.mark.parametrize("key", ["2", "9", "7", "8", "0", "*", ""])
def test_to_ask_which_number_needs_no_store(line: Line, key: str) -> None:
    assert line.asks("/voice/en/call-back", key) == []


@pytest.mark.parametrize("keys", ["", "7", "8", "9", "0", "4", "#"])
def test_one_key_where_a_number_is_typed_needs_no_store(line: Line, keys: str) -> None:
    assert line.asks("/voice/en/number", keys, HIDDEN) == []


@pytest.mark.parametrize("keys", ["813555014", "0005550147"])
def test_what_is_no_number_is_not_held(line: Line, keys: str) -> None:
    assert line.asks("/voice/en/number", keys, HIDDEN) == []


def test_own_number_is_kept_in_one_act_and_the_message_permitted_in_another(line: Line) -> None:
    assert line.asks("/voice/en/call-back", "1") == ["keep"]
    assert line.asks("/voice/en/promised", "1") == ["permit"]


def test_a_typed_number_is_held_and_read_back(line: Line) -> None:
    assert line.asks("/voice/en/number", TYPED, HIDDEN) == ["hold", "held"]


def test_the_eleventh_digit_needs_the_ten_that_are_held(line: Line) -> None:
    assert line.asks("/voice/en/number", "1813555014", HIDDEN) == ["hold"]
    assert line.asks("/voice/en/number/2", "7", HIDDEN) == ["held", "hold", "held"]


@pytest.mark.parametrize("key", ["", "8", "7"])
def test_the_question_asked_again_reads_back_what_is_held(line: Line, key: str) -> None:
    line.asks("/voice/en/number", TYPED, HIDDEN)
    assert line.asks("/voice/en/confirm", key, HIDDEN) == ["held"]


def test_a_confirmed_number_is_looked_up_and_kept(line: Line) -> None:
    line.asks("/voice/en/number", TYPED, HIDDEN)
    assert line.asks("/voice/en/confirm", "1", HIDDEN) == ["held", "keep"]


def test_nothing_of_a_document_that_reads_a_number_back_is_kept(line: Line) -> None:
    first = line.heard("/voice/en/number", TYPED, HIDDEN)
    other = line.heard("/voice/en/number", "8135550148", HIDDEN)
    assert b"0147" in first.body
    assert b"0147" not in other.body
    assert TYPED not in f"{first.event}{first.stored}"
