"""Posting to receivers that strangers chose: the address is resolved once, judged, and connected to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from telemetra.domain.errors import DeliveryError

TIMEOUT_S: Final = 5.0
"""From the connection to the last byte of the answer's head."""

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], list[str]]
"""Turns a name and a port into addresses."""


class HttpWebhooks:
    """``Webhooks`` over HTTPS.

    Of the answer only the status is read. A name that has any address which is not public is refused whole.

    Args:
        loopback: whether this machine itself may be posted to, over plain HTTP too; for tests and trials.
        timeout_s: for one post, all in all.
        resolve: the resolver of names.
        tls: the trust in certificates; that of the machine when None.
    """

    def __init__(
        self,
        *,
        loopback: bool,
        timeout_s: float = TIMEOUT_S,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._loopback = loopback
        self._timeout_s = timeout_s
        self._resolve = resolve or resolved
        self._given = tls

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = self._address(host, _port(parts))
        if parts.scheme != "https" and not (self._loopback and ip_address(address).is_loopback):
            message = f"{host} is not posted to without TLS"
            raise DeliveryError(message)
        try:
            return self._exchange(parts, address, headers, body)
        except (OSError, HTTPException, ValueError) as error:
            message = f"{host} did not answer within {self._timeout_s:g} s: {type(error).__name__}"
            raise DeliveryError(message) from error

    def _address(self, host: str, port: int) -> str:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            message = f"{host} has no address"
            raise DeliveryError(message) from error
        refused = [address for address in found if not self._allowed(ip_address(address))]
        if refused or not found:
            message = f"{host} is not public: it has the address {refused[0] if refused else '(none)'}"
            raise DeliveryError(message)
        return found[0]

    def _allowed(self, address: Address) -> bool:
        return is_public(address) or (self._loopback and address.is_loopback)

    def _exchange(self, parts: SplitResult, address: str, headers: Mapping[str, str], body: bytes) -> int:
        stream = socket.create_connection((address, _port(parts)), timeout=self._timeout_s)
        line = stream.dup()
        watch = threading.Timer(self._timeout_s, _hang_up, (line,))
        watch.start()
        try:
            if parts.scheme == "https":
                stream = self._tls.wrap_socket(stream, server_hostname=parts.hostname)
            connection = HTTPConnection(parts.netloc)
            connection.sock = stream
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body=body, headers=dict(headers) | {"Connection": "close"})
            return connection.getresponse().status
        finally:
            watch.cancel()
            line.close()
            stream.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given or ssl.create_default_context()


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public Internet, and not to us, our host or its metadata.

    Ways to write an IPv4 address as an IPv6 one are refused with all they could mean.

    >>> [is_public(ip_address(text)) for text in ("8.8.8.8", "10.0.0.1", "169.254.169.254", "2002:7f00:1::")]
    [True, False, False, False]
    """
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return True
    return not address.is_site_local and address.sixtofour is None and address.ipv4_mapped is None


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a name, in the resolver's order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
