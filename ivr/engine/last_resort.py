"""The documents for when the line itself fails: made at start, with nothing in them that could fail again."""

from __future__ import annotations

from ivr.engine.actions import Actions, Dial, HangUp, Said, Speak
from ivr.model.flow import Flow
from ivr.model.numbers import Role
from ivr.model.speech import Rest, Text, Utterance, plain


def apology(flow: Flow, language: str, role: Role | None) -> Actions:
    """An apology, the way to a person when there is one to ring, the number, goodbye. It names no URL of ours."""
    said = flow.scripts[language].said
    if role is None:
        words = (said.apology, said.emergency)
        return Speak(_said(flow, language, *words)), *_farewell(flow, language)
    announced = Speak(_said(flow, language, said.apology, said.apology_connect, *_ask_language(flow, language)))
    return announced, _ring(flow, role), *_farewell(flow, language)


def fallback(flow: Flow) -> Actions:
    """The static document of the fallback URL: our name, the emergency line and a person, in every language."""
    names = {language: script.nodes[flow.start].passages for language, script in flow.scripts.items()}
    said = {language: flow.scripts[language].said for language in flow.line.languages}
    emergency = tuple(
        Speak(_said(flow, language, *names[language], words.emergency)) for language, words in said.items()
    )
    connect = tuple(
        Speak(_said(flow, language, words.apology_connect, *_ask_language(flow, language)))
        for language, words in said.items()
    )
    numbers = tuple(Speak(_said(flow, language, words.apology_call)) for language, words in said.items())
    goodbyes = tuple(Speak(_said(flow, language, words.goodbye)) for language, words in said.items())
    return (*emergency, *connect, _ring(flow, Role.FALLBACK), *numbers, *goodbyes, HangUp())


def _ask_language(flow: Flow, language: str) -> tuple[Text, ...]:
    """What to say if who answers speaks another language."""
    text = flow.scripts[language].said.ask_language
    return () if text is None else (text,)


def _farewell(flow: Flow, language: str) -> Actions:
    said = flow.scripts[language].said
    return Speak(_said(flow, language, said.apology_call)), Speak(_said(flow, language, said.goodbye)), HangUp()


def _ring(flow: Flow, role: Role) -> Dial:
    ringing = flow.line.ringing
    return Dial(role, turn=0, ring_s=2 * ringing.ring_s, talk_limit_s=ringing.talk_limit_s, ends=None)


def _said(flow: Flow, language: str, *texts: Text) -> Said:
    rest = Rest(flow.line.rests.after_sentence_ms)
    return tuple(Utterance(language, (*plain(text), rest)) for text in texts)
