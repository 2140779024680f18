"""Ports on loopback."""

from __future__ import annotations

import errno
import socket

from local.errors import LocalError

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server can listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.errno not in {errno.EADDRINUSE, errno.EACCES}
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) != 0


def some_free() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, *, use: str, setting: str, option: str = "") -> None:
    """Refuse a port that is taken.

    Raises:
        LocalError: names the port, its use and how to choose another.
    """
    if is_free(port):
        return
    how = f"--port N or {setting}=N" if option else f"{setting}=N"
    msg = f"Port {port} ({use}) is taken by another program."
    raise LocalError(msg, fix=f"Stop that program, or choose another port with {how}.")
