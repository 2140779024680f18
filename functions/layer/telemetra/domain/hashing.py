"""Keyed hashes: what is kept of a user id or a record, instead of it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.distinct import HASH_BYTES

_CACHED: Final = 200_000


class KeyedHash(dict[str, int]):
    """Names to 40-bit keyed BLAKE2b hashes, remembered so that a chatter is hashed once a container.

    >>> hashes = KeyedHash(b"secret of the deployment")
    >>> hashes["mira"] == hashes["mira"] != KeyedHash(b"another")["mira"]
    True
    """

    def __init__(self, key: bytes) -> None:
        """Take the secret of the deployment, at most 64 bytes."""
        super().__init__()
        self._key = key

    def __missing__(self, name: str) -> int:
        """Hash a name that was not asked for before."""
        if len(self) >= _CACHED:
            self.clear()
        digest = blake2b(
            name.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES, key=self._key
        ).digest()
        self[name] = value = int.from_bytes(digest, "big")
        return value


def record_hash(data: bytes) -> int:
    """Return the 64-bit hash by which a re-sent record of identical bytes is known."""
    return int(record_hashes([data])[0])


def record_hashes(records: Sequence[bytes]) -> NDArray[np.uint64]:
    """Return ``record_hash`` of each record."""
    digests = b"".join([blake2b(data, digest_size=8).digest() for data in records])
    return np.frombuffer(digests, ">u8").astype(np.uint64)
