"""How gunicorn serves the line. The address to listen on is given by who starts it: see Procfile and `make run`."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

wsgi_app = "app:app"
worker_class = "gthread"  # with sync workers four slow requests stop all the others
workers = 2
threads = 16
preload_app = True  # read and verified once, shared by all; a release needs a new master (USR2) or a new instance
timeout = 30
graceful_timeout = 30  # how long a master waits for its workers, which wait for a third of it: see `post_fork`
keepalive = 95  # longer than a proxy keeps an idle connection, so that it is the proxy who closes it
limit_request_line = 2048
limit_request_fields = 60
limit_request_field_size = 4096
worker_tmp_dir = "/dev/shm"  # noqa: S108 because neither the heartbeat nor a counter may wait for a disk
control_socket_disable = True
accesslog = None  # a path would tie a telephone number to a topic
errorlog = "-"
loglevel = "error"  # its warnings quote what was sent, and with it a caller's number
forwarder_headers = ""  # no header may say where the application is, or who asks
forwarded_allow_ips = ""


def _folder_of_counters() -> str:
    """A folder for the counters of this master's workers; what the dead have counted stays until the master ends."""
    for left in Path(worker_tmp_dir).glob("line-metrics-[0-9]*-*"):
        if not Path("/proc", left.name.split("-")[2]).exists():  # its master was killed
            shutil.rmtree(left, ignore_errors=True)
    master = os.getpid()
    folder = tempfile.mkdtemp(prefix=f"line-metrics-{master}-", dir=worker_tmp_dir)

    def remove() -> None:
        if os.getpid() == master:  # a worker ends too
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_folder_of_counters()}"]


_ENDS = (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT)


def _hold() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)


def _let_come() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


# Between its fork and its first handler a process would forget that it was told to end, and be killed 30 s later.
os.register_at_fork(before=_hold, after_in_parent=_let_come)


def post_fork(_: Any, worker: Any) -> None:  # noqa: ANN401 because gunicorn has no types
    """Be ready to end, and soon enough: who connected and sends nothing must not use up the time of `worker_exit`."""

    def end(*_: object) -> None:
        worker.alive = False

    for each in _ENDS:
        signal.signal(each, end)  # its own ways to end need what it has not made yet
    _let_come()
    worker.cfg.set("graceful_timeout", worker.cfg.graceful_timeout // 3)


def post_worker_init(worker: Any) -> None:  # noqa: ANN401 because gunicorn has no types
    """Begin what runs beside the answers, in each worker for itself: threads do not outlive the fork."""
    beside = _beside(worker)
    if beside is not None:
        beside.start()


def worker_exit(_: Any, worker: Any) -> None:  # noqa: ANN401 because gunicorn has no types
    """Write what a worker has counted, and end between two sends."""
    beside = _beside(worker)
    if beside is not None:
        beside.stop()


def _beside(worker: Any) -> Any:  # noqa: ANN401 because gunicorn has no types
    """What runs beside the answers of a worker; None for one that could not start, or keeps nothing."""
    return getattr(getattr(worker, "wsgi", None), "extensions", {}).get("ivr.background")


def child_exit(_: Any, worker: Any) -> None:  # noqa: ANN401 because gunicorn has no types
    """Take a dead worker out of whatever counts only the living."""
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 because it reads what is set above

    mark_process_dead(worker.pid)


def when_ready(server: Any) -> None:  # noqa: ANN401 because gunicorn has no types
    """Freeze what was loaded before the fork, so that workers share it; say where the line listens."""
    gc.collect()
    gc.freeze()
    addresses = ", ".join(str(listener) for listener in server.LISTENERS)
    print("The line is ready at", addresses, file=sys.stderr, flush=True)
