"""What must be so of every document that a walk reached. Each judge yields the faults it finds, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ivr.model.flow import Flow
from ivr.model.nodes import Entry, Section
from ivr.model.place import ONE_MORE, TYPING
from ivr.phone import Dial, Document, Gather, Hangup, Pause, Reached, Redirect, Say, Walk, seconds
from tests.calls.recording import Spot

MOST_BYTES = 32_000
MOST_KEYLESS_S = 600
MOST_LEADING_ON_S = 8
SLOW = 1.25  # at four fifths of the speed the same words take a quarter longer
PLATFORM_ADDS_S = 5  # to how long a Dial rings

_TYPED: dict[int | None, tuple[int, str]] = {TYPING: (10, "*"), ONE_MORE: (1, "*")}  # elsewhere one key is taken

# A request as far as its answer depends on it: its target, and what the caller or the platform did.
Asked = tuple[str, tuple[tuple[str, str], ...]]
_DONE = ("Digits", "FinishedOnKey", "DialCallStatus", "DialBridged", "DialCallDuration")


@dataclass(frozen=True)
class Walked:
    """A walk, and the flow that it walked."""

    flow: Flow
    walk: Walk
    person: tuple[str, ...]  # the nodes that 0 may lead to at this time

    @cached_property
    def documents(self) -> tuple[Reached, ...]:
        """What callers hear; whispers are left out."""
        return tuple(one for one in self.walk.reached if one.request.kind != "whisper")

    @cached_property
    def answers(self) -> dict[Asked, Reached]:
        """The answer to everything that was asked on a caller's leg."""
        return {_asked(one): one for one in self.documents}

    @cached_property
    def endings(self) -> dict[str, tuple[Asked, ...]]:
        """For each target, every way a Dial was said to have ended there."""
        found: dict[str, tuple[Asked, ...]] = {}
        for target, done in self.answers:
            if dict(done).keys() & {"DialCallStatus"}:
                found[target] = (*found.get(target, ()), (target, done))
        return found

    @cached_property
    def distinct(self) -> tuple[Reached, ...]:
        """One of each document, however many ways lead to it."""
        return tuple({one.body: one for one in self.documents}.values())


def documents_are_small(walked: Walked) -> Iterator[str]:
    """The platform's limit is twice as much."""
    yield from (one.how for one in walked.distinct if one.document.size_bytes >= MOST_BYTES)


def one_key_is_one_request(walked: Walked) -> Iterator[str]:
    """The first key acts alone, star and pound too, and its answer speaks at once (W1, W8); a number is typed (M4)."""
    for one in walked.distinct:
        for gather in _gathers(one.document):
            takes = (gather.num_digits, gather.finish_on_key)
            if takes != _TYPED.get(_entry_part(walked, gather), (1, "")):
                yield f"{gather.action} takes {takes}: {one.how}"
        if isinstance(one.document.verbs[0], Redirect):
            yield f"the answer asks again before it speaks: {one.how}"


def passages_need_no_request(walked: Walked) -> Iterator[str]:
    """A section's document holds every later part and the choices at the end (S2)."""
    for one in walked.distinct:
        first = next(iter(_gathers(one.document)), None)
        spot = Spot(first.action) if first else None
        if spot is None or not isinstance(walked.flow.nodes[spot.node], Section):
            continue
        held = {Spot(gather.action).part for gather in _gathers(one.document)}
        if held != set(range(spot.part, walked.flow.parts(spot.node) + 2)):
            yield f"{spot.node} holds parts {sorted(held)}: {one.how}"


def a_person_is_one_key_away(walked: Walked) -> Iterator[str]:
    """From every Gather 0 rings somebody, or says when our team is back (R1)."""
    gathers = (gather for one in walked.distinct for gather in _gathers(one.document))
    for action in {_target(gather.action) for gather in gathers if _entry_part(walked, gather) != ONE_MORE}:
        zero = walked.answers.get((action, (("Digits", "0"),)))
        if zero is None or _begins_at(zero.document) not in walked.person:
            yield f"0 at {action} leads to no person"


def only_the_goodbye_hangs_up(walked: Walked) -> Iterator[str]:
    """R5."""
    for one in walked.documents:
        if any(isinstance(verb, Hangup) for verb in one.document.verbs):
            spots = [Spot(gather.action) for gather in _gathers(one.document)] or [Spot(one.request.path_and_query)]
            if any(type(walked.flow.nodes[spot.node]).__name__ != "Goodbye" for spot in spots):
                yield one.how


def what_leads_on_is_short(walked: Walked) -> Iterator[str]:
    """Who cannot interrupt need not listen for long (W1, P1)."""
    for one in walked.distinct:
        alone_s = sum(_verb_s(verb) for verb in one.document.verbs if isinstance(verb, Say | Pause))
        if alone_s > MOST_LEADING_ON_S * (SLOW if _is_slow(one.document) else 1):
            yield f"{alone_s:.1f} s without a key: {one.how}"


def silence_comes_to_an_end(walked: Walked) -> Iterator[str]:
    """Who presses no key never goes in circles, and the call is over in ten minutes, talks apart (W7)."""
    longest: dict[Asked, float] = {}
    for asked, one in walked.answers.items():
        try:
            takes_s = _longest_s(walked, asked, longest, ())
        except RecursionError:
            yield f"silence goes in circles: {one.how}"
            return
        if takes_s >= MOST_KEYLESS_S:
            yield f"{takes_s:.0f} s without a key: {one.how}"


JUDGES = (
    documents_are_small,
    one_key_is_one_request,
    passages_need_no_request,
    a_person_is_one_key_away,
    only_the_goodbye_hangs_up,
    what_leads_on_is_short,
    silence_comes_to_an_end,
)


def _longest_s(walked: Walked, asked: Asked, longest: dict[Asked, float], on_the_way: tuple[Asked, ...]) -> float:
    if asked in on_the_way:
        raise RecursionError
    if asked not in longest:
        document = walked.answers[asked].document
        later = [_longest_s(walked, after, longest, (*on_the_way, asked)) for after in _keyless(walked, document)]
        longest[asked] = _document_s(document.verbs) + max(later, default=0.0)
    return longest[asked]


def _keyless(walked: Walked, document: Document) -> Iterator[Asked]:
    """What a document leads to when nobody presses a key."""
    match document.verbs[-1]:
        case Redirect(url=url):
            yield _target(url), ()
        case Dial(action=str(url)):
            yield from walked.endings[_target(url)]
        case _:
            return


def _document_s(verbs: Iterable[object]) -> float:
    return sum(_verb_s(verb) for verb in verbs)


def _verb_s(verb: object) -> float:
    match verb:
        case Say():
            return seconds(verb)
        case Pause(s=s):
            return s
        case Gather(timeout_s=timeout_s, heard=heard):
            return _document_s(heard) + timeout_s
        case Dial(timeout_s=timeout_s):
            return timeout_s + PLATFORM_ADDS_S
        case _:
            return 0.0


def _begins_at(document: Document) -> str:
    actions = (verb.action for verb in document.verbs if isinstance(verb, Gather | Dial))
    return next((Spot(action).node for action in actions if action), "")


def _is_slow(document: Document) -> bool:
    actions = (verb.action for verb in document.verbs if isinstance(verb, Gather | Dial))
    return any(Spot(_target(action)).says("pace") == "slow" for action in actions if action)


def _asked(one: Reached) -> Asked:
    return one.request.path_and_query, tuple(field for field in one.request.form if field[0] in _DONE)


@lru_cache(maxsize=8192)
def _target(url: str) -> str:
    return url.partition("#")[0]


def _entry_part(walked: Walked, gather: Gather) -> int | None:
    """Which part of an entry listens there; None anywhere else."""
    spot = Spot(gather.action)
    return spot.part if isinstance(walked.flow.nodes[spot.node], Entry) else None


def _gathers(document: Document) -> Iterator[Gather]:
    yield from (verb for verb in document.verbs if isinstance(verb, Gather))
