"""The detector of moments: signals scored one by one, fused into one surprise, held as one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from hashlib import blake2b
from typing import Final

import msgspec

from telemetra.domain.detection import Advance, Observation
from telemetra.domain.detectors import signal_detector
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.fusion.channel import Channel
from telemetra.domain.fusion.kinds import KINDS
from telemetra.domain.fusion.memory import Memory
from telemetra.domain.fusion.parameters import SAYS, TELLS, Parameters
from telemetra.domain.fusion.signals import SIGNALS
from telemetra.domain.moment import Moment
from telemetra.domain.window import PANE_MS

_VERSION: Final = 1
_LONGEST_GAP: Final = 60


class Fused:
    """Scores every signal by one kind of detector and makes one moment of what they say together.

    Args:
        kind: name of the detector of single signals, such as ``ensemble``.
        parameters: numbers of the fusion.
    """

    def __init__(self, kind: str, parameters: Parameters | None = None) -> None:
        self._parameters = parameters or Parameters()
        self._detectors = tuple(signal_detector(kind, signal.prior) for signal in SIGNALS)
        numbers = msgspec.json.encode(
            (
                _VERSION,
                asdict(self._parameters),
                [detector.name for detector in self._detectors],
                TELLS,
                SAYS,
                KINDS,
            )
        )
        self._name = f"{kind}-{blake2b(numbers, digest_size=4).hexdigest()}"

    @property
    def name(self) -> str:
        """Name and parameter hash: of the fusion, its rules and every signal's detector."""
        return self._name

    @property
    def history_panes(self) -> int:
        """Panes that it warms up from."""
        return _LONGEST_GAP

    def last_pane_ms(self, state: bytes) -> int:
        """Return the start of the last pane that ``state`` has seen; 0 for the empty state."""
        return _decode(state).last_ms

    def advance(self, channel: str, state: bytes, panes: Sequence[Observation]) -> Advance:
        """Score panes in order; see ``Detector.advance``."""
        memory = _decode(state)
        scored = Channel(channel, memory, self._detectors, self._parameters)
        changed: dict[int, Moment] = {}
        for pane in _contiguous(memory.last_ms, panes):
            for moment in scored.step(pane):
                changed[moment.start_ms] = moment
        if not memory.last_ms:
            return Advance(b"", 0, (), open=False)
        encoded = seal(_VERSION, scored.remembered())
        return Advance(encoded, memory.last_ms, tuple(changed.values()), memory.running is not None)


def without_words(state: bytes, unwanted: Callable[[str], bool]) -> tuple[bytes, int]:
    """Return a state that has not learned the unwanted words, and how many it had; the same one at 0."""
    memory = _decode(state)
    kept = [(word, share) for word, share in memory.habits if not unwanted(word)]
    gone = len(memory.habits) - len(kept)
    memory.habits = kept
    return (seal(_VERSION, memory), gone) if gone else (state, 0)


def _decode(state: bytes) -> Memory:
    if not state:
        return Memory()
    memory: Memory = unseal(state, {_VERSION: Memory}, "state of the fused signals")[1]
    return memory


def _contiguous(last_ms: int, panes: Sequence[Observation]) -> Iterator[Observation]:
    """Yield unseen panes, and silence between them; a long gap is cut."""
    for pane in panes:
        if pane.start_ms <= last_ms:
            continue
        if last_ms:
            first = max(last_ms + PANE_MS, pane.start_ms - _LONGEST_GAP * PANE_MS)
            for start_ms in range(first, pane.start_ms, PANE_MS):
                yield Observation(start_ms, facts=pane.facts)
        yield pane
        last_ms = pane.start_ms
