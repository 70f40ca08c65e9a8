"""What a scheduler hears before taking a call: the line's neutral name, the language, "to take this call, press 1".

A voicemail may be recording it, so nothing in it tells of an illness, a section or a number. Any other key repeats it
once; only silence declines. Taking the call is an empty document: a whisper that merely ends bridges the call.
"""

from __future__ import annotations

from ivr.engine.actions import Actions, HangUp, Listen
from ivr.engine.events import Event, KeyPressed
from ivr.model.flow import Flow
from ivr.model.keys import Key
from ivr.model.place import Place
from ivr.model.speech import Text, Utterance, Values, fill, plain

ACCEPT = Key.ONE
TAKEN: Actions = ()

_FIRST_WAIT_S = 10  # with five seconds of words a silent leg ends about 15 s after it was picked up
_LATER_WAIT_S = 5
_REPEATED = 1  # the part that says it again; after it the whisper only listens
_MOST_PARTS = 5  # a machine that plays tones for ever is not kept on the line for ever


def whisper(flow: Flow, place: Place, event: Event) -> Actions:
    """What the leg of a scheduler hears next; `place.part` counts the keys that were pressed and were not the one."""
    at = place if place.language in flow.scripts else place._replace(language=flow.line.languages[0])
    match event:
        case KeyPressed(key=key) if key is ACCEPT:
            return TAKEN
        case KeyPressed():
            at = at._replace(part=at.part + 1)
        case _:
            pass
    if at.part > _MOST_PARTS:
        return (HangUp(),)
    said = _words(flow, at.language) if at.part <= _REPEATED else ()
    return Listen(at, said, _LATER_WAIT_S if at.part else _FIRST_WAIT_S), HangUp()


def _words(flow: Flow, language: str) -> tuple[Utterance, ...]:
    spoken = flow.line.languages[0]
    script = flow.scripts[spoken]
    if script.whisper is None:
        return ()
    values: Values = {"key": plain(script.key_names[ACCEPT])}
    texts: list[Text] = [script.whisper.call, script.whisper.languages.get(language, ()), script.whisper.accept]
    return tuple(Utterance(spoken, fill(text, values) or ()) for text in texts if text)
