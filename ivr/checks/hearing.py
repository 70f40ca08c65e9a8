"""What a caller makes of a prompt: which keys it announces. Read off what is heard, not off what was meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ivr.checks.performance import Prompt
from ivr.model.flow import Flow
from ivr.model.keys import Key
from ivr.model.speech import written
from ivr.phone import Say

PRESS: Mapping[str, str] = {"en": "press", "es": "oprima"}  # the one verb for a key, in each language
TO: Mapping[str, tuple[str, ...]] = {"en": ("To ", "For "), "es": ("Para ",)}  # what a key does comes before the key


@dataclass(frozen=True, slots=True)
class Announced:
    """A key, and the sentence that announced it."""

    key: Key
    say: Say


class Ear:
    """Hears for one flow; what one sentence announces is worked out once."""

    def __init__(self, flow: Flow) -> None:
        self._languages = {voice.tag: name for name, voice in flow.line.voices.items()}
        self._names = {
            language: {written(text): key for key, text in script.key_names.items()}
            for language, script in flow.scripts.items()
        }
        self._in_sentence = cache(self._announced)

    def announced(self, prompt: Prompt) -> tuple[Announced, ...]:
        """The keys that a prompt announces, in the order in which they are heard."""
        return tuple(each for say in prompt.says for each in self._in_sentence(say))

    def language_of(self, say: Say) -> str:
        """The language of the voice that speaks."""
        return self._languages.get(say.language, "")

    def _announced(self, say: Say) -> tuple[Announced, ...]:
        language = self.language_of(say)
        if language not in PRESS:
            return ()
        names = self._names[language]
        found = re.findall(rf"\b{PRESS[language]} ([^.,;:?!]+)", say.written, re.IGNORECASE)
        return tuple(Announced(names[name], say) for name in found if name in names)
