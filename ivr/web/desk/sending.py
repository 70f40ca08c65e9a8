"""What the desk is told of texts and mails: which may not have arrived, which were not sent, whether others wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from ivr.storage.outbox import TEXT
from ivr.storage.standing import Standing, Trouble
from ivr.web.desk.clock import Clock, ended

_LONG = timedelta(minutes=10)  # otherwise what waits is sent within seconds


def notes(standing: Standing, clock: Clock) -> tuple[str, ...]:
    """Sentences, for people who cannot see the log; none when all is well. Nobody's number is known any more."""
    return (*_waiting(standing, clock), *_troubles(standing.troubles, clock))


def _waiting(standing: Standing, clock: Clock) -> Iterator[str]:
    if standing.is_at_ceiling:
        yield "As many texts went out within the hour as may. Who asks for one is told that it cannot be sent now."
    oldest = standing.oldest_waiting_at
    if oldest is not None and oldest <= clock.now - _LONG:
        number = standing.waiting
        what = "1 text or mail waits" if number == 1 else f"{number} texts and mails wait"
        yield ended(f"{what} to be sent, the first since {clock.when(oldest)}")


def _troubles(troubles: Sequence[Trouble], clock: Clock) -> Iterator[str]:
    """One sentence for what is alike, with how often and when it was last."""
    for _, alike in groupby(sorted(troubles, key=_kind), key=_kind):
        same = tuple(alike)
        last = max(trouble.made_at for trouble in same)
        yield ended(f"{_what(same)}, {'the last of' if len(same) > 1 else 'of'} {clock.when(last)}")


def _kind(trouble: Trouble) -> tuple[str, bool, str]:
    return trouble.kind, trouble.is_unknown, "" if trouble.is_unknown else trouble.problem


def _what(same: Sequence[Trouble]) -> str:
    one, many = ("text", "texts") if same[0].kind == TEXT else ("mail to a supervisor", "mails to supervisors")
    what = f"1 {one}" if len(same) == 1 else f"{len(same)} {many}"
    if same[0].is_unknown:
        return f"{what} may have arrived or not, and will not be sent again"
    was = "was" if len(same) == 1 else "were"
    return f"{what} {was} not sent ({same[0].problem})"
