"""The one table of what a document of the line may hold: verbs, attributes, nesting, values and limits.

It is narrower than the vendor's on purpose. What the line never uses is unknown here, because a misspelt attribute
prints without a word of warning and is only noticed by a caller. Source: the vendor's page of each verb, November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MOST_DOCUMENT_BYTES = 32 * 1024  # The vendor's limit is 64 kB; half of it leaves room for words to grow.
MOST_SAY_BYTES = 2_500  # Polly voices stop at 3,000 bytes, mark-up included.
MOST_BREAK_MS = 3_000  # Polly allows 10 s; a longer silence sounds like a lost line.
MOST_TARGETS = 10  # The vendor rings at most ten numbers at once.

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Only Polly neural voices are eligible for health data agreements; a closed list catches misspellings.
VOICES: Mapping[str, str] = MappingProxyType(
    {
        "Polly.Joanna-Neural": "en-US",
        "Polly.Matthew-Neural": "en-US",
        "Polly.Danielle-Neural": "en-US",
        "Polly.Ruth-Neural": "en-US",
        "Polly.Lupe-Neural": "es-US",
        "Polly.Pedro-Neural": "es-US",
    }
)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`, written with digits only."""

    low: int
    high: int

    def allows(self, value: str) -> bool:
        """Whether an attribute or a text may be this."""
        return re.fullmatch(r"[0-9]{1,6}", value) is not None and self.low <= int(value) <= self.high

    def __str__(self) -> str:
        return f"must be a whole number from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a closed list of values."""

    values: tuple[str, ...]

    def allows(self, value: str) -> bool:
        """Whether an attribute or a text may be this."""
        return value in self.values

    def __str__(self) -> str:
        listed = ", ".join(f'"{value}"' for value in self.values)
        return f"must be {listed}" if len(self.values) == 1 else f"must be one of {listed}"


@dataclass(frozen=True, slots=True)
class Matches:
    """Text of a known shape; `said` describes it for the message."""

    shape: re.Pattern[str]
    said: str

    def allows(self, value: str) -> bool:
        """Whether an attribute or a text may be this."""
        return self.shape.fullmatch(value) is not None

    def __str__(self) -> str:
        return f"must be {self.said}"


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """A time as "600ms" or "2s", at most `most_ms`."""

    most_ms: int

    def allows(self, value: str) -> bool:
        """Whether an attribute or a text may be this."""
        return re.fullmatch(r"[0-9]{1,5}(ms|s)", value) is not None and 0 < in_ms(value) <= self.most_ms

    def __str__(self) -> str:
        return f'must be a time such as "600ms" or "2s", at most {self.most_ms / 1000:g} s'


@dataclass(frozen=True, slots=True)
class Percent:
    """A rate as "80%", from `low` to `high`."""

    low: int
    high: int

    def allows(self, value: str) -> bool:
        """Whether an attribute or a text may be this."""
        return re.fullmatch(r"[0-9]{1,3}%", value) is not None and self.low <= int(value[:-1]) <= self.high

    def __str__(self) -> str:
        return f'must be a rate such as "80%", from {self.low}% to {self.high}%'


@dataclass(frozen=True, slots=True)
class Url:
    """An address of the line; whether it must be under /voice/ is the reader's choice, see `document.parse`."""

    def allows(self, value: str) -> bool:
        """Whether an attribute or a text may be this."""
        return re.fullmatch(r"[!#$%&'()*+,\-./:;=?@\w~]+", value, re.ASCII) is not None

    def __str__(self) -> str:
        return "must be a URL"


Rule = Whole | OneOf | Matches | Milliseconds | Percent | Url


@dataclass(frozen=True, slots=True)
class Verb:
    """What one element may carry. `needs` names the attributes that may not be left out."""

    attributes: Mapping[str, Rule] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    text: Rule | None = None
    speaks: bool = False


PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
SIP_ADDRESS = re.compile(r"sips?:[\w.+\-]+@[\w.\-]+(:[0-9]{1,5})?(;[\w=.\-]+)*(\?[\w=.&%\-]+)?", re.ASCII)

_POST = OneOf(("POST",))  # GET would put a caller's keys into an address, and addresses are logged.
_PHRASE = ("break", "lang", "prosody", "sub", "say-as")

VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "Response": Verb(children=("Say", "Pause", "Gather", "Dial", "Redirect", "Hangup")),
        # Without a voice the account's default speaks, which can change without a release.
        "Say": Verb(
            attributes={
                "voice": OneOf(tuple(VOICES)),
                "language": OneOf(("en-US", "es-US")),
            },
            needs=("voice",),
            children=("p", "s", *_PHRASE),
            speaks=True,
        ),
        "Pause": Verb(attributes={"length": Whole(1, 10)}),
        # numDigits=1 posts at the first key, and there is no limit unless it is given. finishOnKey is "#" unless it is
        # given; "" lets "#" arrive as a key, and only star may end a number.
        "Gather": Verb(
            attributes={
                "action": Url(),
                "method": _POST,
                "input": OneOf(("dtmf",)),
                "timeout": Whole(1, 60),
                "numDigits": Whole(1, 10),
                "finishOnKey": OneOf(("", "*")),
                "actionOnEmptyResult": OneOf(("true", "false")),
            },
            needs=("action", "numDigits", "finishOnKey"),
            children=("Say", "Pause"),
        ),
        # No record attribute: Florida is an all-party consent state. No text: a bare number has no whisper.
        "Dial": Verb(
            attributes={
                "action": Url(),
                "method": _POST,
                "timeout": Whole(5, 600),
                "timeLimit": Whole(1, 14_400),
                "callerId": Matches(PHONE_NUMBER, "a telephone number such as +18135550100"),
            },
            # The vendor's default is four hours a call, which is what a toll fraud would like.
            needs=("timeLimit",),
            children=("Number", "Sip"),
        ),
        "Number": Verb(
            attributes={"url": Url(), "method": _POST},
            text=Matches(PHONE_NUMBER, "a telephone number such as +18135550100"),
        ),
        "Sip": Verb(
            attributes={"url": Url(), "method": _POST},
            text=Matches(SIP_ADDRESS, "a SIP address such as sip:desk@example.org"),
        ),
        "Redirect": Verb(attributes={"method": _POST}, text=Url()),
        "Hangup": Verb(),
        # The speech mark-up that neural voices obey: emphasis and pitch make them fail. A break's strength and a rate's
        # name are left out because their lengths are not documented, and so could not be counted in seconds.
        "p": Verb(children=("s", *_PHRASE), speaks=True),
        "s": Verb(children=_PHRASE, speaks=True),
        "break": Verb(attributes={"time": Milliseconds(MOST_BREAK_MS)}, needs=("time",)),
        "lang": Verb(
            attributes={XML_LANG: OneOf(("en-US", "es-US"))},
            needs=(XML_LANG,),
            children=("p", "s", *_PHRASE),
            speaks=True,
        ),
        "prosody": Verb(
            attributes={"rate": Percent(50, 120)},
            needs=("rate",),
            children=("p", "s", "break", "lang", "sub", "say-as"),  # What a rate within a rate does is not documented.
            speaks=True,
        ),
        "sub": Verb(
            attributes={"alias": Matches(re.compile(r".*\S.*", re.DOTALL), "what is said instead")},
            needs=("alias",),
            text=Matches(re.compile(r".*\S.*", re.DOTALL), "what is written"),
        ),
        "say-as": Verb(
            attributes={
                "interpret-as": OneOf(("telephone", "digits", "date", "time")),
                "format": OneOf(("mdy", "dmy", "md", "dm", "my", "hms12", "hms24")),
            },
            needs=("interpret-as",),
            text=Matches(re.compile(r"[0-9][0-9 :'\"apm.\-/]*"), "digits"),
        ),
    }
)

# On the leg of somebody we called, before the two are connected.
WHISPER_VERBS = ("Say", "Gather", "Hangup")

GATHER_TIMEOUT_S = 5
DIAL_TIMEOUT_S = 30
PAUSE_S = 1


def in_ms(time: str) -> int:
    """Read "600ms" or "2s" as milliseconds."""
    return int(time[:-2]) if time.endswith("ms") else int(time[:-1]) * 1000
