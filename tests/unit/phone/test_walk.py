from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.phone import Request, Response, walk
from ivr.phone.walk import OUTCOMES

if TYPE_CHECKING:
    from tests.unit.phone.conftest import TinyLine

SAY = '<Say voice="Polly.Joanna-Neural">Hello.</Say>'


def test_a_line_in_order_has_no_faults_and_everything_is_tried_once(line: TinyLine) -> None:
    found = walk(line, token="a token")
    assert found.faults == ()
    asked = [(one.path_and_query, one.form) for one in line.asked]
    assert len(asked) == len(set(asked)) == found.requests
    pressed = {(path, dict(form).get("Digits")) for path, form in asked}
    assert {("/voice/en/treat/2", key) for key in "0123456789*#"} <= pressed
    assert ("/voice/en/menu?tries=1", None) in pressed
    assert {("/voice/en/whisper", "1"), ("/voice/en/whisper", "5")} <= pressed
    assert sum("DialCallStatus" in dict(form) for _, form in asked) == len(OUTCOMES)
    assert found.largest_bytes == max(len(one.body) for one in found.reached)
    assert found.documents == len({one.body for one in found.reached})


def test_a_whisper_is_asked_for_on_the_leg_of_whom_it_is_for(line: TinyLine) -> None:
    walk(line)
    whispers = [dict(one.form) for one in line.asked if one.kind == "whisper"]
    assert {form["To"] for form in whispers} == {"+18135550101"}
    assert all(form["ParentCallSid"] != form["CallSid"] for form in whispers)


def test_how_a_document_was_reached_is_the_shortest_way(line: TinyLine) -> None:
    ways = {one.request.path_and_query: one.how for one in reversed(walk(line).reached)}
    assert ways["/voice/en/goodbye"].startswith("/voice/answer, 0, completed 180 s, bridged True, silence")
    assert ways["/voice/en/treat/1"] == "/voice/answer, 3, no keys"


def test_faults_are_collected_with_their_ways(line: TinyLine) -> None:
    line.answer("/voice/en/goodbye", SAY)
    line.instead["/voice/en/treat/1"] = Response(500, "text/html", b"")
    line.answer("/voice/en/treat/2", "<Hangup now='yes'/>")
    faults = walk(line).faults
    unknown = "now is not an attribute that the line uses."
    assert faults == (
        "/voice/en/treat/1: answered 500, not 200. Reached by: /voice/answer, 3, no keys",
        f"/voice/en/treat/2: <Hangup>: {unknown} Reached by: /voice/answer, 3, no keys",
        (
            "/voice/en/goodbye: silence ends the call. "
            "Reached by: /voice/answer, 0, completed 180 s, bridged True, silence"
        ),
    )


def test_addresses_without_end_are_a_fault() -> None:
    def counts_up(request: Request) -> Response:
        number = int(request.path_and_query.rpartition("/")[2])
        body = f"<Response><Redirect>/voice/en/menu/{number + 1}</Redirect></Response>"
        return Response(200, "text/xml", body.encode())

    found = walk(counts_up, ["/voice/en/menu/0"], most_requests=50)
    assert found.faults == ("There are more than 50 requests to ask: addresses without end.",)


def test_a_number_is_tried_in_every_way_that_keys_can_be_typed(line: TinyLine) -> None:
    entry = '<Gather action="/voice/en/number" numDigits="{}" finishOnKey="*"/>'
    choices = '<Gather action="/voice/en/number/1" numDigits="1" finishOnKey=""/><Redirect>/voice/en/goodbye</Redirect>'
    line.answer("/voice/answer", entry.format(10) + choices)
    assert walk(line).faults == ()
    typed = [dict(one.form) for one in line.asked if one.path_and_query == "/voice/en/number"]
    by_time = {form.get("Digits") for form in typed if "FinishedOnKey" not in form}
    assert by_time == {None, "8135550123", "123", "1813555012", "8765550123", "12#4", *"0123456789#"}
    assert {form["Digits"] for form in typed if form.get("FinishedOnKey") == "*"} == {"123", "5"}


def test_where_one_digit_more_is_taken_star_is_no_key(line: TinyLine) -> None:
    entry = '<Gather action="/voice/en/number/2" numDigits="1" finishOnKey="*"/>'
    choices = '<Gather action="/voice/en/number/1" numDigits="1" finishOnKey=""/><Redirect>/voice/en/goodbye</Redirect>'
    line.answer("/voice/answer", entry + choices)
    walk(line)
    typed = [dict(one.form).get("Digits") for one in line.asked if one.path_and_query == "/voice/en/number/2"]
    assert sorted(filter(None, typed)) == sorted("0123456789#")
