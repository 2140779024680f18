"""The baseline detector: a z-score of chat rate over the last panes, held at its peak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean, pstdev
from typing import Final

from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Advance, Observation
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.moment import Evidence, Moment, MomentType
from telemetra.domain.window import PANE_MS

_VERSION: Final = 1
_Open = tuple[int, int, int, float, int, int, str]
_Packed = tuple[int, list[int], _Open | None]


@dataclass(frozen=True, slots=True)
class _Burst:
    """The moment that is running: its panes and the strongest of them."""

    start_ms: int
    peak_ms: int
    panes: int
    peak_z: float
    peak_count: int
    quiet: int
    sentence: str

    def packed(self) -> _Open:
        return (
            self.start_ms, self.peak_ms, self.panes, self.peak_z, self.peak_count, self.quiet, self.sentence
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ZScore:
    """Flags a pane whose messages lie ``threshold`` standard deviations above the last ``history`` panes.

    While a moment runs its panes stay out of the history, so that a long burst is not its own baseline. It
    ends after ``hold`` panes below ``release`` deviations.

    Attributes:
        history: panes that make the baseline.
        warm_up: panes needed before anything is flagged.
        threshold: deviations that open a moment.
        release: deviations below which a running moment is fading.
        hold: fading panes after which it has ended.
        least: messages a pane must hold to open a moment.
    """

    history: int = 60
    warm_up: int = 12
    threshold: float = 3.0
    release: float = 1.5
    hold: int = 2
    least: int = 10

    @property
    def name(self) -> str:
        """Name and parameters of this detector."""
        bounds = f"{self.threshold:g}-{self.release:g}-{self.hold}-{self.least}"
        return f"zscore-{self.history}-{self.warm_up}-{bounds}"

    @property
    def history_panes(self) -> int:
        """Panes that it warms up from."""
        return self.history

    def last_pane_ms(self, state: bytes) -> int:
        """Return the start of the last pane that ``state`` has seen; 0 for the empty state."""
        return _decode(state)[0]

    def advance(self, channel: str, state: bytes, panes: Sequence[Observation]) -> Advance:
        """Score panes in order; see ``Detector.advance``."""
        last_ms, counts, burst = _decode(state)
        changed: dict[int, Moment] = {}
        for pane in self._contiguous(last_ms, panes):
            mean, deviation = _baseline(counts)
            z = (pane.chat.count - mean) / deviation
            if burst is None:
                opens = len(counts) >= self.warm_up and z >= self.threshold and pane.chat.count >= self.least
                if opens:
                    burst = _opened(pane, z, mean)
                else:
                    counts = [*counts, pane.chat.count][-self.history :]
            else:
                burst = _continued(burst, pane, z, mean, fading=z < self.release)
            if burst is not None:
                ended = burst.quiet >= self.hold
                moment = _moment(channel, burst, mean, deviation, pane.start_ms if ended else None)
                changed[burst.start_ms] = moment
                burst = None if ended else burst
            last_ms = pane.start_ms
        packed = burst.packed() if burst else None
        encoded = seal(_VERSION, (last_ms, counts, packed)) if last_ms else b""
        return Advance(encoded, last_ms, tuple(changed.values()), burst is not None)

    def _contiguous(self, last_ms: int, panes: Sequence[Observation]) -> Iterator[Observation]:
        """Yield unseen panes, and silence between them; a gap longer than the history is cut to it."""
        for pane in panes:
            if pane.start_ms <= last_ms:
                continue
            if last_ms:
                first = max(last_ms + PANE_MS, pane.start_ms - self.history * PANE_MS)
                for start_ms in range(first, pane.start_ms, PANE_MS):
                    yield Observation(start_ms)
            yield pane
            last_ms = pane.start_ms


def _decode(state: bytes) -> tuple[int, list[int], _Burst | None]:
    if not state:
        return 0, [], None
    _, (last_ms, counts, burst) = unseal(state, {_VERSION: _Packed}, "z-score state")
    return last_ms, counts, _Burst(*burst) if burst else None


def _baseline(counts: Sequence[int]) -> tuple[float, float]:
    """Return mean and deviation of messages a pane; the latter at least 1 and that of a Poisson count."""
    if not counts:
        return 0.0, 1.0
    mean = fmean(counts)
    return mean, max(pstdev(counts), sqrt(mean), 1.0)


def _opened(pane: Observation, z: float, mean: float) -> _Burst:
    return _Burst(pane.start_ms, pane.start_ms, 1, z, pane.chat.count, 0, _sentence(pane.chat, mean))


def _continued(burst: _Burst, pane: Observation, z: float, mean: float, *, fading: bool) -> _Burst:
    burst = replace(burst, panes=burst.panes + 1, quiet=burst.quiet + 1 if fading else 0)
    if z <= burst.peak_z:
        return burst
    sentence = _sentence(pane.chat, mean)
    return replace(burst, peak_ms=pane.start_ms, peak_z=z, peak_count=pane.chat.count, sentence=sentence)


def _sentence(chat: ChatPane, mean: float) -> str:
    parts = [f"chat {chat.count / max(mean, 1.0):.1f}x its usual rate"]
    top = max(((messages, name) for name, messages in chat.holders().items()), default=None)
    if top:
        parts.append(f"{round(100 * top[0] / chat.count)} % {top[1]}")
    parts.append(f"{chat.chatters.finish()} chatters")
    return ", ".join(parts)


def _moment(channel: str, burst: _Burst, mean: float, deviation: float, ended_ms: int | None) -> Moment:
    low, high = max(0.0, mean - 2 * deviation), mean + 2 * deviation
    evidence = Evidence(
        "chat_rate", float(burst.peak_count), round(low, 2), round(high, 2), round(burst.peak_z, 2)
    )
    return Moment(
        channel=channel,
        start_ms=burst.start_ms,
        peak_ms=burst.peak_ms,
        end_ms=None if ended_ms is None else ended_ms - (burst.quiet - 1) * PANE_MS,
        type=MomentType.HYPE,
        score=round(burst.peak_z / (burst.peak_z + 3.0), 4),
        sentence=burst.sentence,
        evidence=(evidence,),
        version=burst.panes,
    )
