from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from ivr.content import read
from ivr.engine.actions import Said
from ivr.model.flow import Flow
from ivr.model.speech import Text, written
from ivr.model.words import Script

Named = Callable[[Said], list[str]]

PROMPTS = Path(__file__).parents[3] / "prompts"


@pytest.fixture(scope="session")
def shipped_flow() -> Flow:
    """The line as it is shipped."""
    return read(PROMPTS)


@pytest.fixture(scope="session")
def named(shipped_flow: Flow) -> Named:
    """Names the sentences of what is said, so that tests judge which are said and not how they are worded."""
    shapes = {language: tuple(_shapes(script)) for language, script in shipped_flow.scripts.items()}

    def name(said: Said) -> list[str]:
        return [_name(shapes[each.language], written(each.spans)) for each in said]

    return name


def _shapes(script: Script) -> Iterator[tuple[str, re.Pattern[str]]]:
    """A name for every sentence of a language, and the shape that it has once its slots are filled."""
    for group in (script.options, script.said):
        for field in fields(group):
            if text := getattr(group, field.name):
                yield field.name, _shape(text)
    for name, text in script.reasons.items():
        yield f"reason {name}", _shape(text)
    for node, words in script.nodes.items():
        own = {f"own {offer}": text for offer, text in words.options.items()}
        passages = {f"{node} {index}": text for index, text in enumerate(words.passages, start=1)}
        for name, text in {f"{node} title": words.title, f"{node} option": words.option, **passages, **own}.items():
            if text:
                yield name, _shape(text)


def _shape(text: Text) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(written(text))))


def _name(shapes: Iterable[tuple[str, re.Pattern[str]]], sentence: str) -> str:
    return next(name for name, shape in shapes if shape.fullmatch(sentence))
