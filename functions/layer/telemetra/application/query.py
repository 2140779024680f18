"""Query parameters: text in, values within bounds out; every refusal names the value and the bound."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from telemetra.domain.errors import ParameterError
from telemetra.domain.events import is_channel
from telemetra.domain.window import DAY_MS, HOUR_MS, MINUTE_MS, PANE_MS, SECOND_MS, floor_to

MOST_POINTS: Final = 1_500
"""Points of one answer."""

LIVE: Final = "live"

LATEST_MS: Final = 4_102_444_800_000
"""2100-01-01: no instant beyond it is asked for."""

STEPS: Final = {"minute": MINUTE_MS, "hour": HOUR_MS, "day": DAY_MS, LIVE: PANE_MS}
"""Distance of two points, by grain."""

DEFAULT_SPANS: Final[Mapping[str, int]] = {
    "minute": HOUR_MS,
    "hour": 2 * DAY_MS,
    "day": 30 * DAY_MS,
    LIVE: 5 * MINUTE_MS,
}
"""How far back a series goes when nothing is said."""

EXPORT_SPANS: Final[Mapping[str, int]] = {"minute": DAY_MS, "hour": 7 * DAY_MS, "day": 30 * DAY_MS}
"""How far back an export goes when nothing is said."""

_EPOCH_MS: Final = re.compile(r"[0-9]{1,15}")
_MICROSECOND_DIGITS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Range:
    """The half-open interval ``[start_ms, end_ms)``."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Series:
    """A series that was asked for: grain (``minute``, ``hour``, ``day`` or ``live``) and range."""

    grain: str
    range: Range


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request, each with all the values it was given."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return a parameter; None when it is absent or empty."""
        given = self.values.get(name, ())
        if len(given) > 1:
            message = f"{name} is given {len(given)} times: once is expected"
            raise ParameterError(message)
        return given[0] if given and given[0] else None

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """Return a parameter that must be one of ``choices``."""
        text = self.text(name)
        if text is not None and text not in choices:
            message = f"{name} is {text[:80]!r}: one of {', '.join(choices)} is expected"
            raise ParameterError(message)
        return text

    def names(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Return a list of names out of ``known``, separated by commas; empty when it is absent."""
        text = self.text(name)
        asked = tuple(dict.fromkeys(text.split(","))) if text else ()
        for each in asked:
            if each not in known:
                message = f"{name} has {each[:80]!r}: names out of {', '.join(known)} are expected"
                raise ParameterError(message)
        return asked

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``."""
        text = self.text(name)
        if text is None:
            return default
        value = int(text) if _EPOCH_MS.fullmatch(text) else low - 1
        if not low <= value <= high:
            message = f"{name} is {text[:80]!r}: a whole number from {low} to {high} is expected"
            raise ParameterError(message)
        return value

    def share(self, name: str) -> float:
        """Return a number from 0 to 1; 0 when it is absent."""
        text = self.text(name) or "0"
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            message = f"{name} is {text[:80]!r}: a number from 0 to 1 is expected"
            raise ParameterError(message)
        return value

    def instant(self, name: str, default_ms: int) -> int:
        """Return an instant in ms, given as epoch milliseconds or in ISO 8601 with an offset."""
        text = self.text(name)
        if text is None:
            return default_ms
        at_ms = int(text) if _EPOCH_MS.fullmatch(text) else _iso_ms(text)
        if at_ms is None or not 0 <= at_ms <= LATEST_MS:
            message = (
                f"{name} is {text[:80]!r}: epoch milliseconds, or ISO 8601 with Z or an offset"
                " (2026-11-23T18:00:00Z), from 1970 to 2100 is expected"
            )
            raise ParameterError(message)
        return at_ms

    def range(self, default: Range) -> Range:
        """Return ``from`` and ``to``; each that is absent comes from ``default``."""
        end_ms = self.instant("to", default.end_ms)
        length_ms = default.end_ms - default.start_ms
        start_ms = self.instant("from", max(end_ms - length_ms, 0))
        if start_ms >= end_ms:
            message = f"from is {start_ms}, to is {end_ms}: from is expected to be before to"
            raise ParameterError(message)
        return Range(start_ms, end_ms)

    def series(self, now_ms: int, spans: Mapping[str, int] = DEFAULT_SPANS) -> Series:
        """Return the series asked for; at most ``MOST_POINTS`` points.

        ``spans`` says which grains there are, and how far each goes back when nothing is said.
        """
        grain = self.choice("grain", spans) or "minute"
        step_ms = STEPS[grain]
        newest_ms = floor_to(now_ms, step_ms) + step_ms
        asked = self.range(Range(newest_ms - spans[grain], newest_ms))
        points = ceil_to(asked.end_ms, step_ms) // step_ms - ceil_to(asked.start_ms, step_ms) // step_ms
        if points > MOST_POINTS:
            message = (
                f"from {asked.start_ms} to {asked.end_ms} holds {points} points of grain {grain}:"
                f" at most {MOST_POINTS} are answered"
            )
            raise ParameterError(message)
        return Series(grain, asked)


def channel_id(text: str) -> str:
    """Return a channel id, or raise ``ParameterError``."""
    if not is_channel(text):
        message = f"stream_id is {text[:80]!r}: [a-z0-9_]{{1,64}} is expected"
        raise ParameterError(message)
    return text


def ceil_to(at_ms: int, span_ms: int) -> int:
    """Return the first multiple of ``span_ms`` that is not before ``at_ms``.

    >>> ceil_to(25_000, 10_000), ceil_to(20_000, 10_000)
    (30000, 20000)
    """
    return -floor_to(-at_ms, span_ms)


def _iso_ms(text: str) -> int | None:
    """Read ISO 8601; a plus that arrived as a space, as forms decode it, is taken for one."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * DAY_MS) + since.seconds * SECOND_MS + since.microseconds // _MICROSECOND_DIGITS
