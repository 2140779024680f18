"""A moment: a stretch of a stream that stood out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from telemetra.domain.feedback import Verdict


class MomentType(StrEnum):
    """What kind of moment it was."""

    HYPE = "hype"
    LAUGHTER = "laughter"
    OUTRAGE = "outrage"
    RAID = "raid"
    SUB_BOMB = "sub-bomb"
    COPYPASTA = "copypasta"
    POLL = "poll"
    LULL = "lull"
    OUTAGE = "outage"
    VIEWER_DROP = "viewer-drop"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal at the peak, against what was expected of it.

    Attributes:
        signal: name, such as ``chat_rate``.
        value: what was measured, in the signal's unit.
        expected_low: lower end of the usual range.
        expected_high: upper end of the usual range.
        surprise: how far outside: -log10 of the chance of it, or standard deviations for ``zscore``.
    """

    signal: str
    value: float
    expected_low: float
    expected_high: float
    surprise: float


@dataclass(frozen=True, slots=True)
class Told:
    """An emote or a word that at least five chatters used at the peak.

    Attributes:
        name: the emote, or the word in lower case; never a mention or a link.
        emote: whether it is an emote.
        share: of the messages that hold it, 0 to 1.
        lift: ``share`` over its usual share.
    """

    name: str
    emote: bool
    share: float
    lift: float


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of interest, keyed by channel and opening pane.

    Attributes:
        channel: channel id.
        start_ms: start of the pane that opened it.
        peak_ms: start of the strongest pane so far.
        end_ms: end of the last pane that belonged to it; None while it lasts.
        type: kind of moment, may be revised.
        score: 0 to 1, larger is rarer.
        sentence: what a person would say of it.
        evidence: signals that fired.
        version: number of panes seen since it opened; larger knows more.
        feedback: what a person said of it; kept by the store, whatever writes the moment again.
        words: emotes and words of the peak, the most telling first.
        mood: mean sentiment usually and at the peak, -1 to 1; None when one of them is not known.
    """

    channel: str
    start_ms: int
    peak_ms: int
    end_ms: int | None
    type: MomentType
    score: float
    sentence: str
    evidence: tuple[Evidence, ...]
    version: int
    feedback: Verdict | None = None
    words: tuple[Told, ...] = ()
    mood: tuple[float, float] | None = None

    @property
    def id(self) -> str:
        """Identity within the channel: the opening pane."""
        return str(self.start_ms)
