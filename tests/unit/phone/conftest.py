"""A tiny line, so that the telephone is tried against documents that were written by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from ivr.phone import Request, Response, Team, Telephone

EASTERN = ZoneInfo("America/New_York")
Make = Callable[..., Telephone]


def said(words: str, voice: str = "Polly.Joanna-Neural") -> str:
    return f'<Say voice="{voice}">{words}</Say>'


def gather(action: str, words: str, timeout: int = 7) -> str:
    return f'<Gather action="{action}" numDigits="1" finishOnKey="" timeout="{timeout}">{words}</Gather>'


def menu(tries: int) -> str:
    place = f"/voice/en/menu?tries={tries}" if tries else "/voice/en/menu"
    after = "/voice/en/transfer" if tries else "/voice/en/menu?tries=1"
    return gather(place, said("To hear about treatment, press 3.")) + f"<Redirect>{after}</Redirect>"


def treat() -> str:
    parts = [("/voice/en/treat", "Treatment."), ("/voice/en/treat/1", "One."), ("/voice/en/treat/2", "Two.")]
    return "".join(gather(at, said(words), timeout=1) for at, words in parts) + "<Redirect>/voice/en/menu</Redirect>"


def transfer() -> str:
    ring = "".join(f'<Number url="/voice/en/whisper">+1813555010{digit}</Number>' for digit in "12")
    dial = f'<Dial action="/voice/en/transfer#rc=2" timeout="15" timeLimit="7200" callerId="+18886633488">{ring}</Dial>'
    return said("I am connecting you with our team now.") + dial


def notice(node: str, words: str) -> str:
    return gather(f"/voice/en/{node}", said(words)) + "<Redirect>/voice/en/goodbye</Redirect>"


def whisper(digits: str) -> str:
    if digits == "1":
        return ""
    return gather("/voice/en/whisper", said("Moffitt line. To take this call, press 1."), timeout=5) + "<Hangup/>"


def by_key(digits: str) -> str:
    pages = {"3": treat(), "0": transfer(), "": menu(0)}
    return pages.get(digits, menu(1))


def after_dial(form: dict[str, str]) -> str:
    if form.get("DialBridged") == "true":
        return notice("talked", "The call with our team has ended.")
    return notice("nobody", "Nobody could answer.")


def page(path: str, form: dict[str, str]) -> str:
    node = path.removeprefix("/voice/").removeprefix("en/").partition("/")[0]
    digits = form.get("Digits", "")
    pages: dict[str, Callable[[], str]] = {
        "answer": lambda: gather("/voice/en/welcome", said("Hello."), timeout=1) + menu(0),
        "transfer": lambda: after_dial(form) if "DialCallStatus" in form else transfer(),
        "whisper": lambda: whisper(digits),
        "goodbye": lambda: said("Goodbye.") + "<Hangup/>",
        "menu": lambda: by_key(digits) if digits or "tries" not in form else menu(int(form["tries"])),
    }
    return pages.get(node, lambda: by_key(digits))()


class TinyLine:
    """The line as a transport; it keeps what it was asked, and answers what a test says instead of its own pages."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.instead: dict[str, Response] = {}

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        parts = urlsplit(request.url)
        if parts.path in self.instead:
            return self.instead[parts.path]
        if parts.path == "/voice/status":
            return Response(204, "text/plain", b"")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return twiml(page(parts.path, {**query, **dict(request.form)}))

    def answer(self, path: str, verbs: str) -> None:
        self.instead[path] = twiml(verbs)


def twiml(verbs: str) -> Response:
    return Response(200, "text/xml; charset=utf-8", f"<Response>{verbs}</Response>".encode())


@pytest.fixture
def line() -> TinyLine:
    return TinyLine()


@pytest.fixture
def telephone(line: TinyLine) -> Make:
    """Makes a telephone that calls the tiny line on a Tuesday morning."""

    def make(team: Team | None = None, **wanted: str) -> Telephone:
        now = datetime(2026, 11, 24, 10, 0, tzinfo=EASTERN)
        return Telephone(line, now=now, token="a token", team=team, **wanted)  # type: ignore[arg-type]

    return make
