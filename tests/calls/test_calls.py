"""Every call that was written down comes true, and between them they walk every edge of menu.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.model.flow import Flow
from tests.calls.conftest import HERE, SCRIPTS, MakeCall, line_of
from tests.calls.edges import BEING_ASKED, TOO_EARLY, Edge, drawn, walked
from tests.calls.store import expected, keeps_something
from tests.databases import Server

ASKING = tuple(path for path in SCRIPTS if keeps_something(line_of(path.read_text())))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(HERE)))
def test_the_call_comes_true(make_call: MakeCall, path: Path) -> None:
    assert make_call(path).telephone.ended_by in ("caller", "line")


@pytest.mark.parametrize("path", ASKING, ids=lambda path: str(path.relative_to(HERE)))
def test_what_a_call_keeps_is_what_its_script_says(make_call: MakeCall, path: Path) -> None:
    assert make_call(path).kept_at_the_end == expected(path.read_text())


@pytest.mark.parametrize("path", ASKING, ids=lambda path: str(path.relative_to(HERE)))
def test_the_call_comes_true_on_postgresql_too(make_call: MakeCall, postgresql: Server, path: Path) -> None:
    with postgresql.lent() as url:
        assert make_call(path, url).kept_at_the_end == expected(path.read_text())


def test_every_script_says_first_why_it_matters() -> None:
    firsts = {str(path.relative_to(HERE)): path.read_text().partition("\n")[0] for path in SCRIPTS}
    assert [name for name, first in firsts.items() if not (first.startswith("# ") and first.endswith("."))] == []


# Where the clock leads in mid-call, beside what menu.toml draws: our team came or went since the caller last heard.
TURNED = frozenset(
    {
        Edge("transfer", "the ringing ends", "closed"),
        Edge("transfer", "the ringing ends", "night"),
        Edge("night", "the ringing ends", "transfer"),
        Edge("night", "the ringing ends", "menu"),
        Edge("closed", "7", "menu"),
        Edge("closed", "9 to es", "menu"),
    }
)


# Where a store that fails leads although nothing was asked of it: the number that was typed cannot be read back.
LOST = frozenset(
    {
        Edge("confirm" + BEING_ASKED, "9 to es", "unkept"),
        Edge("confirm" + BEING_ASKED, TOO_EARLY, "unkept"),
        Edge("confirm", "9 to es", "unkept"),
    }
)


@pytest.mark.timeout(300)
def test_every_edge_of_the_menu_is_walked_and_no_other(make_call: MakeCall, flow: Flow) -> None:
    wanted = drawn(flow) | TURNED | LOST
    there = walked(flow, (move for path in SCRIPTS for move in make_call(path).moves()))
    assert not (unwalked := wanted - there), f"No call walks these:\n{_listed(unwalked)}"
    assert not (undrawn := there - wanted), f"menu.toml does not draw these:\n{_listed(undrawn)}"
    assert len(wanted) > 600, len(wanted)


def _listed(edges: frozenset[Edge]) -> str:
    return "\n".join(sorted(map(str, edges)))
