"""Networks are slow, cut and full of noise, and what reads the log hangs; callers hear every word all the same."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ivr.phone import SIGNATURE_HEADER, sign
from tests.faults.callers import Heard
from tests.faults.line import Instance, Line
from tests.faults.proxy import Does
from tests.faults.table import FELL_BACK, NOTHING, USUAL, write_down
from tests.gunicorn_server import LEAST_PIPE_BYTES, request
from tests.nginx_server import HOST
from tests.platform_client import PUBLIC_URL, TOKEN, call_form

SLOW_SENDERS = 200
MOST_LATE_S = 2.0


@contextmanager
def slow_senders(line: Line, count: int) -> Iterator[None]:
    """Connections that have each sent half a request, and send no more."""
    signed = f"{SIGNATURE_HEADER}: {sign(TOKEN, PUBLIC_URL + '/voice/answer', call_form())}"
    whole = request("/voice/answer", b"CallSid=CA1", signed, host=HOST)
    context = line.nginx.certificate.trust()
    with ExitStack() as stack:
        for number in range(count):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", line.nginx.port), 30))
            secure = stack.enter_context(context.wrap_socket(plain, server_hostname=HOST))
            secure.sendall(whole[: len(whole) // 2 if number % 2 else -4])
        yield


def test_slow_senders_do_not_hold_up_a_call(line: Line, usual: Heard) -> None:
    caller = line.caller(deadline_s=MOST_LATE_S)
    with slow_senders(line, SLOW_SENDERS):
        assert caller.call() == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    write_down("slow senders", USUAL, NOTHING, "nginx holds them, takes no thread for them, and ends them after 5 s")


def test_an_instance_that_hangs(line: Line, usual: Heard) -> None:
    caller = line.caller()

    def hang() -> None:
        line.between[0].does = Does.SWALLOWS
        line.between[0].cut_all()

    def mend() -> None:
        line.between[0].does = Does.PASSES

    began = time.monotonic()
    assert caller.call({"section": hang, "a person": mend}) == usual
    assert time.monotonic() - began > 3
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    write_down(
        "instance hangs", f"{USUAL}, some after 3 s of silence", NOTHING, "nginx asks the other instance after 3 s"
    )


def test_answers_that_are_late(line: Line, usual: Heard) -> None:
    caller = line.caller()
    before = {
        "section": lambda: line.all_do(Does.DELAYS, 1.0),
        "next part": lambda: line.all_do(Does.PASSES),
        "a person": lambda: line.all_do(Does.DELAYS, 1.0),
        "afterwards": lambda: line.all_do(Does.PASSES),
    }
    assert caller.call(before) == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    write_down("answers late", f"{USUAL}, after 2 s of silence each", NOTHING, "by itself")


def test_an_answer_that_is_cut_off(line: Line, usual: Heard) -> None:
    caller = line.caller()
    caller.call({"section": lambda: line.all_do(Does.HALVES)})
    assert caller.platform.fell_back
    assert caller.heard_fallback
    line.all_do(Does.PASSES)
    assert line.caller().call() == usual
    write_down("answer cut", FELL_BACK, "the place in the call", "with the next call")


def test_answers_that_are_noise(line: Line, usual: Heard) -> None:
    caller = line.caller()
    caller.call({"menu": lambda: line.all_do(Does.CORRUPTS)})
    assert caller.platform.fell_back
    assert caller.heard_fallback
    line.all_do(Does.PASSES)
    assert line.caller().call() == usual
    write_down("answer garbled", FELL_BACK, "the place in the call", "with the next call")


def test_an_instance_that_resets_every_connection(line: Line, usual: Heard) -> None:
    caller = line.caller()

    def reset() -> None:
        line.between[0].does = Does.REFUSES
        line.between[0].cut_all()

    assert caller.call({"menu": reset}) == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    write_down("connections reset", USUAL, NOTHING, "nginx asks the other instance at once")


def posts(line: Line, count: int) -> set[int]:
    """What every instance answers to so many calls, asked itself."""
    asked = (instance.running for instance in line.instances for _ in range(count))
    return {served.post("/voice/answer", PUBLIC_URL, TOKEN, call_form()).status for served in asked}


def ends_well(instance: Instance) -> None:
    assert instance.running.stop() == 0


def test_a_log_that_nobody_reads(line: Line, usual: Heard) -> None:
    line.each(lambda instance: instance.restart(reads_log=False))
    caller = line.caller()
    assert posts(line, LEAST_PIPE_BYTES // 40) == {200}  # five times what fits into the pipe
    assert caller.call() == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    line.each(ends_well)
    line.each(Instance.restart)
    write_down("log blocked", USUAL, "lines of the log beyond 10,000 a process", "the log goes on, and counts the lost")


def test_a_log_whose_reader_has_gone(line: Line, usual: Heard) -> None:
    line.each(lambda instance: instance.restart(reads_log=False))
    for instance in line.instances:
        output = instance.running.process.stdout
        assert output is not None
        output.close()
    caller = line.caller()
    assert posts(line, 5) == {200}
    assert caller.call() == usual
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    line.each(Instance.restart)
    write_down("log gone", USUAL, "the log until the next start", "with a restart")
