"""Playing: slices of lines to a sink, at once or on the beat of a clock."""

from __future__ import annotations

import time
from threading import Event as Flag
from typing import TYPE_CHECKING, Final, Protocol

from producer.pack import pack, slices
from telemetra.domain.window import PANE_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from producer.event import Line
    from producer.sink import Sink

_BEAT_MS: Final = 1_000
_WIDTHS: Final = (10_000, 5_000, 2_000, 1_000)


class Beat(Protocol):
    """A monotonic clock that waits, and can be told to stop."""

    def seconds(self) -> float:
        """Return monotonic seconds from some fixed moment."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait; return True at once when the run is to stop."""
        ...


class SystemBeat:
    """The machine's monotonic clock; ``stop`` ends the wait in progress and every later one."""

    def __init__(self) -> None:
        self._stopped = Flag()

    def seconds(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait, or return True when stopped."""
        return self._stopped.wait(max(0.0, seconds))

    def stopped(self) -> bool:
        """Say whether ``stop`` was called."""
        return self._stopped.is_set()

    def stop(self, *_: object) -> None:
        """End the run; fits a signal handler."""
        self._stopped.set()


def play_at_once(lines: Iterable[Line], sink: Sink, beat: Beat, *, salt: int = 1) -> bool:
    """Send ``lines`` as fast as they are taken, pane by pane over all streams; return False if stopped."""
    for part in slices(lines, PANE_MS):
        sink.send(pack(part.lines, salt))
        if beat.wait(0):
            return False
    return True


def play_on_time(
    lines: Iterable[Line],
    sink: Sink,
    beat: Beat,
    *,
    origin_ms: int,
    origin_s: float | None = None,
    speed: float = 1.0,
    until_ms: int | None = None,
    salt: int = 1,
    whole: bool = False,
) -> bool:
    """Send each slice when its last instant has passed; return False if stopped.

    Due times count from one moment, so neither slow sends nor waits add up; what is overdue goes out at once.
    A stop sends what is due by then, or with ``whole`` no part of a slice.

    Args:
        lines: events by ascending ``ts``.
        sink: takes the records.
        beat: the clock.
        origin_ms: the event time that is due at ``origin_s``.
        origin_s: seconds of ``beat``; the call itself by default.
        speed: event time per real time.
        until_ms: the events end here, so the last slice is due no later.
        salt: partition keys of one channel's chat.
        whole: the source can be played again, and is then to send the same bytes.
    """
    begun = beat.seconds() if origin_s is None else origin_s
    for part in slices(lines, slice_width(speed)):
        end_ms = part.end_ms if until_ms is None else min(part.end_ms, until_ms)
        due = begun + (end_ms - origin_ms) / 1000 / speed
        if beat.wait(due - beat.seconds()):
            if whole:
                return False
            horizon = origin_ms + int((beat.seconds() - begun) * 1000 * speed)
            sink.send(pack((line for line in part.lines if line.ts < horizon), salt))
            return False
        sink.send(pack(part.lines, salt))
    return True


def slice_width(speed: float) -> int:
    """Return how much event time goes out at once, in ms: a second's worth, at most a pane.

    Example:
        >>> slice_width(1), slice_width(6), slice_width(60)
        (1000, 5000, 10000)
    """
    return next((width for width in _WIDTHS if width <= speed * _BEAT_MS), _WIDTHS[-1])
