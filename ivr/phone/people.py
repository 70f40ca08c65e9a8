"""What one who is called does, in the words of a script: "answers after 6, presses 5 1, talks 30", "busy"."""

from __future__ import annotations

import re
from typing import Final

from ivr.phone.handset import DialOutcome
from ivr.phone.team import Answers, Behaviour, DoesNotAnswer, Unanswered, voicemail

_STATUSES: Final[dict[str, Unanswered]] = {
    "busy": "busy",
    "no answer": "no-answer",
    "failed": "failed",
    "canceled": "canceled",
}
_SECONDS: Final = r"\d+(?:\.\d+)?"
_VOICEMAIL: Final = re.compile(rf"voicemail(?: after ({_SECONDS}))?")
_ANSWERS: Final = re.compile(
    rf"answers(?: after ({_SECONDS}))?(?:, presses (nothing|[0-9*#](?: [0-9*#])*))?"
    rf"(?:, talks ({_SECONDS}))?(?:, lost after ({_SECONDS}))?"
)
_BRIDGED: Final = {"yes": True, "no": False, "unknown": None}


def read_behaviour(words: str) -> Behaviour | None:
    """Read what one who is called does; None when the words are not understood."""
    if words in _STATUSES:
        return DoesNotAnswer(_STATUSES[words])
    if found := _VOICEMAIL.fullmatch(words):
        return voicemail(float(found[1] or 0))
    if found := _ANSWERS.fullmatch(words):
        usual = Answers()
        return Answers(
            after_s=float(found[1] or usual.after_s),
            presses=usual.presses if found[2] is None else found[2].replace("nothing", "").replace(" ", ""),
            talks_s=float(found[3] or usual.talks_s),
            lost_after_s=float(found[4]) if found[4] else None,
        )
    return None


def behaviour_words(behaviour: Behaviour) -> str:
    """The words for what one who is called does."""
    if isinstance(behaviour, DoesNotAnswer):
        return behaviour.status.replace("-", " ")
    if not behaviour.presses and behaviour.lost_after_s is None:
        return f"voicemail after {behaviour.after_s:g}"
    presses = " ".join(behaviour.presses) or "nothing"
    lost = f", lost after {behaviour.lost_after_s:g}" if behaviour.lost_after_s is not None else ""
    return f"answers after {behaviour.after_s:g}, presses {presses}, talks {behaviour.talks_s:g}{lost}"


def read_outcome(status: str, bridged: str, seconds: str) -> DialOutcome:
    """Read an outcome that is forced on a Dial; `bridged` is "yes", "no" or "unknown"."""
    return DialOutcome(status, _BRIDGED[bridged], int(seconds))


def outcome_words(outcome: DialOutcome) -> str:
    """The words for an outcome that is forced on a Dial."""
    bridged = next(word for word, is_bridged in _BRIDGED.items() if is_bridged is outcome.is_bridged)
    return f"{outcome.status}, bridged {bridged}, {outcome.seconds} seconds"
