"""The line below the link: what flows now."""

from __future__ import annotations

import time

from rich.console import Console

from local.watch import Look, Watch

TERMINAL_EVERY_S = 5.0
PLAIN_EVERY_S = 60.0


class LiveLine:
    """Redraws one line on a terminal, prints one a minute elsewhere."""

    def __init__(self, watch: Watch, console: Console) -> None:
        self._watch = watch
        self._console = console
        self._due = time.monotonic()

    def draw(self) -> None:
        """Draw if it is time to."""
        if time.monotonic() < self._due:
            return
        terminal = self._console.is_terminal
        self._due = time.monotonic() + (TERMINAL_EVERY_S if terminal else PLAIN_EVERY_S)
        text = sentence(self._watch.look())
        if terminal:
            self._console.file.write(f"\r\x1b[2K{text}  (Ctrl-C stops)")
            self._console.file.flush()
        else:
            self._console.print(text)


def sentence(look: Look) -> str:
    """Say what was seen.

    Example:
        >>> sentence(Look(12.34, 850, 63, 4))
        '12.3 messages/s, lag 0.8 s, 63 rows of minutes and hours, 4 moments'
    """
    rate = "-" if look.events_per_s is None else f"{look.events_per_s:.1f}"
    lag = "-" if look.lag_ms is None else f"{look.lag_ms / 1000:.1f} s"
    minutes = "-" if look.minutes is None else look.minutes
    moments = "-" if look.moments is None else look.moments
    return f"{rate} messages/s, lag {lag}, {minutes} rows of minutes and hours, {moments} moments"
