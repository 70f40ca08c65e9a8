"""Connections with a hard end: the time-out of a socket begins anew with every byte, so that a slow sender outlives it.

Only the look-up of a name is not cut: the system's resolver has limits of its own.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def connected(host: str, port: int, seconds: float) -> Iterator[socket.socket]:
    """A connection that is cut once the seconds are over, whatever is being done with it; OSError if there is none.

    It may be wrapped in TLS inside; whoever wraps it closes the wrap.
    """
    end = time.monotonic() + seconds
    with _connect(host, port, end) as connection, connection.dup() as handle:
        # A second handle to the same connection, because wrapping takes the first one away from whoever holds it.
        cut = threading.Timer(end - time.monotonic(), _cut, (handle,))
        cut.daemon = True
        cut.start()
        try:
            yield connection
        finally:
            cut.cancel()


def _connect(host: str, port: int, end: float) -> socket.socket:
    """The first address of the host that answers; all of them together have until `end`."""
    last = OSError("There is no such address.")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(max(0.001, end - time.monotonic()))
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection
    raise last


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)
