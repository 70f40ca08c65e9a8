"""Every document as a caller hears it. Each test renders for itself: what another test has made shows no change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.checks.graph import NIGHT, OPEN, CallGraph, State
from ivr.checks.performance import SOME_CALLER, Performance, Prompt, perform
from ivr.engine.actions import Action, Actions, Continue, Enter, HangUp, Listen, Perform, Speak
from ivr.engine.cues import Cue
from ivr.engine.documents import document
from ivr.engine.events import Effect
from ivr.model.flow import Flow
from ivr.model.numbers import Roster, Target, TargetKind
from ivr.model.place import Place
from ivr.model.speech import Private, Rest, Utterance, Whose, Words
from ivr.phone import Dial as Dialled
from ivr.phone import Document, Gather, Hangup, Redirect, Say, parse
from ivr.twiml.render import CONTENT_TYPE, render
from tests.evidence import clinic, shipped, spanish
from tests.heard import prompt, say, words

TELEPHONE = (Target(TargetKind.NUMBER, "+18135550101"),)
MAIN, RING = Place("en", "main"), Place("en", "ring")


def graph_of(*cues: Cue) -> CallGraph:
    """Some documents of the clinic."""
    graph = clinic().graph
    states = [State(cue, OPEN) for cue in cues]
    return CallGraph(graph.situations, {state: graph.documents[state] for state in states})


ALL = tuple(state.cue for state in clinic().graph.documents if state.situation == OPEN)
SOME = tuple(dict.fromkeys([cue for cue in ALL if cue.place.node in ("main", "ring", "bye") and not cue.place.tries]))


def whole(flow: Flow, *actions: Action) -> Document:
    """These actions rendered and read as a whole."""
    return parse(render(flow, actions, Roster((), ()), SOME_CALLER), CONTENT_TYPE)


def aloud(flow: Flow, state: State) -> Document:
    """A document rendered and read as a whole, as it is for a caller."""
    now = clinic().graph.situations[state.situation]
    roster = Roster((TELEPHONE,) * len(now.team), (TELEPHONE,) * len(now.after_hours))
    return parse(render(flow, document(flow, state.cue, now), roster), CONTENT_TYPE)


def test_a_document_in_parts_is_the_document_as_a_whole() -> None:
    flow, graph = clinic().flow, graph_of(*SOME)
    performance = perform(flow, graph)
    assert performance.refused == {}
    assert performance.graph is graph
    assert performance.documents == {state: aloud(flow, state) for state in graph.documents}


def test_the_parts_are_those_of_what_is_really_said() -> None:
    performance = perform(clinic().flow, graph_of(*SOME))
    said = [say.written for state in performance.documents for prompt in performance.of(state) for say in prompt.says]
    assert any("press 0" in each for each in said)


def test_what_the_telephone_refuses_is_kept_with_its_words() -> None:
    script = clinic().flow.scripts["en"]
    node = replace(script.nodes["bye"], passages=((Words("Call 9 & 1."),), (Words("Goodbye."),)))
    flow = replace(clinic().flow, scripts={"en": replace(script, nodes={**script.nodes, "bye": node})})
    graph = graph_of(*SOME)
    performance = perform(flow, graph)
    byes = {state for state in graph.documents if state.cue.place.node == "bye" and state.cue.place.part == 0}
    assert set(performance.refused) == byes
    assert all('"&" is a symbol' in each for each in performance.refused.values())
    assert set(performance.documents) == set(graph.documents) - byes


SPEAK = Speak((Utterance("en", (Words("Hello."),)),))
LISTEN = Listen(MAIN, (Utterance("en", (Words("Hello."), Rest(500))),), 7)
NEVER = "Something in the document is never reached, or silence would end the call."


@pytest.mark.parametrize(
    ("actions", "is_refused"),
    [
        ((SPEAK, HangUp()), False),
        ((LISTEN, Continue(MAIN)), False),
        ((SPEAK, LISTEN, HangUp()), False),
        ((HangUp(), SPEAK, HangUp()), True),
        ((Continue(MAIN), HangUp()), True),
        ((LISTEN,), True),
        ((SPEAK, LISTEN), True),
    ],
)
def test_nothing_in_a_document_is_out_of_reach(
    monkeypatch: pytest.MonkeyPatch,
    actions: Actions,
    is_refused: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr("ivr.checks.performance.document", lambda *_: actions)
    performance = perform(clinic().flow, graph_of(SOME[0]))
    assert list(performance.refused.values()) == [NEVER] * is_refused
    assert len(performance.documents) == (not is_refused)


def test_what_is_performed_is_not_heard_and_what_comes_after_it_is() -> None:
    heard, graph = graph_of(SOME[0]), graph_of(SOME[0])
    performed = State(Cue(MAIN, effect=Effect.SEND_TEXT), OPEN)
    graph.documents = {performed: (Perform(Effect.SEND_TEXT, MAIN),), **heard.documents}
    assert set(perform(clinic().flow, graph).documents) == set(heard.documents)


def test_somebody_is_rung_at_night_where_the_line_has_that() -> None:
    line, graph = shipped().flow, shipped().graph
    rung = [state for state in graph.documents if state.cue.place.node == "night" and state.situation == NIGHT]
    found = perform(line, CallGraph(graph.situations, {state: graph.documents[state] for state in rung}))
    assert set(found.documents) == set(rung) != set()
    assert all(isinstance(found.documents[state].verbs[-1], Dialled) for state in rung)


def test_a_callers_digits_are_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Utterance("en", (Words("It ends in "), Private(Whose.LAST_TWO), Rest(500)))
    actions = replace(LISTEN, said=(own,)), Continue(MAIN)
    monkeypatch.setattr("ivr.checks.performance.document", lambda *_: actions)
    (found,) = perform(clinic().flow, graph_of(SOME[0])).documents.values()
    assert found == whole(clinic().flow, *actions)
    (gathered,) = (verb for verb in found.verbs if isinstance(verb, Gather))
    assert [each.written for each in gathered.heard if isinstance(each, Say)] == ["It ends in 47"]


def test_what_takes_a_number_is_read_with_what_listens_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    actions = Enter(MAIN, LISTEN.said, 7, 10), LISTEN, Continue(MAIN)
    monkeypatch.setattr("ivr.checks.performance.document", lambda *_: actions)
    performance = perform(clinic().flow, graph_of(SOME[0]))
    assert performance.refused == {}
    assert list(performance.documents.values()) == [whole(clinic().flow, *actions)]


def test_what_is_said_in_two_voices_is_heard_in_both(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Speak((Utterance("en", (Words("Hello."),)), Utterance("es", (Words("Hola."),))))
    monkeypatch.setattr("ivr.checks.performance.document", lambda *_: (both, HangUp()))
    (found,) = perform(spanish().flow, graph_of(SOME[0])).documents.values()
    assert [verb.written for verb in found.verbs if isinstance(verb, Say)] == ["Hello.", "Hola."]
    assert isinstance(found.verbs[-1], Hangup)


def test_the_most_bytes_that_a_document_may_have_are_just_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    (whole,) = perform(clinic().flow, graph_of(SOME[0])).documents.values()
    monkeypatch.setattr("ivr.checks.performance.MOST_DOCUMENT_BYTES", whole.size_bytes)
    assert perform(clinic().flow, graph_of(SOME[0])).refused == {}
    monkeypatch.setattr("ivr.checks.performance.MOST_DOCUMENT_BYTES", whole.size_bytes - 1)
    (told,) = perform(clinic().flow, graph_of(SOME[0])).refused.values()
    assert told == f"The document has {whole.size_bytes} bytes; the most is {whole.size_bytes - 1}."


def gather(timeout_s: int, *heard: Say) -> Gather:
    return Gather("", timeout_s, 1, "", posts_silence=False, heard=heard)


def performing(actions: Actions, *verbs: object, cue: Cue | None = None) -> tuple[Performance, State]:
    """A performance of one document."""
    state = State(cue or Cue(MAIN), OPEN)
    heard = Document(verbs, 0)  # type: ignore[arg-type]  # because any verb will do
    return Performance({state: heard}, {}, CallGraph({}, {state: actions})), state


def test_the_prompts_of_a_document_are_what_is_said_where_it_listens() -> None:
    one, two, after = say("One."), say("Two."), MAIN._replace(tries=1)
    actions = (SPEAK, replace(LISTEN, at=MAIN), replace(LISTEN, at=after), Continue(MAIN))
    performance, state = performing(actions, say("Hello."), gather(7, one, two), gather(10, two), Redirect(""))
    assert list(performance.of(state)) == [
        Prompt(state, MAIN, (one, two), 7, is_first=True),
        Prompt(state, after, (two,), 10, is_first=False),
    ]
    with pytest.raises(ValueError, match="shorter"):
        list(performing((LISTEN, LISTEN), gather(7, one))[0].of(state))


def test_a_prompt_that_takes_a_number_says_so() -> None:
    enter = Enter(MAIN, (), 7, 10)
    performance, state = performing((LISTEN, enter, Continue(MAIN)), gather(7), gather(9), Redirect(""))
    assert [each.takes_digits for each in performance.of(state)] == [False, True]


def test_what_leads_on_by_itself_is_an_announcement() -> None:
    hello = say("Hello.")
    performance, state = performing((SPEAK, HangUp()), hello, gather(7, say("No.")), Hangup())
    (announcement,) = performance.announcements
    assert (announcement.state, announcement.says) == (state, (hello,))
    assert performing((LISTEN, Continue(MAIN)), gather(7, hello), Redirect(""))[0].announcements == ()


def test_the_same_words_at_the_same_place_are_one_prompt() -> None:
    one = say("One.")
    states = [
        State(Cue(MAIN), OPEN),
        State(Cue(MAIN, remarks=()), OPEN),
        State(Cue(MAIN, is_after_key=True), OPEN),
        State(Cue(RING), OPEN),
        State(Cue(MAIN), "closed"),
    ]
    heard = Document((gather(7, one), Redirect("")), 0)
    graph = CallGraph({}, dict.fromkeys(states, (LISTEN, Continue(MAIN))))
    prompts = Performance(dict.fromkeys(states, heard), {}, graph).prompts
    assert [each.state for each in prompts] == [states[0], states[2], states[4]]
    elsewhere = replace(graph, documents={state: (replace(LISTEN, at=state.cue.place),) for state in states})
    assert len(Performance(dict.fromkeys(states, heard), {}, elsewhere).prompts) == 4


def test_the_seconds_of_a_document_are_all_that_a_silent_caller_waits_for() -> None:
    five = say(words(10), 1000)
    ringing = Dialled(None, 15, 3600, None, ())
    performance, state = performing((LISTEN,), five, gather(7, five, five), ringing, Hangup())
    assert performance.seconds(state) == pytest.approx(5 + 17 + 20)
    assert performance.seconds(State(Cue(RING), OPEN)) == 0.0


def test_the_seconds_of_a_prompt_are_without_its_wait() -> None:
    assert prompt(MAIN, say(words(10), 1000), say(words(5), 0), wait_s=9).seconds == pytest.approx(7)
