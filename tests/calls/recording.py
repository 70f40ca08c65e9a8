"""What a call did, told by the documents alone: from which place, by what, to which place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from ivr.phone import Dial, Document, Gather, Hangup, Redirect, Request, Response, Telephone, Transport, parse

THE_END = "the end"


@dataclass(frozen=True)
class Spot:
    """A place of the line, read from a URL that a document names."""

    url: str

    @cached_property
    def words(self) -> tuple[str, str, int]:
        language, node, part, *_ = (*urlsplit(self.url).path.removeprefix("/voice/").split("/"), "0", "0")
        return language, node, int(part)

    @property
    def language(self) -> str:
        return self.words[0]

    @property
    def node(self) -> str:
        return self.words[1]

    @property
    def part(self) -> int:
        return self.words[2]

    def says(self, name: str) -> str:
        return parse_qs(urlsplit(self.url).query).get(name, [""])[0]


@dataclass(frozen=True)
class Move:
    """Something that happened to the caller: `event` is a key, "silence", "dial" or "arrives"."""

    before: Spot
    event: str
    after: Spot


@dataclass
class Recorder:
    """A transport that keeps what went through it."""

    transport: Transport
    kept: list[tuple[Request, Response]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        response = self.transport(request)
        self.kept.append((request, response))
        return response


@dataclass(frozen=True)
class Made:
    """A call that was made, all that was asked in it, and what a store had kept by its end: callbacks, and texts."""

    telephone: Telephone
    kept: tuple[tuple[Request, Response], ...]
    kept_at_the_end: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def moves(self) -> Iterator[Move]:
        """Every move of the caller, silent ones within a document too."""
        last: Document | None = None
        for request, document in self._documents():
            at, form = Spot(request.path_and_query), dict(request.form)
            if last is not None:
                yield from _silent_moves(last, at if request.kind == "keys" else None)
            names = {"keys": form.get("Digits", ""), "redirect": "silence", "dial": "dial", "answer": "arrives"}
            if form["CallStatus"] != "completed":
                yield Move(at, names[request.kind], begins(document, at))
            last = document
        if last is not None and self.telephone.ended_by == "line":
            yield from _silent_moves(last, None)
            gathers = _gathers(last)
            if gathers:
                yield Move(gathers[-1], "silence", Spot(THE_END))

    def _documents(self) -> Iterator[tuple[Request, Document]]:
        """What the caller's own leg was answered; a request that was repeated counts once."""
        before: Request | None = None
        for request, response in self.kept:
            if request.kind not in ("whisper", "status") and "ParentCallSid" not in dict(request.form):
                if request != before:
                    yield request, parse(response.body, response.content_type)
                before = request


def begins(document: Document, asked: Spot) -> Spot:
    """Where a document begins: its first Gather, or whom it rings, or the end of the call."""
    for verb in document.verbs:
        match verb:
            case Gather(action=url) | Dial(action=str(url)) | Redirect(url=url):
                return Spot(url.partition("#")[0])
            case Hangup():
                return Spot(THE_END)
            case _:
                continue
    return asked


def _silent_moves(document: Document, until: Spot | None) -> Iterator[Move]:
    """From Gather to Gather by silence, until the one at which a key was pressed."""
    gathers = _gathers(document)
    passed = gathers[: gathers.index(until) + 1] if until in gathers else gathers
    for before, after in pairwise(passed):
        yield Move(before, "silence", after)


def _gathers(document: Document) -> list[Spot]:
    return [Spot(verb.action.partition("#")[0]) for verb in document.verbs if isinstance(verb, Gather)]
