"""Rules over the call graph: a person from everywhere, no way to get stuck, one goodbye."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.checks.graph import State
from ivr.engine.actions import HangUp
from ivr.engine.events import KeyPressed
from ivr.engine.ways import way_to_a_person
from ivr.model.keys import Command, Key
from ivr.model.nodes import Goodbye, Node, Notice, Offer

MENU = "menu.toml"
_OFFERS = {Offer.PERSON, Offer.CALLBACK}


def a_person_from_everywhere(evidence: Evidence) -> Iterator[Finding]:
    """R1: 0 starts the way to a person in every state that listens."""
    flow = evidence.flow
    if flow.keys.get(Key.ZERO) is not Command.PERSON:
        line = evidence.sources.line(MENU, "keys.0")
        yield error("R1", MENU, line, "Key 0 is not the way to a person.", 'Write 0 = "person" under [keys].')
        return
    ways = {name: way_to_a_person(flow, now) for name, now in evidence.graph.situations.items()}
    pressed = ((asked, led) for asked, led in evidence.graph.answers.items() if asked.event == KeyPressed(Key.ZERO))
    elsewhere: dict[tuple[str, str], str] = {}  # the same mistake is not told a thousand times
    for asked, led in pressed:
        for situation, state in led.items():
            if state.cue.place.node != ways[situation]:
                elsewhere.setdefault((asked.at.node, ways[situation]), situation)
    for (node, way), situation in elsewhere.items():
        line = evidence.sources.line(MENU, f"nodes.{node}")
        wrong = f'From "{node}" key 0 does not lead to "{way}" when the line is {situation}.'
        yield error("R1", MENU, line, wrong, "Lead the way to a person there under [person].")


def only_the_goodbye_hangs_up(evidence: Evidence) -> Iterator[Finding]:
    """R5: a hang-up stands only in the goodbye."""
    nodes = {
        state.cue.place.node
        for state, actions in evidence.graph.documents.items()
        if any(isinstance(action, HangUp) for action in actions)
    }
    for node in sorted(node for node in nodes if not isinstance(evidence.flow.nodes[node], Goodbye)):
        line = evidence.sources.line(MENU, f"nodes.{node}")
        yield error("R5", MENU, line, f'"{node}" hangs up.', "Only the goodbye may end a call.")


def goodbye_comes_after_an_offer(evidence: Evidence) -> Iterator[Finding]:
    """R5: the goodbye is reached only from a message that has offered a person or a call, or said when one is there."""
    flow = evidence.flow
    goodbyes = {node.id for node in flow.nodes.values() if isinstance(node, Goodbye)}
    leaving = {
        asked.at.node
        for asked, led in evidence.graph.answers.items()
        if any(state.cue.place.node in goodbyes for state in led.values())
    }
    for node in sorted(leaving):
        if not _has_offered(flow.nodes[node]):
            line = evidence.sources.line(MENU, f"nodes.{node}")
            wrong = f'"{node}" leads to the goodbye before a person or the next opening was offered.'
            yield error("R5", MENU, line, wrong, 'Let its silence lead to "person".')


def _has_offered(node: Node) -> bool:
    return isinstance(node, Goodbye) or (isinstance(node, Notice) and bool(_OFFERS & set(node.offers)))


def silence_never_goes_in_circles(evidence: Evidence) -> Iterator[Finding]:
    """W7: who presses no key comes to an end."""
    try:
        TopologicalSorter(evidence.graph.keyless).prepare()
    except CycleError as circle:
        states: list[State] = circle.args[1]
        nodes = " to ".join(dict.fromkeys(f'"{state.cue.place.node}"' for state in reversed(states)))
        line = evidence.sources.line(MENU, f"nodes.{states[0].cue.place.node}")
        yield error("W7", MENU, line, f"A caller who presses nothing goes in circles: {nodes}.", "Lead one of them on.")


def every_node_can_be_reached(evidence: Evidence) -> Iterator[Finding]:
    """W7: some caller can meet each node."""
    met = {state.cue.place.node for state in evidence.graph.documents}
    for node in sorted(set(evidence.flow.nodes) - met):
        line = evidence.sources.line(MENU, f"nodes.{node}")
        yield error("W7", MENU, line, f'No caller can ever reach "{node}".', "Lead to it from somewhere, or remove it.")
