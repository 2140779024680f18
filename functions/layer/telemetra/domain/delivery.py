"""One id for a delivery of records, by which what followed from it is found in every function's log lines.

A delivery is known by its last record, so that a batch which is delivered again has the id that it had.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

MOST_TOLD: Final = 20
"""Ids said in one log line or message; whoever has more to say says the first of them, in order."""

_BYTES: Final = 5


def delivery_id(stream: str, shard: str, last: int) -> str:
    """Return the id of the delivery that ends with this record of a shard.

    >>> delivery_id("chat", "shardId-000000000000", 49590338271490256608559692538361571095921575989136588898)
    'chat-4b53f5124b'
    """
    return f"{stream}-{blake2b(f'{shard}:{last}'.encode(), digest_size=_BYTES).hexdigest()}"
