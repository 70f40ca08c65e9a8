"""Texts through the Messages resource. Making one twice sends it twice, so that doubt is told and never tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import assert_never

from ivr.model.outcome import Outcome, Refused, Sent, TryLater, Unknown
from ivr.twiml.rest import Answered, NoAnswer, NotReached, RestApi

LATER_S = 30  # where the platform has no wish of its own
LONGEST_LATER_S = 3600

_UNDELIVERABLE = frozenset({"failed", "undelivered", "canceled"})


@dataclass(frozen=True, slots=True)
class Texter:
    """Sends the one text that callers can ask for, from a number of the account, in words by language."""

    api: RestApi
    from_: str
    words: Mapping[str, str]

    def send(self, to: str, language: str) -> Outcome:
        """Hand a text over, once. Its words are those of the language, or of the first where there are none."""
        body = self.words.get(language) or next(iter(self.words.values()))
        fields = {"To": to, "From": self.from_, "Body": body}
        exchange = self.api.post(self.api.of_account("Messages.json"), fields)
        match exchange:
            case Answered():
                return _outcome(exchange)
            case NotReached():
                return TryLater(LATER_S)
            case NoAnswer():
                return Unknown("no answer")
            case _:
                assert_never(exchange)


def _outcome(answer: Answered) -> Outcome:
    if answer.status == HTTPStatus.CREATED:
        return _made(answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:  # the platform says that it never acts on what it answers so
        wish_s = LATER_S if answer.retry_after_s is None else answer.retry_after_s
        return TryLater(min(max(wish_s, 1), LONGEST_LATER_S))
    is_refusal = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    if is_refusal and answer.status != HTTPStatus.REQUEST_TIMEOUT:  # which somebody in between may say of what went on
        return Refused(answer.code)
    return Unknown(answer.code)


def _made(answer: Answered) -> Outcome:
    """What was made has a name; without one this is no answer of the platform."""
    if not isinstance(answer.said.get("sid"), str):
        return Unknown("no sid")
    if answer.said.get("status") in _UNDELIVERABLE:
        return Refused(str(answer.said.get("error_code") or "failed"))
    return Sent()
