"""A TCP proxy of our own between two programs that talk: it delays, holds, cuts and corrupts as a test says."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

MOST_WAIT_S = 30
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Does(Enum):
    """What the proxy does with the bytes that it is given."""

    PASSES = "passes"
    HOLDS = "holds"  # half of what is asked, until it is let go
    HALVES = "halves"  # the head of an answer and half of its body, then a reset
    CORRUPTS = "corrupts"  # turns the bits of answers
    DELAYS = "delays"  # every piece of an answer, by `delay_s`
    SWALLOWS = "swallows"  # answers
    REFUSES = "refuses"  # connections, with a reset


@dataclass
class TcpProxy:
    """A proxy that runs. `holding` is set as soon as it holds something back."""

    port: int
    to: int | Path  # a port of this machine, or the socket of a program
    does: Does = Does.PASSES
    delay_s: float = 0.0
    holding: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    pairs: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)

    def hold(self) -> None:
        """Hold back half of what is asked from now on, until `release`."""
        self.holding.clear()
        self.let_go.clear()
        self.does = Does.HOLDS

    def release(self) -> None:
        """Let go of what is held, and pass on everything again."""
        self.does = Does.PASSES
        self.let_go.set()

    def cut_all(self) -> None:
        """Reset every connection that there is."""
        for pair in self.pairs:
            _reset(*pair)
        self.pairs.clear()

    def take(self, client: socket.socket) -> None:
        """Serve one connection."""
        if self.does is Does.REFUSES:
            _reset(client)
            return
        server = socket.socket(socket.AF_UNIX if isinstance(self.to, Path) else socket.AF_INET)
        if server.connect_ex(str(self.to) if isinstance(self.to, Path) else ("127.0.0.1", self.to)) != 0:
            _reset(client, server)
            return
        pair = (client, server)
        self.pairs.append(pair)
        for target in (self._ask, self._answer):
            threading.Thread(target=target, args=pair, daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while chunk := client.recv(65536):
                if self.does is Does.HOLDS:
                    server.sendall(chunk[: len(chunk) // 2])
                    self.holding.set()
                    self.let_go.wait(MOST_WAIT_S)
                    chunk = chunk[len(chunk) // 2 :]
                server.sendall(chunk)
            server.shutdown(socket.SHUT_WR)
            return
        _reset(client, server)

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        has_head = False
        with suppress(OSError):
            while chunk := server.recv(65536):
                match self.does:
                    case Does.HALVES if has_head or b"\r\n\r\n" in chunk[:-4]:
                        client.sendall(chunk[: -len(chunk) // 2])
                        break
                    case Does.CORRUPTS:
                        client.sendall(bytes(byte ^ 0x55 for byte in chunk))
                    case Does.DELAYS:
                        self.closing.wait(self.delay_s)
                        client.sendall(chunk)
                    case Does.SWALLOWS:
                        pass
                    case _:
                        client.sendall(chunk)
                has_head = True
            else:
                client.shutdown(socket.SHUT_WR)
                return
        _reset(client, server)


@contextmanager
def tcp_proxy(to: int | Path) -> Iterator[TcpProxy]:
    """A proxy in front of a program of this machine; it is stopped at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = TcpProxy(listener.getsockname()[1], to)
        accepting = threading.Thread(target=_accept, args=(listener, proxy))
        accepting.start()
        try:
            yield proxy
        finally:
            proxy.closing.set()
            proxy.let_go.set()
            with socket.socket() as last:
                last.connect_ex(("127.0.0.1", proxy.port))
            accepting.join(MOST_WAIT_S)
            proxy.cut_all()


def _accept(listener: socket.socket, proxy: TcpProxy) -> None:
    while True:
        client, _ = listener.accept()
        if proxy.closing.is_set():
            client.close()
            return
        proxy.take(client)


def _reset(*connections: socket.socket) -> None:
    for connection in connections:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        connection.close()
