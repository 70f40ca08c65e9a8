"""The words of the one text that callers can ask for: short enough for one message, and nothing in them that tells.

A message holds 160 characters of the alphabet of telephones, in which some count twice, or 70 of any other: one accent
that this alphabet lacks changes it all.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.errors import Fault, SettingsFaults
from ivr.model.wording import ILLNESS, found_in

URL = "{url}"
STOP = "STOP"
MOST_SEPTETS = 160
MOST_OTHERS = 70  # in units of UTF-16

_ONCE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")


def written(sentences: Mapping[str, str], url: str) -> Mapping[str, str]:
    """The words of the text by language, with the link in the place of {url}; SettingsFaults when one does not fit."""
    words = {language: sentence.replace(URL, url) for language, sentence in sentences.items()}
    faults = [fault for language, text in words.items() for fault in _faults(language, sentences[language], text)]
    if faults:
        raise SettingsFaults(faults)
    return words


def length(text: str) -> tuple[int, int]:
    """How long a text is for a telephone, and how long it may be to remain one message."""
    if set(text) <= _ONCE | _TWICE:
        return len(text) + sum(character in _TWICE for character in text), MOST_SEPTETS
    return len(text.encode("utf-16-le")) // 2, MOST_OTHERS


def _faults(language: str, sentence: str, text: str) -> list[Fault]:
    where = f"{language}/phrases.toml"
    faults = []
    if URL not in sentence or STOP not in sentence:
        faults.append(Fault(where, 0, "The text lacks {url} or STOP.", "Say both: the link, and how to get no more."))
    for found in found_in(text, ILLNESS):
        mend = "Name no illness, and send a link that names none: whoever holds the telephone can read it."
        faults.append(Fault(where, 0, f'The text says "{found}".', mend))
    takes, most = length(text)
    if takes > most:
        strange = "".join(sorted(set(text) - _ONCE - _TWICE))
        because = f" because of {strange}" if strange else ""
        wrong = f"The text takes {takes} characters with REGISTRATION_URL in it, and may take {most}{because}."
        faults.append(Fault(where, 0, wrong, "Make it shorter, or the address, or do without that letter."))
    return faults
