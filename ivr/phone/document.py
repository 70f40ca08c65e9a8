"""A TwiML document, read strictly: whatever the table in `vocabulary` does not allow is a TwimlFault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from ivr.errors import TwimlFault
from ivr.phone import vocabulary
from ivr.phone.speech import Say, read_sounds
from ivr.phone.vocabulary import VERBS


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence, in seconds."""

    s: int


@dataclass(frozen=True, slots=True)
class Gather:
    """Listens for keys while it speaks `heard`, and for `timeout_s` after it."""

    action: str
    timeout_s: int
    num_digits: int
    finish_on_key: str
    posts_silence: bool
    heard: tuple[Say | Pause, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One who is rung; `url` names the whisper, None connects them as they pick up."""

    kind: Literal["number", "sip"]
    address: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Dial:
    """Rings all `targets` at once."""

    action: str | None
    timeout_s: int
    time_limit_s: int
    caller_id: str | None
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """Goes on with the document at `url`."""

    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """Ends the call."""


Step = Say | Pause | Gather | Dial | Redirect | Hangup


@dataclass(frozen=True, slots=True)
class Document:
    """The verbs of a document in order."""

    verbs: tuple[Step, ...]
    size_bytes: int

    @property
    def leads_on(self) -> bool:
        """Whether a silent caller gets to another document or to our own hang-up; else the platform hangs up."""
        return bool(self.verbs) and _is_last_word(self.verbs[-1])


@lru_cache(maxsize=8192)
def parse(body: bytes, content_type: str, *, strict_urls: bool = True, is_whisper: bool = False) -> Document:
    """Read an answer of the line.

    `strict_urls` asks that every URL is a path under /voice/; a document that is hosted elsewhere has none. A whisper,
    which somebody we called hears, may hold fewer verbs. Raises TwimlFault naming the verb, the attribute, its value
    and the rule.
    """
    _refuse_content_type(content_type)
    root = _read_xml(body)
    if root.tag != "Response":
        raise TwimlFault(f"<{root.tag}>: a document is a <Response>.")
    _refuse_unknown(root)
    if is_whisper:
        _refuse_outside_whisper(root)
    if strict_urls:
        _refuse_foreign_urls(root)
    verbs = tuple(_step(element) for element in root)
    _refuse_bad_order(verbs)
    return Document(verbs, len(body))


def _refuse_content_type(content_type: str) -> None:
    if not re.fullmatch(r"text/xml(; ?charset=utf-8)?", content_type, re.IGNORECASE):
        raise TwimlFault(f'A document is "text/xml" in UTF-8, not "{content_type}".')


def _read_xml(body: bytes) -> Element:
    if len(body) > vocabulary.MOST_DOCUMENT_BYTES:
        raise TwimlFault(f"The document has {len(body)} bytes; the most is {vocabulary.MOST_DOCUMENT_BYTES}.")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise TwimlFault(f"The document is not UTF-8: byte {error.start}.") from None
    control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", text)
    if control:
        raise TwimlFault(f"The document holds the control character U+{ord(control.group()):04X}.")
    if "<!" in text:
        raise TwimlFault("The document holds a DOCTYPE, a comment or CDATA; TwiML needs none of them.")
    try:
        return ET.fromstring(body)  # noqa: S314  a document type, and so an entity, was refused above
    except ET.ParseError as error:
        raise TwimlFault(f"The document is not XML: {error}.") from None


def _refuse_unknown(element: Element) -> None:
    """Hold an element and all within it against the table."""
    _refuse_attributes(element)
    _refuse_text(element)
    for child in element:
        if child.tag not in VERBS:
            raise TwimlFault(f"<{child.tag}>: is not a verb that the line uses.")
        if child.tag not in VERBS[element.tag].children:
            raise TwimlFault(f"<{element.tag}><{child.tag}>: {child.tag} may not stand inside {element.tag}.")
        _refuse_unknown(child)


def _refuse_attributes(element: Element) -> None:
    verb = VERBS[element.tag]
    for name, value in element.attrib.items():
        rule = verb.attributes.get(name)
        if rule is None:
            raise TwimlFault(f"<{element.tag}>: {_said(name)} is not an attribute that the line uses.")
        if not rule.allows(value):
            raise TwimlFault(f'<{element.tag} {_said(name)}="{value}">: {_said(name)} {rule}.')
    for name in verb.needs:
        if name not in element.attrib:
            raise TwimlFault(f"<{element.tag}>: {_said(name)} may not be left out.")


def _refuse_text(element: Element) -> None:
    verb = VERBS[element.tag]
    text = (element.text or "").strip()
    if verb.text is not None and not verb.text.allows(text):
        raise TwimlFault(f"<{element.tag}>{text}: the text {verb.text}.")
    if verb.text is None and not verb.speaks and text:
        raise TwimlFault(f'<{element.tag}>: the text "{text}" would not be said.')
    loose = "" if verb.speaks else "".join(child.tail or "" for child in element).strip()
    if loose:
        raise TwimlFault(f'<{element.tag}>: the text "{loose}" would not be said.')


def _refuse_outside_whisper(root: Element) -> None:
    for element in root.iter():
        if element.tag in VERBS["Response"].children and element.tag not in vocabulary.WHISPER_VERBS:
            raise TwimlFault(f"<{element.tag}>: may not stand in a whisper.")


def _refuse_foreign_urls(root: Element) -> None:
    for element in root.iter():
        named: dict[str, str] = {name: element.attrib[name] for name in ("action", "url") if name in element.attrib}
        if element.tag == "Redirect":
            named["text"] = (element.text or "").strip()
        for name, url in named.items():
            _refuse_foreign_url(f'<{element.tag} {name}="{url}">', url)


def _refuse_foreign_url(where: str, url: str) -> None:
    if not url.startswith("/voice/") or ".." in url or "//" in url:
        raise TwimlFault(f"{where}: must be a path under /voice/.")
    if re.search(r"\d{7}", url):
        raise TwimlFault(f"{where[: where.index('=')]}>: a URL must not carry a telephone number.")


def _refuse_bad_order(verbs: tuple[Step, ...]) -> None:
    for verb in verbs[:-1]:
        if _is_last_word(verb):
            raise TwimlFault(f"<{type(verb).__name__}>: what follows it is never reached.")
    if verbs and isinstance(verbs[-1], Gather):
        raise TwimlFault("<Gather>: nothing follows it, so that silence would end the call.")
    for verb, after in pairwise(verbs):
        if isinstance(verb, Gather) and verb.finish_on_key and not isinstance(after, Gather):
            raise TwimlFault("<Gather>: a star alone leads to what follows it, and that does not listen.")


def _is_last_word(verb: Step) -> bool:
    return isinstance(verb, Redirect | Hangup) or (isinstance(verb, Dial) and verb.action is not None)


def _step(element: Element) -> Step:
    match element.tag:
        case "Say":
            return _say(element)
        case "Pause":
            return _pause(element)
        case "Gather":
            return _gather(element)
        case "Dial":
            return _dial(element)
        case "Redirect":
            return Redirect((element.text or "").strip())
        case _:
            return Hangup()


def _say(element: Element) -> Say:
    return _read_say(ET.tostring(element, encoding="unicode"))


@lru_cache(maxsize=8192)
def _read_say(written: str) -> Say:
    """The same words are said in thousands of documents, and are kept once."""
    element = ET.fromstring(written)  # noqa: S314  it was read from a document that had no document type
    voice = element.attrib["voice"]
    language = vocabulary.VOICES[voice]
    if element.attrib.get("language", language) != language:
        raise TwimlFault(f'<Say language="{element.attrib["language"]}">: the voice {voice} speaks {language}.')
    size_bytes = len(written[written.index(">") + 1 : written.rindex("</") if "</" in written else None].encode())
    if size_bytes >= vocabulary.MOST_SAY_BYTES:
        raise TwimlFault(f"<Say>: has {size_bytes} bytes; it must have fewer than {vocabulary.MOST_SAY_BYTES}.")
    return Say(voice, language, read_sounds(element))


def _pause(element: Element) -> Pause:
    return Pause(int(element.attrib.get("length", vocabulary.PAUSE_S)))


def _gather(element: Element) -> Gather:
    has = element.attrib
    if has["numDigits"] != "1" and not has["finishOnKey"]:
        raise TwimlFault("<Gather>: without a key that ends them, a star would be one of several keys.")
    return Gather(
        action=has["action"],
        timeout_s=int(has.get("timeout", vocabulary.GATHER_TIMEOUT_S)),
        num_digits=int(has["numDigits"]),
        finish_on_key=has["finishOnKey"],
        posts_silence=has.get("actionOnEmptyResult") == "true",
        heard=tuple(_say(child) if child.tag == "Say" else _pause(child) for child in element),
    )


def _dial(element: Element) -> Dial:
    if not 1 <= len(element) <= vocabulary.MOST_TARGETS:
        raise TwimlFault(f"<Dial>: rings {len(element)}; it must ring from 1 to {vocabulary.MOST_TARGETS}.")
    has = element.attrib
    return Dial(
        action=has.get("action"),
        timeout_s=int(has.get("timeout", vocabulary.DIAL_TIMEOUT_S)),
        time_limit_s=int(has["timeLimit"]),
        caller_id=has.get("callerId"),
        targets=tuple(_target(child) for child in element),
    )


def _target(element: Element) -> Target:
    kind: Literal["number", "sip"] = "number" if element.tag == "Number" else "sip"
    return Target(kind, (element.text or "").strip(), element.attrib.get("url"))


def _said(attribute: str) -> str:
    return attribute.replace(vocabulary.XML_LANG, "xml:lang")
