"""The story of a call that is made in a browser: what was set before it, what was done in it, and how it is sealed."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import Enum
from typing import Annotated, Literal, Self

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, ValidationError

MOST_ACTS = 300
_KEPT_S = 24 * 60 * 60

Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
Key = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"]


class Team(Enum):
    """What everybody whom the line rings does."""

    TAKES = "takes"
    NOBODY = "nobody"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    SILENT = "silent"
    CUT_OFF = "cut off"


class Wishes(BaseModel):
    """What is set before a call. `at` is a local time of the line, now when left out; `after_s` is until a pick-up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = Field(default="", pattern=r"^([a-z]{2})?$")
    is_anonymous: bool = False
    team: Team = Team.TAKES
    after_s: float = Field(default=6, ge=0, le=60, allow_inf_nan=False)
    at: NaiveDatetime | None = None


class Press(BaseModel):
    """A key, pressed so many seconds after the last answer of the line began."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    does: Literal["press"]
    key: Key
    after_s: Seconds


class StaySilent(BaseModel):
    """Silence until the line is asked again, rings somebody, or the call ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    does: Literal["stay silent"]


class HangUp(BaseModel):
    """The caller hangs up so many seconds after the last answer of the line began."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    does: Literal["hang up"]
    after_s: Seconds


Act = Press | StaySilent | HangUp


class Story(BaseModel):
    """All that a call depends on: the same story is always the same call."""

    model_config = ConfigDict(frozen=True)

    wishes: Wishes
    began: NaiveDatetime
    call_sid: str
    acts: tuple[Annotated[Act, Field(discriminator="does")], ...] = ()

    @classmethod
    def begin(cls, wishes: Wishes, now: datetime) -> Self:
        """A call that is made now (a local time of the line) or when it was wished."""
        began = wishes.at or now.replace(tzinfo=None, microsecond=0)
        return cls(wishes=wishes, began=began, call_sid=f"CA{secrets.token_hex(16)}")

    def then(self, act: Act) -> Self:
        """The story with one more act."""
        return self.model_copy(update={"acts": (*self.acts, act)})


class Asked(BaseModel):
    """What a page asks in mid-call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    story: str = Field(max_length=48_000)
    act: Annotated[Act, Field(discriminator="does")]


class Seal:
    """Turns a story into text that only this line can write, and back."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="the telephone in the browser")

    def close(self, story: Story) -> str:
        """The story as text; it is compressed where that makes it shorter."""
        sealed = self._serializer.dumps(story.model_dump(mode="json"))
        return sealed if isinstance(sealed, str) else sealed.decode()

    def open(self, sealed: str) -> Story | None:
        """The story, or None when the text was not sealed here, is older than a day, or is not understood any more."""
        try:
            return Story.model_validate(self._serializer.loads(sealed, max_age=_KEPT_S))
        except (BadSignature, ValidationError):
            return None
