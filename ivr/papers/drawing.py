"""A picture of the call graph as text: for Graphviz, which makes an SVG of it, and for Mermaid."""

from __future__ import annotations

import json
import shutil
import subprocess
from html import escape

from ivr.model.nodes import Entry, Goodbye, Greeting, Menu, Notice, Question, Section, Transfer
from ivr.papers.graph import A_PERSON, EVERYWHERE, Picture

MOST_S = 30  # Graphviz takes a tenth of a second

_COLOURS = {
    Greeting.__name__: "#e0eef2",
    Menu.__name__: "#cfe4ea",
    Section.__name__: "#eef2f5",
    Transfer.__name__: "#e3f3e6",
    Notice.__name__: "#fdeee8",
    Question.__name__: "#f3e8f6",
    Entry.__name__: "#ece4f7",
    Goodbye.__name__: "#e9e6ef",
    EVERYWHERE: "#fff7dd",
    A_PERSON: "#e3f3e6",
}
_SHAPES = {EVERYWHERE: "note, ordering=out", A_PERSON: "ellipse"}


def svg(drawn: Picture) -> str | None:
    """The picture, with a title and a description for screen readers; None where there is no Graphviz."""
    graphviz = shutil.which("dot")
    if graphviz is None:
        return None
    made = subprocess.run(  # noqa: S603 because the program is Graphviz, and the text is ours
        [graphviz, "-Tsvg"], input=dot(drawn), capture_output=True, text=True, check=True, timeout=MOST_S
    ).stdout
    head, tag, rest = made.partition("<svg")
    attributes, _, body = rest.partition(">")
    named = f'<title id="title">{escape(drawn.title)}</title>\n<desc id="desc">{escape(drawn.description)}</desc>'
    return f'{head}{tag} role="img" aria-labelledby="title desc"{attributes}>\n{named}{body}'


def dot(drawn: Picture) -> str:
    """The picture for Graphviz."""
    lines = [
        "digraph call {",
        "  graph [rankdir=LR, nodesep=0.35, ranksep=0.9, fontname=Helvetica, fontsize=20, labelloc=t];",
        f"  graph [label={_quoted(drawn.title)}];",
        '  node [shape=box, style="filled,rounded", fontname=Helvetica, margin="0.18,0.1"];',
        '  edge [fontname=Helvetica, fontsize=12, color="#3a4552", fontcolor="#1b2430"];',
    ]
    for name, box in drawn.boxes.items():
        shape = f", style=filled, shape={_SHAPES[box.kind]}" if box.kind in _SHAPES else ""
        lines.append(f'  {_quoted(name)} [label={_quoted(*box.title)}, fillcolor="{_COLOURS[box.kind]}"{shape}];')
    for edge in drawn.edges:
        style = ", style=dashed" if edge.is_keyless else ""
        kinds = {drawn.boxes[edge.source].kind, drawn.boxes[edge.target].kind}
        style += ", constraint=false" if kinds == {Section.__name__} else ""  # sections stand below each other
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(f' {edge.label} ')}{style}];")
    return "\n".join((*lines, "}", ""))


def mermaid(drawn: Picture) -> str:
    """The picture as text that GitHub and many editors draw."""
    names = {name: f"n{index}" for index, name in enumerate(drawn.boxes)}
    lines = ["---", f"title: {json.dumps(drawn.title, ensure_ascii=False)}", "---", "flowchart LR"]
    lines.append(f"  accTitle: {_on_one_line(drawn.title)}")
    lines.append(f"  accDescr: {_on_one_line(drawn.description)}")
    for name, box in drawn.boxes.items():
        lines.append(f'  {names[name]}["{"<br>".join(map(_safe, box.title))}"]')
    for edge in drawn.edges:
        arrow = "-.->" if edge.is_keyless else "-->"
        lines.append(f'  {names[edge.source]} {arrow}|"{_safe(edge.label)}"| {names[edge.target]}')
    return "\n".join((*lines, ""))


def _quoted(*lines: str) -> str:
    """A text of Graphviz; a backslash and a quote are all that it would read as more."""
    escaped = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return f'"{escaped}"'


def _safe(text: str) -> str:
    """A text of Mermaid, which knows entities and no escaped quotes; a # must not begin one, nor a * a list."""
    return "".join(f"#{ord(letter)};" if letter in '#*"<>&\\' else letter for letter in text)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
