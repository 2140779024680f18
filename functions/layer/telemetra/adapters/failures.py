"""What the vendors' errors mean to the use cases, and how long to wait before trying again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from telemetra.domain.errors import StoreUnavailableError

Sleep: TypeAlias = Callable[[float], None]
"""Waits so many seconds."""

_ATTEMPTS: Final = 6
_FIRST_PAUSE_S: Final = 0.05
_random: Final = random.SystemRandom()


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn any failure of a store into ``StoreUnavailableError``, named by what was being done."""
    try:
        yield
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        message = f"{what}: {error}"
        raise StoreUnavailableError(message) from error


class Patience:
    """The pauses between the attempts of one call: doubling, half of each at random, at most 1.6 s in all."""

    def __init__(self, sleep: Sleep) -> None:
        self._sleep = sleep
        self._attempt = 1

    def wait(self, complaint: str) -> None:
        """Pause before the next attempt.

        Raises:
            StoreUnavailableError: there were attempts enough; the message is ``complaint``.
        """
        if self._attempt == _ATTEMPTS:
            raise StoreUnavailableError(complaint)
        longest = _FIRST_PAUSE_S * 2 ** (self._attempt - 1)
        self._attempt += 1
        self._sleep(longest / 2 + _random.uniform(0, longest / 2))
