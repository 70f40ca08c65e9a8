"""The line as docs/deploy.md has it: two instances of gunicorn behind nginx, with a proxy of our own between them."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ivr.phone import over_network
from tests.faults.callers import Caller, Platform
from tests.faults.proxy import Does, TcpProxy, tcp_proxy
from tests.gunicorn_server import Served, free_port, gunicorn, serving
from tests.nginx_server import Proxy, proxying

PROMPTS = Path(__file__).parents[2] / "prompts"
INSTANCES = 2


@dataclass
class Instance:
    """One gunicorn on a port of its own, which can be stopped and started."""

    environ: Mapping[str, str]
    application: str = ""
    port: int = field(default_factory=free_port)
    served: Served | None = None
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self, *, reads_log: bool = True, **environ: str) -> None:
        """Start it, with other settings if they are given."""
        self.environ = {**self.environ, **environ}
        command = gunicorn(self.port, self.application)
        self.served = self.stack.enter_context(serving(self.environ, command, self.port, reads_log=reads_log))

    def stop(self) -> None:
        """Ask it to end, and wait until it has; nothing if it does not run."""
        self.served = None
        self.stack.close()

    def restart(self, *, reads_log: bool = True, **environ: str) -> None:
        """What a release does."""
        self.stop()
        self.start(reads_log=reads_log, **environ)

    @property
    def running(self) -> Served:
        """The server."""
        assert self.served is not None
        return self.served


@dataclass
class Line:
    """All of it, and the platform that calls it."""

    instances: list[Instance]
    between: list[TcpProxy]
    nginx: Proxy
    fallback: bytes

    def caller(self, deadline_s: float = 4.0) -> Caller:
        """A caller who has not called yet."""
        return Caller(Platform(over_network(deadline_s, via=self.nginx.url), self.fallback))

    def each(self, does: Callable[[Instance], object]) -> None:
        """Do something with every instance, with all of them at once."""
        at_once(self.instances, does)

    def kill_workers(self, *numbers: int) -> None:
        """Kill every process that answers, of these instances."""
        for number in numbers:
            for pid in self.instances[number].running.workers:
                os.kill(pid, signal.SIGKILL)

    def while_held(self, does: object) -> threading.Thread:
        """Hold back half of the next request, whichever instance it goes to; then something happens; then let go."""
        holding = threading.Event()
        for proxy in self.between:
            proxy.holding = holding
            proxy.hold()

        def wait() -> None:
            assert holding.wait(30)
            assert callable(does)
            does()
            self.pass_on()

        thread = threading.Thread(target=wait)
        thread.start()
        return thread

    def pass_on(self) -> None:
        """Let the proxies between pass on everything."""
        for proxy in self.between:
            proxy.release()

    def all_do(self, does: Does, delay_s: float = 0.0) -> None:
        """Let the proxies between do this from now on."""
        for proxy in self.between:
            proxy.delay_s, proxy.does = delay_s, does

    def mend(self) -> None:
        """Let everything run and pass again."""
        self.pass_on()
        at_once([instance for instance in self.instances if instance.served is None], Instance.start)


def at_once(instances: Sequence[Instance], does: Callable[[Instance], object]) -> None:
    """Do something with instances, none waiting for another."""
    with ThreadPoolExecutor(INSTANCES) as pool:
        list(pool.map(does, instances))


def always_open(folder: Path) -> Path:
    """The prompts of the line with a team that is never away, so that a call at any time of day rings it."""
    prompts = Path(shutil.copytree(PROMPTS, folder / "prompts"))
    line = prompts / "line.toml"
    before = line.read_text("utf-8")
    after = before.replace('open = "Mo-Fr 08:00-17:00; PH off"', 'open = "24/7"')
    assert after != before
    line.write_text(after, "utf-8")
    return prompts


@contextmanager
def whole_line(folder: Path, environ: Mapping[str, str], fallback: bytes, application: str = "") -> Iterator[Line]:
    """Start all of it; everything is stopped at the end."""
    with ExitStack() as stack:
        instances = [Instance(environ, application) for _ in range(INSTANCES)]
        stack.callback(at_once, instances, Instance.stop)
        at_once(instances, Instance.start)
        between = [stack.enter_context(tcp_proxy(instance.port)) for instance in instances]
        nginx = stack.enter_context(proxying(folder, [proxy.port for proxy in between]))
        yield Line(instances, between, nginx, fallback)
