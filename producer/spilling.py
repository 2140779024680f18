"""The sink that outlasts an outage: what the streams do not take waits on disk, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from producer.sink import ATTEMPTS, SinkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from producer.pack import Packed
    from producer.sink import KinesisSink
    from producer.spill import Spill

PATIENCE_S: Final = 3.0
"""How long a spilling sink lets one delivery take before the rest goes to disk."""

PROBE_S: Final = 1.0
"""How often a spilling sink asks a stream that is away."""

DRAIN_S: Final = 0.5
"""How long one ``send`` may spend on what is on disk, so that its caller keeps time."""

GRACE_S: Final = 10.0
"""How long the end of a run waits for streams that are away, unless it was told to stop."""


class SpillingSink:
    """Sends through a `KinesisSink`; what the streams do not take waits on disk, and goes out in order.

    From the first record that is spilled until the last has been sent, everything goes by way of the disk.
    """

    def __init__(
        self,
        inner: KinesisSink,
        spill: Spill,
        *,
        seconds: Callable[[], float],
        stopped: Callable[[], bool],
        say: Callable[[str], None],
    ) -> None:
        """Take the sink, the place on disk, a clock, what tells the end, and where to tell of an outage."""
        self._inner = inner
        self._spill = spill
        self._seconds = seconds
        self._stopped = stopped
        self._say = say
        self._probe_s = seconds()
        self._away = False
        self.totals = inner.totals
        if spill.events:
            self.totals.recovered = self.totals.held = spill.events
            say(f"{spill.events} events of an earlier run wait in {spill.directory}; they go out first")

    def send(self, records: Iterable[Packed]) -> None:
        """Send ``records``, or keep them on disk; returns within seconds.

        Raises:
            SinkError: a stream is missing or forbidden, or the disk refuses.
        """
        if not self._spill.events:
            left, why = self._inner.deliver(records, ATTEMPTS, PATIENCE_S)
            if left:
                self._keep(left)
                self._mark_away(why)
            return
        self._keep(list(records))
        self._drain(self._seconds() + DRAIN_S)

    def close(self) -> None:
        """Send what is on disk; streams away for ``GRACE_S``, or away at a stop, leave it there.

        Raises:
            SinkError: a stream is missing or forbidden.
        """
        quiet_s = self._seconds()
        while self._spill.events and not (self._stopped() and self._away):
            if self._stopped():
                self._probe_s = min(self._probe_s, self._seconds())
            if self._drain(self._seconds() + DRAIN_S):
                quiet_s = self._seconds()
            elif self._stopped() or self._seconds() - quiet_s > GRACE_S:
                break
            else:
                self._inner.pause(self._probe_s - self._seconds())
        self.totals.held = self._spill.events
        self._spill.close()

    @property
    def directory(self) -> Path:
        """Where records wait."""
        return self._spill.directory

    def _keep(self, records: list[Packed]) -> None:
        try:
            self._spill.append(records)
        except OSError as error:
            self.totals.unsent += sum(record.events for record in records)
            message = f"cannot keep records in {self._spill.directory}: {error.strerror}"
            raise SinkError(message) from error
        self.totals.spilled += sum(record.events for record in records)
        self.totals.held = self._spill.events

    def _drain(self, until_s: float) -> bool:
        """Send from the disk until it is empty, the time is up, or a stream is away; say if any went out."""
        progress = False
        while self._spill.events and self._seconds() < until_s and self._seconds() >= self._probe_s:
            batch = self._spill.first()
            before = self.totals.records
            left, why = self._inner.deliver(batch, 1 if self._away else ATTEMPTS, PATIENCE_S)
            taken = self.totals.records > before
            progress = progress or taken
            self._spill.forget_first(left)
            self.totals.held = self._spill.events
            if not taken:
                self._mark_away(why)
                return progress
            if self._away:
                self._away = False
                self._say(f"the streams are back; {self._spill.events} more events on disk go out in order")
        return progress

    def _mark_away(self, why: str) -> None:
        self._probe_s = self._seconds() + PROBE_S
        if not self._away:
            self._away = True
            self._say(f"a stream takes no more ({why}); events are kept in {self._spill.directory}")
