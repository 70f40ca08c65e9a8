"""What the rules of the checks say: all that one of them finds, in the words of `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ivr.checks.evidence import Evidence
from ivr.checks.finding import Finding
from ivr.model.flow import Flow
from ivr.model.keys import Key, Meaning
from ivr.model.nodes import Listening, Menu, Node
from ivr.model.speech import Text
from ivr.model.words import Script

Find = Callable[[Evidence], Iterator[Finding]]
Break = Callable[[Flow], Flow]


def told(find: Find, evidence: Evidence) -> list[str]:
    """What a rule finds, word for word."""
    return [str(finding) for finding in find(evidence)]


def told_anywhere(find: Find, evidence: Evidence) -> list[str]:
    """The same without the lines, which move with every edit of the prompts."""
    return [str(replace(finding, line=0)) for finding in find(evidence)]


def with_nodes(flow: Flow, *nodes: Node) -> Flow:
    """A line with these nodes, new ones or in place of those of the same name."""
    by_id = {node.id: node for node in nodes}
    menu = by_id.get(flow.menu.id)
    return replace(flow, nodes={**flow.nodes, **by_id}, menu=menu if isinstance(menu, Menu) else flow.menu)


def silent_to(name: str, leads_to: str) -> Break:
    """Breaks where silence leads from a node."""

    def broken(flow: Flow) -> Flow:
        node = flow.nodes[name]
        assert isinstance(node, Listening)
        return with_nodes(flow, replace(node, silence=leads_to))

    return broken


def with_keys(evidence: Evidence, **changed: Meaning | None) -> Evidence:
    """The line with other meanings of some keys, or none, each by the name of its key."""
    keys = {**evidence.flow.keys, **{Key[name]: meaning for name, meaning in changed.items()}}
    found = {key: meaning for key, meaning in keys.items() if meaning is not None}
    return Evidence(replace(evidence.flow, keys=found), evidence.sources)


def with_script(evidence: Evidence, language: str, change: Callable[[Script], Script]) -> Evidence:
    """The line with other words in a language; where they stand in the files stays the same."""
    flow = evidence.flow
    scripts = {**flow.scripts, language: change(flow.scripts[language])}
    return Evidence(replace(flow, scripts=scripts), evidence.sources)


def saying(evidence: Evidence, language: str, **said: Text) -> Evidence:
    """The line with other phrases, each by its name under [said]."""
    return with_script(evidence, language, lambda script: replace(script, said=replace(script.said, **said)))


def with_words(evidence: Evidence, language: str, node: str, **words: Any) -> Evidence:
    """The line with other words of a node."""

    def change(script: Script) -> Script:
        return replace(script, nodes={**script.nodes, node: replace(script.nodes[node], **words)})

    return with_script(evidence, language, change)
