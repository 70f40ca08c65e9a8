"""All that a call says, document by document, however soon a key cuts it short."""

from __future__ import annotations

from ivr.phone import Telephone
from ivr.phone.places import place_of

ANSWERS = ("1", "2")
QUESTIONS = ("call-back", "confirm", "promised", "text-link")


def spoken(telephone: Telephone, keys: str) -> list[list[str]]:
    """Call the line and press keys, each as soon as it counts: what every document says to who would hear it out.

    It is never nothing. `Telephone.heard` holds only what time has passed for, and here hardly any does.
    """
    telephone.dial("/voice/answer")
    said = [_said(telephone)]
    for key in keys:
        press(telephone, key)
        said.append(_said(telephone))
    return said


def press(telephone: Telephone, key: str) -> None:
    """Press a key at once, but answer a question only when it has been said: a yes before that does not count."""
    language, node, *_ = (*place_of(telephone.listening_at or "").split(), "", "")
    if key in ANSWERS and node in QUESTIONS:
        telephone.press_at(f"{language} {node}", key)
    else:
        telephone.press(key)


def _said(telephone: Telephone) -> list[str]:
    said = [each.text for each in telephone.spoken]
    assert said
    return said
