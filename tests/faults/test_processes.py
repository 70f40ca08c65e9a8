"""Processes die, stop and change in the middle of calls; callers hear every word all the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.callers import Heard
from tests.faults.conftest import OLD_TOKEN
from tests.faults.line import Instance, Line
from tests.faults.table import FELL_BACK, NOTHING, USUAL, write_down
from tests.platform_client import PUBLIC_URL, TOKEN, call_form


def answers(line: Line, number: int) -> int:
    """What an instance answers when it is asked itself."""
    served = line.instances[number].running
    return served.post("/voice/answer", PUBLIC_URL, TOKEN, call_form()).status


def workers(line: Line) -> set[int]:
    return {pid for instance in line.instances for pid in instance.running.workers}


def in_mid_request(line: Line, does: Callable[[], object]) -> Callable[[], object]:
    """Something that happens while half of the next request has arrived."""
    return lambda: line.while_held(does)


def test_a_worker_that_is_killed_in_mid_request(line: Line, usual: Heard) -> None:
    caller, before = line.caller(), workers(line)
    assert caller.call({"section": in_mid_request(line, lambda: line.kill_workers(0))}) == usual
    assert caller.call({"language": in_mid_request(line, lambda: line.kill_workers(1))}) == usual
    assert [answers(line, 0), answers(line, 1)] == [200, 200]
    assert not before & workers(line)
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    write_down("worker killed", USUAL, NOTHING, "nginx asks the other instance; gunicorn starts a new worker at once")


def test_all_workers_that_are_killed_in_mid_request(line: Line, usual: Heard) -> None:
    caller, before = line.caller(), workers(line)
    assert caller.call({"section": in_mid_request(line, lambda: line.kill_workers(0, 1))}) == usual
    assert [answers(line, 0), answers(line, 1)] == [200, 200]
    assert not before & workers(line)
    assert caller.platform.fell_back == 0
    write_down(
        "workers killed", USUAL, NOTHING, "the request waits until gunicorn has started new workers, or is asked again"
    )


def test_an_instance_that_is_told_to_stop_while_it_answers(line: Line, usual: Heard) -> None:
    caller = line.caller()
    stopped = line.instances[0].running.process
    assert caller.call({"section": in_mid_request(line, stopped.terminate)}) == usual
    assert stopped.wait(40) == 0
    assert caller.call() == usual
    line.instances[0].restart()
    assert answers(line, 0) == 200
    assert caller.platform.fell_back == 0
    write_down(
        "instance stops", USUAL, NOTHING, "what it has begun it answers; nginx sends the rest to the other instance"
    )


def test_a_release_in_mid_call(line: Line, usual: Heard) -> None:
    caller = line.caller()
    before = {"section": line.instances[0].restart, "a person": line.instances[1].restart}
    assert caller.call(before) == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    write_down("rolling restart", USUAL, NOTHING, "nginx sends everything to the instance that runs")


def test_an_older_and_a_newer_version_that_answer_one_call(line: Line, usual: Heard, tmp_path: Path) -> None:
    """The older one knows neither the section that is read nor the after-hours way, and has other parts elsewhere."""
    older = older_prompts(Path(line.instances[1].environ["PROMPTS"]), tmp_path / "prompts")
    now = line.instances[1].environ["PROMPTS"]
    line.instances[1].restart(PROMPTS=str(older))
    try:
        calls = [line.caller() for _ in range(4)]
        for caller in calls:
            caller.call()
    finally:
        line.instances[1].restart(PROMPTS=now)
    for caller in calls:
        assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
        assert [step for step, words in caller.heard.items() if not words] == ["goes"]
        assert caller.heard["afterwards"] == usual["afterwards"]
        assert caller.rang
    assert [caller.heard for caller in calls] != [usual] * len(calls)
    write_down(
        "old and new",
        "each version's own words; a key that only one of them knows leads to the menu; a person as usual",
        NOTHING,
        "at the next key",
    )


def older_prompts(now: Path, to: Path) -> Path:
    """An older version of the prompts: a section had another name, and another one fewer parts."""
    shutil.copytree(now, to)
    menu = to / "menu.toml"
    text = menu.read_text("utf-8").replace('3 = "treat"', '3 = "care"').replace("[nodes.treat]", "[nodes.care]")
    menu.write_text(text, "utf-8")
    facts = to / "facts.toml"
    facts.write_text(facts.read_text("utf-8").replace('"treat', '"care').replace("[treat", "[care"), "utf-8")
    for language in ("en", "es"):
        section = to / language / "treat.md"
        (to / language / "care.md").write_text(section.read_text("utf-8").replace('"treat.', '"care.'), "utf-8")
        section.unlink()
    return to


def test_a_token_that_is_rotated_in_mid_call(line: Line, usual: Heard) -> None:
    caller = line.caller()
    caller.platform.token = OLD_TOKEN

    def change() -> None:
        caller.platform.token = TOKEN

    def take_out() -> None:
        line.each(lambda instance: instance.restart(TWILIO_AUTH_TOKEN=TOKEN))

    assert caller.call({"section": change, "a person": take_out}) == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    served = line.instances[0].running
    assert served.post("/voice/answer", PUBLIC_URL, OLD_TOKEN, call_form()).status == 403
    write_down("tokens", USUAL, NOTHING, "both tokens are accepted until the old one is taken out")


@pytest.mark.parametrize(("fault", "when"), [("line down", "arrives"), ("line down in mid-call", "section")])
def test_both_instances_are_down(line: Line, usual: Heard, fault: str, when: str) -> None:
    caller = line.caller()

    def stop() -> None:
        line.each(Instance.stop)

    caller.call({when: stop})
    assert caller.platform.fell_back
    assert caller.heard_fallback
    line.mend()
    assert line.caller().call() == usual
    write_down(fault, FELL_BACK, "the place in the call" if fault != "line down" else NOTHING, "with the next call")
