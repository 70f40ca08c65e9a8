"""What is heard at a cue: (flow, cue, circumstances) -> actions. One document lasts until a key is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from ivr.engine.actions import Actions, Continue, Dial, Enter, HangUp, Listen, Perform, Said, Speak
from ivr.engine.cues import EMERGENCY_LINE, LAST_WORD, SHORT_FORM, Cue, Remark
from ivr.engine.events import Circumstances
from ivr.engine.narrator import Narrator
from ivr.model.flow import Flow, Waits
from ivr.model.nodes import (
    PERSON,
    Entry,
    Goodbye,
    Greeting,
    Listening,
    Menu,
    Notice,
    Offer,
    Question,
    Section,
    Transfer,
)
from ivr.model.place import ASKED, BEING_ASKED, HELPED, MOST_TRIES, ONE_MORE, TYPING, Place
from ivr.model.speech import Rest, Text

Voice = Callable[[Flow, Place, Circumstances], Narrator]

_LAST_TRY = MOST_TRIES - 1
_DIGITS = 10  # of a telephone number, without the 1 that some put before it


def document(flow: Flow, cue: Cue, now: Circumstances, narrator: Voice = Narrator) -> Actions:
    """Everything from the cue until the line must be asked again. Nothing in it depends on anything else."""
    if cue.effect is not None:
        return (Perform(cue.effect, cue.place),)
    page = _Page(flow, cue, now, narrator)
    match flow.nodes[cue.place.node]:
        case Greeting() as node:
            actions = page.greeting(node)
        case Menu() | Notice() as node:
            actions = page.choices(node, cue.place)
        case Question() as node:
            actions = page.asking(node)
        case Entry() as node:
            actions = page.typing(node)
        case Section() as node:
            actions = page.reading(node)
        case Transfer() as node:
            actions = page.ringing(node)
        case Goodbye():
            actions = page.goodbye()
        case node:
            assert_never(node)
    return _rested(flow, actions) if cue.is_after_key else actions


@dataclass(frozen=True)
class _Page:
    flow: Flow
    cue: Cue
    now: Circumstances
    voice: Voice

    @property
    def place(self) -> Place:
        return self.cue.place

    @property
    def waits(self) -> Waits:
        return self.flow.line.waits[self.place.pace]

    def narrator(self, place: Place) -> Narrator:
        return self.voice(self.flow, place, self.now)

    def greeting(self, node: Greeting) -> Actions:
        """The name and the other language, the emergency line, and the menu, each listening for itself."""
        narrator = self.narrator(self.place)
        name = (*narrator.passages(narrator.words.passages), *narrator.language_offer())
        emergency = narrator.sentence(narrator.script.said.emergency)
        choices = self.choices(self.flow.menu, self.place._replace(node=node.then, part=0, is_unwarned=False))
        if self.place.part == EMERGENCY_LINE:
            return Listen(self.place, (*self._lead(), *emergency), self.waits.passage_s), *choices
        heard = self.place._replace(part=EMERGENCY_LINE, is_unwarned=False)
        named = Listen(self.place._replace(part=0), (*self._lead(), *name), self.waits.passage_s)
        return named, Listen(heard, emergency, self.waits.passage_s), *choices

    def reading(self, node: Section) -> Actions:
        """A section from the part of the cue to its end choices, with no request in between."""
        end = self.flow.parts(node.id, self.place.language) + 1
        if self.place.part >= end:
            return self.choices(node, self.place)
        later = [self.place._replace(part=part, tries=0) for part in range(self.place.part + 1, end)]
        here = Listen(self.place, (*self._lead(), *self._part(self.place)), self.waits.passage_s)
        read = [Listen(at, self._part(at), self.waits.passage_s) for at in later]
        return (here, *read, *self.choices(node, self.place._replace(part=end, tries=0)))

    def typing(self, node: Entry) -> Actions:
        """Ten keys are awaited, or the eleventh; who types none meets choices that one key takes."""
        begin = self.place._replace(part=TYPING)
        help_ = self.choices(node, self.place._replace(part=HELPED))
        narrator = self.narrator(begin)
        asked = Enter(begin, (*self._lead(), *narrator.passages(narrator.words.passages)), self._key_wait_s, _DIGITS)
        match self.place.part:
            case part if part == HELPED:
                return help_
            case part if part == ONE_MORE:
                said = narrator.sentence(narrator.script.said.one_more)
                return Enter(self.place, said, self._key_wait_s, 1), asked, *help_
            case _:
                return asked, *help_

    def asking(self, node: Question) -> Actions:
        """What it is about, which listens for itself, and then what is asked; once is enough until it is asked anew."""
        asked = self.place._replace(part=ASKED)
        answers = self.choices(node, asked)
        if asked.tries:
            return answers
        narrator = self.narrator(asked)
        about, _ = _question(narrator.words.passages)
        said = (*self._lead(), *narrator.passages(about))
        return Listen(asked._replace(part=BEING_ASKED), said, self.waits.passage_s), *answers

    @property
    def _key_wait_s(self) -> int:
        return self.waits.second_s

    def choices(self, node: Listening, place: Place) -> Actions:
        """Up to three tries, each with its own help, a last wait, and then the way that silence leads."""
        tries = [place._replace(tries=tries) for tries in range(place.tries, MOST_TRIES)]
        listens = [Listen(at, self._try(node, at), self._wait_s(at)) for at in tries]
        last = place._replace(tries=_LAST_TRY)
        narrator = self.narrator(place)
        still_here = Listen(last, narrator.sentence(narrator.script.said.still_here), self.waits.still_here_s)
        return (*listens, still_here, Continue(place._replace(tries=MOST_TRIES)))

    def ringing(self, node: Transfer) -> Actions:
        """One sentence, and one turn of ringing; the platform asks again when the turn is over."""
        turn = self.place.part
        narrator = self.narrator(self.place)
        said = narrator.script.said
        announced = narrator.sentence(narrator.words.passages[0] if turn == 0 else said.still_trying)
        spoken = self.now.turns(node.role)
        is_news = turn == 0 or spoken[turn - 1]
        other = narrator.sentence(said.ask_language) if is_news and not spoken[turn] else ()
        ringing = self.flow.line.ringing
        ends = self.place._replace(part=turn + 1)
        dial = Dial(node.role, turn, ringing.ring_s, ringing.talk_limit_s, ends)
        return Speak((*announced, *other), self.place.pace), dial

    def goodbye(self) -> Actions:
        """The number, which can be interrupted, then the last word."""
        narrator = self.narrator(self.place)
        *number, last = narrator.words.passages
        ends = (Speak(narrator.passage(last), self.place.pace), HangUp())
        if self.place.part == LAST_WORD or not number:
            return ends
        said = (*self._lead(), *narrator.passages(number))
        return Listen(self.place, said, self.waits.passage_s), *ends

    def _try(self, node: Listening, at: Place) -> Said:
        narrator = self.narrator(at)
        if isinstance(node, Question) and not at.tries:
            return (*narrator.passages(_question(narrator.words.passages)[1]), *narrator.choices(node))
        lead = self._lead() if at == self.place else ()
        match at.tries:
            case 0:
                return (*lead, *self._body(node, at), *narrator.choices(node))
            case 1:
                silent = () if lead else narrator.sentence(narrator.script.said.no_key)
                asks = narrator.passages(_question(narrator.words.passages)[1]) if isinstance(node, Question) else ()
                return (*lead, *silent, *asks, *narrator.choices(node, Offer.PACE, Offer.LANGUAGE))
            case _ if _is_no_when_silent(node):
                warned = narrator.sentence(narrator.script.said.warn_no)
                return (*lead, *warned, *narrator.choices(node), *narrator.more_time())
            case _:
                return (*lead, *self._warning(node, at), *narrator.person(), *narrator.more_time())

    def _body(self, node: Listening, at: Place) -> Said:
        narrator = self.narrator(at)
        if isinstance(node, Section):
            return narrator.sentence(narrator.script.said.end)
        if isinstance(node, Entry):
            return narrator.sentence(narrator.script.said.no_number)
        if node.id != self.flow.person.closed:
            return narrator.passages(narrator.words.passages)
        if at.part == SHORT_FORM:
            return narrator.still_closed()
        emergency = narrator.sentence(narrator.script.said.emergency)
        first, *others = narrator.words.passages
        return (*narrator.passage(first), *narrator.reason(), *narrator.passages(others), *emergency)

    def _warning(self, node: Listening, at: Place) -> Said:
        narrator = self.narrator(at)
        if node.silence != PERSON:
            return narrator.sentence(narrator.script.said.warn_goodbye)
        return narrator.before_a_person()

    def _part(self, at: Place) -> Said:
        narrator = self.narrator(at)
        if at.part == 0:
            return narrator.heading()
        is_offered = narrator.words.person_after == at.part and at.tries < _LAST_TRY  # else the help has just said it
        person = narrator.person() if is_offered else ()
        return (*narrator.passage(narrator.words.passages[at.part - 1]), *person)

    def _lead(self) -> Said:
        """What is said first because of how the caller got here."""
        narrator = self.narrator(self.place)
        wrong = (*narrator.wrong_key(self.cue.wrong_key), *self._help()) if self.cue.wrong_key else ()
        given = narrator.given(self.cue.given) if self.cue.given else ()
        return (*wrong, *given, *(said for remark in self.cue.remarks for said in self._remark(narrator, remark)))

    def _help(self) -> Said:
        """While a section is read, what a try adds to the key named back; elsewhere the try itself says it."""
        narrator = self.narrator(self.place)
        is_read = isinstance(self.flow.nodes[self.place.node], Section)
        if not is_read or self.place.part > self.flow.parts(self.place.node, self.place.language):
            return ()
        if self.place.tries == 1:
            return narrator.offers(Offer.PACE, Offer.LANGUAGE)
        return narrator.offers(Offer.PERSON, Offer.CHOICES)

    def _remark(self, narrator: Narrator, remark: Remark) -> Said:
        said = narrator.script.said
        match remark:
            case Remark.SLOWER:
                return narrator.sentence(said.slower)
            case Remark.NORMAL:
                return narrator.sentence(said.normal)
            case Remark.NOTHING_TO_SKIP:
                return narrator.sentence(said.nothing_to_skip)
            case Remark.EMERGENCY:
                return narrator.sentence(said.emergency)
            case Remark.NOBODY:
                return narrator.sentence(said.nobody)
            case Remark.WHERE:
                return narrator.where(self.place.part)
            case Remark.ENOUGH:
                return narrator.sentence(said.enough)
            case Remark.NOT_NOTED:
                return narrator.sentence(said.not_noted)
            case _:
                assert_never(remark)

    def _wait_s(self, at: Place) -> int:
        return {0: self.waits.first_s, 1: self.waits.second_s}.get(at.tries, self.waits.still_here_s)


def _question(passages: Sequence[Text]) -> tuple[Sequence[Text], Sequence[Text]]:
    """What a question is about, and its last passage, which asks. Where there is but one, no yes counts in it."""
    *about, asks = passages
    return (about, [asks]) if about else ([asks], [])


def _is_no_when_silent(node: Listening) -> bool:
    """A question whose silence is an answer says so before it takes it."""
    return isinstance(node, Question) and node.silence != PERSON


def _rested(flow: Flow, actions: Actions) -> Actions:
    """Half a second of quiet between a key and the first word."""
    match actions[0]:
        case Speak(said=(first, *others)) | Listen(said=(first, *others)) | Enter(said=(first, *others)) as action:
            spans = (Rest(flow.line.rests.after_key_ms), *first.spans)
            return replace(action, said=(replace(first, spans=spans), *others)), *actions[1:]
        case _:
            return actions
