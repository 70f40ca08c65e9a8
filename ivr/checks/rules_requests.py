"""Rules over what callers ask for: callbacks (P3, P6, P9, W5) and texts (V4). A line without them keeps them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ivr.checks.evidence import Evidence, error
from ivr.checks.finding import Finding
from ivr.desk.text_words import STOP, URL, length
from ivr.model.flow import Flow
from ivr.model.keys import Command
from ivr.model.nodes import Asks, Entry, Notice, Offer, Question, Transfer
from ivr.model.speech import Private, Slot, SlowDigits, Span, Whose, written
from ivr.model.wording import ILLNESS, found_in
from ivr.model.words import NodeWords

MENU = "menu.toml"
USUAL_URL = 60  # characters of the address of a form; the address that is set is judged at the start

_ASKING = {
    Asks.OWN_NUMBER: "whether we may call the number that the caller calls from",
    Asks.TYPED_NUMBER: "whether the number that was keyed in is right",
    Asks.MESSAGE: "whether we may leave a message",
    Asks.TEXT: "whether we shall send a text",
}
_SAYS: Mapping[Asks, Span | Slot] = {
    Asks.OWN_NUMBER: Private(Whose.LAST_TWO),
    Asks.TYPED_NUMBER: Private(Whose.TYPED),
    Asks.MESSAGE: Slot("promise"),
    Asks.TEXT: Private(Whose.LAST_TWO),
}
_MESSAGE_WORDS = {"en": ("leave", "name", "number"), "es": ("dejar", "nombre", "número")}
_TEXT_WORDS = {"en": ("text",), "es": ("mensaje", "texto")}


def a_callback_is_asked_in_order(evidence: Evidence) -> Iterator[Finding]:
    """P6: first the caller's own number, or the one that was typed; when it is kept, whether we may leave a message."""
    flow = evidence.flow
    for node, asks in dict.fromkeys(_in_order(flow)):
        question = flow.nodes[node]
        if not isinstance(question, Question) or question.asks is not asks:
            line = evidence.sources.line(MENU, f"nodes.{node}")
            wrong = f'"{node}" does not ask {_ASKING[asks]}.'
            mend = f'Write asks = "{asks.value}" in it, or lead to the node that asks it.'
            yield error("P6", MENU, line, wrong, mend)


def a_question_says_what_it_asks_about(evidence: Evidence) -> Iterator[Finding]:
    """P6: the digits of the number, or the promise, are said before the passage that asks: a yes counts from there."""
    for language, question, words in _questions(evidence.flow):
        needed = _SAYS[question.asks]
        if question.asks is not Asks.TEXT and not any(needed in passage for passage in words.passages[:-1]):
            place = written((needed,))
            wrong = f"The question does not say {place} before the passage that asks."
            mend = f"Write {place} in a passage of its own, and what is asked in the last."
            yield error("P6", f"{language}/{question.id}.md", _line(words), wrong, mend)


def a_message_is_asked_for(evidence: Evidence) -> Iterator[Finding]:
    """P6: the one question is whether we may leave our name and number, asked last."""
    for language, question, words in _questions(evidence.flow, Asks.MESSAGE):
        asked = written(words.passages[-1]).lower()
        needed = _MESSAGE_WORDS.get(language, ())
        if not asked.endswith("?") or any(word not in asked for word in needed):
            wrong = "It does not ask last whether we may leave our name and number."
            mend = 'Ask it like "If we miss you, may we leave our name and number?"'
            yield error("P6", f"{language}/{question.id}.md", _line(words), wrong, mend)


def silence_permits_nothing(evidence: Evidence) -> Iterator[Finding]:
    """P6: who does not answer has not said that we may leave a message."""
    yield from _silences(evidence, "P6", Asks.MESSAGE)


def what_may_be_left_names_nobody_but_us(evidence: Evidence) -> Iterator[Finding]:
    """P6: what our team may say to a machine is our name and our number."""
    short_name = evidence.flow.line.short_name
    for language, script in evidence.flow.scripts.items():
        if (text := script.said.message_left) is None:
            continue
        has_number = any(isinstance(piece, SlowDigits) for piece in text)
        if not has_number or short_name not in written(text):
            file = f"{language}/phrases.toml"
            line = evidence.sources.line(file, "said.message_left")
            wrong = "What our team may leave is not our name and number."
            yield error("P6", file, line, wrong, f"Say {short_name} and {{number}} in it.")


def the_closed_message_offers_a_callback(evidence: Evidence) -> Iterator[Finding]:
    """W5: who finds nobody there can ask to be called back."""
    yield from _without_a_callback(evidence, "W5", (evidence.flow.person.closed,))


def who_reached_nobody_is_offered_a_callback(evidence: Evidence) -> Iterator[Finding]:
    """P3: when all turns have rung, to be called back is one of the choices."""
    transfers = (node for node in evidence.flow.nodes.values() if isinstance(node, Transfer))
    nobody = dict.fromkeys(node.nobody for node in transfers)
    yield from _without_a_callback(evidence, "P3", (each for each in nobody if each != evidence.flow.person.closed))


def who_cannot_wait_hears_0_first(evidence: Evidence) -> Iterator[Finding]:
    """P9: with an after-hours line, patients who cannot wait are told to press 0 before a callback is offered."""
    flow = evidence.flow
    person, callback = flow.key_of(Command.PERSON), flow.key_of(Command.CALLBACK)
    for prompt in evidence.performance.prompts:
        now = evidence.graph.situations[prompt.state.situation]
        keys = [each.key for each in evidence.ear.announced(prompt)]
        if now.is_open or not now.after_hours or callback is None or callback not in keys:
            continue
        if person not in keys[: keys.index(callback)]:
            line = evidence.sources.line(MENU, f"nodes.{prompt.at.node}.offers")
            wrong = f'"{prompt.at.node}" offers a callback before the after-hours line.'
            yield error("P9", MENU, line, wrong, 'Put "person" into its offers.')


def a_text_is_one_message(evidence: Evidence) -> Iterator[Finding]:
    """V4: at most 160 characters of the alphabet of telephones, with an address of a usual length."""
    for file, line, text in _texts(evidence):
        takes, most = length(text.replace(URL, "x" * USUAL_URL))
        if takes > most:
            wrong = f"The text takes {takes} characters with an address of {USUAL_URL}, and may take {most}."
            yield error("V4", file, line, wrong, "Make it shorter, or do without accents.")


def a_text_is_neutral(evidence: Evidence) -> Iterator[Finding]:
    """V4: a text says how to get no more of them, and names no illness."""
    for file, line, text in _texts(evidence):
        if STOP not in text:
            yield error("V4", file, line, "The text does not say how to get no more.", f"Say {STOP} in it.")
        for found in found_in(text, ILLNESS):
            wrong = f'"{found}" would be read by whoever holds the telephone.'
            yield error("V4", file, line, wrong, "Name no illness.")


def a_text_is_explained(evidence: Evidence) -> Iterator[Finding]:
    """V4: before the key that confirms it, it is said what would be sent, and to which number."""
    flow = evidence.flow
    asked = flow.nodes[flow.text.ask] if flow.text else None
    if isinstance(asked, Question) and asked.asks is not Asks.TEXT:
        line = evidence.sources.line(MENU, f"nodes.{asked.id}")
        wrong = f'"{asked.id}" does not ask {_ASKING[Asks.TEXT]}.'
        yield error("V4", MENU, line, wrong, f'Write asks = "{Asks.TEXT.value}" in it.')
    for language, question, words in _questions(flow, Asks.TEXT):
        said = " ".join(written(passage) for passage in words.passages).lower()
        names = _TEXT_WORDS.get(language, ("",))
        says_number = any(_SAYS[Asks.TEXT] in passage for passage in words.passages[:-1])
        if not (says_number and said.endswith("?") and any(name in said for name in names)):
            wrong = "It does not explain the text, name its number by {last_two}, and then ask."
            mend = 'Say what is sent, write {last_two}, and ask in a passage of its own: "Shall we send it?"'
            yield error("V4", f"{language}/{question.id}.md", _line(words), wrong, mend)


def silence_sends_nothing(evidence: Evidence) -> Iterator[Finding]:
    """V4: a text needs the key that confirms it."""
    yield from _silences(evidence, "V4", Asks.TEXT)


def _in_order(flow: Flow) -> Iterator[tuple[str, Asks]]:
    if flow.callback is None:
        return
    yield flow.callback.ask, Asks.OWN_NUMBER
    entry = flow.nodes[flow.callback.enter]
    if isinstance(entry, Entry):
        yield entry.then, Asks.TYPED_NUMBER
    for node in flow.nodes.values():
        if isinstance(node, Question) and node.asks in (Asks.OWN_NUMBER, Asks.TYPED_NUMBER):
            yield node.yes, Asks.MESSAGE


def _questions(flow: Flow, *asks: Asks) -> Iterator[tuple[str, Question, NodeWords]]:
    """The questions that ask this, or all of them, with their words in each language."""
    for language, script in flow.scripts.items():
        for node in flow.nodes.values():
            if isinstance(node, Question) and (not asks or node.asks in asks):
                yield language, node, script.nodes[node.id]


def _silences(evidence: Evidence, rule: str, asks: Asks) -> Iterator[Finding]:
    for node in evidence.flow.nodes.values():
        if isinstance(node, Question) and node.asks is asks and node.silence != node.no:
            line = evidence.sources.line(MENU, f"nodes.{node.id}.silence")
            wrong = f'Silence at "{node.id}" is not taken as a no.'
            yield error(rule, MENU, line, wrong, f'Let its silence lead to "{node.no}".')


def _without_a_callback(evidence: Evidence, rule: str, nodes: Iterable[str]) -> Iterator[Finding]:
    flow = evidence.flow
    for node in (flow.nodes[each] for each in nodes if flow.callback is not None):
        if isinstance(node, Notice) and Offer.CALLBACK not in node.offers:
            line = evidence.sources.line(MENU, f"nodes.{node.id}.offers")
            wrong = f'"{node.id}" does not offer to call back.'
            yield error(rule, MENU, line, wrong, 'Put "callback" into its offers.')


def _texts(evidence: Evidence) -> Iterator[tuple[str, int, str]]:
    """The text of each language, with its file and line."""
    for language, script in evidence.flow.scripts.items():
        if script.text is not None:
            file = f"{language}/phrases.toml"
            yield file, evidence.sources.line(file, "text.link"), written(script.text.link)


def _line(words: NodeWords) -> int:
    return words.lines[0] if words.lines else 0
