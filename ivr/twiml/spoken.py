"""Puts a caller's own digits into what is said, at the last moment: no cache and no log before it has seen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ivr.engine.actions import Action, Actions, Enter, Listen, Said, Speak
from ivr.model.speech import Digits, Private, SlowDigits, Span, Whose

Spoken = Mapping[Whose, tuple[str, ...]]
NOTHING_SPOKEN: Spoken = {}


def speaks_of_a_caller(actions: Actions) -> bool:
    """Whether a document says a caller's digits, so that it must be written for this caller alone."""
    return any(
        isinstance(span, Private)
        for action in actions
        if isinstance(action, Speak | Listen | Enter)
        for utterance in action.said
        for span in utterance.spans
    )


def filled(action: Action, spoken: Spoken) -> Action:
    """The action with the digits in their places; digits that are not known leave a silence."""
    if not isinstance(action, Speak | Listen | Enter) or not speaks_of_a_caller((action,)):
        return action
    return replace(action, said=said_with(action.said, spoken))


def said_with(said: Said, spoken: Spoken) -> Said:
    """What is said, with the digits in their places."""
    return tuple(
        replace(utterance, spans=tuple(span for each in utterance.spans for span in _digits(each, spoken)))
        for utterance in said
    )


def _digits(span: Span, spoken: Spoken) -> tuple[Span, ...]:
    if not isinstance(span, Private):
        return (span,)
    groups = spoken.get(span.whose, ())
    if not groups:
        return ()
    return (Digits(groups[0]),) if span.whose is Whose.LAST_TWO else (SlowDigits(groups),)
