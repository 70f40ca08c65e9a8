"""Puts the words of a language into utterances: sentences with their slots filled and the rests around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ivr.engine.cues import NO, YES
from ivr.engine.events import Circumstances, NumberGiven, Typed
from ivr.model.flow import Flow
from ivr.model.hours import Day, Opening
from ivr.model.keys import Command, Key
from ivr.model.nodes import Entry, Listening, Menu, Offer, Question, Section
from ivr.model.place import Pace, Place
from ivr.model.seconds import seconds
from ivr.model.speech import Rest, Spans, Text, Utterance, Values, Words, fill, plain
from ivr.model.words import NodeWords, Opens, PromiseWords, Script

Said = tuple[Utterance, ...]

_NOON = 12
_EVENING = 18


@dataclass(frozen=True)
class Narrator:
    """Speaks for one place. Every method returns what is said, empty when there is nothing to say."""

    flow: Flow
    place: Place
    now: Circumstances

    @cached_property
    def script(self) -> Script:
        """All the words of the caller's language."""
        return self.flow.scripts[self.place.language]

    @property
    def words(self) -> NodeWords:
        """The words of the node."""
        return self.script.nodes[self.place.node]

    def sentence(self, text: Text | None, values: Values | None = None) -> Said:
        """One sentence and the rest after it."""
        return self._said(text, values or {}, self.flow.line.rests.after_sentence_ms)

    def passage(self, text: Text) -> Said:
        """A passage of the node; left out when it speaks of an opening that nobody knows."""
        opens = self._opens()
        return self.sentence(text, {**opens, **self._promise(opens)})

    def passages(self, texts: Iterable[Text]) -> Said:
        """Passages one after another."""
        return tuple(said for text in texts for said in self.passage(text))

    def option(self, text: Text | None, key: Key | None) -> Said:
        """A choice and the key that takes it, left out where there is no such key."""
        if key is None:
            return ()
        return self._said(text, {"key": plain(self.script.key_names[key])}, self.flow.line.rests.after_option_ms)

    def wrong_key(self, key: Key) -> Said:
        """The key that is no choice, named back."""
        return self.sentence(self.script.said.not_a_choice, {"key": plain(self.script.key_names[key])})

    def given(self, given: NumberGiven) -> Said:
        """Why what was typed is no number that can be called: how many keys were heard, or that it cannot be called."""
        said = self.script.said
        if given.typed is Typed.TOO_FEW:
            return self.sentence(said.too_few, {"count": _number(given.count)})
        return self.sentence(said.not_callable)

    def reason(self) -> Said:
        """Why the desk has closed the line, in approved words; nothing when it has not."""
        return self.sentence(self.script.reasons.get(self.now.reason))

    def where(self, part: int) -> Said:
        """Where the caller is in a section; nothing where a sentence stands in for it."""
        if self.words.is_stand_in:
            return ()
        return self.sentence(self.script.said.where, {"part": _number(part), "parts": _number(self._parts)})

    def heading(self) -> Said:
        """A section's title, how many parts it has, about how long they take, and how to move in it."""
        if self.words.is_stand_in:
            return self.sentence(self.words.title)
        options = self.script.options
        return (
            *self.sentence(self.words.title),
            *self.sentence(self.script.said.opening, {"parts": _number(self._parts), "about": self._about()}),
            *self._command(options.again_part, Command.AGAIN),
            *self._command(options.skip, Command.NEXT),
        )

    def more_time(self) -> Said:
        """The simple action that gives a caller more time. Where something is asked it is asked again: star leaves."""
        is_asked = isinstance(self.flow.nodes[self.place.node], Question | Entry)
        return self._command(self.script.options.more_time, Command.AGAIN if is_asked else Command.CHOICES)

    def still_closed(self) -> Said:
        """One short sentence for who asks a second time when the team is here."""
        known = self.sentence(self.script.said.still_closed, self._opens())
        return known or self.sentence(self.script.said.still_closed_unknown)

    def language_offer(self) -> Said:
        """The other language's offer, in that language and its voice."""
        other = self.flow.other_language(self.place.language)
        key = self.flow.key_of(Command.LANGUAGE)
        if other is None or key is None:
            return ()
        script = self.flow.scripts[other]
        spans = fill(script.said.language, {"key": plain(script.key_names[key])}) or ()
        return (Utterance(other, (*spans, Rest(self.flow.line.rests.after_option_ms))),)

    def choices(self, node: Listening, *more: Offer) -> Said:
        """What a node offers, and more; a question offers its two answers."""
        if isinstance(node, Question):
            return (*self.answers(), *self.offers(*more))
        return self.offers(*node.offers, *more)

    def answers(self) -> Said:
        """The two answers of a question."""
        options = self.script.options
        return (*self.option(options.yes, YES), *self.option(options.no, NO))

    def offers(self, *offers: Offer) -> Said:
        """The choices of a node, in the order in which choices are always said."""
        order = list(Offer)
        if not self.now.is_open and not self.now.after_hours:  # the callback stands where the person would
            order.sort(key=lambda offer: offer is not Offer.CALLBACK)
        return tuple(said for offer in order if offer in offers for said in self._offer(offer))

    def person(self) -> Said:
        """The way to a person; when nobody is there, the next best thing that is true."""
        return self._person() or self.callback()

    def callback(self) -> Said:
        """To be called back, where that can be kept; where a number is typed, to type it again."""
        options = self.script.options
        is_typed = isinstance(self.flow.nodes[self.place.node], Entry)
        return self._command(
            options.enter if is_typed else options.callback, Command.CALLBACK, self.now.takes_callbacks
        )

    def _person(self) -> Said:
        options, node = self.script.options, self.flow.nodes[self.place.node]
        if self.now.is_open:
            text = self.words.options.get(Offer.PERSON.value, options.person)
        elif self.now.after_hours:
            text = options.cannot_wait
        elif node.id == self.flow.person.closed:
            return ()
        elif isinstance(node, Section) and (callback := self.callback()):
            return callback
        else:
            text = options.hours
        return self.option(text, self.flow.key_of(Command.PERSON))

    def before_a_person(self) -> Said:
        """What comes of more silence where it leads to a person."""
        said = self.script.said
        return self.sentence(said.warn_person if self.now.is_open else said.warn_closed)

    def _offer(self, offer: Offer) -> Said:
        options = self.script.options
        match offer:
            case Offer.PERSON:
                return self._person()
            case Offer.CALLBACK:
                is_menu = isinstance(self.flow.nodes[self.place.node], Menu)
                return () if is_menu and self.now.is_open else self.callback()
            case Offer.TEXT:
                return self._command(options.text, Command.TEXT, self.now.can_text)
            case Offer.SECTIONS:
                return tuple(said for section in self.flow.sections for said in self._section(section))
            case Offer.AGAIN:
                return self._command(options.again, Command.AGAIN)
            case Offer.BACK:
                return self._command(options.back, Command.AGAIN) if self.place.back else ()
            case Offer.PACE:
                text = options.pace if self.place.pace is Pace.NORMAL else options.pace_normal
                return self._command(text, Command.PACE)
            case Offer.LANGUAGE:
                return self.language_offer()
            case Offer.NEXT:
                is_last = self.flow.sections[-1:] == (self.place.node,)
                return () if is_last else self._command(options.next, Command.NEXT)
            case Offer.CHOICES:
                return self._command(options.choices, Command.CHOICES)

    def _command(self, text: Text | None, command: Command, is_offered: bool = True) -> Said:  # noqa: FBT001, FBT002 as a filter
        return self.option(text, self.flow.key_of(command)) if is_offered else ()

    def _section(self, section: str) -> Said:
        return self.option(self.script.nodes[section].option, self.flow.key_reading(section))

    def _said(self, text: Text | None, values: Values, rest_ms: int) -> Said:
        spans = fill(text, values) if text is not None else None
        return (Utterance(self.place.language, (*spans, Rest(rest_ms))),) if spans else ()

    @property
    def _parts(self) -> int:
        return self.flow.parts(self.place.node, self.place.language)

    def _about(self) -> Spans:
        """The time the passages take at this pace, to the nearest minute."""
        passages = self.passages(self.words.passages)
        gaps_s = self.flow.line.waits[self.place.pace].passage_s * len(self.words.passages)
        minutes = round((seconds(passages, self.place.pace) + gaps_s) / 60)
        about = self.script.about
        named = {0: about.under_a_minute, 1: about.one_minute}.get(minutes, about.minutes)
        return fill(named, {"minutes": _number(minutes)}) or ()

    def _opens(self) -> Values:
        opening = self.now.opens
        return {} if opening is None else {"opens": opening_words(self.script.opens, opening)}

    def _promise(self, opens: Values) -> Values:
        words, promise = self.script.promise, self.place.promise
        if words is None:
            return {}
        if promise is None and words.soon_closed is not None and opens and not self.now.is_open:
            return {"promise": fill(words.soon_closed, opens) or ()}
        return {"promise": promise_words(words, self.script.opens, promise)}


def opening_words(words: Opens, opening: Opening) -> Spans:
    """The next opening as it is said: today, on a weekday, or on a date, and at what time."""
    text = {Day.TODAY: words.today, Day.WEEKDAY: words.weekday, Day.DATE: words.date}[opening.day]
    return fill(text, _when(words, opening)) or ()


def _when(words: Opens, opening: Opening) -> Values:
    time = {"time": _time(words, opening)}
    match opening.day:
        case Day.TODAY:
            return time
        case Day.WEEKDAY:
            return {**time, "day": plain(words.days[opening.weekday])}
        case Day.DATE:
            return {**time, "month": plain(words.months[opening.month - 1]), "date": _number(opening.date)}


def promise_words(words: PromiseWords, opens: Opens, promise: Opening | None) -> Spans:
    """By when a caller is called back, as it is said; None is as soon as we can."""
    if promise is None:
        return plain(words.soon)
    text = {Day.TODAY: words.today, Day.WEEKDAY: words.weekday, Day.DATE: words.date}[promise.day]
    return fill(text, _when(opens, promise)) or ()


def _time(words: Opens, opening: Opening) -> Spans:
    on_the_dot = {0: words.midnight, _NOON: words.noon}.get(opening.hour) if not opening.minute else None
    if on_the_dot is not None:
        return plain(on_the_dot)
    hour = (opening.hour - 1) % 12 + 1
    daypart = words.morning if opening.hour < _NOON else words.afternoon if opening.hour < _EVENING else words.evening
    spoken = _number(hour)
    if opening.minute:
        spoken = fill(words.minutes, {"hour": spoken, "minute": (Words(f"{opening.minute:02d}"),)}) or ()
    text = words.time_one if hour == 1 else words.time
    return fill(text, {"hour": spoken, "daypart": plain(daypart)}) or ()


def _number(number: int) -> Spans:
    return (Words(str(number)),)
