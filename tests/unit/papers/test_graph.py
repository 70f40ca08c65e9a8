"""The picture of the call tells all of it, with Graphviz and without."""

from __future__ import annotations

import shutil
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ivr.checks.evidence import Evidence
from ivr.model.keys import Command
from ivr.model.nodes import Transfer
from ivr.papers.drawing import dot, mermaid, svg
from ivr.papers.graph import A_PERSON, EVERYWHERE, Edge, Picture, picture

SVG = "{http://www.w3.org/2000/svg}"


def edges(drawn: Picture, source: str, target: str) -> list[Edge]:
    return [edge for edge in drawn.edges if (edge.source, edge.target) == (source, target)]


def test_every_node_is_led_to(each: Evidence) -> None:
    drawn = picture(each)
    led_to = {edge.target for edge in drawn.edges}
    assert set(each.flow.nodes) - led_to == {each.flow.start}
    assert set(drawn.boxes) == {EVERYWHERE, A_PERSON, *each.flow.nodes}


def test_keys_that_lead_to_one_place_everywhere_are_drawn_once(each: Evidence) -> None:
    drawn, flow = picture(each), each.flow
    for section in flow.sections:
        (edge,) = edges(drawn, EVERYWHERE, section)
        key = flow.key_reading(section)
        assert key is not None
        assert edge.label == key.value
    assert {edge.label for edge in drawn.edges if edge.source != EVERYWHERE} & {"0", "1", "*"} == set()


def test_silence_is_dashed_and_keys_are_not(each: Evidence) -> None:
    drawn = picture(each)
    next_ = each.flow.key_of(Command.NEXT)
    assert next_ is not None
    keyed = {*"0123456789*#", "yes", "no", "typed"}
    for edge in drawn.edges:
        assert edge.is_keyless == (edge.source == A_PERSON or not set(edge.label.split(", ")) <= keyed), edge
    first, second = each.flow.sections[:2]
    assert [edge.label for edge in edges(drawn, first, second)] == [next_.value]
    assert all(edges(drawn, section, A_PERSON) for section in each.flow.sections)


def test_a_transfer_leads_where_its_ringing_can_end(each: Evidence) -> None:
    drawn = picture(each)
    for node in each.flow.nodes.values():
        if isinstance(node, Transfer):
            out = {edge.target for edge in drawn.edges if edge.source == node.id}
            assert out == {node.talked, node.cut_off, node.nobody}


# What is drawn from each of these to each other node, the edges with a key before those without.
ASKED = {
    ("call-back", "promised"): ["yes"],
    ("call-back", "number"): ["no", "number not known"],
    ("call-back", "unkept"): ["not kept"],
    ("call-back", "kept"): ["asked twice"],
    ("call-back", A_PERSON): ["no key"],
    ("call-back", "closed"): ["no key"],
    ("number", "confirm"): ["typed"],
    ("number", "unkept"): ["not kept"],
    ("number", A_PERSON): ["no key, no number"],
    ("number", "closed"): ["no key, no number"],
    ("confirm", "promised"): ["yes"],
    ("confirm", "number"): ["no"],
    ("confirm", "unkept"): ["not kept"],
    ("confirm", "kept"): ["asked twice"],
    ("confirm", A_PERSON): ["no key"],
    ("confirm", "closed"): ["no key"],
    ("promised", "kept"): ["no, yes", "no key, not kept"],
    ("text-link", "texted"): ["yes"],
    ("text-link", "menu"): ["no", "no key"],
    ("text-link", "untexted"): ["not sent"],
}


def test_what_callers_can_ask_for_is_drawn_with_what_comes_of_it(shipped: Evidence) -> None:
    drawn = picture(shipped)
    asking = {source for source, _ in ASKED}
    found: dict[tuple[str, str], list[str]] = {}
    for edge in sorted(drawn.edges, key=lambda edge: edge.is_keyless):
        if edge.source in asking:
            found.setdefault((edge.source, edge.target), []).append(edge.label)
    assert found == ASKED


def test_the_way_to_a_person_leads_on_by_the_hour(shipped: Evidence) -> None:
    person = shipped.flow.person
    led = [edge.target for edge in picture(shipped).edges if edge.source == A_PERSON]
    assert led == [person.open, person.closed, person.after_hours]


def test_mermaid_text_has_every_box_and_edge(each: Evidence) -> None:
    drawn = picture(each)
    lines = mermaid(drawn).splitlines()
    assert sum("-->|" in line for line in lines) == sum(not edge.is_keyless for edge in drawn.edges)
    assert sum("-.->|" in line for line in lines) == sum(edge.is_keyless for edge in drawn.edges)
    assert sum(line.endswith('"]') for line in lines) == len(drawn.boxes)


def test_without_graphviz_there_is_no_svg(clinic: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert svg(picture(clinic)) is None


def test_with_graphviz_a_screen_reader_is_told_what_is_drawn(each: Evidence) -> None:
    drawn = picture(each)
    made = svg(drawn)
    assert (made is None) == (shutil.which("dot") is None)
    if made is not None:
        root = ET.fromstring(made)  # noqa: S314 because we made it
        named = {root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")}
        assert named == {drawn.title, drawn.description}
        assert root.get("role") == "img"


def test_a_name_with_marks_is_a_name_and_no_mark_up(clinic: Evidence) -> None:
    line = replace(clinic.flow.line, name='A "B" \\ <c> #1')
    drawn = picture(replace(clinic, flow=replace(clinic.flow, line=line)))
    assert 'label="Call graph: A \\"B\\" \\\\ <c> #1"' in dot(drawn)
    made = svg(drawn)
    if made is not None:
        assert ET.fromstring(made).findtext(f"{SVG}title") == drawn.title  # noqa: S314 because we made it
