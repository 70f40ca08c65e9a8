"""Which nodes a caller can meet: all of them where everything can be asked for, and fewer where it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.model.flow import Flow
from ivr.model.nodes import Notice, Question
from ivr.model.reach import leads_to, reached

OF_CALLBACKS = {"call-back", "number", "confirm", "promised", "kept", "unkept"}
OF_TEXTS = {"text-link", "texted", "untexted"}


@pytest.mark.parametrize(
    ("calls_back", "texts", "unmet"),
    [
        (True, True, set()),
        (False, True, OF_CALLBACKS),
        (True, False, OF_TEXTS),
        (False, False, OF_CALLBACKS | OF_TEXTS),
    ],
)
def test_what_cannot_be_asked_for_is_not_met(
    shipped_flow: Flow,
    calls_back: bool,  # noqa: FBT001 because they are the cases
    texts: bool,  # noqa: FBT001 for the same reason
    unmet: set[str],
) -> None:
    assert set(shipped_flow.nodes) - reached(shipped_flow, calls_back=calls_back, texts=texts) == unmet


def test_a_line_that_has_neither_reaches_the_same_whatever_is_on(shipped_flow: Flow) -> None:
    bare = replace(shipped_flow, callback=None, text=None)
    for is_on in (True, False):
        assert set(bare.nodes) - reached(bare, calls_back=is_on, texts=is_on) == OF_CALLBACKS | OF_TEXTS


def test_a_node_leads_by_each_of_its_edges_and_a_person_is_no_node(shipped_flow: Flow) -> None:
    led = {id_: leads_to(node) for id_, node in shipped_flow.nodes.items()}
    assert led["welcome"] == ("menu",)
    assert led["menu"] == led["goodbye"] == ()
    assert led["transfer"] == ("talked", "cut-off", "nobody")
    assert led["call-back"] == ("promised", "number", "unkept")
    assert led["number"] == ("confirm", "unkept")
    assert isinstance(shipped_flow.nodes["promised"], Question)
    assert led["promised"] == ("kept",) * 4
    assert isinstance(shipped_flow.nodes["kept"], Notice)
    assert led["kept"] == ("goodbye",)
