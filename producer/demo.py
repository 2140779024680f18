"""The demo: the last hour of live channels and of one that went offline, then live."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from producer.event import to_line
from producer.play import SystemBeat, play_at_once, play_on_time
from producer.sources.bursts import hype, raid, stagger, sub_bomb
from producer.sources.channel import Channel
from producer.sources.scenario import SHARES, Scenario
from producer.truth import Tally
from producer.truth import Truth as DemoTruth
from telemetra.domain.window import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from producer.play import Beat
    from producer.sink import Sink
    from producer.sources.bursts import Burst

__all__ = ["OFFLINE", "DemoTruth", "demo_scenario", "go_live", "send_demo"]

HISTORY_MS: Final = 60 * MINUTE_MS
OFFLINE: Final = "quiet_quill"
"""The channel that is offline by now."""

_OFF_AFTER_MS: Final = 22 * MINUTE_MS
_HYPE_MINUTES: Final = ((12, 27, 43), (24,), (33,))
_RAID_MINUTE: Final = 51
_BOMB_MINUTE: Final = 38


def demo_scenario(*, now_ms: int, seed: int, channels: Sequence[str], rate: float) -> Scenario:
    """Return the demo whose history ends at ``now_ms``: at least four hype bursts, a raid and a sub-bomb.

    Args:
        now_ms: where live begins; the history starts on a whole minute an hour before.
        seed: same seed, same demo.
        channels: the live ones; the first plays a burst within two minutes of ``now_ms``.
        rate: chat messages a second of the busiest channel; the others have less.
    """
    start_ms = now_ms - now_ms % MINUTE_MS - HISTORY_MS
    cast = [
        Channel(
            seed,
            start_ms,
            name,
            rate * SHARES[index % len(SHARES)],
            planted=_planted(seed, name, index, start_ms),
            recur_from_ms=now_ms + stagger(index),
        )
        for index, name in enumerate(channels)
    ]
    rng = Random(f"{seed}/{OFFLINE}/plan")
    last = hype(OFFLINE, start_ms + 12 * MINUTE_MS, rng)
    off_ms = start_ms + _OFF_AFTER_MS
    cast.append(Channel(seed, start_ms, OFFLINE, rate * 0.4, planted=(last,), off_ms=off_ms))
    return Scenario(start_ms, tuple(cast))


def _planted(seed: int, name: str, index: int, start_ms: int) -> tuple[Burst, ...]:
    """Return the moments of the live channel number ``index``, each within its own minute or two."""
    rng = Random(f"{seed}/{name}/plan")

    def place(minute: int) -> int:
        return start_ms + (minute + index // len(SHARES) % 3) * MINUTE_MS + rng.randrange(0, 50_000, 1_000)

    bursts = [hype(name, place(minute), rng) for minute in _HYPE_MINUTES[index % len(_HYPE_MINUTES)]]
    if index == 1:
        bursts.append(raid(name, place(_RAID_MINUTE), rng))
    if index == 2 % len(SHARES):
        bursts.append(sub_bomb(name, place(_BOMB_MINUTE + 8), rng))
    return tuple(bursts)


def send_demo(
    sink: Sink,
    *,
    now_ms: int,
    seed: int,
    channels: Sequence[str],
    rate: float,
    truth_path: Path | None = None,
    beat: Beat | None = None,
) -> DemoTruth:
    """Send the history of the demo, as fast as ``sink`` takes it, and return (and write) its truth.

    Raises:
        SinkError: the streams cannot take it.
    """
    scenario = demo_scenario(now_ms=now_ms, seed=seed, channels=channels, rate=rate)
    tally = Tally()
    lines = map(to_line, tally.watch(scenario.events(until_ms=now_ms)))
    play_at_once(lines, sink, beat or SystemBeat())
    planted = scenario.bursts(scenario.start_ms, now_ms + 2 * MINUTE_MS)
    truth = tally.truth(planted, seed=seed, rate=rate, start_ms=scenario.start_ms, end_ms=now_ms)
    if truth_path:
        truth.write(truth_path)
    return truth


def go_live(
    sink: Sink,
    scenario: Scenario,
    beat: Beat,
    *,
    from_ms: int,
    from_s: float | None = None,
    until_ms: int | None = None,
    salt: int = 1,
) -> bool:
    """Play ``scenario`` on time from ``from_ms``, which was due at ``from_s``; return False if stopped.

    What became due since then, while the history was sent, goes out at once.
    """
    lines = scenario.lines(from_ms, until_ms)
    return play_on_time(lines, sink, beat, origin_ms=from_ms, origin_s=from_s, until_ms=until_ms, salt=salt)
