"""Plays a story on the strict telephone, in this process: the call as it stands after the last act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from ivr.config import Settings
from ivr.model.flow import Flow
from ivr.model.numbers import Turn
from ivr.phone import Answers, Behaviour, DoesNotAnswer, Team, Telephone, Transport, voicemail
from ivr.phone.telephone import CALLER
from ivr.web.telephone import story as told
from ivr.web.telephone.story import Act, HangUp, Press, StaySilent, Story

_TALK_S = 30.0
_ANONYMOUS = "anonymous"  # as the platform writes a caller who shows no number


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Whom the line can ring, and how a call to it is made."""

    flow: Flow
    settings: Settings

    def play(self, story: Story, transport: Transport) -> Telephone | None:
        """The call of a story; None when a key of it is lost, because nothing listens just then.

        CallFault or TwimlFault when the line does what no caller should meet.
        """
        telephone = self._lift(story, transport)
        language = story.wishes.language
        telephone.dial(f"/voice/answer?language={language}" if language else "/voice/answer")
        return telephone if all(_is_done(telephone, act) for act in story.acts) else None

    def _lift(self, story: Story, transport: Transport) -> Telephone:
        line = self.flow.line
        return Telephone(
            transport,
            now=story.began.replace(tzinfo=line.hours.zone),
            public_url=self.settings.public_url,
            token=self.settings.tokens[0],
            to=line.number.e164,
            from_=_ANONYMOUS if story.wishes.is_anonymous else CALLER,
            team=self._team(story.wishes),
            call_sid=story.call_sid,
        )

    def _team(self, wishes: told.Wishes) -> Team:
        behaviour = self._behaviour(wishes)
        return Team(tuple((address, behaviour) for address in self._addresses()))

    def _behaviour(self, wishes: told.Wishes) -> Behaviour:
        match wishes.team:
            case told.Team.TAKES:
                return Answers(wishes.after_s, talks_s=_TALK_S)
            case told.Team.CUT_OFF:
                return Answers(wishes.after_s, talks_s=self.flow.line.ringing.short_talk_s / 4)
            case told.Team.SILENT:
                return Answers(wishes.after_s, presses="")
            case told.Team.VOICEMAIL:
                return voicemail()
            case told.Team.BUSY:
                return DoesNotAnswer("busy")
            case told.Team.NOBODY:
                return DoesNotAnswer()
            case unknown:
                assert_never(unknown)

    def _addresses(self) -> tuple[str, ...]:
        """Every telephone of the settings, each once: a script names them, so that it plays the same anywhere."""
        telephones = self.settings.telephones
        backup: tuple[Turn, ...] = (telephones.backup,) if telephones.backup else ()
        own = tuple(turn for turns in telephones.by_language.values() for turn in turns)
        turns = (*telephones.team, *backup, *own, *telephones.after_hours, *telephones.fallback)
        return tuple(dict.fromkeys(target.address for turn in turns for target in turn))


def _is_done(telephone: Telephone, act: Act) -> bool:
    match act:
        case Press(key=key, after_s=after_s):
            telephone.wait(after_s)
            if telephone.call.listening is None:
                return False
            telephone.press(key)
        case StaySilent():
            telephone.wait_silently()
        case HangUp(after_s=after_s):
            telephone.hang_up(after_s)
        case _:
            assert_never(act)
    return True
