"""Playing a scenario: what is past at once, then what comes on time, with its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producer.event import to_line
from producer.play import SystemBeat, play_at_once, play_on_time
from producer.sources.scenario.world import place
from producer.truth import Tally
from telemetra.domain.window import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from producer.play import Beat
    from producer.sink import Sink
    from producer.sources.scenario.spec import Spec
    from producer.sources.scenario.world import Scenario
    from producer.truth import Truth


def placed_live(
    spec: Spec, *, now_ms: int, seed: int, names: Sequence[str] | None = None, rate: float | None = None
) -> Scenario:
    """Return ``spec`` placed so that live begins at ``now_ms``; a history begins on a whole minute.

    Live so begins up to a minute after the history that the file names.
    """
    aligned_ms = now_ms - now_ms % MINUTE_MS if spec.history_ms else now_ms
    return place(spec, seed, start_ms=aligned_ms - spec.history_ms, names=names, rate=rate)


class Stage:
    """Sends one scenario and counts what it sends.

    Attributes:
        scenario: what is played.
        begins_ms: first instant that is sent; the start of the scenario until something is.
    """

    def __init__(self, scenario: Scenario, sink: Sink, beat: Beat | None = None) -> None:
        """Nothing is sent yet."""
        self.scenario = scenario
        self.begins_ms = scenario.start_ms
        self._begun = False
        self._sink = sink
        self._beat = beat or SystemBeat()
        self._tally = Tally()

    def send_history(self, until_ms: int) -> bool:
        """Send everything before ``until_ms`` as fast as it is taken; return False if stopped.

        Raises:
            SinkError: the streams cannot take it.
        """
        self._begun = True
        events = self._tally.watch(self.scenario.events(until_ms=until_ms))
        return play_at_once(map(to_line, events), self._sink, self._beat)

    def go_live(
        self, from_ms: int, *, from_s: float | None = None, until_ms: int | None = None, salt: int = 1
    ) -> bool:
        """Play on time from ``from_ms``, which was due at ``from_s``; return False if stopped.

        What became due since then, while the history was sent, goes out at once.

        Raises:
            SinkError: the streams cannot take it.
        """
        if not self._begun:
            self.begins_ms, self._begun = from_ms, True
        events = self._tally.watch(self.scenario.events(from_ms, until_ms))
        return play_on_time(
            map(to_line, events),
            self._sink,
            self._beat,
            origin_ms=from_ms,
            origin_s=from_s,
            until_ms=until_ms,
            salt=salt,
        )

    def truth(self, end_ms: int) -> Truth:
        """Return the truth of what was sent before ``end_ms``."""
        return self._tally.truth(self.scenario, self.begins_ms, end_ms)
