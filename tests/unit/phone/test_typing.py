"""Keys that are gathered together, as a number is: what ends them, and what a star alone leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ivr.phone import Gather, Team, Telephone, parse

if TYPE_CHECKING:
    from tests.unit.phone.conftest import TinyLine

Make = Callable[..., Telephone]
HELLO = '<Say voice="Polly.Joanna-Neural">One two three four five.</Say>'  # two seconds

ENTRY = (
    f'<Gather action="/voice/en/number" numDigits="10" finishOnKey="*" timeout="4">{HELLO}</Gather>'
    '<Gather action="/voice/en/number/1" numDigits="1" finishOnKey="" timeout="7"/>'
    "<Redirect>/voice/en/goodbye</Redirect>"
)


def typed(call: Telephone) -> dict[str, str]:
    """What the last request says of the keys."""
    form = dict(call.requests[-1].form)
    return {name: form[name] for name in ("Digits", "FinishedOnKey") if name in form}


@pytest.mark.parametrize(
    ("keys", "posted"),
    [
        ("8135550123", {"Digits": "8135550123"}),
        ("813*", {"Digits": "813", "FinishedOnKey": "*"}),
        ("813#555###", {"Digits": "813#555###"}),
    ],
)
def test_several_keys(telephone: Make, line: TinyLine, keys: str, posted: dict[str, str]) -> None:
    line.answer("/voice/answer", ENTRY)
    call = telephone()
    call.dial()
    call.press(keys)
    assert call.requests[-1].path_and_query == "/voice/en/number"
    assert typed(call) == posted


def test_keys_can_be_pressed_with_time_between_and_while_the_line_speaks(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", ENTRY)
    call = telephone()
    call.dial()
    call.press("8135550123", after_s=0.2, every_s=3.9)
    assert typed(call) == {"Digits": "8135550123"}
    assert call.at_s == pytest.approx(0.2 + 9 * 3.9)
    assert call.heard[0].is_cut


def test_the_eleventh_key_is_heard_by_the_next_document(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", ENTRY)
    one_more = ENTRY.replace('"10"', '"1"').replace("/number/1", "/number/2")
    line.answer("/voice/en/number", one_more)
    call = telephone()
    call.dial()
    call.press("18135550123")
    assert [dict(request.form).get("Digits") for request in call.requests] == [None, "1813555012", "3"]


def test_too_few_keys_are_posted_after_the_wait_that_the_last_one_began(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", ENTRY)
    call = telephone()
    call.dial()
    call.press("8", after_s=1.0)
    call.press("1", after_s=3.0)
    call.wait_silently()
    assert typed(call) == {"Digits": "81"}
    assert call.at_s == pytest.approx(8.0)


def test_a_platform_may_leave_out_that_star_has_ended_the_keys(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", ENTRY)
    call = telephone(team=Team(leaves_out_star=True))
    call.dial()
    call.press("813*")
    assert typed(call) == {"Digits": "813"}


def test_a_lone_star_is_no_input_and_leads_to_what_listens_next(telephone: Make, line: TinyLine) -> None:
    line.answer("/voice/answer", ENTRY)
    call = telephone()
    call.dial()
    call.press("*")
    assert len(call.requests) == 1
    assert call.listening_at == "/voice/en/number/1"
    call.press("*")
    assert (call.requests[-1].path_and_query, typed(call)) == ("/voice/en/number/1", {"Digits": "*"})


def test_a_document_holds_a_number_and_choices_after_it() -> None:
    one_more = ENTRY.replace('"10"', '"1"').partition("</Gather>")[0] + "</Gather>"
    entry, more, choices, _ = parse(f"<Response>{one_more}{ENTRY}</Response>".encode(), "text/xml").verbs
    assert [each.num_digits for each in (entry, more, choices) if isinstance(each, Gather)] == [1, 10, 1]
    assert [each.finish_on_key for each in (entry, more, choices) if isinstance(each, Gather)] == ["*", "*", ""]
