"""The words of a document together with the text they were made of, so that each can be found in its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.engine.narrator import Narrator, Said
from ivr.model.keys import Command, Key
from ivr.model.place import Pace
from ivr.model.seconds import seconds
from ivr.model.speech import Private, Rest, Slot, Spans, Text, Utterance, Values, plain, slots, written

Filled = tuple[tuple[str, Spans], ...]


@dataclass(frozen=True, slots=True)
class Traced(Utterance):
    """An utterance that knows its text, and what its slots were filled with."""

    text: Text = ()
    filled: Filled = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words for eyes; `is_filled` when the line put them in, and they may be others in another call."""

    text: str
    is_filled: bool = False


class Tracer(Narrator):
    """Says what the narrator says, and remembers where it comes from."""

    def sentence(self, text: Text | None, values: Values | None = None) -> Said:
        """One sentence, traced."""
        return _traced(super().sentence(text, values), text, values or {})

    def option(self, text: Text | None, key: Key | None) -> Said:
        """A choice, traced."""
        values = {} if key is None else {"key": plain(self.script.key_names[key])}
        return _traced(super().option(text, key), text, values)

    def language_offer(self) -> Said:
        """The other language's offer, traced."""
        other = self.flow.other_language(self.place.language)
        key = self.flow.key_of(Command.LANGUAGE)
        if other is None or key is None:
            return ()
        script = self.flow.scripts[other]
        return _traced(super().language_offer(), script.said.language, {"key": plain(script.key_names[key])})


def pieces(utterance: Utterance) -> tuple[Piece, ...]:
    """The words as a reader expects them, those that were filled in apart."""
    if not isinstance(utterance, Traced):
        return (Piece(written(utterance.spans)),)
    return tuple(_pieces(utterance.text, dict(utterance.filled)))


def spoken_s(utterance: Utterance, pace: Pace = Pace.NORMAL) -> float:
    """How long the words take, without the rests before and after them."""
    spans = list(utterance.spans)
    while spans and isinstance(spans[-1], Rest):
        spans.pop()
    while spans and isinstance(spans[0], Rest):
        spans.pop(0)
    return seconds([Utterance(utterance.language, tuple(spans))], pace)


def _traced(said: Said, text: Text | None, values: Values) -> Said:
    text = text or ()
    filled = tuple((name, values[name]) for name in sorted(slots(text)) if name in values)
    return tuple(Traced(each.language, each.spans, text, filled) for each in said)


def _pieces(text: Text, values: Values) -> Iterator[Piece]:
    for span in text:
        match span:
            case Slot(name=name):
                yield Piece(written(values[name]) if name in values else f"{{{name}}}", is_filled=True)
            case Private():
                yield Piece(written((span,)), is_filled=True)
            case Rest():
                yield Piece(" ")
            case _:
                yield Piece(_spaced(written((span,)), getattr(span, "text", "")))


def _spaced(tidy: str, text: str) -> str:
    """Words beside a slot keep the space that stands between them."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{tidy}{after}" if tidy else before
