"""A door in front of an endpoint of this machine, that can be shut in two ways."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Final, Self

_HOST: Final = "127.0.0.1"
_CHUNK: Final = 64 * 1024
_LOOK_S: Final = 0.1


class Way(StrEnum):
    """How the door stands: open, silent (connections are taken, nothing is answered), or shut (refused)."""

    OPEN = "open"
    SILENT = "silent"
    SHUT = "shut"


class Valve:
    """Passes TCP connections on to ``port`` of this machine while it is open."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._way = Way.OPEN
        self._listener = socket.create_server((_HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._pairs: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        """The address that clients are given."""
        return f"http://{_HOST}:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._cut()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def turn(self, way: Way) -> None:
        """Stand in another way; connections under way are cut."""
        self._way = way
        if way is not Way.OPEN:
            self._cut()

    def _accept(self) -> None:
        self._listener.settimeout(_LOOK_S)
        while not self._over.is_set():
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            if self._way is Way.SHUT:
                near.close()
                continue
            self._pairs.add(near)
            if self._way is Way.OPEN:
                far = socket.create_connection((_HOST, self._target))
                self._pairs.add(far)
                self._start(self._pump, near, far)
                self._start(self._pump, far, near)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._pairs.discard(end)

    def _cut(self) -> None:
        for end in list(self._pairs):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._pairs.discard(end)

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)
