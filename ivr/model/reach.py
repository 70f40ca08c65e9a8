"""Which nodes a caller can meet, as menu.toml draws them; fewer where callers cannot ask for a call or a text."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.model.flow import Flow, Request
from ivr.model.nodes import PERSON, Entry, Goodbye, Greeting, Menu, Node, Notice, Question, Section, Transfer


def reached(flow: Flow, *, calls_back: bool, texts: bool) -> frozenset[str]:
    """The nodes that some caller can meet on a line that calls back or sends texts, or does not."""
    asked = (flow.callback if calls_back else None, flow.text if texts else None)
    person = flow.person
    waiting = [flow.start, flow.menu.id, person.open, person.closed, person.after_hours, *flow.sections]
    waiting += [node for request in asked if request is not None for node in _of_request(request)]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(leads_to(flow.nodes[node]))
    return frozenset(found)


def leads_to(node: Node) -> tuple[str, ...]:
    """Where a node leads by its own edges; the way to a person is drawn for all of them at once."""
    led: tuple[str, ...]
    match node:
        case Greeting(then=then):
            led = (then,)
        case Menu(silence=silence) | Section(silence=silence) | Notice(silence=silence):
            led = (silence,)
        case Transfer(talked=talked, cut_off=cut_off, nobody=nobody):
            led = (talked, cut_off, nobody)
        case Question(yes=yes, no=no, failed=failed, silence=silence):
            led = (yes, no, failed, silence)
        case Entry(then=then, failed=failed, silence=silence):
            led = (then, failed, silence)
        case Goodbye():
            led = ()
    return tuple(each for each in led if each != PERSON)


def _of_request(request: Request) -> Iterator[str]:
    yield from (node for node in (request.ask, request.enter, request.enough, request.failed) if node)
