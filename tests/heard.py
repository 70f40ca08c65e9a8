"""Lines of which only a few things are heard or written: what one rule judges, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.checks.evidence import Evidence
from ivr.checks.graph import OPEN, State
from ivr.checks.performance import Performance, Prompt
from ivr.content import Kind, Sentence
from ivr.engine.cues import Cue
from ivr.model.place import Place
from ivr.model.speech import Text, Words
from ivr.phone import Say
from ivr.phone.speech import Silence
from ivr.phone.speech import Words as Spoken
from tests.evidence import retold

TAGS = {"en": "en-US", "es": "es-US"}


def say(text: str, rest_ms: int = 500, language: str = "en", before_ms: int = 0) -> Say:
    """Something said, and the silence around it."""
    sounds = (Silence(before_ms), Spoken(text, text), Silence(rest_ms))
    return Say("A voice", TAGS[language], sounds if before_ms else sounds[1:])


def prompt(at: Place, *says: Say, situation: str = OPEN, cue: Cue | None = None, wait_s: int = 7) -> Prompt:
    """Something heard at a place; unless a cue says otherwise it is what a document begins with."""
    return Prompt(State(cue or Cue(at), situation), at, says, wait_s, is_first=cue is None or cue.place == at)


def hearing(evidence: Evidence, *prompts: Prompt) -> Evidence:
    """A line on which only this is heard."""
    line = retold(evidence)
    line.performance = Performance({}, {}, evidence.graph)
    line.performance.__dict__["prompts"] = prompts
    return line


def reading(evidence: Evidence, *sentences: Sentence) -> Evidence:
    """A line in whose files only this is written."""
    line = retold(evidence)
    line.sentences = sentences
    return line


def sentence(
    text: str | Text,
    language: str = "en",
    kind: Kind = Kind.PASSAGE,
    *,
    node: str = "who",
    line: int = 8,
    key: str = "passage 1",
) -> Sentence:
    """A sentence of a file; without a node it is a phrase."""
    file = f"{language}/{node}.md" if node else f"{language}/phrases.toml"
    return Sentence(language, file, line, kind, key, (Words(text),) if isinstance(text, str) else text, node)


def words(count: int) -> str:
    """So many words."""
    return " ".join(["word"] * count)


def lines_of(found: Iterable[str]) -> list[str]:
    """Where something is found, without what."""
    return [each.partition(": ")[0] for each in found]
