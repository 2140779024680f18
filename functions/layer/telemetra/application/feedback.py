"""What a person says of a moment, and what follows for the channel's detector."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from telemetra.application.alert_ports import Budgets, Judgements
from telemetra.domain.errors import NotFoundError, ParameterError, TooLargeError
from telemetra.domain.feedback import Verdict, budget
from telemetra.domain.window import DAY_MS

MEMORY_MS: Final = 30 * DAY_MS
"""Verdicts on older moments no longer count."""

MOST_BYTES: Final = 1_024
_MOST_DIGITS: Final = 15


class WantedVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verdict; null takes back what was said."""

    verdict: Verdict | None


class GiveFeedback:
    """The use case of the route of feedback."""

    def __init__(self, judgements: Judgements, budgets: Budgets) -> None:
        """Take where verdicts are kept, and where the detector reads the budget."""
        self._judgements = judgements
        self._budgets = budgets

    def __call__(self, channel: str, moment_id: str, body: bytes, now_ms: int) -> dict[str, Any]:
        """Keep the verdict and derive the channel's budget again from all of them.

        The verdicts are read once more after the budget is written: of two people at once, the later one
        to write leaves the budget of both.

        Raises:
            NotFoundError: the channel has no such moment.
            TooLargeError, ParameterError: the body is too long, or not a verdict.
        """
        verdict = _verdict(body)
        known = moment_id.isdigit() and moment_id.isascii() and len(moment_id) <= _MOST_DIGITS
        if not known or not self._judgements.judge(channel, int(moment_id), verdict):
            message = f"channel {channel!r} has no moment {moment_id[:80]!r}"
            raise NotFoundError(message)
        factor = self._tune(channel, now_ms - MEMORY_MS)
        return {
            "stream_id": channel,
            "moment_id": moment_id,
            "verdict": None if verdict is None else verdict.value,
            "budget": factor,
        }

    def _tune(self, channel: str, since_ms: int) -> float:
        factor = budget(self._judgements.verdicts(channel, since_ms))
        while True:
            self._budgets.tune(channel, factor)
            following = budget(self._judgements.verdicts(channel, since_ms))
            if following == factor:
                return factor
            factor = following


def _verdict(body: bytes) -> Verdict | None:
    if len(body) > MOST_BYTES:
        message = f"the verdict has {len(body)} bytes: at most {MOST_BYTES} are taken"
        raise TooLargeError(message)
    try:
        return msgspec.json.decode(body, type=WantedVerdict).verdict
    except (msgspec.DecodeError, UnicodeError) as error:
        message = f'the body is not a verdict ({{"verdict": "confirm"}}, "reject" or null): {error}'
        raise ParameterError(message) from error
