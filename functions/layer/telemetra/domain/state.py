"""The state of one channel between invocations: clock, closing marks and detector."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from telemetra.domain.clock import Clock, PackedClock
from telemetra.domain.encoding import seal, unseal

_VERSION: Final = 1
_Packed = tuple[PackedClock, int, int, str, bytes]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One row a channel; everything in it can be derived again from stored panes.

    Attributes:
        channel: channel id.
        version: number of writes of this row; 0 when it was never stored.
        clock: watermarks.
        closed_ms: minutes before it have been published as final; 0 at first.
        settled_ms: minutes before it were merged again after their closing was durable, so that no late pane
            can have slipped between reading the panes and storing ``closed_ms``; never above ``closed_ms``.
        detector_name: name and parameter hash of the detector that ``detector`` belongs to.
        detector: encoded detector state, empty at first.
        budget: factor on the alarm budget that people's feedback asks for; kept by the store, not encoded.
    """

    channel: str
    version: int = 0
    clock: Clock = field(default_factory=Clock)
    closed_ms: int = 0
    settled_ms: int = 0
    detector_name: str = ""
    detector: bytes = b""
    budget: float = 1.0

    def encode(self) -> bytes:
        """Return canonical bytes of all but ``channel``, ``version`` and ``budget``."""
        return seal(
            _VERSION,
            (self.clock.packed(), self.closed_ms, self.settled_ms, self.detector_name, self.detector),
        )

    @classmethod
    def decode(cls, channel: str, version: int, data: bytes) -> ChannelState:
        """Undo ``encode``; raises ``CorruptStateError``."""
        _, (clock, closed_ms, settled_ms, name, detector) = unseal(data, {_VERSION: _Packed}, "channel state")
        return cls(channel, version, Clock.unpacked(clock), closed_ms, settled_ms, name, detector)
