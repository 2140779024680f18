"""What a channel is remembered by between two panes: the form that is stored."""

from __future__ import annotations

import msgspec

from telemetra.domain.fusion.picture import Sums, Usual

PackedTold = tuple[str, bool, float, float]
PackedEvidence = tuple[str, float, float, float, float]


class Running(msgspec.Struct, array_like=True):
    """The moment that lasts.

    Attributes:
        type: as it looks by now.
        start_ms: start of its first pane, its identity.
        peak_ms: start of its strongest pane.
        end_ms: end of its last pane that stood out.
        panes: seen since it opened.
        calm: of these, the last ones that did not stand out.
        peak: fused surprise of the strongest pane.
        rate: messages of the peak as a multiple of the usual.
        viewers: usual before it; None when not known.
        step: greatest share by which they grew.
        raiders: viewers that an announced raid brought.
        crowd: chatters of the peak beyond the usual.
        gifts: most subscriptions given away in a pane, when that was a bomb; else 0.
        drop: greatest share of the viewers lost.
        low: fewest viewers so far; None before a reading.
        sums: over all its panes.
        score: of the peak.
        sentence: of the peak.
        evidence: of the peak.
        words: of the peak.
        mood: usual and of the moment; None when not known.
    """

    type: str
    start_ms: int
    peak_ms: int
    end_ms: int
    panes: int = 0
    calm: int = 0
    peak: float = 0.0
    rate: float = 0.0
    viewers: float | None = None
    step: float = 0.0
    raiders: int = 0
    crowd: float = 0.0
    gifts: int = 0
    drop: float = 0.0
    low: float | None = None
    sums: Sums = msgspec.field(default_factory=Sums)
    score: float = 0.0
    sentence: str = ""
    evidence: list[PackedEvidence] = []
    words: list[PackedTold] = []
    mood: tuple[float, float] | None = None


class Memory(msgspec.Struct, array_like=True):
    """Everything of one channel.

    Attributes:
        last_ms: start of the last pane scored.
        seen: panes with data.
        settle: panes left until a moment may open.
        silence: panes without any data, the last ones in a row.
        silent_ms: where these began.
        missing: messages that would usually have come in them.
        cadence: panes from one reading of the viewers to the next, on average; 0 while not known.
        unread: panes since the last reading.
        deficit: messages that are missing from a lull.
        lacking_ms: where it began.
        guard: panes left in which only what surpasses ``height`` opens a moment.
        height: see there.
        recent: moments of the last hour or so.
        rate: usual messages a pane.
        viewers: the last readings.
        usual: usual shares of laughter and the like.
        learned: panes that these were learned from.
        habits: usual shares of emotes and words.
        scorers: state of each signal's detector.
        running: the moment that lasts, or None.
    """

    last_ms: int = 0
    seen: int = 0
    settle: int = 0
    silence: int = 0
    silent_ms: int = 0
    missing: float = 0.0
    cadence: float = 0.0
    unread: int = 0
    deficit: float = 0.0
    lacking_ms: int = 0
    guard: int = 0
    height: float = 0.0
    recent: float = 0.0
    rate: float = 0.0
    viewers: list[int] = []
    usual: Usual = msgspec.field(default_factory=Usual)
    learned: int = 0
    habits: list[tuple[str, int]] = []
    scorers: list[bytes] = []
    running: Running | None = None
