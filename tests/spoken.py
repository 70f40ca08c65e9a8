"""All that a call says, document by document, however soon a key cuts it short."""

from __future__ import annotations

from ivr.phone import Telephone


def spoken(telephone: Telephone, keys: str) -> list[list[str]]:
    """Call the line and press keys, each at once: what every document says to who would hear it out, and never nothing.

    `Telephone.heard` holds only what time has passed for, and here none does.
    """
    telephone.dial("/voice/answer")
    said = [_said(telephone)]
    for key in keys:
        telephone.press(key)
        said.append(_said(telephone))
    return said


def _said(telephone: Telephone) -> list[str]:
    said = [each.text for each in telephone.spoken]
    assert said
    return said
