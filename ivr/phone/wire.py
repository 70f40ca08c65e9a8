"""Between the handset and the line: signs a request, sends it through a transport, and judges what comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from ivr.errors import CallFault, TwimlFault
from ivr.phone import handset
from ivr.phone.document import Document, parse
from ivr.phone.handset import Call, Form, Request, Response, Step
from ivr.phone.signing import SIGNATURE_HEADER, sign

Transport = Callable[[Request], Response]

MOST_REQUESTS_AT_ONCE = 20


@dataclass(slots=True)
class Wire:
    """The way to the line for one call that began at `began`; no `token` signs nothing."""

    transport: Transport
    began: datetime
    token: str | None = None
    strict_urls: bool = True
    requests: list[Request] = field(default_factory=list)
    last: tuple[Request, Response] | None = None
    loop_at_s: float = -1.0
    loop_size: int = 0

    def send(self, step: Step) -> Step:
        """Send the request of a step on the caller's leg; the step that its answer leads to."""
        request = self._request(step)
        self._refuse_loop(step.call.at_s, request)
        self.last = (request, self.transport(request))
        return self._receive(step.call, *self.last)

    def send_leg(self, step: Step) -> Step:
        """The same on the leg of somebody who was called, where only a whisper may be answered."""
        request = self._request(step)
        return self._receive(step.call, request, self.transport(request))

    def send_last(self, step: Step) -> None:
        """Send a request whose answer is checked and then ignored, because the caller has gone."""
        request = self._request(step)
        read_answer(request, self.transport(request), strict_urls=self.strict_urls)

    def send_status(self, step: Step) -> None:
        """Send the status callback, which is answered 204."""
        request = self._request(step)
        response = self.transport(request)
        if response.status != HTTPStatus.NO_CONTENT:
            raise CallFault(f"{request.path_and_query}: answered {response.status}, not 204.")

    def repeat(self) -> None:
        """Send the last request of the caller's leg once more; CallFault when the answer is not the same."""
        if self.last is None:
            raise CallFault("Nothing was asked yet.")
        request, first = self.last
        again = self.transport(request)
        if (again.status, again.content_type, again.body) != (first.status, first.content_type, first.body):
            raise CallFault(f"{request.path_and_query}: a repeated request was answered differently.")

    def _request(self, step: Step) -> Request:
        if step.request is None:
            raise ValueError("The step asks nothing.")
        request = prepare(step.request, self.token, self.began + timedelta(seconds=step.call.at_s))
        self.requests.append(request)
        return request

    def _receive(self, call: Call, request: Request, response: Response) -> Step:
        is_whisper = call.parties.parent_sid is not None
        document = read_answer(request, response, strict_urls=self.strict_urls, is_whisper=is_whisper)
        return handset.receive(call, document, set_cookies(response))

    def _refuse_loop(self, at_s: float, request: Request) -> None:
        self.loop_size = self.loop_size + 1 if at_s == self.loop_at_s else 1
        self.loop_at_s = at_s
        if self.loop_size > MOST_REQUESTS_AT_ONCE:
            raise CallFault(f"{request.path_and_query}: {MOST_REQUESTS_AT_ONCE} requests and no second has passed.")


def prepare(request: Request, token: str | None, now: datetime | None) -> Request:
    """Add what the platform adds on the way out (signature, idempotency token), and the simulated time."""
    known = hashlib.sha256(repr((request.url, request.form, now)).encode()).hexdigest()[:32]
    headers = (*request.headers, ("User-Agent", "TwilioProxy/1.1"), ("I-Twilio-Idempotency-Token", known))
    if token is not None:
        headers += ((SIGNATURE_HEADER, sign(token, request.url, request.form)),)
    return replace(request, headers=headers, now=now)


def read_answer(
    request: Request, response: Response, *, strict_urls: bool = True, is_whisper: bool = False
) -> Document:
    """The document in a response; CallFault when it is not an answer, TwimlFault when the document is out of order."""
    if response.status != HTTPStatus.OK:
        raise CallFault(f"{request.path_and_query}: answered {response.status}, not 200.")
    try:
        return parse(response.body, response.content_type, strict_urls=strict_urls, is_whisper=is_whisper)
    except TwimlFault as fault:
        raise TwimlFault(f"{request.path_and_query}: {fault}") from None


def set_cookies(response: Response) -> Form:
    """The cookies that a response sets; the platform keeps them for the length of a call."""
    pairs = (value.partition(";")[0].partition("=") for name, value in response.headers if name.lower() == "set-cookie")
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)
